"""A tutor's desk: what they teach in the next two weeks."""

from datetime import timedelta

from flask import render_template

from recovery_college import clock
from recovery_college.accounts.access import the_person, tutor_only, tutor_or_desk
from recovery_college.attendance import feedback
from recovery_college.desks.views.desk import bp
from recovery_college.desks.week import AHEAD, weeks_of
from recovery_college.scheduling.proposals import waiting_for


@bp.get("/tutor")
@tutor_only
def tutor() -> str:
    now = clock.now()
    person, last = the_person(), now + AHEAD - timedelta(days=1)
    requests, times = waiting_for(person, now)
    return render_template(
        "desks/tutor.html",
        week=weeks_of(person, now),
        waiting=requests,
        times=times,
        told=feedback.told_to(person, now),
        now=now,
        last=last,
    )


@bp.get("/tutor/what-to-do-now")
@tutor_or_desk
def what_to_do_now() -> str:
    """The college's own words, and nothing of anybody: a phone keeps the page for where there is
    no signal.
    """
    return render_template("tutor/what-to-do-now.html")
