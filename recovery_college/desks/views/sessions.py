"""The office's desk for one session: when, where, and by when its pair is known."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.attendance.rules import is_open
from recovery_college.college.queries import the_college
from recovery_college.desks.forms.runs import CallOffForm, PairByForm, SessionForm
from recovery_college.desks.views.desk import bp
from recovery_college.desks.views.runs import rooms_to_choose, with_reasons
from recovery_college.enrolment.commands import dates
from recovery_college.enrolment.rules.today import is_today
from recovery_college.scheduling import queries
from recovery_college.scheduling.commands import sessions as commands
from recovery_college.scheduling.models import Session


@bp.route("/office/sessions/<int:session_id>", methods=["GET", "POST"])
@desk_only
def session(session_id: int) -> ResponseReturnValue:
    found = queries.session(session_id)
    form = SessionForm(found)
    form.room_id.choices = rooms_to_choose()
    if form.validate_on_submit():
        with form.showing_refusals():
            dates.move_session(the_person(), found, form.edit, the_college())
            flash("Kept.")
            return redirect(f"/office/sessions/{session_id}")
    return _page(found, form, PairByForm(formdata=None, obj=found))


@bp.post("/office/sessions/<int:session_id>/pair-by")
@desk_only
def pair_by(session_id: int) -> ResponseReturnValue:
    found, form = queries.session(session_id), PairByForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.set_pair_by(the_person(), found, form.pair_by_on.data, the_college())
            flash("Kept. It alarms if the day passes.")
            return redirect(f"/office/sessions/{session_id}")
    return _page(found, _unsent(found), form)


@bp.post("/office/sessions/<int:session_id>/room/asked")
@desk_only
def room_asked(session_id: int) -> ResponseReturnValue:
    commands.room_asked_for(the_person(), queries.session(session_id))
    flash("Written down: the room is asked for.")
    return redirect(f"/office/sessions/{session_id}")


@bp.post("/office/sessions/<int:session_id>/room/confirmed")
@desk_only
def room_confirmed(session_id: int) -> ResponseReturnValue:
    commands.room_confirmed(the_person(), queries.session(session_id))
    flash("Written down: the room is confirmed.")
    return redirect(f"/office/sessions/{session_id}")


@bp.post("/office/sessions/<int:session_id>/cancel")
@desk_only
def cancel_session(session_id: int) -> ResponseReturnValue:
    found, form = queries.session(session_id), with_reasons(CallOffForm())
    if form.validate_on_submit():
        with form.showing_refusals():
            dates.cancel_session(the_person(), found, form.reason.data, the_college())
            flash("It is cancelled, and says so.")
            return redirect(f"/office/runs/{found.run_id}")
    return _page(found, _unsent(found), PairByForm(formdata=None, obj=found), form)


@bp.post("/office/sessions/<int:session_id>/remove")
@desk_only
def remove_session(session_id: int) -> ResponseReturnValue:
    found = queries.session(session_id)
    run_id = found.run_id
    commands.remove_session(the_person(), found)
    flash("It is gone from the draft.")
    return redirect(f"/office/runs/{run_id}")


def _unsent(found: Session) -> SessionForm:
    form = SessionForm(found, formdata=None)
    form.room_id.choices = rooms_to_choose()
    return form


def _page(
    found: Session, form: SessionForm, promise: PairByForm, off: CallOffForm | None = None
) -> ResponseReturnValue:
    now = clock.now()
    off = off or with_reasons(CallOffForm(formdata=None))
    page = render_template(
        "office/session.html",
        session=found,
        form=form,
        promise=promise,
        off=off,
        now=now,
        today=clock.in_london(now).date(),
        is_today=is_today(found.starts_at, now),
        register_opens=found.is_teaching and found.live and is_open(found.starts_at, now),
    )
    return page, 422 if form.faults or promise.faults or off.faults else 200
