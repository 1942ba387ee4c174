"""Terms for dates that name none."""

from datetime import UTC, date, datetime

import pytest

from recovery_college.intake.rules.terms import public_from, term_key, term_name, whole_weeks


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (date(2027, 1, 1), "Spring 2027"),
        (date(2027, 3, 31), "Spring 2027"),
        (date(2027, 4, 1), "Summer 2027"),
        (date(2027, 8, 31), "Summer 2027"),
        (date(2027, 9, 1), "Autumn 2027"),
        (date(2027, 12, 31), "Autumn 2027"),
    ],
)
def test_a_term_is_called_after_its_season(first: date, name: str) -> None:
    assert term_name(first) == name


def test_a_term_is_whole_weeks_around_its_dates() -> None:
    days = [date(2027, 3, 17), date(2027, 1, 13), date(2027, 2, 1)]
    assert whole_weeks(days) == (date(2027, 1, 11), date(2027, 3, 21))


def test_it_is_public_six_weeks_before_or_now() -> None:
    now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert public_from(date(2027, 9, 13), now) == now
    assert public_from(date(2027, 1, 11), now) == datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Summer 27", "summer 2027"),
        ("Summer 2027", "summer 2027"),
        ("Summer term 2027", "summer 2027"),
        ("2027 SUMMER", "summer 2027"),
        ("Winter '27", "winter 2027"),
        ("Summer", "summer"),
        ("Summer 2027 evenings", "summer 2027 evenings"),
        ("Term 2", "term 2"),
        ("Autumn 2026/27", "autumn 2026 27"),
    ],
)
def test_a_term_by_its_season_and_year(name: str, key: str) -> None:
    assert term_key(name) == key
