"""Which sessions lack a half of their pair, who is asked, a tutor's week and their day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Row,
    ScalarSelect,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    text,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.clock import in_london, london_instant
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import (
    CoverCall,
    Delivery,
    Room,
    Run,
    Session,
    Term,
    TimeProposal,
    TravelTime,
    Venue,
)
from recovery_college.scheduling.rules import (
    CoverState,
    DeliveryState,
    ProposalState,
    RunState,
    SessionState,
)
from recovery_college.scheduling.rules.timetable import Span
from recovery_college.scheduling.teaching import accepted_of, written_minutes_of
from recovery_college.tutors.models import Teaches, Tutor, TutorSide
from recovery_college.tutors.rules import Step
from recovery_college.tutors.rules.limits import Booked, Roads, Standing

# Written out, so that either database sees that its partial index fits.
UNPAIRED = text("NOT session.paired AND session.state = 'planned' AND session.kind = 'teaching'")
ALONE_FOR = timedelta(days=28)  # for which a session that began alone asks for a reason
STANDING = (DeliveryState.ASKED, DeliveryState.ACCEPTED)


@dataclass(frozen=True)
class Lacking:
    """Some of the sessions to come that lack a half; how many all are, how many of them late.

    A row has `session_id`, `title`, `starts_at`, `pair_by_on`, and the name of whoever is
    confirmed as `lived` and as `professional`.
    """

    rows: Sequence[Row[Any]]
    total: int
    late: int


def lacking(now: datetime, today: date, *, most: int) -> Lacking:
    """Of published runs: those whose pair-by date has passed first, then by when they meet."""
    late = func.coalesce(Session.pair_by_on, today) < today
    found = (
        select(Session.id, Session.run_id, Session.starts_at, Session.pair_by_on)
        .add_columns(late.label("late"))
        .add_columns(
            func.count().over().label("total"),
            func.sum(case((late, 1), else_=0)).over().label("late_in_all"),
        )
        .join_from(Session, Run)
        .where(Run.state == RunState.PUBLISHED, UNPAIRED, Session.starts_at > now)
        .order_by(case((late, 0), else_=1), Session.starts_at, Session.id)
        .limit(most)
        .subquery()
    )
    asked = (
        select(found.c.id.label("session_id"), Course.title, found.c.starts_at)
        .add_columns(found.c.pair_by_on, found.c.total, found.c.late_in_all.label("late"))
        .add_columns(
            _confirmed(found, Side.LIVED).label("lived"),
            _confirmed(found, Side.PROFESSIONAL).label("professional"),
        )
        .join_from(found, Run, Run.id == found.c.run_id)
        .join(Course)
        .order_by(case((found.c.late, 0), else_=1), found.c.starts_at, found.c.id)
    )
    rows = db.session.execute(asked).all()
    return Lacking(rows, rows[0].total, rows[0].late) if rows else Lacking([], 0, 0)


def drafts(today: date, *, within: timedelta, most: int) -> Sequence[Row[Any]]:
    """Runs that are not in the prospectus, of a term that runs or begins soon."""
    return db.session.execute(
        select(Run.id, Course.title, Run.starts_at)
        .add_columns(Term.name.label("term"), func.count().over().label("total"))
        .join_from(Run, Course)
        .join(Term)
        .where(
            Run.state == RunState.DRAFT,
            Term.starts_on <= today + within,
            Term.ends_on >= today,
        )
        .order_by(Term.starts_on, Run.starts_at, Run.id)
        .limit(most)
    ).all()


def sessions_taught_by(person: Person, since: datetime, *, most: int) -> Sequence[Session]:
    """Those that they have accepted or are asked for, in order, with both halves of the pair."""
    theirs = (
        select(Delivery.session_id)
        .join(Tutor)
        .where(Tutor.person_id == person.id, Delivery.state.in_(STANDING))
    )
    return db.session.scalars(
        select(Session)
        .where(Session.id.in_(theirs), Session.starts_at >= since)
        .where(Session.live | (Session.state == SessionState.CANCELLED))
        .options(
            joinedload(Session.run).joinedload(Run.course).joinedload(Course.strand),
            joinedload(Session.room).joinedload(Room.venue),
            selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(most)
    ).all()


def requests_to(person: Person, now: datetime) -> Sequence[Delivery]:
    """What they are asked for and have not answered, by run and time."""
    asked = _deliveries().where(
        Tutor.person_id == person.id,
        Delivery.state == DeliveryState.ASKED,
        Delivery.live,
        Delivery.starts_at > now,
    )
    return db.session.scalars(asked).all()


def requests_of_run(tutor_id: int, run_id: int, now: datetime) -> Sequence[Delivery]:
    """What one tutor is asked for in one run, or has said yes to."""
    asked = _deliveries().where(
        Delivery.tutor_id == tutor_id,
        Session.run_id == run_id,
        Delivery.live,
        Delivery.state.in_(STANDING),
        Delivery.starts_at > now,
    )
    return db.session.scalars(asked).all()


def ever_asked(person: Person, run_id: int | None = None) -> Sequence[Delivery]:
    """All that they were asked for, whatever has become of it: an answer may come too late."""
    asked = _deliveries().where(Tutor.person_id == person.id)
    if run_id is not None:
        asked = asked.where(Session.run_id == run_id)
    return db.session.scalars(asked).all()


def delivery(id: int) -> Delivery:
    found = db.session.scalar(_deliveries().where(Delivery.id == id))
    if found is None:
        raise NotFound
    return found


def own_delivery(person: Person, id: int) -> Delivery:
    """Their own, or not there."""
    found = delivery(id)
    if found.tutor.person_id != person.id:
        raise NotFound
    return found


def own_promise(person: Person, session_id: int) -> Delivery:
    """With which they have said yes to a session, or not there."""
    theirs = (Delivery.session_id == session_id, Tutor.person_id == person.id)
    found = db.session.scalars(
        _deliveries().where(*theirs, Delivery.state == DeliveryState.ACCEPTED)
    ).first()
    if found is None:
        raise NotFound
    return found


class Matter(StrEnum):
    """What the office must look at besides halves that are open."""

    UNANSWERED = "unanswered"
    NO_COVER = "no_cover"
    ALONE = "alone"
    PICKED = "picked"


def matters(now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Requests whose time is over, cover that nobody gave, sessions of these weeks that began
    without their pair and without a reason, times that a pair has picked: `most` of each.

    A row has `kind`, `session_id`, `title`, `starts_at`, `name`, and as `total` how many there
    are of its kind.
    """
    standing = (Session.state == SessionState.PLANNED, Session.starts_at > now)
    asked = (
        _matter(Matter.UNANSWERED, Person.name)
        .join(Delivery, Delivery.session_id == Session.id)
        .join(Tutor, Delivery.tutor_id == Tutor.id)
        .join(Person, Tutor.person_id == Person.id)
        .where(text("delivery.state = 'asked'"), Delivery.answer_by <= now, *standing)
    )
    covered = (
        _matter(Matter.NO_COVER, CoverCall.side)
        .join(CoverCall, CoverCall.session_id == Session.id)
        .where(CoverCall.state == CoverState.GIVEN_UP, UNPAIRED, Session.starts_at > now)
    )
    alone = _matter(Matter.ALONE, literal("")).where(
        UNPAIRED,
        Run.state == RunState.PUBLISHED,
        Session.alone_reason == "",
        Session.starts_at.between(now - ALONE_FOR, now),
    )
    picked = _matter(Matter.PICKED, literal("")).join(
        TimeProposal, TimeProposal.session_id == Session.id
    )
    picked = picked.where(TimeProposal.state == ProposalState.PICKED, *standing)
    parts = [
        select(part.order_by(Session.starts_at, Session.id).limit(most).subquery())
        for part in (asked, covered, alone, picked)
    ]
    return db.session.execute(union_all(*parts)).all()


