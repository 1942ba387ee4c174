"""A manager's desk for tutors' hours: who has confirmed, approving, and the sheet for payroll."""

from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import manager_only, the_person
from recovery_college.college.queries import the_college
from recovery_college.desks.hours import around, months_for_office, named, shown, state_of
from recovery_college.desks.payroll import as_csv, as_xlsx
from recovery_college.desks.views.desk import bp
from recovery_college.editing import print_of
from recovery_college.pages import Page, page_number
from recovery_college.tutors import queries
from recovery_college.tutors.commands import hours as commands
from recovery_college.tutors.models import HoursSheet
from recovery_college.tutors.rules import hours as rules

SIZE = 50
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/office/hours")
@manager_only
def office_hours() -> str:
    month = _month()
    found = months_for_office(the_person(), month, the_college(), clock.now())
    page = Page(page_number(request.args), SIZE, len(found))
    return render_template(
        "office/hours.html",
        around=around(month),
        tutors=found[page.offset : page.offset + SIZE],
        approved=sum(1 for each in found if each.sheet and each.sheet.approved_at),
        page=page,
    )


@bp.get("/office/hours/<int:sheet_id>")
@manager_only
def sheet(sheet_id: int) -> str:
    found = queries.sheet(sheet_id)
    return render_template(
        "office/hours-sheet.html",
        sheet=found,
        around=around(found.month),
        shown=shown(rules.month_kept(found.month, found.lines)),
        state=state_of(found),
        seen=print_of(found.confirmed_at),
        own=found.tutor.person_id == the_person().id,
    )


@bp.post("/office/hours/<int:sheet_id>/approve")
@manager_only
def approve_month(sheet_id: int) -> ResponseReturnValue:
    found = queries.sheet(sheet_id)
    commands.approve_month(the_person(), found, seen=request.args.get("seen", ""))
    flash(f"Approved: {found.tutor.person.name}, {named(found.month)}.")
    return redirect(_address(found.month))


@bp.post("/office/hours/<int:sheet_id>/open")
@manager_only
def open_month(sheet_id: int) -> ResponseReturnValue:
    found = queries.sheet(sheet_id)
    name, month = found.tutor.person.name, found.month
    commands.open_month(the_person(), found)
    flash(f"{named(month)} is open again for {name}. They are told, if they have e-mail.")
    return redirect(_address(month))


@bp.post("/office/hours.csv")
@manager_only
def hours_csv() -> ResponseReturnValue:
    return _download(as_csv, "csv", "text/csv")


@bp.post("/office/hours.xlsx")
@manager_only
def hours_xlsx() -> ResponseReturnValue:
    return _download(as_xlsx, "xlsx", SPREADSHEET)


def _download(
    made_of: Callable[[Iterable[HoursSheet]], bytes], ending: str, kind: str
) -> ResponseReturnValue:
    """It leaves the office, so it is a press and no link: the trail says who did it."""
    month = _month()
    content = made_of(commands.approved_for_payroll(the_person(), month))
    name = f"hours-{rules.in_address(month)}.{ending}"
    return send_file(BytesIO(content), kind, as_attachment=True, download_name=name)


def _month() -> date:
    """The one that the address asks for; else the one before, which is the one to approve."""
    today = clock.in_london(clock.now()).date()
    typed = request.args.get("month", "")
    return rules.month_asked(typed, rules.month_before(rules.month_of(today)))


def _address(month: date) -> str:
    return f"/office/hours?month={rules.in_address(month)}"
