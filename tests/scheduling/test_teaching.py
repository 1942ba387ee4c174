"""This term's hours of tutors."""

from datetime import date

import pytest

from recovery_college.database import transaction
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.scheduling.teaching import minutes_this_term, venue_names
from tests.factories import make_delivery, make_run, make_term, make_tutor, make_venue

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2027, 6, 1)


def test_only_what_they_have_accepted_of_runs_of_today_s_term_counts() -> None:
    ash, bo, next_term = make_tutor(), make_tutor(), make_term("Autumn")
    with transaction():
        next_term.starts_on, next_term.ends_on = date(2027, 9, 1), date(2027, 12, 1)
    make_run(tutors=(ash,), sessions=2)
    asked = make_run(first=date(2027, 6, 9))
    make_delivery(asked.sessions[0], ash, DeliveryState.ASKED)
    make_run(tutors=(bo,), term=next_term, first=date(2027, 9, 7))
    found = minutes_this_term([ash.id, bo.id], TODAY)
    assert (found[ash.id], found[bo.id]) == (240, 0)


def test_what_places_are_called() -> None:
    quay = make_venue("Quay Street")
    assert venue_names() == {quay.id: "Quay Street"}
