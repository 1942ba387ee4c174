"""The key in a tutor's letter."""

import pytest

from recovery_college.errors import NotFound
from recovery_college.scheduling.answering import answer_key, read_answer_key


def test_a_key_says_which_tutor_and_which_run() -> None:
    assert read_answer_key("secret", answer_key("secret", 3, 14)) == (3, 14)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "WzMsMTRd",
        answer_key("another secret", 3, 14),
        answer_key("secret", 3, 14)[:-2] + "xx",
        "\u00e9" * 10,
    ],
)
def test_what_nobody_signed_is_not_there(key: str) -> None:
    with pytest.raises(NotFound):
        read_answer_key("secret", key)
