"""What is said of people."""

import pytest

from recovery_college.accounts.rules import (
    JoinStep,
    ShownAs,
    Side,
    first_name,
    public_name,
    step_after,
)


@pytest.mark.parametrize(
    ("shown_as", "shown"),
    [
        (ShownAs.NOT_NAMED, None),
        (ShownAs.FIRST_NAME, "Mary-Ann"),
        (ShownAs.FULL_NAME, "Mary-Ann van der Berg"),
    ],
)
def test_the_public_reads_the_name_as_its_owner_wishes(
    shown_as: ShownAs, shown: str | None
) -> None:
    assert public_name("Mary-Ann van der Berg", shown_as) == shown


def test_sides_are_named_in_the_colleges_words() -> None:
    assert [side.label for side in Side] == ["lived experience", "professional"]


@pytest.mark.parametrize(
    ("name", "first"),
    [("Dr Ada Osei", "Ada"), ("Mrs. Osei", "Osei"), ("Prof", "Prof"), ("Sun", "Sun")],
)
def test_a_title_is_no_first_name(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.parametrize(
    ("done", "stands_at", "comes_back_to"),
    [
        (JoinStep.REACH, JoinStep.REACH, JoinStep.HELPS),
        (JoinStep.REASONS, JoinStep.REASONS, JoinStep.AGREEMENT),
        (JoinStep.REACH, JoinStep.AGREEMENT, JoinStep.AGREEMENT),
    ],
)
def test_who_goes_back_a_page_in_joining_comes_back_to_the_farthest(
    done: JoinStep, stands_at: JoinStep, comes_back_to: JoinStep
) -> None:
    assert step_after(done, stands_at) is comes_back_to
