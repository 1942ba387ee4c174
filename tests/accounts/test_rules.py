"""What is said of people."""

import pytest

from recovery_college.accounts.rules import ShownAs, Side, first_name, public_name


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
