"""Tries are counted by all processes together, and rest after a while."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.commands import throttling
from recovery_college.accounts.models import Throttle
from recovery_college.accounts.rules import Limit, TooManyTries
from recovery_college.database import db, transaction
from tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("app")
AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THREE = Limit(3, 10 * MINUTE, 15 * MINUTE)


def count(at: datetime = AT, key: str = "ada") -> bool:
    with transaction():
        return throttling.count_try(key, THREE, at)


def test_only_the_try_that_fills_it_says_that_it_blocks() -> None:
    assert [count() for _ in range(5)] == [False, False, True, False, False]
    assert [throttling.is_blocked(key, AT) for key in ("ada", "bo")] == [True, False]
    with pytest.raises(TooManyTries):
        throttling.check_not_blocked("ada", AT)
    throttling.check_not_blocked("bo", AT)


def test_trying_on_while_it_is_blocked_makes_the_rest_no_longer() -> None:
    for minute in (0, 0, 0, 9, 10, 11, 14):
        count(AT + minute * MINUTE)
    assert throttling.is_blocked("ada", AT + 15 * MINUTE - timedelta(seconds=1))
    assert not throttling.is_blocked("ada", AT + 15 * MINUTE)


def test_after_the_rest_there_are_as_many_tries_as_before() -> None:
    for _ in range(3):
        count()
    assert [count(AT + 15 * MINUTE) for _ in range(3)] == [False, False, True]


def test_tries_that_are_long_past_don_t_count() -> None:
    tries = [count(AT), count(AT + 9 * MINUTE), count(AT + 10 * MINUTE), count(AT + 11 * MINUTE)]
    assert tries == [False] * 4
    assert count(AT + 12 * MINUTE) is True


def test_who_came_in_starts_anew() -> None:
    count(), count(key="bo"), count(key="bo")
    with transaction():
        throttling.forget_tries("ada")
    assert db.session.scalars(select(Throttle.key)).all() == ["bo"]
    assert [count(), count(), count(key="bo")] == [False, False, True]


def test_what_is_undone_with_the_rest_was_no_try() -> None:
    with suppress(RuntimeError), transaction():
        throttling.count_try("ada", THREE, AT)
        raise RuntimeError
    assert db.session.scalars(select(Throttle)).all() == []


@pytest.mark.for_real
def test_the_first_tries_of_many_in_one_moment_are_all_counted(app: Flask) -> None:
    came = at_once(app, *[partial(count)] * 6)
    assert sorted(map(str, came)) == ["False"] * 5 + ["True"]
    assert db.session.scalars(select(Throttle.tries)).all() == [6]
