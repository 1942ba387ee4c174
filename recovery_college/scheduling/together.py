"""When everybody who teaches a session and a room are free together, in the weeks to come.

A constant number of questions, whatever they teach, and however full their calendars are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import String, bindparam, case, cast, func, select

from recovery_college.clock import in_london, london_instant
from recovery_college.college.rules import College
from recovery_college.courses.rules import Mode
from recovery_college.database import db
from recovery_college.scheduling import pairing
from recovery_college.scheduling.models import Room, Run, Session, Venue
from recovery_college.scheduling.rules import SessionKind, SessionState
from recovery_college.scheduling.rules.together import (
    AHEAD,
    InUse,
    Place,
    Search,
    Slot,
    Teacher,
    slots,
)
from recovery_college.scheduling.teaching import accepted_of, written_minutes_of
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.queries import availability_of, limits_of
from recovery_college.tutors.rules.free import (
    Availability,
    Lasting,
    Stretch,
    Window,
    free,
    joined,
    without,
)

BEFORE = timedelta(weeks=4)  # for which we look ahead of when the session is now
WEEK = timedelta(weeks=1)
A_DAY = timedelta(days=1)  # no session lasts longer, or all that ever were would be looked at
UNSAID = [Window(day, time(9), time(18), date.min) for day in range(5)]  # as the pages say


@dataclass(frozen=True)
class Sought:
    """For what a time is looked for: `session` is None for a meeting that is yet to be."""

    run: Run
    tutors: Sequence[Tutor]
    length: timedelta
    between: Stretch
    session: Session | None = None
    in_room: bool = True


def times_for(
    session: Session, college: College, now: datetime, also_busy: Collection[Lasting] = ()
) -> list[Slot]:
    """Where all who have said yes could have it instead, without changing places with another.

    `also_busy` are the times of whoever else should be able to come.
    """
    between = _in_its_place(session, _around(session, now))
    sought = Sought(
        run=session.run,
        tutors=[each.tutor for each in session.saying_yes],
        length=session.ends_at - session.starts_at,
        between=between,
        session=session,
        in_room=session.is_teaching or session.room_id is not None,
    )
    return [each for each in _found(sought, college, also_busy) if not _is_now(session, each)]


def times_to_meet(
    run: Run, tutors: Sequence[Tutor], length: timedelta, college: College, now: datetime
) -> list[Slot]:
    """For a meeting of those who teach the run, by phone or online."""
    between = Stretch(now, now + AHEAD)
    return _found(Sought(run, tutors, length, between, in_room=False), college, ())


def pair_of(run: Run) -> list[Tutor]:
    """Everybody who has said yes to one of its sessions, shadows or not."""
    found = {d.tutor_id: d.tutor for session in run.planned for d in session.saying_yes}
    return [found[id] for id in sorted(found)]


def _found(sought: Sought, college: College, also_busy: Collection[Lasting]) -> list[Slot]:
    between, term = sought.between, sought.run.term
    if between.starts_at >= between.ends_at:
        return []
    first, last = (in_london(at).date() for at in (between.starts_at, between.ends_at))
    search = Search(
        between=between,
        length=sought.length,
        usual=sought.session.starts if sought.session else None,
        term=(term.starts_on, term.ends_on),
        closed=college.closed_between(first, last),
        in_use=_in_use(sought),
    )
    found = slots(search, _teachers(sought), _places(sought), pairing.ways(college.travel_minutes))
    busy = joined(also_busy)
    return [each for each in found if without([each], busy) == [_span(each)]] if busy else found


def _teachers(sought: Sought) -> list[Teacher]:
    ids, between, term = [each.id for each in sought.tutors], sought.between, sought.run.term
    first, last = (in_london(at).date() for at in (between.starts_at, between.ends_at))
    since = min(first.replace(day=1) - WEEK, term.starts_on)
    until = max(last + timedelta(days=31), term.ends_on) + WEEK
    said = availability_of(ids, between)
    whole = Stretch(london_instant(since, time()), london_instant(until, time()))
    accepted = accepted_of(ids, whole, but=sought.session)
    capped = [each.id for each in sought.tutors if each.hours_a_month is not None]
    written = written_minutes_of(capped, since, until)
    return [
        Teacher(
            free=_free(said[each.id], between),
            accepted=accepted[each.id],
            limits=limits_of(each),
            written=written[each.id],
        )
        for each in sought.tutors
    ]


def _free(said: Availability, between: Stretch) -> list[Stretch]:
    """Who has not said when they can is free but for days away and busy times."""
    known = said if said.is_said else Availability(UNSAID, said.away, said.busy)
    return free(known, between)


def _places(sought: Sought) -> list[Place]:
    """The rooms that would do, the one it has now first, then those near it, then small ones."""
    if not sought.in_room:
        return [Place()]
    rooms = [row for row in db.session.execute(_ROOMS) if _does(row, sought)]
    if not rooms:  # online without a room is by its link; elsewhere there is nowhere to be
        return [Place()] if sought.run.mode is Mode.ONLINE else []
    now = sought.session.room_id if sought.session else None
    near = {row.venue_id for row in rooms if row.id == now} or {sought.run.venue_id}
    rooms.sort(
        key=lambda row: (row.id != now, row.venue_id not in near, row.places or 10_000, row.id)
    )
    return [Place(row.id, None if row.online else row.venue_id, _called(row)) for row in rooms]


def _called(row: Any) -> str:
    return f"{row.name}, {row.venue}"


_ROOMS = (
    select(Room.id, Room.name, Room.places, Room.venue_id, Venue.online)
    .add_columns(Venue.name.label("venue"))
    .join_from(Room, Venue)
)


def _does(row: Any, sought: Sought) -> bool:
    """Online or not, as it is now, and large enough."""
    if row.online is not (sought.run.mode is Mode.ONLINE):
        return False
    is_meeting = sought.session is not None and not sought.session.is_teaching
    return is_meeting or row.places is None or row.places >= sought.run.capacity


_IN_USE = (
    select(
        Session.starts_at,
        Session.ends_at,
        func.aggregate_strings(cast(Session.room_id, String), ","),
    )
    .where(
        Session.room_id.is_not(None),
        Session.live & Session.room_exclusive,
        Session.starts_at > bindparam("earliest"),
        Session.ends_at > bindparam("since"),
        Session.starts_at < bindparam("until"),
        Session.id != bindparam("but"),
    )
    .group_by(Session.starts_at, Session.ends_at)
)


def _in_use(sought: Sought) -> InUse:
    """Of thousands of sessions, as one row for all that begin and end together."""
    if not sought.in_room:
        return InUse()
    between, session = sought.between, sought.session
    asked: dict[str, object] = {"since": between.starts_at, "until": between.ends_at}
    asked["earliest"] = between.starts_at - A_DAY
    asked["but"] = session.id if session else 0
    rows = db.session.connection().execute(_IN_USE, asked).all()
    return InUse((Stretch(row[0], row[1]), _ids(row[2])) for row in rows)


@lru_cache(maxsize=1024)  # week after week the same rooms are in use at the same hour
def _ids(rooms: str) -> frozenset[int]:
    return frozenset(map(int, rooms.split(",")))


def _around(session: Session, now: datetime) -> Stretch:
    first = max(now, session.starts_at - BEFORE)
    return Stretch(first, first + AHEAD)


_NEIGHBOURS = select(
    func.max(case((Session.starts_at < bindparam("at"), Session.ends_at))),
    func.min(case((Session.starts_at > bindparam("at"), Session.starts_at))),
).where(
    Session.run_id == bindparam("run"),
    Session.id != bindparam("but"),
    Session.kind == SessionKind.TEACHING,
    Session.state == SessionState.PLANNED,
)


def _in_its_place(session: Session, between: Stretch) -> Stretch:
    """After the session before it in its run, and before the one after it."""
    if not session.is_teaching:
        return between
    asked = {"run": session.run_id, "but": session.id, "at": session.starts_at}
    before, after = db.session.execute(_NEIGHBOURS, asked).one()
    return Stretch(
        max(filter(None, (before, between.starts_at))),
        min(filter(None, (after, between.ends_at))),
    )


def _is_now(session: Session, slot: Slot) -> bool:
    return slot.starts_at == session.starts_at and slot.room_id == session.room_id


def _span(slot: Slot) -> Stretch:
    return Stretch(slot.starts_at, slot.ends_at)
