"""What must always be true of places. Each check gives the rows that break it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select

from recovery_college import clock
from recovery_college.calendars.behind import differs
from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.courses.rules import Mode
from recovery_college.database import db
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import THREAD, Adjustment, Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.models.places import LONG_AGO
from recovery_college.enrolment.rules import (
    HELD,
    LIVE,
    PoolKind,
    State,
    Supporter,
    is_reachable,
)
from recovery_college.enrolment.rules.why import Why
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run, Session

ENDS = (State.GIVEN_UP, State.EXPIRED, State.CANCELLED)
A_YEAR = timedelta(days=365)


def _too_many() -> list[str]:
    return _pools(Pool.held > Pool.capacity)


def _miscounted() -> list[str]:
    """Counted anew from the rows: places of each pool, and chairs of each run."""
    takes = case((Enrolment.supporter == Supporter.PLACE, 2), else_=1)
    holds = Enrolment.state.in_(HELD)
    places = select(func.coalesce(func.sum(takes), 0)).where(Enrolment.pool_id == Pool.id, holds)
    sits = and_(Enrolment.run_id == Pool.run_id, Enrolment.supporter == Supporter.CHAIR, holds)
    chairs = select(func.count(Enrolment.id)).where(sits)
    is_chairs = Pool.kind == PoolKind.CHAIRS
    counted = case((is_chairs, chairs.scalar_subquery()), else_=places.scalar_subquery())
    return _pools(Pool.held != counted)


def _pools(broken: ColumnElement[bool]) -> list[str]:
    return [f"pool:{id}" for id in db.session.scalars(_ids(Pool.id, broken))]


def _ids(id: Any, broken: ColumnElement[bool]) -> Any:
    return select(id).where(broken).order_by(id)


def _shared_out_wrongly() -> list[str]:
    """The places by link of a hybrid run are beside its capacity."""
    main = case((Run.mode == Mode.ONLINE, PoolKind.LINK), else_=PoolKind.ROOM)
    of_run = and_(Pool.run_id == Run.id, Pool.kind.in_((main, PoolKind.SET_ASIDE)))
    places = select(func.coalesce(func.sum(Pool.capacity), 0)).where(of_run).scalar_subquery()
    return [f"run:{id}" for id in db.session.scalars(_ids(Run.id, places != Run.capacity))]


def _offers_without_end() -> list[str]:
    lacking = or_(Enrolment.answer_by.is_(None), Enrolment.offered_by.is_(None))
    broken = and_(Enrolment.state == State.OFFERED, lacking)
    return [f"enrolment:{id}" for id in db.session.scalars(_ids(Enrolment.id, broken))]


def _free_while_somebody_waits() -> list[str]:
    """Before the cut-off, from which on the office phones. Only runs with both are looked at."""
    college = the_college()
    if college.mail_paused:
        return []
    last = clock.now() + timedelta(hours=college.last_offer_hours)
    runs = (queries.run_to_enrol(id) for id in queries.runs_to_fill(last))
    return [f"run:{run.id}" for run in runs if queries.next_on(run, college) is not None]


def _twice_on_a_run() -> list[str]:
    live = select(Enrolment.run_id).where(
        Enrolment.state.in_(LIVE), Enrolment.person_id.is_not(None)
    )
    twice = live.group_by(Enrolment.run_id, Enrolment.person_id).having(func.count() > 1)
    return [f"run:{id}" for id in db.session.scalars(twice.order_by(Enrolment.run_id))]


def _off_the_table() -> list[str]:
    broken = []
    for (id, state), rows in groupby(_steps(), lambda row: (row.id, row.state)):
        states = [row.step for row in rows if row.step is not None]
        if not is_reachable(states) or states[-1] is not state:
            broken.append(f"enrolment:{id}")
    return broken


def _steps() -> Iterator[Row[Any]]:
    steps = (
        select(Enrolment.id, Enrolment.state, EnrolmentStep.state.label("step"))
        .outerjoin(EnrolmentStep)
        .order_by(Enrolment.id, EnrolmentStep.id)
    )
    return iter(db.session.execute(steps))


def _spans_wrong() -> list[str]:
    """The database keeps them step by step; here they are read anew from all steps."""
    by_workbook = case((EnrolmentStep.why == Why.WORKBOOK, LONG_AGO), else_=EnrolmentStep.at)
    spans = {
        Enrolment.held_from: func.min(case((EnrolmentStep.state == State.CONFIRMED, by_workbook))),
        Enrolment.offered_at: func.min(
            case((EnrolmentStep.state == State.OFFERED, EnrolmentStep.at))
        ),
        Enrolment.ended_at: func.max(case((EnrolmentStep.state.in_(ENDS), EnrolmentStep.at))),
    }
    wrong = (
        select(Enrolment.id)
        .outerjoin(EnrolmentStep)
        .group_by(Enrolment.id)
        .having(or_(*(kept.is_distinct_from(said) for kept, said in spans.items())))
        .order_by(Enrolment.id)
    )
    return [f"enrolment:{id}" for id in db.session.scalars(wrong)]


def _untold() -> list[str]:
    """Nothing that was imported sends a message, and messages are not kept for ever."""
    kept_since = clock.now() - the_college().keep_messages_years * A_YEAR
    told = ((State.CONFIRMED, "place_confirmed:"), (State.OFFERED, "place_offered:"))
    untold = or_(*(_not_told(state, notice) for state, notice in told))
    lacking = (
        select(Enrolment.id)
        .join(EnrolmentStep)
        .where(
            Enrolment.person_id.is_not(None),
            EnrolmentStep.why != Why.WORKBOOK,
            EnrolmentStep.at > kept_since,
            untold,
        )
    )
    ids = db.session.scalars(lacking.distinct().order_by(Enrolment.id))
    return [f"enrolment:{id}" for id in ids]


def _not_told(state: State, notice: str) -> ColumnElement[bool]:
    message = exists().where(OutboxMessage.key == notice + Enrolment.uid)
    return and_(EnrolmentStep.state == state, ~message)


def _out_of_step() -> list[str]:
    """Those of a place that is behind are about to follow."""
    wrong = (
        select(Entry.id)
        .join(Enrolment, Entry.holder == THREAD + Enrolment.uid)
        .join(Session, Session.id == Entry.session_id)
        .where(Entry.cancelled_at.is_(None), Entry.ends_at > clock.now(), ~Enrolment.behind)
        .where(or_(Enrolment.state != State.CONFIRMED, differs()))
    )
    return [f"calendar_entry:{id}" for id in db.session.scalars(wrong.order_by(Entry.id))]


def _settled_without_words() -> list[str]:
    """What is due to go stands no more."""
    wordless = and_(Adjustment.stands, Adjustment.how == "")
    ids = db.session.scalars(_ids(Adjustment.enrolment_id, wordless))
    return [f"enrolment:{id}" for id in ids]


def _agreed_of_nothing() -> list[str]:
    """Somebody answers what was settled, and a no opens it again."""
    early = Adjustment.agreed_at < Adjustment.settled_at
    wrong = or_(early, and_(Adjustment.stands, Adjustment.agreed.is_(False)))
    ids = db.session.scalars(_ids(Adjustment.enrolment_id, wrong))
    return [f"enrolment:{id}" for id in ids]


CHECKS = {
    "No more places are held than there are": _too_many,
    "Every count of places and chairs is what its rows say": _miscounted,
    "The places of every run are all in its pools": _shared_out_wrongly,
    "Every offer has an end": _offers_without_end,
    "No place is free while somebody waits who can take it": _free_while_somebody_waits,
    "Nobody is twice on one run": _twice_on_a_run,
    "Every place came to where it is by the steps that there are": _off_the_table,
    "Every place knows from its steps since when it was held, and until when": _spans_wrong,
    "Everybody with a place or an offer was told of it": _untold,
    "Every entry in a student\u2019s calendar says what its session says": _out_of_step,
    "Every need that is settled says how, until it is due to go": _settled_without_words,
    "Students have answered only what was settled": _agreed_of_nothing,
}
