"""A tutor's desk for their hours: the month, work besides sessions, released time."""

from datetime import date

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import the_person, tutor_only
from recovery_college.college.queries import the_college
from recovery_college.desks.forms.hours import ChangeWorkForm, WorkForm
from recovery_college.desks.hours import altogether, around, named, own_month, times_of
from recovery_college.desks.views.desk import bp
from recovery_college.scheduling import pairing
from recovery_college.scheduling.commands import hours as sessions
from recovery_college.scheduling.worked import released_to_come
from recovery_college.tutors import queries
from recovery_college.tutors.commands import hours as commands
from recovery_college.tutors.commands.hours import Entry
from recovery_college.tutors.rules import hours as rules


@bp.route("/tutor/hours", methods=["GET", "POST"])
@tutor_only
def hours() -> ResponseReturnValue:
    today, now = _today(), clock.now()
    month = rules.month_asked(request.args.get("month", ""), today)
    form = WorkForm(worked_on=today if month == rules.month_of(today) else None)
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.write_down(the_person(), _typed(form))
            flash("Kept.")
            return redirect(_address(form.worked_on.data))
    page = render_template(
        "tutor/hours.html",
        own=own_month(queries.tutor_of(the_person()), month, the_college(), now),
        around=around(month),
        form=form,
    )
    return page, form.status


@bp.post("/tutor/hours/confirm")
@tutor_only
def confirm_month() -> ResponseReturnValue:
    month = rules.month_asked(request.args.get("month", ""), _today())
    sessions.confirm_month(the_person(), month, the_college())
    flash(f"Thank you. Your hours for {named(month)} are confirmed.")
    return redirect(_address(month))


@bp.route("/tutor/hours/entries/<int:entry_id>", methods=["GET", "POST"])
@tutor_only
def entry(entry_id: int) -> ResponseReturnValue:
    found = queries.own_entry(the_person(), entry_id)
    form = ChangeWorkForm(commands.entry_of(found))
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.change_entry(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(_address(form.worked_on.data))
    page = render_template(
        "tutor/entry.html", form=form, entry=found, back=_address(found.worked_on)
    )
    return page, form.status


@bp.post("/tutor/hours/entries/<int:entry_id>/remove")
@tutor_only
def remove_entry(entry_id: int) -> ResponseReturnValue:
    found = queries.own_entry(the_person(), entry_id)
    address = _address(found.worked_on)
    commands.remove_entry(the_person(), found)
    flash("This is gone from your hours.")
    return redirect(address)


@bp.post("/tutor/hours/sessions/<int:delivery_id>/released")
@tutor_only
def mark_released(delivery_id: int) -> ResponseReturnValue:
    found = pairing.own_delivery(the_person(), delivery_id)
    sessions.mark_released(the_person(), found)
    flash("This is released time now. It is counted apart, and not paid by the college.")
    return redirect(_address(clock.in_london(found.starts_at).date()))


@bp.post("/tutor/hours/sessions/<int:delivery_id>/paid")
@tutor_only
def mark_paid(delivery_id: int) -> ResponseReturnValue:
    found = pairing.own_delivery(the_person(), delivery_id)
    sessions.mark_paid(the_person(), found)
    flash("This is no longer released time.")
    return redirect(_address(clock.in_london(found.starts_at).date()))


@bp.get("/tutor/released")
@tutor_only
def released() -> str:
    found = released_to_come(queries.tutor_of(the_person()), clock.now())
    return render_template(
        "tutor/released.html",
        person=the_person(),
        times=times_of(found),
        altogether=altogether(found),
        today=_today(),
    )


def _typed(form: WorkForm) -> Entry:
    return Entry(
        form.worked_on.data,
        form.kind.data,
        form.hours.data,
        form.minutes.data,
        form.words.data or "",
    )


def _address(day: date) -> str:
    """Of the month in which that day is."""
    return f"/tutor/hours?month={rules.in_address(day)}"


def _today() -> date:
    return clock.in_london(clock.now()).date()
