"""Joining, a short page after the other. Each is kept, so one may stop and come back."""

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from recovery_college.accounts import queries
from recovery_college.accounts.access import (
    is_signed_in,
    manager_only,
    open_to_anyone,
    signed_in,
    the_person,
)
from recovery_college.accounts.agreement import WE_ASK, WE_PROMISE
from recovery_college.accounts.commands import agreeing, details, joining
from recovery_college.accounts.devices import asking, remember_device
from recovery_college.accounts.forms.joining import (
    AgreementForm,
    HelpsForm,
    NameForm,
    ReachForm,
    ReasonsForm,
    WriteAgreementForm,
)
from recovery_college.accounts.views.account import bp
from recovery_college.accounts.views.signing_in import start
from recovery_college.pages import safe_path


@bp.route("/join", methods=["GET", "POST"])
@open_to_anyone
def join() -> ResponseReturnValue:
    if is_signed_in():
        return redirect("/join/reach" if the_person().joined_at is None else "/my")
    form, way_on = NameForm(), safe_path(request.args.get("next", ""))
    if form.validate_on_submit():
        with form.showing_refusals():
            return _begin(form, way_on)
    return render_template("accounts/join.html", form=form, way_on=way_on), form.status


def _begin(form: NameForm, way_on: str) -> ResponseReturnValue:
    values = {name: form[name].data or "" for name in ("name", "called", "pronouns")}
    visit = joining.begin_to_join(asking(), values, str(session.get("proven", "")))
    answer = start(visit, "/join/reach")
    session["way_on"] = way_on
    remember_device()
    return answer


@bp.route("/join/reach", methods=["GET", "POST"])
@signed_in
def join_reach() -> ResponseReturnValue:
    person = the_person()
    form = ReachForm(person)
    if form.validate_on_submit():
        with form.showing_refusals():
            remember_device()
            joining.keep_reach(asking(), person, form.edit)
            return redirect("/join/helps")
    return render_template("accounts/join-reach.html", form=form), form.status


@bp.route("/join/helps", methods=["GET", "POST"])
@signed_in
def join_helps() -> ResponseReturnValue:
    person = the_person()
    form = HelpsForm(person)
    if form.validate_on_submit():
        with form.showing_refusals():
            details.keep_details(person, form.edit)
            return redirect("/join/reasons")
    return render_template("accounts/join-helps.html", form=form), form.status


@bp.route("/join/reasons", methods=["GET", "POST"])
@signed_in
def join_reasons() -> ResponseReturnValue:
    person = the_person()
    form = ReasonsForm(reasons=queries.reasons_of(person))
    if form.validate_on_submit():
        details.keep_reasons(person, form.reasons.data or ())
        return redirect("/join/agreement")
    return render_template("accounts/join-reasons.html", form=form), form.status


@bp.route("/join/agreement", methods=["GET", "POST"])
@signed_in
def agreement() -> ResponseReturnValue:
    person, current, form = the_person(), queries.current_agreement(), AgreementForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            joining.finish_joining(person, form.shown)
            return redirect("/join/done")
        current = queries.current_agreement()
    form.version.data = current.id if current else ""
    page = render_template(
        "accounts/agreement.html",
        form=form,
        joined=person.joined_at is not None,
        agreed=person.joined_at is not None and queries.has_accepted(person),
        we_promise=current.we_promise if current else WE_PROMISE,
        we_ask=current.we_ask if current else WE_ASK,
    )
    return page, form.status


@bp.get("/join/done")
@signed_in
def joined() -> str:
    way_on = safe_path(str(session.get("way_on", "")))
    return render_template("accounts/joined.html", person=the_person(), way_on=way_on)


@bp.route("/office/agreement", methods=["GET", "POST"])
@manager_only
def write_agreement() -> ResponseReturnValue:
    current = queries.current_agreement()
    form = WriteAgreementForm(
        we_promise=current.we_promise if current else WE_PROMISE,
        we_ask=current.we_ask if current else WE_ASK,
        version=current.id if current else "",
    )
    if form.validate_on_submit():
        with form.showing_refusals():
            agreeing.write_agreement(
                the_person(), form.we_promise.data or "", form.we_ask.data or "", form.shown
            )
            return redirect("/office/agreement")
        form.version.data = getattr(queries.current_agreement(), "id", "")
    return render_template("office/agreement.html", form=form, current=current), form.status
