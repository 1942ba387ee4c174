"""What can be done about the sessions of a run; its line in the prospectus follows them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, changes
from recovery_college.errors import Refusal
from recovery_college.scheduling import notices, queries, rules
from recovery_college.scheduling.models import Room, Run, Session
from recovery_college.scheduling.rules import RunState, SessionState, alone, changing
from recovery_college.scheduling.rules.timetable import Span, span_on

OFF = ("state", "cancel_reason")


@dataclass(frozen=True)
class Meeting:
    """A session as the office lays it out, on the college's wall clock."""

    day: date
    starts: time
    ends: time
    room: Room | None


def add_session(actor: Person, run: Run, meeting: Meeting, college: College) -> Session:
    """One more. In a run that is published it promises its pair by the last possible day."""
    now = clock.now()
    with transaction():
        hold(run)
        _hold_room_for(run, meeting.room)
        span = span_on(meeting.day, meeting.starts, meeting.ends)
        number = max((each.number for each in run.sessions), default=0) + 1
        session = Session(number=number, starts_at=span.starts_at, ends_at=span.ends_at)
        session.room = meeting.room
        run.sessions.append(session)
        if run.state is RunState.PUBLISHED:
            _promise_at_the_latest(session, college, now)
        _follow(run)
        audit.record(actor, "added", session, fields=("run", "starts_at", "room"), at=now)
    return session


def move_session(actor: Person, session: Session, edit: Edit, college: College) -> None:
    """To another time, another room, or both; `edit` speaks of `day`, `starts`, `ends`, ..."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        changing.check_session_stands(session.state, session.starts_at, now)
        fields = changes(session, edit)
        meeting = _meeting(edit)
        span = span_on(meeting.day, meeting.starts, meeting.ends)
        changing.check_to_come(span.starts_at, now)
        session.link = str(edit.values["link"] or "")
        put_at(session, span, meeting.room, college, now)
        if fields:
            audit.record(actor, "moved", session, fields=fields, at=now)
            notices.session_moved(session, now)


def put_at(
    session: Session, span: Span, room: Room | None, college: College, now: datetime
) -> None:
    """Inside a transaction that holds the run and the session: it is the same one, elsewhere.

    Whatever its pair has been saying of another time is over.
    """
    _hold_room(session, room)
    if room is not session.room or span != Span(session.starts_at, session.ends_at):
        session.room_asked_at = session.room_confirmed_at = None
        session.drop_proposals(now)
    session.starts_at, session.ends_at = span.starts_at, span.ends_at
    session.room = room
    session.pair_by_on = rules.kept_promise(
        session.half, days=college.pair_by_days, today=clock.in_london(now).date()
    )
    _follow(session.run)


def cancel_session(actor: Person, session: Session, reason: str) -> None:
    """It will not be, and says so; its room and its tutors are free. `reason` is for the office."""
    now = clock.now()
    with transaction():
        run = session.run
        hold(run, session)
        changing.check_session_stands(session.state, session.starts_at, now)
        changing.check_one_stays(run.state, len(_others(session)))
        _call_off(session, reason, now)
        notices.session_cancelled(session, now)
        audit.record(actor, "cancelled", session, fields=OFF, at=now)


def write_off(actor: Person, session: Session, reason: str) -> None:
    """It did not happen, and whom it concerns knows: nobody is told."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        changing.check_has_begun(session.state, session.starts_at, now)
        _call_off(session, reason, now)
        audit.record(actor, "said was not held", session, fields=OFF, at=now)


