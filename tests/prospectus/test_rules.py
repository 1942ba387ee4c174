"""What a visitor may ask, and nonsense that is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses.rules import Mode, Theme
from recovery_college.prospectus.rules import Filters, Half, Weekday, halves, heading
from recovery_college.scheduling.rules.timetable import PartOfDay

ALL = {
    "q": " sleep   well ",
    "strand": "creativity",
    "theme": "hope",
    "venue": "st-annes-hall",
    "mode": "in-person",
    "day": "tue",
    "time": "evening",
    "places": "1",
    "term": "spring-2027",
    "page": "3",
}


def test_every_question_is_read() -> None:
    assert Filters.read(ALL) == Filters(
        q="sleep well",
        strand="creativity",
        theme=Theme.HOPE,
        venue="st-annes-hall",
        mode=Mode.IN_PERSON,
        day=Weekday.TUE,
        time=PartOfDay.EVENING,
        places=True,
        term="spring-2027",
        page=3,
    )


def test_the_address_of_a_question_asks_it_again() -> None:
    asked = Filters.read(ALL)
    pairs = (pair.split("=") for pair in asked.address(page=3).removeprefix("?").split("&"))
    assert Filters.read({key: value.replace("+", " ") for key, value in pairs}) == asked
    assert Filters().address() == "?"
    assert Filters(q="a&b", page=2).address(strand="kite") == "?q=a%26b&strand=kite"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("page", "-1"),
        ("page", "0"),
        ("page", "²"),
        ("page", "9" * 40),
        ("page", "1e3"),
        ("day", "funday"),
        ("day", "MON"),
        ("time", "night"),
        ("mode", "telepathy"),
        ("theme", "'; DROP TABLE course; --"),
        ("strand", "../etc"),
        ("venue", "a" * 101),
        ("term", "\x00"),
        ("places", "yes"),
        ("q", "\x00\n"),
    ],
)
def test_nonsense_asks_nothing(key: str, value: str) -> None:
    assert Filters.read({key: value}) == Filters()


@given(st.dictionaries(st.sampled_from([*ALL, "else"]), st.text()))
def test_whatever_is_asked_is_read_without_complaint(asked: dict[str, str]) -> None:
    read = Filters.read(asked)
    assert len(read.q) <= 200
    assert 1 <= read.page <= 1000


def test_what_the_college_has_not_is_not_asked() -> None:
    asked = Filters(strand="kite", venue="hall", term="spring", q="sleep")
    assert asked.known_among(["kite"], [], ["spring"]) == Filters(
        strand="kite", term="spring", q="sleep"
    )


def test_a_page_is_no_narrowing() -> None:
    assert [f.narrows for f in (Filters(), Filters(page=2), Filters(day=Weekday.MON))] == [
        False,
        False,
        True,
    ]


def test_a_half_shows_names_only_as_they_were_allowed() -> None:
    una = (Side.LIVED, "Una Jones", ShownAs.FULL_NAME)
    beth = (Side.LIVED, "Beth Ahmed", ShownAs.NOT_NAMED)
    tom = (Side.PROFESSIONAL, "Tom Evans", ShownAs.FIRST_NAME)
    ann = (Side.PROFESSIONAL, "Ann Bell", ShownAs.FULL_NAME)
    many = [(Side.PROFESSIONAL, f"T{n}", ShownAs.FULL_NAME) for n in (3, 1, 0, 2)]
    assert [halves(accepted) for accepted in ([], [beth], [tom, una, ann, beth, una], many)] == [
        (
            Half("Being confirmed", "lived experience", is_open=True),
            Half("Being confirmed", "professional", is_open=True),
        ),
        (
            Half("Lived experience", "tutor"),
            Half("Being confirmed", "professional", is_open=True),
        ),
        (Half("Una Jones", "lived experience"), Half("Ann Bell and Tom", "professional")),
        (
            Half("Being confirmed", "lived experience", is_open=True),
            Half("T0, T1 and others", "professional"),
        ),
    ]


def test_the_heading_counts_and_says_so_when_it_stops_counting() -> None:
    assert [
        heading(0, narrowed=False),
        heading(0, narrowed=True),
        heading(1, narrowed=True),
        heading(23, narrowed=False, term="Spring 2027"),
        heading(61, narrowed=False),
    ] == [
        "No dates are out yet",
        "Nothing with a date fits that",
        "1 course to choose from",
        "23 courses in Spring 2027",
        "More than 60 courses to choose from",
    ]
