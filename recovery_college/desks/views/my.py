"""A student's own desk: what is next for them."""

from flask import render_template

from recovery_college import clock
from recovery_college.accounts import queries
from recovery_college.accounts.access import signed_in, the_person
from recovery_college.desks.places import mine_of
from recovery_college.desks.ticket import with_whom
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import places
from recovery_college.enrolment import queries as enrolment
from recovery_college.prospectus.panels import where


@bp.get("/my")
@signed_in
def my() -> str:
    person, now = the_person(), clock.now()
    session = places.next_session(person, now)
    return render_template(
        "desks/my.html",
        person=person,
        yes=queries.yes_of(person),
        session=session,
        with_whom=with_whom(session) if session else "",
        told_at=enrolment.told_at(person, session) if session else None,
        where=where(session.room) if session else "",
        mine=mine_of(places.own_places(person), now),
        today=clock.in_london(now).date(),
    )
