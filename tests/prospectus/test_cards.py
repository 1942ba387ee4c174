"""A course on the list, in words."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

from recovery_college.college.rules import College
from recovery_college.prospectus.cards import _asked, _when, _where
from recovery_college.prospectus.listing import Choice, Frame
from recovery_college.prospectus.rules import Filters
from recovery_college.scheduling.rules.timetable import span_on


def row(**changes: Any) -> Any:
    """As the list's statement gives it: a workshop in March, in winter time."""
    span = span_on(date(2027, 3, 23), time(10), time(12, 30))
    return SimpleNamespace(
        **{
            "starts_at": span.starts_at,
            "ends_at": span.ends_at,
            "session_count": 1,
            "regular": True,
            "online": False,
            "venue": "Oak Lodge",
            "address": "Park Avenue",
        }
        | changes
    )


def test_a_workshop_says_its_day_and_a_series_its_weekday() -> None:
    ends_in_summer_time = datetime(2027, 4, 6, 11, 30, tzinfo=UTC)
    assert [
        _when(row()),
        _when(row(session_count=3, ends_at=ends_in_summer_time)),
        _when(row(session_count=3, regular=False)),
    ] == [
        ("Tuesday 23 March 2027", "10am to 12:30pm, one workshop"),
        ("Tuesdays, 10am to 12:30pm", "3 sessions from 23 March 2027"),
        ("From Tuesday 23 March 2027, 10am", "3 sessions"),
    ]


def test_a_place_says_where_as_far_as_it_is_known() -> None:
    assert [
        _where(row()),
        _where(row(address="")),
        _where(row(online=True)),
        _where(row(venue=None, online=None)),
    ] == [
        "Oak Lodge, Park Avenue",
        "Oak Lodge",
        "Online. We send you the link",
        "We are still finding a room",
    ]


def test_what_was_asked_is_said_in_words() -> None:
    kite = Choice(1, "creativity", "Creativity", "kite")
    around = Frame(College(name="A college"), {"creativity": kite}, {}, {})
    asked = {"q": "sleep", "day": "mon", "strand": "creativity", "mode": "online", "places": "1"}
    assert [_asked(Filters.read(asked), around), _asked(Filters(), around)] == [
        "“sleep”, Creativity, Monday, Online, places left",
        "",
    ]
