"""Tutors: who taught how much, who answered, who could be found, and who taught alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recovery_college.accounts.rules import Side
from recovery_college.formatting import count, when
from recovery_college.reports import tallies, teaching
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Requests, Searches, Share, definition
from recovery_college.reports.rules.tables import (
    Cell,
    Column,
    Headline,
    Kind,
    Report,
    Row,
    Table,
    cell_words,
    percent_words,
)
from recovery_college.reports.teaching import Load

HOUR = 60
NEWEST = 1_000  # sessions by themselves; ten years of one college have fewer than half as many
NAMES = {Side.LIVED: "Peer tutors", Side.PROFESSIONAL: "Professional tutors"}
TAUGHT = """Sessions and hours are those that registers mark as taught. Each tutor's are added up,
so that a session taught by two counts for both. Who taught on both sides is on each."""


@dataclass(frozen=True)
class _Found:
    """All that one time asks of the database."""

    ran: int
    loads: Sequence[Load]
    requests: dict[Side, Requests]
    searches: dict[Side, Searches]
    reasons: Mapping[str, int]


def report(
    filters: Filters, by: Sequence[By], now: datetime, before: Sequence[tuple[str, Filters]] = ()
) -> Report:
    """It has the same tables whatever it is told apart `by`."""
    del by
    every = _found(filters.but(beside=tuple(those.term for _, those in before)), now)
    found = every(filters.term)
    earlier = [(name, _headlines(every(those.term))) for name, those in before]
    return Report(
        name="tutors",
        title="Tutors",
        headlines=[
            Headline(
                each.label,
                each.share,
                each.said,
                each.definition,
                [f"{name}: {_large(of[place])}. {of[place].said}" for name, of in earlier],
                large=each.large,
            )
            for place, each in enumerate(_headlines(found))
        ],
        tables=[
            _by_side(found.loads),
            _by_tutor(found.loads),
            _requests(found.requests),
            _searches(found.searches),
            _reasons(found.reasons),
            _alone(teaching.sessions_without_both(filters, now, most=NEWEST)),
        ],
        definitions=[(each.label, each.definition) for each in _headlines(found)],
    )


def _found(filters: Filters, now: datetime) -> Callable[[int], _Found]:
    """Of each of its terms, or of everything: a statement for each kind of row, not for each."""
    ran = _ran(filters, now)
    loads, requests = teaching.loads(filters, now), teaching.requests(filters, now)
    searches, reasons = teaching.searches(filters), teaching.reasons(filters, now)
    return lambda term: _Found(
        ran.get(term, 0),
        loads.get(term, []),
        requests.get(term, {}),
        searches.get(term, {}),
        reasons.get(term, {}),
    )


def _ran(filters: Filters, now: datetime) -> dict[int, int]:
    if not filters.term:
        return {0: tallies.tally_of(filters, now).ran}
    return {each.key: each.tally.ran for each in tallies.tallies_by(By.TERM, filters, now)}


def _headlines(found: _Found) -> list[Headline]:
    asked = sum(found.requests.values(), Requests())
    looked = sum(found.searches.values(), Searches())
    alone = figures.without_both(sum(found.reasons.values()), found.ran)
    people = len({each.tutor_id for each in found.loads})
    hours = sum(each.minutes for each in found.loads) / HOUR
    return [
        Headline(
            "Tutors who taught",
            Share(people, people),
            f"{count(people, 'tutor')} taught, {cell_words(hours, Kind.HOURS)} hours together.",
            " ".join(TAUGHT.split()),
            large=f"{people:,}",
        ),
        _share("No answer in time", figures.unanswered, asked, "requests had no answer in time"),
        _share("Cover found", figures.cover_found, looked, "searches for cover found somebody"),
        Headline(
            "Without both tutors",
            alone,
            _out_of(alone, "sessions had one half of the pair missing"),
            definition(figures.without_both),
        ),
    ]


def _share(label: str, figure: Any, of: Any, words: str) -> Headline:
    return Headline(label, figure(of), _out_of(figure(of), words), definition(figure))


def _large(line: Headline) -> str:
    return line.large or percent_words(line.share)


def _out_of(share: Share, words: str) -> str:
    if not share.whole:
        return "There is nothing to count in this time yet."
    few = "" if share.is_enough else " That is not enough to say more."
    return f"{share.part:,} of {share.whole:,} {words}.{few}"


def _by_side(loads: Sequence[Load]) -> Table:
    sides = [side for side in Side if any(each.side is side for each in loads)]
    return Table(
        slug="sides",
        heading="What each side taught",
        first="Side",
        columns=[Column("Sessions"), Column("Hours", Kind.HOURS)],
        rows=[
            Row(NAMES[side], _taught(each for each in loads if each.side is side)) for side in sides
        ],
        total=Row("All together", _taught(loads)),
    )


def _by_tutor(loads: Sequence[Load]) -> Table:
    """Names are for the office alone: a side says that somebody has lived experience."""
    return Table(
        slug="tutors",
        heading="What each tutor taught",
        first="Tutor",
        columns=[Column("Side", Kind.WORDS), Column("Sessions"), Column("Hours", Kind.HOURS)],
        rows=[
            Row(
                each.name,
                (each.side.label.capitalize(), *_taught([each])),
                f"/office/tutors/{each.tutor_id}",
            )
            for each in loads
        ],
        total=Row("All together", ("", *_taught(loads))),
        stays=True,
    )


def _taught(loads: Iterable[Load]) -> tuple[int, float]:
    rows = list(loads)
    return sum(each.sessions for each in rows), sum(each.minutes for each in rows) / HOUR


def _requests(found: dict[Side, Requests]) -> Table:
    def cells(of: Requests) -> tuple[Cell, ...]:
        rest = (of.yes, of.no, of.taken_back, of.in_time)
        return (of.asked, *rest, figures.unanswered(of))

    return Table(
        slug="requests",
        heading="What tutors were asked, and what they answered",
        first="Side",
        columns=[
            Column("Asked"),
            Column("Yes"),
            Column("No"),
            Column("Taken back"),
            Column("Still in time"),
            Column("No answer in time", Kind.SHARE),
        ],
        rows=[Row(NAMES[side], cells(found[side])) for side in Side if side in found],
        total=Row("All together", cells(sum(found.values(), Requests()))),
        bars=(5,),
    )


def _searches(found: dict[Side, Searches]) -> Table:
    def cells(of: Searches) -> tuple[Cell, ...]:
        rest = (of.not_found, of.going_on, of.not_needed)
        return (of.asked, figures.cover_found(of), *rest)

    return Table(
        slug="cover",
        heading="Cover that was looked for",
        first="Side",
        columns=[
            Column("Looked for"),
            Column("Found", Kind.SHARE),
            Column("Nobody found"),
            Column("Still looking"),
            Column("Not needed any more"),
        ],
        rows=[Row(NAMES[side], cells(found[side])) for side in Side if side in found],
        total=Row("All together", cells(sum(found.values(), Searches()))),
        bars=(1,),
    )


def _reasons(found: Mapping[str, int]) -> Table:
    return Table(
        slug="reasons",
        heading="Why a session was without both tutors",
        first="Why",
        columns=[Column("Sessions")],
        rows=[Row(_why(each), (found[each],)) for each in sorted(found)],
        total=Row("All together", (sum(found.values()),)),
    )


def _alone(without: Sequence[Any]) -> Table:
    return Table(
        slug="alone",
        heading="Each session without both tutors",
        first="Session",
        columns=[Column("Taught", Kind.WORDS), Column("Why", Kind.WORDS)],
        rows=[
            Row(
                f"{row.title}, {when(row.starts_at)}",
                (_who(row), _why(row.alone_reason)),
                f"/office/sessions/{row.id}",
            )
            for row in without
        ],
    )


def _who(row: Any) -> str:
    if not row.tutors:
        return "Not recorded"
    if row.lived and row.professional:
        return "By both, though planned without"
    if row.lived:
        return "By a peer tutor only"
    return "By a professional tutor only" if row.professional else "No tutor was there"


def _why(reason: str) -> str:
    return reason or "No reason written"
