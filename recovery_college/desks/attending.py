"""Who is on a run, in the lines that the office reads; names only as far as one may know them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row

from recovery_college.accounts.models import Person
from recovery_college.accounts.reaching import recipient_of
from recovery_college.accounts.rules import may_open
from recovery_college.college.rules import College, dialled
from recovery_college.enrolment import places, queries
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.places import Standing
from recovery_college.enrolment.rules import LIVE, PoolKind, State
from recovery_college.enrolment.rules.offers import By, cut_off
from recovery_college.enrolment.rules.why import Why
from recovery_college.messages.rules import Channel
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState

ELSEWHERE = "Somebody whose record is with one manager"
FORGOTTEN = "Somebody who has left"
HEADINGS = {
    State.OFFERED: "Offered a place",
    State.WAITING: "Waiting list",
    State.CONFIRMED: "With a place",
    State.COMPLETED: "Had a place until the end",
}


@dataclass(frozen=True)
class Contact:
    """How to reach somebody: the words, and the link that a computer or phone follows, if any."""

    words: str
    link: str = ""


@dataclass(frozen=True)
class Line:
    """One request on a run. `is_known` is that this viewer may open it."""

    id: int
    name: str
    person_id: int | None
    state: State
    requested_at: datetime
    answer_by: datetime | None
    is_call: bool
    called_at: datetime | None
    came: str
    pool: str
    supporter: bool
    is_early: bool
    standing: Standing | None
    why: str
    contact: Contact | None
    has_turn: bool
    is_known: bool

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def heading(self) -> str:
        return HEADINGS.get(self.state, "Ended")


@dataclass(frozen=True)
class Group:
    """Those who stand alike."""

    heading: str
    lines: list[Line]


@dataclass(frozen=True)
class Count:
    """One pool in words: held of how many; `release_at` is when what is set aside is free."""

    id: int
    name: str
    held: int
    capacity: int | None
    release_at: datetime | None


def lines_of(
    rows: Sequence[Row[Enrolment, Any]], viewer: Person, run: Run, college: College, now: datetime
) -> list[Line]:
    found = [row[0] for row in rows]
    reader = Reader(viewer, college, places.standings_of(found), is_phoned(run, college, now))
    return [reader.line(row[0], Why(row[1]).sentence) for row in rows]


def groups_of(lines: Sequence[Line]) -> list[Group]:
    """They come in the order of their groups already."""
    return [Group(name, list(them)) for name, them in groupby(lines, key=lambda each: each.heading)]


def is_phoned(run: Run, college: College, now: datetime) -> bool:
    """Whether free places go out by phone, for it is too late for anything else."""
    begins = run.starts_at
    return (
        run.state is RunState.PUBLISHED
        and begins is not None
        and cut_off(begins, college) <= now
        and now < (queries.closes_at(run) or begins)
    )


@dataclass(frozen=True)
class Reader:
    """Who reads, and what stands beside each line. `phoned` is that free places go by phone."""

    viewer: Person
    college: College
    standings: Mapping[int, Standing]
    phoned: bool

    def line(self, each: Enrolment, why: str) -> Line:
        person = known_to(self.viewer, each.person)
        waits = each.state is State.WAITING
        return Line(
            id=each.id,
            name=name_of(self.viewer, each.person),
            person_id=person.id if person else None,
            state=each.state,
            requested_at=each.arrived_at or each.requested_at,
            answer_by=each.answer_by,
            is_call=each.offered_by is By.CALL,
            called_at=each.called_at,
            came=each.came_by.label,
            pool=pool_name(each.pool),
            supporter=each.with_supporter,
            is_early=waits and each.lot is None,
            standing=self.standings.get(each.id),
            why=why,
            contact=contact_of(person, self.college) if person else None,
            has_turn=self.phoned and waits and each.lot is not None and each.pool.left > 0,
            is_known=person is not None,
        )


def known_to(viewer: Person, person: Person | None) -> Person | None:
    """The person, if this member of the office may open their record."""
    if person is None or not may_open(viewer.id, person.restricted_to_id):
        return None
    return person


def name_of(viewer: Person, person: Person | None) -> str:
    if person is None:
        return FORGOTTEN
    return person.name if known_to(viewer, person) else ELSEWHERE


def contact_of(person: Person, college: College) -> Contact:
    """As they wish to hear from us. Nothing outside a message says what it is about."""
    to = recipient_of(person)
    if to.channel is Channel.EMAIL:
        return Contact(
            to.address, f"mailto:{quote(to.address)}?subject={quote(college.short_name)}"
        )
    if to.channel in (Channel.CALL, Channel.TEXT) and to.address.strip():
        return Contact(to.address, dialled(to.address))
    return Contact("By letter" if to.channel is Channel.LETTER else "No way to reach them yet")


def counts_of(pools: Sequence[Pool]) -> list[Count]:
    """Without those that nobody can have: places that were set aside, and are free again."""
    return [
        Count(pool.id, pool_name(pool), pool.held, pool.capacity, pool.release_at)
        for pool in sorted(pools, key=lambda pool: list(PoolKind).index(pool.kind))
        if pool.capacity or pool.held
    ]


def place_choices(pools: Sequence[Pool]) -> list[tuple[str, str]]:
    """What can be picked: a place as everybody's, one by link, or one that is set aside.

    Also one that is gone by now, for it is refused in words, and never another instead.
    """
    kinds = {pool.kind for pool in pools}
    room = "A place in the room" if PoolKind.LINK in kinds else "A place as for everybody"
    by_link = [("link", "A place by link")] if {PoolKind.ROOM, PoolKind.LINK} <= kinds else []
    aside = [
        (str(pool.id), f"{pool_name(pool)}: {pool.left} left")
        for pool in pools
        if pool.kind is PoolKind.SET_ASIDE and pool.capacity
    ]
    return [("", room), *by_link, *aside]


def pool_chosen(pools: Sequence[Pool], chosen: str) -> Pool | None:
    """The one that is set aside, if one was picked."""
    return next((pool for pool in pools if str(pool.id) == chosen), None)


def pool_name(pool: Pool) -> str:
    if pool.kind is PoolKind.SET_ASIDE:
        return f"Set aside for {pool.name}" if pool.name else pool.kind.label
    return pool.kind.label
