"""What the office types to find somebody."""

import pytest

from recovery_college.accounts.words import asked_for, digits, searchable


def test_a_person_is_searched_by_all_they_go_by_now_and_went_by_before() -> None:
    words = searchable("Zoë O'Neill", "Zo", "Zoe@Example.org", "+44 (0)7700 900123", "Phone: 1 2 3")
    assert words.split("\n") == [
        "",
        "zoe oneill",
        "zo",
        "zoe@example.org",
        "07700900123",
        "phone: 1 2 3",
        "123",
        "",
    ]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Ada  ÓSEI", ["ada", "osei"]),
        ("+44 7700 900", ["07700900"]),
        ("07700-900 123", ["07700900123"]),
        ("ada@example.org", ["ada@example.org"]),
        ("room 12", ["room", "12"]),
        ("  ", []),
    ],
)
def test_a_question_is_parts_that_must_all_be_there(question: str, parts: list[str]) -> None:
    assert asked_for(question) == parts


@pytest.mark.parametrize(
    ("typed", "number"), [("+44 (0)20 7946 0000", "02079460000"), ("²³", ""), ("none", "")]
)
def test_a_number_is_its_digits_as_it_is_dialled_here(typed: str, number: str) -> None:
    assert digits(typed) == number
