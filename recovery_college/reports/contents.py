"""Which reports there are: each with its name in the address, and what it can be told apart by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from recovery_college.reports import (
    cost,
    counts,
    layouts,
    made_together,
    needs,
    reach,
    tallies,
    tutors,
)
from recovery_college.reports.layouts import BREAKDOWNS, Before, Layout
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.tables import PEOPLE, Report
from recovery_college.reports.runs import (
    COMPLETION,
    PLACES,
    RUNS_BY,
    STUDENTS,
    STUDENTS_BY,
    completion,
    finished,
)
from recovery_college.reports.sessions import ATTENDANCE, DELIVERY

Make = Callable[[Filters, Sequence[By], datetime, Before], Report]


@dataclass(frozen=True)
class Maker:
    """`by` are its breakdowns, the one that a page begins with first.

    `on_front` of its headlines stand on the front page. `whole_terms` is that it can't look at
    less than a term. `counted` is what sessions, or runs, that count anybody are told apart by.
    `typed_in` is where a manager types in what it needs, and words for it. `behind` are the rows
    that it opens into. `borrows` are columns of other reports, by their place, that count the
    same people as its own; `hide` is what it is once these are hidden. `only_people` is that all
    its columns are of people.
    """

    name: str
    title: str
    about: str
    make: Make
    by: Sequence[By] = tuple(BREAKDOWNS)
    on_front: int = 0
    whole_terms: bool = False
    counted: Callable[[Filters, datetime], Sequence[Mapping[str, Any]]] = tallies.marked
    typed_in: tuple[str, str] = ("", "")
    behind: str = "sessions"
    borrows: Sequence[tuple[str, int]] = ()
    hide: Callable[[Report, Callable[[Any], Sequence[Shown]]], Report] | None = None
    only_people: bool = False

    def breakdown(self, asked: str) -> By:
        return By(asked) if asked in self.by else self.by[0]

    @property
    def in_downloads(self) -> Sequence[By]:
        return self.by

    @property
    def links(self) -> list[tuple[By, str]]:
        return [(each, BREAKDOWNS[each][0]) for each in self.by]


COUNTED: Mapping[str, Callable[[Filters, datetime], Sequence[Mapping[str, Any]]]] = {
    PLACES.name: counts.begun,
    STUDENTS.name: counts.begun,
    COMPLETION.name: finished,
}


def _laid_out(
    layout: Layout[Any],
    about: str,
    by: Sequence[By] = tuple(BREAKDOWNS),
    on_front: int = 3,
    make: Make | None = None,
) -> Maker:
    return Maker(
        layout.name,
        layout.title,
        about,
        make or partial(layouts.report, layout),
        by,
        on_front,
        counted=COUNTED.get(layout.name, tallies.marked),
        behind=layout.behind,
        only_people=all(column.kind in PEOPLE for column, _ in layout.columns),
    )


REPORTS: Mapping[str, Maker] = {
    each.name: each
    for each in (
        _laid_out(ATTENDANCE, "Who came, who told us, and of whom we did not hear."),
        _laid_out(DELIVERY, "What was planned with both tutors, and what both really taught."),
        _laid_out(
            PLACES,
            "How full runs were, who waited, who was left without a place, and offers.",
            RUNS_BY,
            on_front=1,
        ),
        _laid_out(COMPLETION, "Who came to enough of their course.", RUNS_BY, make=completion),
        _laid_out(
            STUDENTS,
            "How many students there are, new ones and others, and on how many courses.",
            STUDENTS_BY,
            on_front=1,
        ),
        Maker(
            "tutors",
            "Tutors",
            "Who taught how much, who answered, and where one of the pair was missing.",
            tutors.report,
            by=(By.TERM,),
        ),
        Maker(
            "needs",
            "Access needs",
            "What students asked for, what was arranged, and what they said of it.",
            needs.report,
            by=(By.TERM,),
            whole_terms=True,
        ),
        Maker(
            "reach",
            "Reach",
            "Who comes, as they say themselves, beside the people of the area.",
            reach.report,
            by=(By.TERM,),
            whole_terms=True,
            typed_in=("/office/reports/census", "Load the census figures of our area"),
        ),
        Maker(
            "cost",
            "Cost",
            "The money for a term, for each run, place and student.",
            cost.report,
            by=(By.TERM,),
            whole_terms=True,
            typed_in=("/office/reports/budget", "Type in the budget of a term"),
            borrows=(("places", 2), ("students", 0)),
            hide=cost.hidden,
        ),
        Maker(
            "co-production",
            "Co-production record",
            "Who made which course, what was decided, and what is due for review.",
            made_together.report,
            by=(By.TERM,),
            whole_terms=True,
        ),
    )
}


def key_figures(filters: Filters, now: datetime, before: Before) -> Report:
    """The first of each, for the front page."""
    key = [each for each in REPORTS.values() if each.on_front]
    made = [each.make(filters, [], now, before) for each in key]
    lines = zip(key, made, strict=True)
    return Report(
        name="",
        title="Reports",
        headlines=[line for each, of in lines for line in of.headlines[: each.on_front]],
        tables=(),
        beside=made[0].beside,
    )
