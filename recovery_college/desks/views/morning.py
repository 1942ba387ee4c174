"""The morning on which a tutor can't come: ask for cover, or call it off and see who knows."""

from flask import flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person, with_key
from recovery_college.college.queries import the_college
from recovery_college.desks.forms.runs import CallOffForm
from recovery_college.desks.morning import SECONDS, morning_of, ways_of
from recovery_college.desks.views.desk import bp
from recovery_college.desks.views.runs import with_reasons
from recovery_college.enrolment import queries
from recovery_college.enrolment.commands import dates, today
from recovery_college.enrolment.offering import read_heard_key
from recovery_college.enrolment.rules.today import is_today
from recovery_college.errors import NotFound
from recovery_college.formatting import count
from recovery_college.forms import CollegeForm
from recovery_college.keys import our_secret
from recovery_college.scheduling import pairing
from recovery_college.scheduling import queries as sessions
from recovery_college.scheduling.commands import covering
from recovery_college.scheduling.rules import SessionState


@bp.route("/office/sessions/<int:session_id>/off", methods=["GET", "POST"])
@desk_only
def not_today(session_id: int) -> ResponseReturnValue:
    """Who would hear of it, and how; one press tells them."""
    found, form = sessions.session(session_id), with_reasons(CallOffForm())
    if form.validate_on_submit():
        dates.call_off_today(the_person(), found, form.reason.data, the_college())
        return redirect(f"/office/sessions/{session_id}/today")
    if not form.is_submitted():  # on such a morning one press less counts; the list begins with it
        form.reason.data = next(iter(the_college().cancel_reasons.splitlines()), "")
    placed = queries.placed(found.run)
    page = render_template(
        "office/not-today.html",
        session=found,
        form=form,
        students=len(placed),
        ways=ways_of(placed),
        is_today=found.is_teaching and is_today(found.starts_at, clock.now()),
    )
    return page, form.status


@bp.post("/office/requests/<int:delivery_id>/cover")
@desk_only
def cover_for(delivery_id: int) -> ResponseReturnValue:
    """They step back, and those who could take their side are asked."""
    delivery = pairing.delivery(delivery_id)
    call = covering.cover_for(the_person(), delivery, the_college())
    session = delivery.session
    asked = len([each for each in session.standing if each.cover_id == call.id])
    flash(f"{count(asked, 'tutor')} asked." if asked else "Nobody who could was left to ask.")
    return redirect(f"/office/sessions/{session.id}")


@bp.get("/office/sessions/<int:session_id>/today")
@desk_only
def who_knows(session_id: int) -> ResponseReturnValue:
    """It looks again by itself, unless somebody would rather that it stood still."""
    found, now = sessions.session(session_id), clock.now()
    morning = morning_of(the_person(), found, now)
    looks_again = not morning.is_over and found.starts_at > now and "still" not in request.args
    page = make_response(
        render_template(
            "office/who-knows.html",
            session=found,
            morning=morning,
            now=now,
            looks_again=looks_again,
            is_off=found.state is SessionState.CANCELLED,
        )
    )
    if looks_again:
        page.headers["Refresh"] = str(SECONDS)
    return page


@bp.post("/office/sessions/<int:session_id>/today/<int:enrolment_id>")
@desk_only
def told_in_person(session_id: int, enrolment_id: int) -> ResponseReturnValue:
    person = the_person()
    found = queries.enrolment_for(person, enrolment_id)
    today.told_in_person(person, found, session_id)
    return redirect(f"/office/sessions/{session_id}/today")


@bp.route("/heard/<key>", methods=["GET", "POST"])
@with_key
def heard(key: str) -> ResponseReturnValue:
    """Nobody needs to sign in. Mail scanners open links too: only pressing says it."""
    enrolment_id, session_id = read_heard_key(our_secret(), key)
    found, form = queries.enrolment(enrolment_id), CollegeForm()
    session = sessions.session(session_id)
    if session.run_id != found.run_id:
        raise NotFound
    if form.validate_on_submit():
        today.say_they_know(found, session_id)
        return redirect(f"/heard/{key}")
    rows = queries.messages_today(found, session_id)
    knows = any(each.heard_at for each in rows)
    return render_template("desks/heard.html", session=session, form=form, knows=knows)
