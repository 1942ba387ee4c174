"""The list of what becomes of each row is whole; and when a record goes."""

from datetime import UTC, datetime

import pytest

from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.queue import Place
from recovery_college.privacy import queries, rules
from recovery_college.privacy.rules import KEYS, TEACHING, Fate

GONE = datetime(2027, 6, 1, tzinfo=UTC)


def test_every_column_that_points_at_a_person_is_in_the_list_and_no_other() -> None:
    assert sorted(KEYS) == [str(key) for key in queries.keys_to_people()]


def test_every_column_that_points_at_a_tutor_is_in_the_list_and_no_other() -> None:
    assert sorted(TEACHING) == sorted(str(key) for key in queries.keys_to_tutors())


def test_what_forgets_a_person_can_do_without_one() -> None:
    assert [str(key) for key in queries.keys_that(Fate.FORGETS) if not key.column.nullable] == []


FIRST, LATER = (GONE, 0, 2), (GONE, 0, 3)


@pytest.mark.parametrize(
    ("best", "then"),
    [
        ((State.CONFIRMED, LATER), (State.OFFERED, FIRST)),
        ((State.OFFERED, LATER), (State.WAITING, FIRST)),
        ((State.WAITING, FIRST), (State.WAITING, LATER)),
    ],
)
def test_a_place_is_better_than_an_offer_than_waiting_than_waiting_since_later(
    best: tuple[State, Place], then: tuple[State, Place]
) -> None:
    assert rules.standing(*best) < rules.standing(*then)


@pytest.mark.parametrize(
    ("earlier", "left"),
    [
        ("", ""),
        ("Job: Nurse", "Job: Nurse"),
        ("Needs: a\nb\n\nJob: Nurse", "Job: Nurse"),
        ("Job: Nurse\nNeeds: a\nNeeds: b", "Job: Nurse"),
        ("Phone: 1\nNeeds of others: 2", "Phone: 1\nNeeds of others: 2"),
    ],
)
def test_what_a_record_said_earlier_under_one_label_goes_on_however_many_lines(
    earlier: str, left: str
) -> None:
    assert rules.without(earlier, "Needs", ("Job", "Needs", "Phone")) == left
