"""Which sessions lack a half of their pair, and what else the office must look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Date,
    Row,
    ScalarSelect,
    Select,
    String,
    Subquery,
    bindparam,
    case,
    func,
    literal,
    select,
    text,
    type_coerce,
    union_all,
)

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.models import Course
from recovery_college.database import Instant, db, in_all
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import (
    CoverCall,
    Delivery,
    Run,
    Session,
    Term,
    TimeProposal,
)
from recovery_college.scheduling.rules import (
    CoverState,
    DeliveryState,
    ProposalState,
    RunState,
    SessionState,
)
from recovery_college.tutors.models import Tutor

# Written out, so that either database sees that its partial index fits.
UNPAIRED = text("NOT session.paired AND session.state = 'planned' AND session.kind = 'teaching'")
UNTAKEN = text("NOT session.taken AND session.state = 'planned' AND session.kind = 'teaching'")
ALONE_FOR = timedelta(days=28)  # for which a session that began alone asks for a reason
TAKEN_WITHIN = timedelta(days=1)  # of its end is a register taken
DRAFT_WITHIN = timedelta(weeks=6)  # before its term a run is to be in the prospectus


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
    rows = db.session.connection().execute(_lacking(most), {"now": now, "today": today}).all()
    return Lacking(rows, rows[0].total, rows[0].late) if rows else Lacking([], 0, 0)


@lru_cache
def _lacking(most: int) -> Select[Any]:
    """Built once, for building it costs more than asking it."""
    today = bindparam("today", type_=Date)
    late = func.coalesce(Session.pair_by_on, today) < today
    asked = (
        select(Session.id, Session.run_id, Session.starts_at, Session.pair_by_on)
        .add_columns(late.label("late"))
        .join_from(Session, Run)
        .where(Run.state == RunState.PUBLISHED, UNPAIRED, Session.starts_at > bindparam("now"))
    )
    found = (
        asked.add_columns(in_all(asked), in_all(asked.where(late)).label("late_in_all"))
        .order_by(case((late, 0), else_=1), Session.starts_at, Session.id)
        .limit(most)
        .subquery()
    )
    return (
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


class Matter(StrEnum):
    """What the office must look at besides halves that are open."""

    UNANSWERED = "unanswered"
    NO_COVER = "no_cover"
    ALONE = "alone"
    PICKED = "picked"
    UNTAKEN = "untaken"
    DRAFT = "drafts"


def matters(now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Requests whose time is over, cover that nobody gave, sessions of these weeks that began
    without their pair and without a reason, times that a pair has picked, registers that nobody
    took within a day, the newest first, and runs that are not in the prospectus: `most` of each.

    A row has `kind`, `id` of the session or, of a draft, the run, `title`, `starts_at`, `name` of
    the tutor or the term, and as `total` how many there are of its kind.
    """
    today = in_london(now).date()
    asked = {"now": now, "since": now - ALONE_FOR, "over": now - TAKEN_WITHIN}
    asked_of_days = {"today": today, "soon": today + DRAFT_WITHIN}
    return db.session.connection().execute(_matters(most), asked | asked_of_days).all()


@lru_cache
def _matters(most: int) -> CompoundSelect[Any]:
    """Built once, for building it costs more than asking it."""
    now = bindparam("now", type_=Instant)
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
        Session.starts_at.between(bindparam("since"), now),
    )
    with_times = select(TimeProposal.session_id).where(TimeProposal.state == ProposalState.PICKED)
    picked = _matter(Matter.PICKED, literal("")).where(Session.id.in_(with_times), *standing)
    soonest = (Session.starts_at, Session.id)
    return union_all(
        *(_few(most, part, *soonest) for part in (asked, picked)),
        *(_first(most, part, *soonest) for part in (covered, alone)),
        _first(most, _untaken(), Session.ends_at.desc(), Session.id.desc()),
        _first(most, _drafts(), Term.starts_on, Run.starts_at, Run.id),
    )


def _few(most: int, part: Select[Any], *order: Any) -> Select[Any]:
    """Counted by a window, or SQLite would walk through all sessions in this order for them."""
    counted = part.add_columns(func.count().over().label("total"))
    return select(counted.order_by(*order).limit(most).subquery())


def _first(most: int, part: Select[Any], *order: Any) -> Select[Any]:
    return select(part.add_columns(in_all(part)).order_by(*order).limit(most).subquery())


def _untaken() -> Select[Any]:
    """By the index of such sessions."""
    over = Session.ends_at <= bindparam("over", type_=Instant)
    return _matter(Matter.UNTAKEN, literal("")).where(UNTAKEN, over, Run.state != RunState.DRAFT)


def _drafts() -> Select[Any]:
    """Of a term that runs or begins soon; by its index."""
    today = bindparam("today", type_=Date)
    near = (Term.starts_on <= bindparam("soon", type_=Date), Term.ends_on >= today)
    return (
        select(literal(Matter.DRAFT.value).label("kind"), Run.id, Course.title, Run.starts_at)
        .add_columns(Term.name)
        .join_from(Run, Course)
        .join(Term)
        .where(Run.state == RunState.DRAFT, *near)
    )


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


def cover_call(id: int) -> CoverCall:
    found = db.session.get(CoverCall, id)
    if found is None:
        raise NotFound
    return found


def _matter(kind: Matter, name: Any) -> Select[Any]:
    return (
        select(literal(kind.value).label("kind"), Session.id, Course.title)
        .add_columns(Session.starts_at, type_coerce(name, String).label("name"))
        .join_from(Session, Run)
        .join(Course)
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
