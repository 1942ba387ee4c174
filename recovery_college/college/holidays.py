"""Bank holidays, worked out for any year.

Source: the Banking and Financial Dealings Act 1971 and the proclamations that come every year.
A day that is proclaimed once, as for a coronation, is not here: the office adds it.
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

MONDAY, SATURDAY = 0, 5
DAY = timedelta(days=1)


class Nation(StrEnum):
    ENGLAND_AND_WALES = "england_and_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"

    @property
    def label(self) -> str:
        return NATIONS[self]


NATIONS = {
    Nation.ENGLAND_AND_WALES: "England and Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}
EVERYWHERE = ((1, 1), (12, 25), (12, 26))  # month, day
ONLY_IN = {
    Nation.ENGLAND_AND_WALES: (),
    Nation.SCOTLAND: ((1, 2), (11, 30)),
    Nation.NORTHERN_IRELAND: ((3, 17), (7, 12)),
}


@cache
def bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """All of one year; one that falls on a weekend is kept on the next day that is free."""
    easter = easter_sunday(year)
    movable = {easter - 2 * DAY, _first_monday(year, 5), _last_monday(year, 5)}
    if nation is Nation.SCOTLAND:
        movable.add(_first_monday(year, 8))
    else:
        movable |= {easter + DAY, _last_monday(year, 8)}
    fixed = [date(year, month, day) for month, day in (*EVERYWHERE, *ONLY_IN[nation])]
    return _kept_on_weekdays([*movable, *fixed])


def easter_sunday(year: int) -> date:
    """By the Gregorian calendar (the "anonymous" algorithm of Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moved = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - moved + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _kept_on_weekdays(days: Collection[date]) -> frozenset[date]:
    kept = {day for day in days if day.weekday() < SATURDAY}
    for day in sorted(set(days) - kept):
        while day.weekday() >= SATURDAY or day in kept:
            day += DAY
        kept.add(day)
    return frozenset(kept)


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + (MONDAY - first.weekday()) % 7 * DAY


def _last_monday(year: int, month: int) -> date:
    """Of May or August, which have 31 days."""
    last = date(year, month, 31)
    return last - last.weekday() * DAY
