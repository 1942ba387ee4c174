"""Whom a line of the trail is about, as far as the viewer may know."""

from datetime import date

import pytest

from recovery_college.accounts.models import RingFirst
from recovery_college.accounts.rules import Role
from recovery_college.accounts.trail import ids_called, names_of
from recovery_college.clock import now
from recovery_college.database import db, transaction
from tests.conftest import counted
from tests.factories import make_message, make_person

pytestmark = pytest.mark.usefixtures("app")


def test_people_their_notes_and_their_messages() -> None:
    olu, pat = (make_person(name, Role.MANAGER) for name in ("Olu", "Pat"))
    ada, bo = make_person("Ada"), make_person("Bo", restricted_to_id=pat.id)
    wall = RingFirst(person=ada, review_on=date(2027, 6, 1), set_at=now())
    with transaction():
        db.session.add(wall)
    message, nobodys = make_message(bo), make_message()
    subjects = {
        f"person:{ada.id}",
        f"person:{bo.id}",
        f"person:{bo.id + 99}",
        f"ring_first:{wall.id}",
        f"outbox_message:{message.id}",
        f"outbox_message:{nobodys.id}",
        "college",
    }
    names = {
        f"person:{ada.id}": "Ada",
        f"person:{bo.id}": "",
        f"ring_first:{wall.id}": "Ada",
        f"outbox_message:{message.id}": "",
    }
    assert names_of(olu, subjects) == names
    assert names_of(pat, subjects) == names | {
        f"person:{bo.id}": "Bo",
        f"outbox_message:{message.id}": "Bo",
    }


def test_nobody_to_name_is_one_question_too() -> None:
    viewer = make_person("Olu")
    assert viewer.id
    with counted() as statements:
        assert names_of(viewer, set()) == {}
    assert len([each for each in statements if "SAVEPOINT" not in each]) == 1


def test_people_are_found_by_a_part_of_their_name() -> None:
    olu = make_person("Olu", Role.MANAGER)
    first, second = make_person("Ada Osei"), make_person("Adam Reed")
    make_person("Adaline", restricted_to_id=make_person("Pat").id)
    assert ids_called(olu, "ada", most=9) == [first.id, second.id]
    assert ids_called(olu, "ada", most=1) == [first.id]
