"""The college's rules about its courses, on plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recovery_college.accounts.rules import Side
from recovery_college.courses.rules import (
    STEPS,
    CourseState,
    Mode,
    NoSuchStep,
    NotMadeTogether,
    Theme,
    check_before,
    check_made_together,
    check_step,
    free_slug,
    near_misses,
    plain,
    slug_of,
    words_of,
)
from recovery_college.errors import Refusal

LETTERS = "abcdefgh"


@pytest.mark.parametrize(
    ("sides", "missing"),
    [
        ([], "lived experience and someone with professional experience"),
        ([Side.LIVED, Side.LIVED], "professional experience"),
        ([Side.PROFESSIONAL], "lived experience"),
    ],
)
def test_a_course_that_one_kind_of_experience_made_is_not_published(
    sides: list[Side], missing: str
) -> None:
    with pytest.raises(NotMadeTogether) as refused:
        check_made_together(sides)
    assert refused.value.message == (
        f"This course can't be published yet. Its record needs someone with {missing}."
    )


def test_a_course_that_both_made_is() -> None:
    check_made_together([Side.PROFESSIONAL, Side.LIVED, Side.LIVED])


def test_a_course_goes_only_where_its_steps_lead() -> None:
    refused = set()
    for old in CourseState:
        for new in CourseState:
            try:
                check_step(old, new)
            except NoSuchStep:
                refused.add((old, new))
    assert refused == {(old, new) for old in CourseState for new in CourseState} - STEPS
    assert (CourseState.ARCHIVED, CourseState.PUBLISHED) in refused


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Sleeping well", "sleeping-well"),
        ("Caf\u00e9 & Cr\u00eape: what\u2019s on?", "cafe-crepe-whats-on"),
        ("  --  ", "untitled"),
        ("\u6f22\u5b57", "untitled"),
        ("Part 2", "part-2"),
    ],
)
def test_a_title_as_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_an_address_is_cut_where_it_grows_too_long() -> None:
    assert slug_of("word " * 40) == "word-" * 15 + "word"
    assert slug_of("x" * 79 + " y") == "x" * 79


@given(some.text())
def test_every_title_has_an_address_that_is_safe_and_its_own_address(title: str) -> None:
    slug = slug_of(title)
    assert slug == slug_of(slug)
    assert slug.strip("abcdefghijklmnopqrstuvwxyz0123456789-") == ""
    assert slug


def test_words_are_plain_and_singular() -> None:
    assert plain("L\u2019\u00c9t\u00e9 STRASSE") == "lete strasse"
    assert words_of("Caf\u00e9s, worries & stress: yoga_is 4 us!") == [
        "cafe",
        "worry",
        "stress",
        "yoga",
        "is",
        "4",
        "us",
    ]


@pytest.mark.parametrize(
    "typed", ["sleping", "sleeeping", "slepeing", "sleqping", "leeping", "sleepin"]
)
def test_words_one_slip_apart_meet(typed: str) -> None:
    word = "sleeping"
    assert (near_misses(word) | {word}) & (near_misses(typed) | {typed})


@given(
    some.text(LETTERS, min_size=4, max_size=12), some.integers(0, 11), some.sampled_from(LETTERS)
)
def test_any_slip_of_the_finger_meets_its_word(word: str, at: int, letter: str) -> None:
    at %= len(word)
    slips = {
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }
    meant = near_misses(word) | {word}
    assert [slip for slip in slips if not meant & (near_misses(slip) | {slip})] == []


def test_short_words_are_meant_as_they_are() -> None:
    assert near_misses("ace") == set()
    assert near_misses("aces") == {"ces", "aes", "acs", "ace"}


def test_everything_shown_has_words() -> None:
    assert [member.label for kind in (Theme, Mode) for member in kind] == [
        "Meet people",
        "Feel more hopeful",
        "Know myself better",
        "Find what matters",
        "Be more in charge",
        "In person",
        "Online",
        "In person or online",
    ]


def test_a_slug_is_used_once() -> None:
    taken = {"sleep-well"}
    assert [free_slug("sleep-well", taken), free_slug("sleep-well", taken)] == [
        "sleep-well-2",
        "sleep-well-3",
    ]


def test_no_course_comes_before_itself_however_long_the_way() -> None:
    before = {2: 1, 3: 2, 9: 8, 8: 9}
    check_before(4, 3, before)
    check_before(4, None, before)
    check_before(4, 9, before)  # an old circle of others is theirs to mend
    for first in (1, 2, 3):
        with pytest.raises(Refusal) as refused:
            check_before(1, first, before)
        assert refused.value.field == "first_course_id"
