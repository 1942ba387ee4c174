"""A session that is over, and that nobody marked: it did not happen, or was on another day."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.attendance.commands import ran
from recovery_college.attendance.queries import session_of_office
from recovery_college.college.queries import the_college
from recovery_college.desks.forms.runs import AnotherDayForm, CallOffForm
from recovery_college.desks.views.desk import bp
from recovery_college.desks.views.runs import with_reasons
from recovery_college.scheduling.commands.sessions import Meeting
from recovery_college.scheduling.models import Session


@bp.route("/office/sessions/<int:session_id>/did-not-happen", methods=["GET", "POST"])
@desk_only
def did_not_happen(session_id: int) -> ResponseReturnValue:
    found, form = session_of_office(session_id), with_reasons(CallOffForm())
    if form.validate_on_submit():
        with form.showing_refusals():
            ran.did_not_happen(the_person(), found, form.reason.data, the_college())
            flash("Kept: it did not happen. Nobody is told.")
            return redirect("/office/registers")
    return _page(found, form, AnotherDayForm(formdata=None, obj=found))


@bp.post("/office/sessions/<int:session_id>/another-day")
@desk_only
def another_day(session_id: int) -> ResponseReturnValue:
    found, form = session_of_office(session_id), AnotherDayForm()
    if form.validate_on_submit():
        when = Meeting(form.day.data, form.starts.data, form.ends.data, found.room)
        with form.showing_refusals():
            ran.was_on_another_day(the_person(), found, when)
            flash("Kept. Now its register can be taken.")
            return redirect(f"/office/sessions/{session_id}/register")
    return _page(found, with_reasons(CallOffForm(formdata=None)), form)


def _page(found: Session, off: CallOffForm, moved: AnotherDayForm) -> ResponseReturnValue:
    page = render_template(
        "office/did-not-happen.html",
        session=found,
        off=off,
        moved=moved,
        is_over=found.live and found.starts_at <= clock.now(),
    )
    return page, 422 if off.faults or moved.faults else 200
