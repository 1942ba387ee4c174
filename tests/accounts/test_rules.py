"""What is said of people."""

import pytest

from recovery_college.accounts.rules import ShownAs, Side, public_name


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
