"""The same question finds the same courses on both databases."""

import pytest
from sqlalchemy import delete, select

from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import LONGEST_WORD
from recovery_college.courses.search import (
    LONGEST_QUESTION,
    MOST_WORDS,
    answers,
    anywhere,
    in_title,
    nearly,
    words_in,
)
from recovery_college.database import db, transaction
from tests.factories import make_course

SLEEP = "Sleeping well"
CAFE = "Caf\u00e9 conversations"
MONEY = "Money worries"


@pytest.fixture(autouse=True)
def courses(app: object) -> dict[str, Course]:
    return {
        SLEEP: make_course(SLEEP, summary="What helps at night.", description="Rest, and worry."),
        CAFE: make_course(CAFE, summary="Talk over tea.", description="About anything."),
        MONEY: make_course(MONEY, summary="Bills and budgets.", description="No sleep lost."),
    }


def found(question: str) -> list[str]:
    asked = select(Course.title).where(answers("question")).order_by(Course.id)
    return list(db.session.scalars(asked, {"question": question}))


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("sleep", [SLEEP, MONEY]),
        ("SLEEP", [SLEEP, MONEY]),
        ("cafe", [CAFE]),
        ("caf\u00e9s", [CAFE]),
        ("worry", [SLEEP, MONEY]),
        ("worries", [SLEEP, MONEY]),
        ("conv tea", [CAFE]),
        ("sleep bills", [MONEY]),
        ("eeping", []),
        ("sleping", []),
    ],
)
def test_every_word_begins_one_in_title_or_text(question: str, titles: list[str]) -> None:
    assert found(anywhere(words_in(question))) == titles


def test_a_title_alone_may_be_asked_for() -> None:
    assert found(in_title(words_in("worry"))) == [MONEY]
    assert found(in_title(words_in("mon wor"))) == [MONEY]
    assert found(in_title(words_in("night"))) == []


@pytest.mark.parametrize("typed", ["sleping", "sleeeping", "slepeing", "sleqping", "sleepimg"])
def test_one_slip_is_forgiven(typed: str) -> None:
    assert found(nearly(words_in(typed))) == [SLEEP]
    assert found(nearly(words_in(f"{typed} nigth"))) == [SLEEP]
    assert found(nearly(words_in(f"{typed} bills"))) == []


@pytest.mark.parametrize(
    "question",
    [
        "'); DROP TABLE course; --",
        'a" OR "b',
        "sleep & ! | <-> :*",
        "NEAR(a b)",
        "-{x} ^y",
        "\u00b2",
    ],
)
def test_what_means_something_to_a_database_is_only_words(question: str) -> None:
    words = words_in(question)
    assert set("".join(words)).isdisjoint("'\"();&|!<>:*{}^-")
    assert [found(ask([*words, "xyz"])) for ask in (anywhere, in_title, nearly)] == [[], [], []]


def test_a_long_question_is_cut() -> None:
    assert len(words_in("ab " * 1000)) == MOST_WORDS
    assert words_in("a" * 1000) == ["a" * LONGEST_WORD]
    assert len(words_in("ab " * LONGEST_QUESTION)) == MOST_WORDS


def test_search_follows_a_course_that_changes(courses: dict[str, Course]) -> None:
    with transaction():
        courses[SLEEP].title = "Resting well"
    assert (found(anywhere(["sleeping"])), found(in_title(["resting"]))) == ([], ["Resting well"])


def test_search_forgets_a_course_that_goes(courses: dict[str, Course]) -> None:
    with transaction():
        db.session.execute(delete(Contributor).filter_by(course_id=courses[SLEEP].id))
        db.session.execute(delete(Course).filter_by(id=courses[SLEEP].id))
    assert found(anywhere(["sleep"])) == [MONEY]
