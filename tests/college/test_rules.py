"""The college's settings: as they are kept, or at their defaults."""

import pytest

from recovery_college.college.rules import College, college_from


def test_nothing_kept_is_the_default() -> None:
    assert college_from("Quay College", {}) == College(name="Quay College")


def test_what_is_kept_is_read_as_what_it_is() -> None:
    kept = {"office_phone": "01632 960 999", "pair_by_days": "14", "invented": "yes"}
    assert college_from("Quay College", kept) == College(
        name="Quay College", office_phone="01632 960 999", pair_by_days=14, invented=True
    )


def test_a_setting_that_is_gone_is_left_out() -> None:
    assert college_from("Quay College", {"motto": "Onwards"}) == College(name="Quay College")


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("01632 960 123", "tel:01632960123"),
        ("(0)1632 960 123", "tel:01632960123"),
        ("+44 (0)1632 960123", "tel:+441632960123"),
    ],
)
def test_a_phone_dials_the_number_alone(number: str, dialled: str) -> None:
    assert College(name="", office_phone=number).phone_link == dialled
