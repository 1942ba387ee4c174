"""Bank holidays, as the governments of these nations published them."""

from datetime import date

import pytest

from recovery_college.college.holidays import Nation, bank_holidays, easter_sunday

ENGLAND, SCOTLAND, ULSTER = Nation


@pytest.mark.parametrize(
    ("nation", "year", "days"),
    [
        (ENGLAND, 2022, "03-01 15-04 18-04 02-05 30-05 29-08 26-12 27-12"),
        (ENGLAND, 2026, "01-01 03-04 06-04 04-05 25-05 31-08 25-12 28-12"),
        (ENGLAND, 2027, "01-01 26-03 29-03 03-05 31-05 30-08 27-12 28-12"),
        (ENGLAND, 2028, "03-01 14-04 17-04 01-05 29-05 28-08 25-12 26-12"),
        (SCOTLAND, 2027, "01-01 04-01 26-03 03-05 31-05 02-08 30-11 27-12 28-12"),
        (SCOTLAND, 2028, "03-01 04-01 14-04 01-05 29-05 07-08 30-11 25-12 26-12"),
        (ULSTER, 2027, "01-01 17-03 26-03 29-03 03-05 31-05 12-07 30-08 27-12 28-12"),
    ],
)
def test_the_bank_holidays_of_a_year(nation: Nation, year: int, days: str) -> None:
    given = (day.split("-") for day in days.split())
    assert bank_holidays(nation, year) == {date(year, int(m), int(d)) for d, m in given}


@pytest.mark.parametrize(
    "day", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter(day: date) -> None:
    assert easter_sunday(day.year) == day
