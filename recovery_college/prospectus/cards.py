"""The list of courses in the words that its page shows."""

from dataclasses import dataclass
from typing import Any

from recovery_college import formatting
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.clock import in_london
from recovery_college.courses.rules import Mode, Theme
from recovery_college.pages import Page
from recovery_college.prospectus.booking import Left, left_of
from recovery_college.prospectus.listing import Choice, Frame, Listing, OneRow
from recovery_college.prospectus.rules import (
    COUNTED,
    NO_ROOM_YET,
    ONLINE,
    PAGE_SIZE,
    Accepted,
    Filters,
    Half,
    Weekday,
    halves,
    heading,
)
from recovery_college.prospectus.statements import RECORD, UNIT
from recovery_college.scheduling.rules.timetable import PartOfDay


@dataclass(frozen=True)
class Card:
    """One course by its next run."""

    title: str
    slug: str
    summary: str
    strand: Choice
    days: str
    dates: str
    where: str
    pair: tuple[Half, ...]
    left: Left
    more: int


CHOICES = {
    "days": [(day.value, day.label) for day in Weekday],
    "times": [(part.value, part.label) for part in PartOfDay],
    "modes": [(mode.value.replace("_", "-"), mode.label) for mode in Mode],
    "themes": [(theme.value, theme.label) for theme in Theme],
}


def shell_of(filters: Filters, around: Frame) -> dict[str, Any]:
    """What stands around the results: the same for everybody who asks the same."""
    return CHOICES | {
        "college": around.college,
        "filters": filters,
        "strands": around.strands.values(),
        "venues": [(venue.slug, venue.name) for venue in around.venues.values()],
        "terms": [(term.slug, term.name) for term in around.terms.values()],
    }


def results_of(found: Listing, around: Frame) -> dict[str, Any]:
    """What was found."""
    filters, terms = found.filters, list(around.terms.values())
    term = around.terms[filters.term] if filters.term else terms[0] if len(terms) == 1 else None
    return {
        "college": around.college,
        "filters": filters,
        "asked": _asked(filters, around),
        "cards": cards_of(found, around),
        "dateless": found.dateless,
        "nearly": found.nearly,
        "heading": heading(found.total, narrowed=filters.narrows, term=term.name if term else ""),
        "total": found.total if found.total <= COUNTED else f"more than {COUNTED}",
        "page": Page(filters.page, PAGE_SIZE, found.total),
    }


def _asked(filters: Filters, around: Frame) -> str:
    """What was asked, as in: “sleep”, Creativity, Monday."""
    chosen: list[Choice | Theme | Weekday | PartOfDay | Mode | None] = [
        around.strands.get(filters.strand),
        filters.theme,
        filters.day,
        filters.time,
        around.venues.get(filters.venue),
        filters.mode,
        around.terms.get(filters.term),
    ]
    words = [f"“{filters.q}”"] if filters.q else []
    words += [each.name if isinstance(each, Choice) else each.label for each in chosen if each]
    return ", ".join(words + ["places left"] * filters.places)


def cards_of(listing: Listing, around: Frame) -> list[Card]:
    strands = {strand.id: strand for strand in around.strands.values()}
    return [_card(row, strands[row.strand_id]) for row in listing.cards]


def accepted_in(tutors: str | None) -> list[Accepted]:
    """The tutors as the list's statement gives them, each once."""
    once = {each for each in (tutors or "").split(RECORD) if each.count(UNIT) > 1}
    wishes = (each.split(UNIT, 2) for each in once)
    return [(Side(side), name, ShownAs(shown_as)) for side, shown_as, name in wishes]


def _card(row: OneRow, strand: Choice) -> Card:
    days, dates = _when(row)
    return Card(
        title=row.title,
        slug=row.slug,
        summary=row.summary,
        strand=strand,
        days=days,
        dates=dates,
        where=_where(row),
        pair=halves(accepted_in(row.tutors)),
        left=left_of(row.places, drop_in=row.drop_in),
        more=row.runs - 1,
    )


def _when(row: OneRow) -> tuple[str, str]:
    """As in: "Tuesdays, 10am to 12:30pm", "6 sessions from 12 January 2027"."""
    hours = formatting.times(row.starts_at, row.ends_at)
    if row.session_count == 1:
        return formatting.day(row.starts_at), f"{hours}, one workshop"
    if not row.regular:
        return f"From {formatting.when(row.starts_at)}", f"{row.session_count} sessions"
    weekday = formatting.WEEKDAYS[in_london(row.starts_at).weekday()]
    start = formatting.short_day(row.starts_at)
    return f"{weekday}s, {hours}", f"{row.session_count} sessions from {start}"


def _where(row: OneRow) -> str:
    if row.online:
        return ONLINE
    if row.venue is None:
        return NO_ROOM_YET
    return f"{row.venue}, {row.address}" if row.address else str(row.venue)
