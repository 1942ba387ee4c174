"""A tutor's desk for when they can teach: hours of the week, days away, their own calendars."""

from contextlib import closing
from datetime import date

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import takes_up_to, the_person, tutor_only
from recovery_college.desks.availability import away_lines, calendar_lines, week_of
from recovery_college.desks.forms.availability import (
    AwayForm,
    CalendarForm,
    HoursForm,
    WindowForm,
)
from recovery_college.desks.views.desk import bp
from recovery_college.errors import Refusal
from recovery_college.tutors import queries
from recovery_college.tutors.commands import availability as commands
from recovery_college.tutors.commands import calendars
from recovery_college.tutors.commands.availability import Hours
from recovery_college.tutors.rules import saying
from recovery_college.tutors.rules.links import LARGEST

HERE = "/tutor/availability"


@bp.route("/tutor/availability", methods=["GET", "POST"])
@tutor_only
def availability() -> ResponseReturnValue:
    form = HoursForm(from_on=_today())
    if form.validate_on_submit():
        with form.showing_refusals():
            hours = Hours(form.starts.data, form.ends.data, form.from_on.data, form.until_on.data)
            days = [int(day) for day in form.weekdays.data or ()]
            commands.add_windows(the_person(), days, hours)
            flash("Kept.")
            return redirect(HERE)
    return _page(hours=form)


@bp.route("/tutor/availability/windows/<int:window_id>", methods=["GET", "POST"])
@tutor_only
def window(window_id: int) -> ResponseReturnValue:
    found = queries.own_window(the_person(), window_id)
    form = WindowForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.change_window(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(HERE)
    words = saying.in_words(queries.window_of(found))
    page = render_template("tutor/window.html", form=form, window=found, words=words)
    return page, form.status


@bp.post("/tutor/availability/windows/<int:window_id>/remove")
@tutor_only
def remove_window(window_id: int) -> ResponseReturnValue:
    commands.remove_window(the_person(), queries.own_window(the_person(), window_id))
    flash("These hours are gone.")
    return redirect(HERE)


@bp.post("/tutor/availability/away")
@tutor_only
def add_away() -> ResponseReturnValue:
    form = AwayForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.add_away(the_person(), form.starts_on.data, form.ends_on.data)
            flash("Kept. Nobody asks you for these days.")
            return redirect(HERE)
    return _page(away=form)


@bp.post("/tutor/availability/away/<int:away_id>/remove")
@tutor_only
def remove_away(away_id: int) -> ResponseReturnValue:
    commands.remove_away(the_person(), queries.own_away(the_person(), away_id))
    flash("You are no longer away on these days.")
    return redirect(HERE)


@bp.post("/tutor/availability/calendars")
@tutor_only
@takes_up_to(LARGEST + 100_000)
def add_calendar() -> ResponseReturnValue:
    form = CalendarForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            flash(_added(form))
            return redirect(HERE)
    return _page(calendar=form)


@bp.post("/tutor/availability/calendars/<int:calendar_id>/read")
@tutor_only
def read_calendar(calendar_id: int) -> ResponseReturnValue:
    calendars.read_now(the_person(), queries.own_calendar(the_person(), calendar_id))
    flash("We read it now. It takes a minute.")
    return redirect(HERE)


@bp.post("/tutor/availability/calendars/<int:calendar_id>/remove")
@tutor_only
def remove_calendar(calendar_id: int) -> ResponseReturnValue:
    calendars.remove_calendar(the_person(), queries.own_calendar(the_person(), calendar_id))
    flash("The calendar is gone, and all that we read of it.")
    return redirect(HERE)


def _added(form: CalendarForm) -> str:
    """What was done, in words."""
    if form.file.data:
        with closing(form.file.data) as sent:
            calendars.add_file(the_person(), sent.read(LARGEST + 1))
        return "Read. Your busy times are kept, and nothing else of it."
    if not form.link.data:
        raise Refusal("Paste a link, or choose a file.", field="link")
    calendars.add_link(the_person(), form.link.data)
    return "Kept. We read it now, and every hour from now on."


def _page(
    hours: HoursForm | None = None,
    away: AwayForm | None = None,
    calendar: CalendarForm | None = None,
) -> ResponseReturnValue:
    """With the one form that was sent, if one was."""
    today, tutor = _today(), queries.tutor_of(the_person())
    page = render_template(
        "tutor/availability.html",
        week=week_of(tutor, today),
        has_said=bool(tutor and tutor.windows),
        away_lines=away_lines(queries.away_from(tutor, today)),
        calendars=calendar_lines(queries.calendars_of(tutor)),
        hours=hours or HoursForm(formdata=None, from_on=today),
        away=away or AwayForm(formdata=None),
        calendar=calendar or CalendarForm(formdata=None),
    )
    return page, next((form.status for form in (hours, away, calendar) if form), 200)


def _today() -> date:
    return clock.in_london(clock.now()).date()
