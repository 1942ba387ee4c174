"""Signing in and out, and where somebody is signed in."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from recovery_college import clock
from recovery_college.accounts import queries
from recovery_college.accounts.access import (
    is_signed_in,
    open_to_anyone,
    signed_in,
    the_person,
    the_visit,
)
from recovery_college.accounts.commands import signing_in
from recovery_college.accounts.devices import asking, remember_device
from recovery_college.accounts.forms import OwnDeviceForm, PasswordForm, SignInForm
from recovery_college.accounts.models import Visit
from recovery_college.pages import safe_path

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_anyone
def sign_in() -> ResponseReturnValue:
    form, way_on = SignInForm(), safe_path(request.args.get("next", ""))
    if form.validate_on_submit():
        with form.showing_refusals():
            return _sign_in(form, way_on)
    return render_template("accounts/sign-in.html", form=form, way_on=way_on), form.status


def _sign_in(form: SignInForm, way_on: str) -> ResponseReturnValue:
    if form.password.data and request.form.get("how") != "link":
        own = bool(form.own_device.data)
        visit = signing_in.sign_in(
            asking(own_device=own), form.email.data or "", form.password.data
        )
        return start(visit, way_on)
    remember_device()
    signing_in.ask_for_link(asking(), form.email.data or "")
    session["way_on"] = way_on
    return redirect("/sign-in/sent")


@bp.get("/sign-in/sent")
@open_to_anyone
def link_sent() -> str:
    return render_template("accounts/link-sent.html")


@bp.route("/sign-in/link/<key>", methods=["GET", "POST"])
@open_to_anyone
def link(key: str) -> ResponseReturnValue:
    """Opening it changes nothing, for mail scanners open links too: pressing does."""
    form = OwnDeviceForm()
    if form.validate_on_submit():
        came = signing_in.use_link(asking(own_device=bool(form.own_device.data)), key)
        way_on = safe_path(str(session.pop("way_on", "")))
        if isinstance(came, Visit):
            return start(came, way_on)
        session["proven"] = came
        return redirect("/join")
    signing_in.check_link(key)
    elsewhere = signing_in.is_elsewhere(key, asking())
    page = render_template("accounts/link.html", form=form, elsewhere=elsewhere)
    return page, form.status


@bp.post("/sign-out")
@open_to_anyone
def sign_out() -> ResponseReturnValue:
    if is_signed_in():
        signing_in.sign_out(the_visit())
    session.clear()
    return redirect("/signed-out")


@bp.get("/signed-out")
@open_to_anyone
def signed_out() -> str:
    return render_template("accounts/signed-out.html")


@bp.get("/my/security")
@signed_in
def security() -> str:
    person, visit = the_person(), the_visit()
    return render_template(
        "accounts/security.html",
        person=person,
        this=visit,
        visits=queries.visits_of(person, clock.now()),
    )


@bp.route("/my/security/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            signing_in.set_password(the_person(), the_visit(), form.password.data or "")
            flash("Your new password works from now on.")
            return redirect("/my/security")
    return render_template("accounts/password.html", form=form), form.status


@bp.post("/my/security/no-password")
@signed_in
def no_password() -> ResponseReturnValue:
    signing_in.drop_password(the_person())
    flash("You have no password any more. You sign in with a link.")
    return redirect("/my/security")


@bp.post("/my/security/elsewhere")
@signed_in
def elsewhere() -> ResponseReturnValue:
    signing_in.sign_out_elsewhere(the_person(), the_visit())
    flash("You are signed out on every other device.")
    return redirect("/my/security")


@bp.post("/my/security/visits/<int:visit_id>")
@signed_in
def sign_out_there(visit_id: int) -> ResponseReturnValue:
    signing_in.sign_out_there(the_person(), visit_id)
    flash("You are signed out there.")
    return redirect("/my/security")


def start(visit: Visit, way_on: str) -> ResponseReturnValue:
    """Hand the visit to the browser under a key that nobody has seen before."""
    session.clear()
    login_user(visit)
    session.permanent = visit.own_device
    return redirect(way_on or "/my")


def sign_in_first(_error: Exception) -> ResponseReturnValue:
    """Lead through the sign-in page and back."""
    return _lead_through("/sign-in")


def prove_yourself(_error: Exception) -> ResponseReturnValue:
    return _lead_through("/sign-in/second")


def _lead_through(page: str) -> ResponseReturnValue:
    way_on = safe_path(request.full_path.rstrip("?")) if request.method == "GET" else ""
    return redirect(f"{page}?{urlencode({'next': way_on})}" if way_on else page)
