"""The first page of the office: what needs doing today."""

from flask import render_template

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.college.queries import college_on_pages
from recovery_college.desks.today import today_of
from recovery_college.desks.views.desk import bp


@bp.get("/office")
@desk_only
def today() -> str:
    now = clock.now()
    sections = today_of(the_person(), college_on_pages(), now)
    return render_template("office/today.html", now=now, sections=sections)
