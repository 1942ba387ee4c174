"""Joining, a short page after the other. Each is kept, so one may stop and come back."""

from collections.abc import Callable
from functools import wraps

from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts import queries
from recovery_college.accounts.access import is_signed_in, open_to_anyone, signed_in, the_person
from recovery_college.accounts.commands import details, joining
from recovery_college.accounts.devices import asking
from recovery_college.accounts.forms.joining import (
    BeginForm,
    HelpsForm,
    NamesForm,
    ReachForm,
    ReasonsForm,
)
from recovery_college.accounts.rules import JoinStep
from recovery_college.accounts.views.account import bp
from recovery_college.accounts.views.signing_in import start
from recovery_college.pages import safe_path

View = Callable[[], ResponseReturnValue]


def while_joining(view: View) -> View:
    """A page for whoever has begun to join; later the same stands under their details."""

    @signed_in
    @wraps(view)
    def opened() -> ResponseReturnValue:
        return view() if the_person().is_joining else redirect("/my/details")

    return opened


@bp.route("/join", methods=["GET", "POST"])
@open_to_anyone
def join() -> ResponseReturnValue:
    if is_signed_in():
        step = the_person().join_step
        return redirect(f"/join/{step.value}") if step else render_template("accounts/known.html")
    form, way_on = BeginForm(), safe_path(request.args.get("next", ""))
    if form.validate_on_submit():
        with form.showing_refusals():
            return _begin(form, way_on)
    page = render_template("accounts/join.html", form=form, way_on=way_on, proven=_proven())
    return page, form.status


def _begin(form: BeginForm, way_on: str) -> ResponseReturnValue:
    values = {name: form[name].data or "" for name in ("name", "called", "pronouns")}
    asked = asking(own_device=bool(form.own_device.data))
    visit = joining.begin_to_join(asked, values, _proven())
    answer = start(visit, way_on)
    if not visit.person.is_joining:
        flash("Welcome back. Please see under My details whether all of it is still right.")
    return answer


def _proven() -> str:
    """The address that a link has proven on this device a moment ago, or nothing."""
    address, until = session.get("proven", ("", 0))
    return str(address) if clock.now().timestamp() < until else ""


@bp.route("/join/name", methods=["GET", "POST"])
@while_joining
def join_name() -> ResponseReturnValue:
    """Going back to the first page."""
    person = the_person()
    form = NamesForm(person)
    if form.validate_on_submit():
        with form.showing_refusals():
            details.keep_details(person, form.edit)
            return redirect("/join/reach")
    return render_template("accounts/join-name.html", form=form), form.status


@bp.route("/join/reach", methods=["GET", "POST"])
@while_joining
def join_reach() -> ResponseReturnValue:
    person = the_person()
    form = ReachForm(person)
    if form.validate_on_submit():
        with form.showing_refusals():
            joining.keep_step(person, JoinStep.REACH, form.edit)
            return redirect("/join/reasons" if is_on_the_way_to_a_place() else "/join/helps")
    return render_template("accounts/join-reach.html", form=form), form.status


def is_on_the_way_to_a_place() -> bool:
    """What helps somebody is asked there, so it is not asked twice."""
    return safe_path(str(session.get("way_on", ""))).startswith("/runs/")


@bp.route("/join/helps", methods=["GET", "POST"])
@while_joining
def join_helps() -> ResponseReturnValue:
    person = the_person()
    form = HelpsForm(person)
    if form.validate_on_submit():
        with form.showing_refusals():
            joining.keep_step(person, JoinStep.HELPS, form.edit)
            return redirect("/join/reasons")
    return render_template("accounts/join-helps.html", form=form), form.status


@bp.route("/join/reasons", methods=["GET", "POST"])
@while_joining
def join_reasons() -> ResponseReturnValue:
    person = the_person()
    form = ReasonsForm(reasons=queries.reasons_of(person))
    if form.validate_on_submit():
        joining.keep_reasons(person, form.reasons.data or ())
        return redirect("/join/agreement")
    return render_template("accounts/join-reasons.html", form=form), form.status


@bp.get("/join/done")
@signed_in
def joined() -> ResponseReturnValue:
    person, way_on = the_person(), safe_path(str(session.get("way_on", "")))
    if person.is_joining:
        return redirect("/join")
    return render_template("accounts/joined.html", person=person, way_on=way_on)
