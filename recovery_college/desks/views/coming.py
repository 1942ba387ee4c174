"""Somebody can't make a session: one press, on their own page or by the key in a reminder."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import signed_in, the_person, with_key
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import queries
from recovery_college.enrolment.commands import coming
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.offering import read_cannot_key
from recovery_college.errors import NotFound
from recovery_college.keys import our_secret
from recovery_college.scheduling import queries as sessions
from recovery_college.scheduling.models import Session

Place = tuple[Enrolment, Session]


@bp.get("/sessions/<int:session_id>/cannot-come")
@signed_in
def coming_or_not(session_id: int) -> str:
    """To whoever has no place on it, it is not there."""
    return _page(*_own(session_id), f"/sessions/{session_id}", by_key=False)


@bp.post("/sessions/<int:session_id>/cannot-come")
@signed_in
def cannot_come(session_id: int) -> ResponseReturnValue:
    coming.cannot_come(the_person(), *_own(session_id))
    return redirect(f"/sessions/{session_id}/cannot-come")


@bp.post("/sessions/<int:session_id>/can-come")
@signed_in
def can_come(session_id: int) -> ResponseReturnValue:
    coming.can_come(the_person(), *_own(session_id))
    return redirect(f"/sessions/{session_id}/cannot-come")


@bp.get("/cannot-come/<key>")
@with_key
def coming_or_not_by_key(key: str) -> str:
    """Nobody needs to sign in. Mail scanners open links too: only pressing says it."""
    return _page(*_by_key(key), f"/cannot-come/{key}", by_key=True)


@bp.post("/cannot-come/<key>")
@with_key
def cannot_come_by_key(key: str) -> ResponseReturnValue:
    found, session = _by_key(key)
    coming.cannot_come(queries.person_of(found), found, session)
    return redirect(f"/cannot-come/{key}")


@bp.post("/cannot-come/<key>/after-all")
@with_key
def can_come_by_key(key: str) -> ResponseReturnValue:
    found, session = _by_key(key)
    coming.can_come(queries.person_of(found), found, session)
    return redirect(f"/cannot-come/{key}")


def _own(session_id: int) -> Place:
    return queries.place_on(the_person(), session_id), sessions.session(session_id)


def _by_key(key: str) -> Place:
    enrolment_id, session_id = read_cannot_key(our_secret(), key)
    found, session = queries.enrolment(enrolment_id), sessions.session(session_id)
    if session.run_id != found.run_id:
        raise NotFound
    return found, session


def _page(found: Enrolment, session: Session, here: str, *, by_key: bool) -> str:
    return render_template(
        "desks/cannot-come.html",
        place=found,
        session=session,
        told=queries.has_told(found, session.id),
        may_say=coming.could_say(found, session, clock.now()),
        say=here if by_key else f"{here}/cannot-come",
        unsay=f"{here}/after-all" if by_key else f"{here}/can-come",
        by_key=by_key,
    )
