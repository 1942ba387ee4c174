"""The office's desk for runs: plan one, publish it, move it, copy it."""

from datetime import date, timedelta
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.college.queries import the_college
from recovery_college.college.rules import days_in
from recovery_college.courses import queries as courses
from recovery_college.desks.forms.runs import (
    CallOffForm,
    CancelRunForm,
    CopyRunForm,
    MoveRunForm,
    NewRunForm,
    NewSessionForm,
    RunForm,
)
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import office
from recovery_college.enrolment import queries as places
from recovery_college.enrolment.commands import capacity, dates
from recovery_college.fields import offered
from recovery_college.scheduling import queries
from recovery_college.scheduling.commands import copying, sessions
from recovery_college.scheduling.commands import runs as commands
from recovery_college.scheduling.commands.copying import Target
from recovery_college.scheduling.commands.runs import Plan
from recovery_college.scheduling.commands.sessions import Meeting
from recovery_college.scheduling.models import Room, Run
from recovery_college.scheduling.rules import changing
from recovery_college.scheduling.rules.timetable import Span, weekly_series

YEARS_AHEAD = timedelta(days=800)


@bp.route("/office/runs/new", methods=["GET", "POST"])
@desk_only
def new_run() -> ResponseReturnValue:
    form = NewRunForm(request.form or request.args)
    form.course_id.choices = offered(
        [("", "Choose a course"), *((str(c.id), c.title) for c in courses.courses_to_offer())]
    )
    form.term_id.choices = _terms()
    form.room_id.choices = rooms_to_choose()
    if form.validate_on_submit():
        with form.showing_refusals():
            run = commands.plan_run(the_person(), _plan(form))
            flash("Planned, as a draft. Now find its pairs, and put it in the prospectus.")
            return redirect(f"/office/runs/{run.id}")
    return render_template("office/new-run.html", form=form), form.status


def _plan(form: NewRunForm) -> Plan:
    return Plan(
        course=courses.course(form.course_id.data),
        term=queries.term(form.term_id.data),
        room=room_of(form.room_id.data),
        spans=_spans(form),
        capacity=form.capacity.data,
    )


def _spans(form: NewRunForm) -> list[Span]:
    first: Any = form.first.data
    left_out = _closed_from(first) | days_in(form.skipping.data or "")
    starts, ends = form.starts.data, form.ends.data
    return weekly_series(first, starts, ends, count=form.count.data, skipping=left_out)


def _closed_from(first: date) -> frozenset[date]:
    """Bank holidays, and the days that the college has named, for as long as a run can be."""
    college = the_college()
    days = (first + timedelta(days=n) for n in range(YEARS_AHEAD.days))
    return frozenset(day for day in days if college.is_closed_on(day))


@bp.route("/office/runs/<int:run_id>", methods=["GET", "POST"])
@desk_only
def run(run_id: int) -> ResponseReturnValue:
    found = queries.run(run_id)
    form = RunForm(found)
    form.term_id.choices = _terms()
    if form.validate_on_submit():
        with form.showing_refusals():
            capacity.edit_run(the_person(), found, form.edit, the_college())
            flash("Kept.")
            return redirect(f"/office/runs/{run_id}")
    return _run_page(found, form)


def _run_page(found: Run, form: RunForm) -> ResponseReturnValue:
    now = clock.now()
    planned = found.planned
    lacking = changing.obstacles(
        found.course.state,
        [session.half for session in planned],
        pair_by_days=the_college().pair_by_days,
        now=now,
    )
    page = render_template(
        "office/run.html",
        run=found,
        meetings=found.agreed_meetings,
        form=form,
        planned=planned,
        lacking=lacking,
        counts=office.counts_on(found),
        now=now,
    )
    return page, form.status


@bp.post("/office/runs/<int:run_id>/publish")
@desk_only
def publish_run(run_id: int) -> ResponseReturnValue:
    commands.publish_run(the_person(), queries.run(run_id), the_college())
    flash("It is in the prospectus.")
    return redirect(f"/office/runs/{run_id}")


@bp.post("/office/runs/<int:run_id>/unpublish")
@desk_only
def unpublish_run(run_id: int) -> ResponseReturnValue:
    dates.unpublish_run(the_person(), queries.run(run_id))
    flash("It is a draft again, and not in the prospectus.")
    return redirect(f"/office/runs/{run_id}")


