"""The return: the college's figures for a term or a quarter, as one document for commissioners.

Of the people of a quarter only their number is told, protected beside the terms (`quarters`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from recovery_college.clock import in_london
from recovery_college.college.rules import SmallNumbers
from recovery_college.reports import contents, quarters
from recovery_college.reports.contents import Maker
from recovery_college.reports.leaving import NOTE, leaving, without_people
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.tables import Report
from recovery_college.reports.rules.terms import Days

QUARTERS = 8  # to choose from
MAIN = (By.STRAND, By.TERM)


@dataclass(frozen=True)
class Period:
    """`key` stands in the address."""

    key: str
    name: str
    filters: Filters


def periods(terms: Sequence[Days], today: date) -> list[Period]:
    """What has begun: terms, then quarters of the year, each with the newest first."""
    begun = [each for each in terms if each.starts_on <= today]
    return [
        *(Period(f"term-{each.id}", each.name, Filters(term=each.id)) for each in begun),
        *_quarters(today),
    ]


def document(period: Period, now: datetime, rule: SmallNumbers) -> list[Report]:
    """Every report with its headlines, and told apart by strand, or else by term."""
    made = [_report(each, period.filters, now, rule) for each in contents.REPORTS.values()]
    if period.filters.term:
        return made
    chosen = [each.filters for each in _quarters(in_london(now).date())]
    people = quarters.report(period.filters, chosen, now, rule)
    return [replace(people, note=NOTE.format(rule.label)), *made]


def _report(maker: Maker, filters: Filters, now: datetime, rule: SmallNumbers) -> Report:
    main = [each for each in MAIN if each in maker.by][:1] or list(maker.by[:1])
    if filters.term:
        made = leaving(maker, filters, now, rule)
    elif maker.whole_terms:
        made = Report(maker.name, maker.title, (), (), note="It is given for whole terms only.")
    else:
        made = without_people(maker, filters, now)
    kept = [each for each in made.tables if each.slug in main or each.slug not in set(By)]
    return replace(made, tables=kept)


def _quarters(today: date) -> list[Period]:
    found, first = [], date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    for _ in range(QUARTERS):
        last = (first + timedelta(days=100)).replace(day=1) - timedelta(days=1)
        number = (first.month + 2) // 3
        name = f"{first.year}, {_MONTHS[number - 1]}"
        found.append(Period(f"{first.year}-{number}", name, Filters(since=first, until=last)))
        before = first - timedelta(days=1)
        first = date(before.year, before.month - 2, 1)
    return found


_MONTHS = ("January to March", "April to June", "July to September", "October to December")
