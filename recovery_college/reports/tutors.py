"""Tutors: who taught how much, who answered, who could be found, and who taught alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recovery_college.accounts.rules import Side
from recovery_college.formatting import count, when
from recovery_college.reports import teaching
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Taught
from recovery_college.reports.rules.definitions import Requests, Searches, Share, definition
from recovery_college.reports.rules.downloads import MOST_LINES
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
TOO_MANY = (
    f"More than {MOST_LINES} tutors taught, too many to name them here: choose a course, a venue "
    "or another part of it."
)
TAUGHT = """Sessions and hours are those that registers mark as taught. Each tutor's are added up,
so that a session taught by two counts for both. Who taught on both sides is on each."""


@dataclass(frozen=True)
class _Found:
    """All that one time asks of the database."""

    ran: int
    taught: Taught
    asked: Mapping[Side, tuple[Requests, Searches]]
    reasons: Mapping[str, int]


def report(
    filters: Filters, by: Sequence[By], now: datetime, before: Sequence[tuple[str, Filters]] = ()
) -> Report:
    """It has the same tables whatever it is told apart `by`."""
    del by
    beside = tuple(those.term for _, those in before)
    at = teaching.looked(filters.but(beside=beside), now)
    every = _found(at)
    found = every(filters.term)
    few = found.taught.lines <= MOST_LINES
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
            _by_side(found.taught),
            *([_by_tutor(teaching.loads(at.of(filters)), found.taught)] if few else []),
            _requests({side: of for side, (of, _) in found.asked.items() if of.asked}),
            _searches({side: of for side, (_, of) in found.asked.items() if of.asked}),
            _reasons(found.reasons),
            _alone(teaching.sessions_without_both(at.of(filters), most=NEWEST)),
        ],
        beside="" if few else TOO_MANY,
        definitions=[(each.label, each.definition) for each in _headlines(found)],
    )


def _found(at: teaching.Looked) -> Callable[[int], _Found]:
    """Of each of its terms, or of everything: a statement for each kind of row, not for each."""
    taught, asked = teaching.taught_in(at), teaching.asked_and_looked_for(at)
    reasons = teaching.reasons(at)

    def of(term: int) -> _Found:
        why = dict(reasons.get(term, {}))
        ran = why.pop(None, 0)
        said = {reason: number for reason, number in why.items() if reason is not None}
        return _Found(ran, taught.get(term, Taught()), asked.get(term, {}), said)

    return of


def _headlines(found: _Found) -> list[Headline]:
    asked = sum((requests for requests, _ in found.asked.values()), Requests())
    looked = sum((searches for _, searches in found.asked.values()), Searches())
    alone = figures.without_both(sum(found.reasons.values()), found.ran)
    people = found.taught.tutors
    _, hours = _all_together(found.taught)
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


def _by_side(taught: Taught) -> Table:
    each = {
        Side.LIVED: (taught.lived_sessions, taught.lived_minutes / HOUR),
        Side.PROFESSIONAL: (taught.professional_sessions, taught.professional_minutes / HOUR),
    }
    return Table(
        slug="sides",
        heading="What each side taught",
        first="Side",
        columns=[Column("Sessions"), Column("Hours", Kind.HOURS)],
        rows=[Row(NAMES[side], cells) for side, cells in each.items() if cells[0]],
        total=Row("All together", _all_together(taught)),
    )


def _by_tutor(loads: Sequence[Load], taught: Taught) -> Table:
    """Names are for the office alone: a side says that somebody has lived experience."""
    return Table(
        slug="tutors",
        heading="What each tutor taught",
        first="Tutor",
        columns=[Column("Side", Kind.WORDS), Column("Sessions"), Column("Hours", Kind.HOURS)],
        rows=[
            Row(
                each.name,
                (each.side.label.capitalize(), each.sessions, each.minutes / HOUR),
                f"/office/tutors/{each.tutor_id}",
            )
            for each in loads
        ],
        total=Row("All together", ("", *_all_together(taught))),
        stays=True,
    )


def _all_together(taught: Taught) -> tuple[int, float]:
    minutes = taught.lived_minutes + taught.professional_minutes
    return taught.lived_sessions + taught.professional_sessions, minutes / HOUR


def _requests(found: Mapping[Side, Requests]) -> Table:
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


def _searches(found: Mapping[Side, Searches]) -> Table:
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
