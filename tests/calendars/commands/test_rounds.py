"""Rounds beside the web."""

import pytest

from recovery_college.calendars.commands.rounds import one_by_one

pytestmark = [
    pytest.mark.usefixtures("app"),
    pytest.mark.parametrize("make_database", ["sqlite"], indirect=True, scope="session"),
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
