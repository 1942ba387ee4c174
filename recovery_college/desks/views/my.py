"""A student's own desk: what is next for them."""

from flask import render_template

from recovery_college.accounts import queries
from recovery_college.accounts.access import signed_in, the_person
from recovery_college.desks.views.desk import bp


@bp.get("/my")
@signed_in
def my() -> str:
    person = the_person()
    return render_template("desks/my.html", person=person, yes=queries.yes_of(person))
