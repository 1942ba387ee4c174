"""The office's list of mail that came in to the address that invites come from."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import desk_only, the_person
from recovery_college.accounts.queries import hidden_from
from recovery_college.calendars import answers as queries
from recovery_college.desks.answers import line_of
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment.commands import replying
from recovery_college.pages import Page, page_number

SIZE = 50


@bp.get("/office/messages/answers")
@desk_only
def answers() -> str:
    hidden = hidden_from(the_person())
    page = Page(page_number(request.args), SIZE, queries.count_all(hidden))
    found = queries.page_of(hidden, first=page.offset, size=SIZE)
    lines = [line_of(each) for each in found]
    return render_template("office/answers.html", lines=lines, page=page)


@bp.post("/office/messages/answers/<int:mail_id>/seen")
@desk_only
def answer_seen(mail_id: int) -> ResponseReturnValue:
    viewer = the_person()
    replying.see(viewer, queries.mail_at(mail_id, hidden_from(viewer)))
    flash("Written down: somebody has looked at it.")
    return redirect("/office/messages/answers")
