"""A student's places in words: where each stands, why, and what comes next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from recovery_college import formatting
from recovery_college.desks.ticket import Ticket, ticket_of
from recovery_college.enrolment import places, queries
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.offering import together_key
from recovery_college.enrolment.places import Standing
from recovery_college.enrolment.rules import State
from recovery_college.keys import Secret
from recovery_college.prospectus.panels import planned
from recovery_college.scheduling.models import Run

HEADINGS = {
    State.CONFIRMED: "You have a place",
    State.OFFERED: "A place is held for you",
    State.WAITING: "You are on the waiting list",
    State.GIVEN_UP: "You gave this up",
    State.EXPIRED: "The time for this is over",
    State.CANCELLED: "This is not going ahead",
    State.COMPLETED: "You had a place on this",
}


@dataclass(frozen=True)
class OtherDate:
    """Of the same course, to move to, or that would do as well."""

    run_id: int
    when: str
    left: int


@dataclass(frozen=True)
class Coming:
    """A session of theirs that is not over; `told` is that they can't make it."""

    session_id: int
    when: str
    told: bool


@dataclass(frozen=True)
class Place:
    """One request of a student's, with all that its page says."""

    id: int
    run_id: int
    state: str
    heading: str
    ticket: Ticket
    coming: list[Coming]
    steps: list[tuple[datetime, str]]
    answer_by: datetime | None
    opens_at: datetime | None
    standing: Standing | None
    of: int
    others: list[OtherDate]
    beside: list[str]
    together: str
    with_supporter: bool
    need: str


def place_of(enrolment: Enrolment, now: datetime, secret: Secret) -> Place:
    run = places.run_of(enrolment.run_id)
    waits = enrolment.state is State.WAITING
    live = enrolment.is_live and run.ends_at is not None and run.ends_at > now
    return Place(
        id=enrolment.id,
        run_id=run.id,
        state=enrolment.state.value,
        heading=HEADINGS[enrolment.state],
        ticket=ticket_of(run),
        coming=_coming(enrolment, run, now) if enrolment.state is State.CONFIRMED else [],
        steps=[(step.at, step.why.sentence) for step in enrolment.steps],
        answer_by=enrolment.answer_by,
        opens_at=run.term.enrolment_opens_at if waits and enrolment.lot is None else None,
        standing=places.standings_of([enrolment]).get(enrolment.id),
        of=enrolment.pool.capacity or 0,
        others=_others(enrolment, now) if live else [],
        beside=[_when(other) for other in queries.others_of(enrolment)],
        together=together_key(secret, enrolment.id) if waits else "",
        with_supporter=enrolment.with_supporter,
        need=_need(enrolment) if enrolment.state is State.CONFIRMED else "",
    )


def _need(enrolment: Enrolment) -> str:
    """Where what helps them stands, once it was settled."""
    found = queries.adjustment_of(enrolment)
    return queries.stage_of_need(found).value if found else ""


def _coming(enrolment: Enrolment, run: Run, now: datetime) -> list[Coming]:
    told = queries.told_of(enrolment)
    return [
        Coming(each.id, formatting.when(each.starts_at), each.id in told)
        for each in planned(run)
        if each.ends_at > now
    ]


def _others(enrolment: Enrolment, now: datetime) -> list[OtherDate]:
    runs = queries.other_dates(enrolment, now)
    left = places.left_on_each(runs) if runs else {}
    return [
        OtherDate(run.id, formatting.when(run.starts_at), left[run.id])
        for run in runs
        if run.starts_at is not None
    ]


def _when(other: Enrolment) -> str:
    starts_at = other.run.starts_at
    return formatting.when(starts_at) if starts_at else "another date"


@dataclass(frozen=True)
class Line:
    """One place in a list: what and when, where it stands, and what is still to come of it."""

    id: int
    run_id: int
    state: str
    label: str
    title: str
    look: str
    when: str
    more: str
    answer_by: datetime | None
    standing: Standing | None
    is_early: bool
    need_waits: bool


@dataclass(frozen=True)
class Mine:
    """All of somebody's places, by what they can do about them."""

    offered: list[Line]
    waiting: list[Line]
    coming: list[Line]
    past: list[Line]


def mine_of(own: Sequence[Enrolment], now: datetime, *, needs: Collection[int] = ()) -> Mine:
    """`needs` are those on which something is settled that waits for their word."""
    days = places.days_of(own) if own else {}
    standings = places.standings_of(own)
    lines = [
        (each, _line(each, days[each.run_id], standings, now, need_waits=each.id in needs))
        for each in own
    ]

    def those(*states: State) -> list[Line]:
        return [line for each, line in lines if each.state in states]

    live = {State.CONFIRMED, State.OFFERED, State.WAITING}
    return Mine(
        offered=those(State.OFFERED),
        waiting=those(State.WAITING),
        coming=those(State.CONFIRMED),
        past=[line for each, line in reversed(lines) if each.state not in live],
    )


def _line(
    each: Enrolment,
    days: list[datetime],
    standings: dict[int, Standing],
    now: datetime,
    *,
    need_waits: bool,
) -> Line:
    run, left = each.run, [day for day in days if day > now]
    return Line(
        id=each.id,
        run_id=run.id,
        state=each.state.value,
        label=each.state.label,
        title=run.course.title,
        look=run.course.strand.look.value,
        when=formatting.when(left[0] if left else days[0]) if days else "Not going ahead",
        more=_more(len(left) - 1),
        answer_by=each.answer_by,
        standing=standings.get(each.id),
        is_early=each.state is State.WAITING and each.lot is None,
        need_waits=need_waits,
    )


def _more(sessions: int) -> str:
    return f"and {formatting.count(sessions, 'more session')} after that" if sessions > 0 else ""
