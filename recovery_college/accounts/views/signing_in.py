"""Signing in and out."""

from flask import make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from recovery_college import clock
from recovery_college.accounts.access import is_signed_in, open_to_anyone, the_visit
from recovery_college.accounts.commands import signing_in
from recovery_college.accounts.devices import asking, remember_device
from recovery_college.accounts.forms.signing_in import OwnDeviceForm, SignInForm
from recovery_college.accounts.models import Visit
from recovery_college.accounts.rules import LINK_LIVES
from recovery_college.accounts.views.account import bp
from recovery_college.pages import leading_to, safe_path

PROVEN_FOR = LINK_LIVES  # what was proven in this browser counts as long as a link


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
        return join_with(came, way_on)
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
    answer = make_response(redirect("/signed-out"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # what a tutor's phone carries
    return answer


@bp.get("/signed-out")
@open_to_anyone
def signed_out() -> str:
    return render_template("accounts/signed-out.html")


def join_with(address: str, way_on: str) -> ResponseReturnValue:
    """Somebody has proven an address, and we don't know yet who they are."""
    session["proven"] = (address, (clock.now() + PROVEN_FOR).timestamp())
    return redirect(leading_to("/join", way_on))


def start(visit: Visit, way_on: str) -> ResponseReturnValue:
    """Hand the visit to the browser under a key that nobody has seen before; one from before ends.

    Who has not finished joining comes back to where they were.
    """
    if is_signed_in() and the_visit().id != visit.id:
        signing_in.sign_out(the_visit())
    session.clear()
    login_user(visit)
    del session["_id"]  # a print of the device, which nobody reads
    session.permanent = visit.own_device
    if visit.person.join_step is not None:
        session["way_on"] = way_on
        return redirect(f"/join/{visit.person.join_step}")
    return redirect(way_on or "/my")
