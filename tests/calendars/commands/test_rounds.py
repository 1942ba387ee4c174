"""Rounds beside the web."""

import pytest

from recovery_college.calendars.commands.rounds import one_by_one
from tests.conftest import ON_SQLITE

pytestmark = [
    pytest.mark.usefixtures("app"),
    ON_SQLITE,
]


def test_one_that_fails_is_logged_without_its_words_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done = []

    def do(id: int) -> None:
        if id == 2:
            raise ValueError("Ada Osei")
        done.append(id)

    one_by_one("place", [1, 2, 3], do)
    assert (done, caplog.messages) == ([1, 3], ["calendar of place 2: ValueError"])
