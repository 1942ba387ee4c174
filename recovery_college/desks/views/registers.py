"""The office and its registers: the state of each, and who came without a place."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts import queries as people
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.accounts.models import Person
from recovery_college.attendance import attention, following
from recovery_college.attendance import queries as sessions
from recovery_college.attendance.commands import checking, welcoming
from recovery_college.college.queries import the_college
from recovery_college.desks.checking import lines_of as checked_lines_of
from recovery_college.desks.forms.people import FindForm
from recovery_college.desks.registers import lines_of
from recovery_college.desks.views.desk import bp
from recovery_college.formatting import count
from recovery_college.forms import CollegeForm
from recovery_college.pages import Page, page_number

SIZE, MOST_FOUND = 50, 20


@bp.get("/office/registers")
@desk_only
def registers() -> str:
    now = clock.now()
    page = Page(page_number(request.args), SIZE, attention.count_registers(now))
    rows = attention.page_of_registers(now, first=page.offset, size=SIZE)
    return render_template("office/registers.html", lines=lines_of(rows, now), page=page)


@bp.get("/office/welcomes")
@desk_only
def welcomes() -> str:
    page = Page(page_number(request.args), SIZE, attention.count_welcomes())
    rows = attention.welcomes(first=page.offset, size=SIZE)
    return render_template("office/welcomes.html", rows=rows, page=page)


@bp.get("/office/welcomes/<int:welcome_id>")
@desk_only
def welcomed(welcome_id: int) -> str:
    """Who of that name the college knows, or of any other that is typed."""
    found = attention.unsettled_welcome(welcome_id)
    question = request.args.get("q", found.name)
    asked = _known_as(question) if question else []
    form = FindForm(formdata=None, q=question)
    return render_template("office/welcome.html", welcome=found, form=form, people=asked)


@bp.post("/office/welcomes/<int:welcome_id>/person/<int:person_id>")
@desk_only
def it_is_them(welcome_id: int, person_id: int) -> ResponseReturnValue:
    viewer, found = the_person(), attention.unsettled_welcome(welcome_id)
    welcoming.settle(viewer, found, people.person_for(viewer, person_id))
    flash("Written down. The name as it was typed is gone.")
    return redirect("/office/welcomes")


@bp.post("/office/welcomes/<int:welcome_id>/leave")
@desk_only
def leave_at_count(welcome_id: int) -> ResponseReturnValue:
    welcoming.settle(the_person(), attention.unsettled_welcome(welcome_id), None)
    flash("Left at the count. The name as it was typed is gone.")
    return redirect("/office/welcomes")


@bp.route("/office/sessions/<int:session_id>/checking", methods=["GET", "POST"])
@desk_only
def checking_they_are_ok(session_id: int) -> ResponseReturnValue:
    """Who would be written to, who was, and whom to call."""
    session, form = sessions.session_of_office(session_id), CollegeForm()
    if form.validate_on_submit():
        asked = checking.ask_whether_ok(the_person(), session, the_college())
        flash(f"{count(asked, 'person', 'people')} asked." if asked else "All of them were asked.")
        return redirect(f"/office/sessions/{session_id}/checking")
    found = following.unheard_on(session, the_college())
    lines = checked_lines_of(found, the_person())
    return render_template(
        "office/checking.html",
        session=session,
        people=lines,
        written=sum(each.is_written for each in lines),
        is_done=all(each.is_asked for each in lines),
        calls=[each for each in lines if each.why],
    )


def _known_as(question: str) -> Sequence[Person]:
    return people.page_of_people(the_person(), question, first=0, size=MOST_FOUND)