def put_right(actor: Person, session: Session, day: date, starts: time, ends: time) -> None:
    """It was at another time than was planned, and that is over too: nobody is told."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        changing.check_has_begun(session.state, session.starts_at, now)
        span = span_on(day, starts, ends)
        changing.check_has_been(span.starts_at, now)
        session.starts_at, session.ends_at = span.starts_at, span.ends_at
        session.drop_proposals(now)
        _follow(session.run)
        audit.record(actor, "put right", session, fields=("starts_at", "ends_at"), at=now)


def remove_session(actor: Person, session: Session) -> None:
    """Take it out of a draft, as if it had never been planned."""
    now = clock.now()
    with transaction():
        run = session.run
        hold(run, session)
        changing.check_draft(run.state)
        changing.check_session_stands(SessionState.PLANNED, session.starts_at, now)
        audit.record(actor, "removed", session, fields=("run", "starts_at", "room"), at=now)
        notices.session_cancelled(session, now)
        run.sessions.remove(session)
        _follow(run)


def set_pair_by(actor: Person, session: Session, day: date, college: College) -> None:
    """Promise that the session's pair is known by that day."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        today = clock.in_london(now).date()
        rules.check_pair_by(session.starts_at, day, days=college.pair_by_days, today=today)
        session.pair_by_on = day
        audit.record(actor, "promised a pair for", session, fields=("pair_by_on",), at=now)


def room_asked_for(actor: Person, session: Session) -> None:
    """Whose room it is has been asked."""
    now = clock.now()
    with transaction():
        _hold_outside(session)
        session.room_asked_at, session.room_confirmed_at = now, None
        audit.record(actor, "asked for the room of", session, fields=("room",), at=now)


def room_confirmed(actor: Person, session: Session) -> None:
    """Whose room it is has said yes."""
    now = clock.now()
    with transaction():
        _hold_outside(session)
        session.room_asked_at = session.room_asked_at or now
        session.room_confirmed_at = now
        audit.record(actor, "confirmed the room of", session, fields=("room",), at=now)


def say_why_alone(
    actor: Person, session: Session, reason: str, words: str, college: College
) -> None:
    """Why it begins, or began, without its pair."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        today = clock.in_london(now).date()
        alone.check_may_say(session.pair, session.state, session.day, today)
        alone.check_reason(reason, college.alone_reasons.splitlines())
        session.alone_reason, session.alone_words = reason, words
        audit.record(actor, "said why alone", session, fields=("alone_reason",), at=now)


def promise_pairs(actor: Person, run: Run, college: College) -> int:
    """For every open session without a date, the last possible day; gives how many there were.

    Those for which that day has passed are left as they are.
    """
    now = clock.now()
    with transaction():
        hold(run)
        today = clock.in_london(now).date()
        lacking = [each for each in run.to_come(now) if each.lacks_a_promise]
        hold(*lacking)
        for session in lacking:
            latest = rules.latest_pair_by(session.starts_at, days=college.pair_by_days)
            if latest >= today:
                session.pair_by_on = latest
                audit.record(actor, "promised a pair for", session, fields=("pair_by_on",), at=now)
    return len([session for session in lacking if session.pair_by_on])


def _call_off(session: Session, reason: str, now: datetime) -> None:
    session.live, session.state, session.cancelled_at = False, SessionState.CANCELLED, now
    session.cancel_reason = reason
    session.drop_proposals(now)
    _follow(session.run)


def _promise_at_the_latest(session: Session, college: College, now: datetime) -> None:
    latest = rules.latest_pair_by(session.starts_at, days=college.pair_by_days)
    today = clock.in_london(now).date()
    rules.check_pair_by(session.starts_at, latest, days=college.pair_by_days, today=today)
    session.pair_by_on = latest


def _hold_outside(session: Session) -> None:
    hold(session.run, session)
    if session.room is None or not session.room.outside:
        raise Refusal("This room is the college\u2019s own: nobody needs to be asked.")


def _meeting(edit: Edit) -> Meeting:
    typed = cast(dict[str, Any], edit.values)
    room = queries.room(typed["room_id"]) if typed["room_id"] else None
    return Meeting(typed["day"], typed["starts"], typed["ends"], room)


def _hold_room(session: Session, room: Room | None) -> None:
    """Whoever comes fits into it. Students don't come to meetings."""
    if session.is_teaching:
        _hold_room_for(session.run, room)


def _hold_room_for(run: Run, room: Room | None) -> None:
    """The run fits into it, and it will not shrink meanwhile."""
    if room:
        hold(room)
        rules.check_fits(run.capacity, room.places)


def _others(session: Session) -> list[Session]:
    return [each for each in session.run.planned if each is not session]


def _follow(run: Run) -> None:
    run.follow_sessions()
    db.session.flush()