def _matter(kind: Matter, name: Any) -> Select[Any]:
    return (
        select(literal(kind.value).label("kind"), Session.id.label("session_id"), Course.title)
        .add_columns(Session.starts_at, type_coerce(name, String).label("name"))
        .add_columns(func.count().over().label("total"))
        .join_from(Session, Run)
        .join(Course)
    )


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked: `teaches` says how far they are with the course."""

    tutor_id: int
    name: str
    teaches: Step | None
    is_busy: bool


def candidates(session: Session, side: Side | None) -> list[Candidate]:
    """Everybody who brings the side; who teaches the course and is free comes first."""
    busy = (
        select(Delivery.id)
        .where(
            Delivery.tutor_id == Tutor.id,
            Delivery.live,
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.starts_at < session.ends_at,
            Delivery.ends_at > session.starts_at,
        )
        .exists()
    )
    teaches = and_(Teaches.tutor_id == Tutor.id, Teaches.course_id == session.run.course_id)
    asked = (
        select(Tutor.id, Person.name, Teaches.step, busy.label("busy"))
        .join_from(Tutor, Person)
        .outerjoin(Teaches, teaches)
        .where(Person.role_rows.any(RoleGiven.role == Role.TUTOR))
        .order_by(busy, Teaches.step.is_(None), Person.name, Tutor.id)
    )
    if side is not None:
        asked = asked.where(Tutor.sides.any(TutorSide.side == side))
    return [Candidate(*row) for row in db.session.execute(asked)]


def tutor(id: object) -> Tutor:
    asked = select(Tutor).where(Tutor.id == id)
    found = db.session.scalar(asked.options(joinedload(Tutor.person), selectinload(Tutor.sides)))
    if found is None:
        raise NotFound
    return found


def leads(person: Person, course_id: int) -> bool:
    """Whether they lead the course, and so may ask others to teach it too."""
    asked = (
        select(Teaches.course_id)
        .join(Tutor, Teaches.tutor_id == Tutor.id)
        .where(
            Tutor.person_id == person.id,
            Teaches.course_id == course_id,
            Teaches.step == Step.LEADING,
        )
    )
    return db.session.scalar(asked) is not None


def roads(usual: int) -> Roads:
    """How far venues are apart, and what they are called."""
    names = {row[0]: row[1] for row in db.session.execute(select(Venue.id, Venue.name))}
    return replace(ways(usual), names=names)


def ways(usual: int) -> Roads:
    """How far venues are apart, without their names."""
    asked = select(TravelTime.venue_id, TravelTime.other_id, TravelTime.minutes)
    return Roads({(row[0], row[1]): row[2] for row in db.session.execute(asked)}, usual=usual)


def booked(session: Session) -> Booked:
    room = session.room
    away = room is not None and not room.venue.online
    return Booked(session.starts_at, session.ends_at, room.venue_id if room and away else None)


def standing_of(tutor: Tutor, session: Session) -> Standing:
    return standings_of([tutor.id], session)[tutor.id]


def standings_of(tutor_ids: Collection[int], session: Session) -> dict[int, Standing]:
    """What else each has accepted in its term and around its month; hours besides."""
    term, day = session.run.term, in_london(session.starts_at).date()
    month = day.replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    first = min(term.starts_on, month) - timedelta(days=7)
    last = max(term.ends_on, next_month) + timedelta(days=7)
    between = Span(london_instant(first, time()), london_instant(last, time()))
    accepted = accepted_of(tutor_ids, between, but=session)
    written = written_minutes_of(tutor_ids, month, next_month - timedelta(days=1))
    days = (term.starts_on, term.ends_on)
    return {id: Standing(accepted[id], days, written[id][month]) for id in tutor_ids}


def _deliveries() -> Select[Delivery]:
    whole = joinedload(Delivery.session).options(
        joinedload(Session.run).options(joinedload(Run.course), joinedload(Run.term)),
        joinedload(Session.room).joinedload(Room.venue),
        selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
    )
    return (
        select(Delivery)
        .join(Session, Delivery.session_id == Session.id)
        .join(Tutor, Delivery.tutor_id == Tutor.id)
        .options(whole, joinedload(Delivery.tutor).joinedload(Tutor.person))
        .order_by(Session.run_id, Delivery.starts_at, Delivery.id)
    )


def _confirmed(sessions: Subquery, side: Side) -> ScalarSelect[str]:
    return (
        select(func.min(Person.name))
        .join_from(Delivery, Tutor)
        .join(Person, Tutor.person_id == Person.id)
        .where(
            Delivery.session_id == sessions.c.id,
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.side == side,
            Delivery.shadowing.is_(False),
        )
        .scalar_subquery()
    )


def cover_call(id: int) -> CoverCall:
    found = db.session.get(CoverCall, id)
    if found is None:
        raise NotFound
    return found


def late_halves(now: datetime, today: date) -> Sequence[Session]:
    """Of published runs: to come, lacking a half, and the day to know it has passed."""
    return db.session.scalars(
        select(Session)
        .join(Run)
        .where(
            Run.state == RunState.PUBLISHED,
            UNPAIRED,
            Session.starts_at > now,
            Session.pair_by_on < today,
        )
        .order_by(Session.starts_at, Session.id)
    ).all()
