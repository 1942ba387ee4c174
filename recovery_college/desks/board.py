"""A term as a board: weeks across, rooms down, and whose half of a pair is still to find."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from recovery_college import formatting
from recovery_college.clock import in_london
from recovery_college.college.rules import College
from recovery_college.scheduling.models import Term
from recovery_college.scheduling.rules import PairState, RunState, pair_state
from recovery_college.scheduling.rules.board import NO_ROOM, Place, Week, monday_of, weeks_of

FEW = 3  # sessions named of each kind of missing half


@dataclass(frozen=True)
class Look:
    """How a pair shows: the half of its disc, its words before the session and after it began."""

    half: str
    ahead: str
    begun: str


LOOKS = {
    PairState.PAIRED: Look("", "paired", "paired"),
    PairState.NEEDS_LIVED: Look("c-disc--prof", "needs a peer tutor", "began without a peer tutor"),
    PairState.NEEDS_PROFESSIONAL: Look(
        "c-disc--lived", "needs a professional tutor", "began without a professional tutor"
    ),
    PairState.EMPTY: Look("c-disc--none", "needs both tutors", "began without both tutors"),
}
MISSING = {
    PairState.NEEDS_LIVED: ("needs a peer tutor", "need a peer tutor"),
    PairState.NEEDS_PROFESSIONAL: ("needs a professional tutor", "need a professional tutor"),
    PairState.EMPTY: ("needs both tutors", "need both tutors"),
}


@dataclass(frozen=True)
class Chip:
    """One session. `wears` and `half` are the classes of its look and of its disc, `pair` is what
    the disc means."""

    id: int
    title: str
    when: str
    places: str
    wears: str
    half: str
    pair: str


@dataclass(frozen=True)
class Column:
    """One week. `closed` says on which days, if any; `is_closed` that it is closed throughout."""

    name: str
    begins: str
    closed: str
    is_closed: bool


@dataclass(frozen=True)
class Cell:
    chips: Sequence[Chip]
    is_closed: bool


@dataclass(frozen=True)
class Line:
    venue: str
    room: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Missing:
    """One kind of missing half: a few of the sessions by id and words, the next ones first."""

    half: str
    words: str
    few: Sequence[tuple[int, str]]
    more: int


@dataclass(frozen=True)
class Board:
    """`venues` are the lines, those of one venue together. `key` is what the discs mean."""

    words: str
    missing: Sequence[Missing]
    key: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    venues: Sequence[Sequence[Line]]


def board_of(term: Term, rows: Sequence[Any], college: College, now: datetime) -> Board:
    """`rows` are those of `sessions_on_board`."""
    weeks = weeks_of(term.starts_on, term.ends_on, (_day(row) for row in rows))
    closed = college.closed_between(weeks[0].monday, weeks[-1].sunday)
    columns = [_column(week, closed, term) for week in weeks]
    lines = _lines(rows, dict(zip([week.monday for week in weeks], columns, strict=True)), now)
    return Board(
        _paired(rows),
        list(_missing([row for row in rows if row.starts_at > now])),
        [(look.half, formatting.capital(look.ahead)) for look in LOOKS.values()],
        columns,
        [list(each) for _venue, each in groupby(lines, key=lambda line: line.venue)],
    )


def _paired(rows: Sequence[Any]) -> str:
    paired, are = sum(row.paired for row in rows), "is" if len(rows) == 1 else "are"
    return f"{paired:,} of {formatting.count(len(rows), 'session')} {are} paired."


def _missing(rows: Sequence[Any]) -> Iterator[Missing]:
    for state, (one, many) in MISSING.items():
        found = [row for row in rows if _state(row) is state]
        if found:
            words = f"{formatting.count(len(found), 'session')} {one if len(found) == 1 else many}"
            few = [(row.id, _named(row)) for row in found[:FEW]]
            yield Missing(LOOKS[state].half, words, few, len(found) - len(few))


def _named(row: Any) -> str:
    where = f", {row.room}" if row.room else ""
    return f"{row.title}, {formatting.when(row.starts_at)}{where}"


def _column(week: Week, closed: frozenset[date], term: Term) -> Column:
    days, is_closed = week.closed(closed), week.is_closed(closed)
    outside = "Before the term" if week.monday < term.starts_on else "After the term"
    named = formatting.listed([formatting.brief_day(day) for day in days])
    return Column(
        name=f"Week {week.number}" if week.number else outside,
        begins=f"from {week.monday.day} {week.monday:%b}",
        closed="Closed" if is_closed else f"Closed {named}" if named else "",
        is_closed=is_closed,
    )


def _lines(rows: Sequence[Any], weeks: Mapping[date, Column], now: datetime) -> list[Line]:
    chips: dict[Place, dict[date, list[Chip]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        chips[_place(row)][monday_of(_day(row))].append(_chip(row, now))
    return [
        Line(
            "No room yet" if place.roomless else place.venue,
            place.room,
            [Cell(there.get(monday, ()), column.is_closed) for monday, column in weeks.items()],
        )
        for place, there in sorted(chips.items())
    ]


def _chip(row: Any, now: datetime) -> Chip:
    look, begun = LOOKS[_state(row)], row.starts_at <= now
    places = formatting.count(row.capacity, "place")
    return Chip(
        id=row.id,
        title=row.title,
        when=formatting.brief_when(row.starts_at),
        places=f"{places}, draft" if row.state is RunState.DRAFT else places,
        wears=f"strand-{row.look}{'' if row.paired or begun else ' is-open'}",
        half=look.half,
        pair=look.begun if begun else look.ahead,
    )


def _place(row: Any) -> Place:
    if row.room_id is None:
        return NO_ROOM
    return Place(False, row.online, row.venue, row.room, row.room_id)


def _state(row: Any) -> PairState:
    return PairState.PAIRED if row.paired else pair_state({row.half} if row.half else ())


def _day(row: Any) -> date:
    return in_london(row.starts_at).date()
