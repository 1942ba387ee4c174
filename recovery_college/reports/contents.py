"""Which reports there are: each with its name in the address, and what it can be told apart by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from recovery_college.reports import cost, made_together, needs, reach, sessions, tallies, tutors
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.tables import Report
from recovery_college.reports.sessions import ATTENDANCE, BREAKDOWNS, DELIVERY, Before

Make = Callable[[Filters, Sequence[By], datetime, Before], Report]


@dataclass(frozen=True)
class Maker:
    """`by` are its breakdowns, the one that a page begins with first.

    `is_key` is that its figures stand on the front page. `whole_terms` is that it can't look at
    less than a term. `counted` is what sessions that count anybody are told apart by. `typed_in`
    is where a manager types in what it needs, and words for it.
    """

    name: str
    title: str
    about: str
    make: Make
    by: Sequence[By] = tuple(BREAKDOWNS)
    is_key: bool = False
    whole_terms: bool = False
    counted: Callable[[Filters, datetime], Sequence[Mapping[str, Any]]] = tallies.marked
    typed_in: tuple[str, str] = ("", "")

    def breakdown(self, asked: str) -> By:
        return By(asked) if asked in self.by else self.by[0]

    @property
    def in_downloads(self) -> Sequence[By]:
        return self.by

    @property
    def links(self) -> list[tuple[By, str]]:
        return [(each, BREAKDOWNS[each][0]) for each in self.by]


REPORTS: Mapping[str, Maker] = {
    each.name: each
    for each in (
        Maker(
            ATTENDANCE.name,
            ATTENDANCE.title,
            "Who came, who told us, and of whom we did not hear.",
            partial(sessions.report, ATTENDANCE),
            is_key=True,
        ),
        Maker(
            DELIVERY.name,
            DELIVERY.title,
            "What was planned with both tutors, and what both really taught.",
            partial(sessions.report, DELIVERY),
            is_key=True,
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
    """The most asked for, for the front page."""
    key = [each for each in REPORTS.values() if each.is_key]
    made = [each.make(filters, [By.TERM], now, before) for each in key]
    return Report(
        name="",
        title="Reports",
        headlines=[line for each in made for line in each.headlines],
        tables=(),
        beside=made[0].beside,
    )