@bp.post("/office/runs/<int:run_id>/promise")
@desk_only
def promise_pairs(run_id: int) -> ResponseReturnValue:
    many = sessions.promise_pairs(the_person(), queries.run(run_id), the_college())
    flash(f"{many} open sessions have a day by which their pair is known.")
    return redirect(f"/office/runs/{run_id}")


@bp.post("/office/runs/<int:run_id>/delete")
@desk_only
def delete_run(run_id: int) -> ResponseReturnValue:
    found = queries.run(run_id)
    term_id = found.term_id
    dates.delete_run(the_person(), found)
    flash("The draft is gone.")
    return redirect(f"/office/terms/{term_id}")


@bp.route("/office/runs/<int:run_id>/move", methods=["GET", "POST"])
@desk_only
def move_run(run_id: int) -> ResponseReturnValue:
    found, form = queries.run(run_id), MoveRunForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            dates.move_run(the_person(), found, form.weeks.data, the_college())
            flash("Moved.")
            return redirect(f"/office/runs/{run_id}")
    return _form_page(found, form, "Move it by weeks", "Move it")


@bp.route("/office/runs/<int:run_id>/cancel", methods=["GET", "POST"])
@desk_only
def cancel_run(run_id: int) -> ResponseReturnValue:
    """Say first what will happen."""
    found, form = queries.run(run_id), with_reasons(CancelRunForm())
    if form.validate_on_submit():
        with form.showing_refusals():
            dates.cancel_run(the_person(), found, the_college(), form.reason.data or "")
            flash("It is cancelled. Everybody who had a place or waited for one is told.")
            return redirect(f"/office/runs/{run_id}/places")
    page = render_template(
        "office/cancel-run.html",
        run=found,
        form=form,
        people=len(places.everybody_on(found)),
        after=places.next_run(found, clock.now()),
    )
    return page, form.status


@bp.route("/office/runs/<int:run_id>/copy", methods=["GET", "POST"])
@desk_only
def copy_run(run_id: int) -> ResponseReturnValue:
    found, form = queries.run(run_id), CopyRunForm()
    form.term_id.choices = _terms()
    if form.validate_on_submit():
        with form.showing_refusals():
            target = Target(queries.term(form.term_id.data), _closed_from(form.first.data))
            made = copying.copy_run(the_person(), found, target, form.first.data)
            flash(f"Copied, without its tutors. {len(made.without_room)} sessions need a room.")
            return redirect(f"/office/runs/{made.run.id}")
    return _form_page(found, form, "Copy it", "Copy it as a draft")


@bp.route("/office/runs/<int:run_id>/sessions/new", methods=["GET", "POST"])
@desk_only
def new_session(run_id: int) -> ResponseReturnValue:
    found, form = queries.run(run_id), NewSessionForm()
    form.room_id.choices = rooms_to_choose()
    if form.validate_on_submit():
        with form.showing_refusals():
            room = room_of(form.room_id.data)
            meeting = Meeting(form.day.data, form.starts.data, form.ends.data, room)
            dates.add_session(the_person(), found, meeting, the_college())
            flash("One session more.")
            return redirect(f"/office/runs/{run_id}")
    return _form_page(found, form, "Add a session", "Add it")


def _form_page(found: Run, form: Any, heading: str, button: str) -> ResponseReturnValue:
    page = render_template(
        "office/run-form.html", run=found, form=form, heading=heading, button=button
    )
    return page, form.status


def rooms_to_choose() -> list[Any]:
    """All rooms, and none yet."""
    rooms = [(str(room.id), f"{room.venue.name}: {room.name}") for room in queries.rooms()]
    return offered([("", "No room yet"), *rooms])


F = TypeVar("F", CallOffForm, CancelRunForm)


def with_reasons(form: F) -> F:
    """Why something is called off: the college's list."""
    form.reason.choices = _reasons()
    return form


def _reasons() -> list[Any]:
    reasons = the_college().cancel_reasons.splitlines()
    return offered([("", "Choose a reason"), *((each, each) for each in reasons)])


def room_of(chosen: object) -> Room | None:
    return queries.room(chosen) if chosen else None


def _terms() -> list[Any]:
    terms = [(str(term.id), term.name) for term in queries.terms()]
    return offered([("", "Choose a term"), *terms])
