"""A nurse who teaches is a student too, and nobody she works with can tell, wherever they look."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import product
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import (
    Acceptance,
    Agreement,
    ComingAs,
    EqualityAnswer,
    Person,
    RingFirst,
)
from recovery_college.accounts.rules import ContactBy, Role, Side
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.privacy.commands.copying import copy_for_office
from recovery_college.scheduling.models import Run
from recovery_college.tutors.models import Tutor, TutorSide
from tests.conftest import ON_SQLITE, Browse, Browser
from tests.factories import NOW, make_course, make_message, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")
# What stands in her student's record, and nowhere else.
HERS = {
    "needs": "sits by the window",
    "emergency_contact": "her brother Quentin",
    "address": "9 Larkspur Rise",
    "phone": "01632 960 444",
    "contact_when": "after the school run",
    "called": "Minnie",
}
AS_A_TUTOR = (
    "/office/sessions/",
    "/office/runs/",
    "/office/terms/",
    "/office/tutors",
)  # where she stands as who teaches
CONTACT = ("9 Larkspur Rise", "01632 960 444", "Minnie", "after the school run")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def nurse() -> Person:
    """Mina teaches with Tia, and is a student with everything that a student can say."""
    mina = make_person(
        "Mina Farr",
        Role.TUTOR,
        email="mina@example.org",
        needs_shared=True,
        contact_by=ContactBy.PHONE,
        over_18_at=clock.now(),
        joined_at=clock.now(),
        **HERS,
    )
    tutor = Tutor(person=mina, role="Nurse", sides=[TutorSide(side=Side.PROFESSIONAL)])
    agreement = Agreement(we_promise="Tea", we_ask="Kindness", made_at=clock.now())
    with transaction():
        db.session.add_all([tutor, agreement])
        db.session.flush()
        db.session.add_all(
            [
                ComingAs(person_id=mina.id, reason=Reason.FAMILY),
                EqualityAnswer(person_id=mina.id, question=Question.AGE, answer="25-34"),
                Acceptance(person_id=mina.id, agreement_id=agreement.id, accepted_at=clock.now()),
            ]
        )
    tia = make_tutor(Side.LIVED, name="Tia Bell")
    with transaction():
        tia.person.role_rows = make_person("x", Role.TUTOR).role_rows
    make_run(make_course("Sleeping well"), tutors=(tia, tutor))
    make_message(mina, body="Your place is kept, Minnie.")
    return mina


def pages(app: Flask, browser: Browser, person: Person) -> dict[str, str]:
    """All that this visitor is shown, wherever an address has room for her or her session."""
    browser.token()
    run = db.session.scalars(select(Run)).one()
    message = db.session.scalars(select(OutboxMessage.id)).first()
    ids = {
        "person_id": person.id,
        "message_id": message,
        "run_id": run.id,
        "session_id": run.sessions[0].id,
        "course_id": run.course_id,
        "term_id": run.term_id,
        "slug": "sleeping-well",
        "key": "none",
    }
    site = app.url_map.bind("localhost")
    addresses = [
        site.build(rule.endpoint, {name: ids.get(name, person.id) for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.endswith(".pdf")
    ]
    searches = ("mina", "minnie", "960444", "larkspur", "quentin", "mina@example")
    addresses += [f"/office/people?q={words}" for words in searches]
    addresses += [f"/office/people/1/merge?q={words}" for words in searches]
    return {address: browser.get(address).data.decode() for address in addresses}


def found(shown: dict[str, str], words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(a, each) for (a, page), each in product(shown.items(), words) if each in page]


def somebody(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


@ON_SQLITE
def test_who_teaches_with_her_and_who_does_not_are_shown_nothing_of_the_student(
    app: Flask, browse: Browse, nurse: Person
) -> None:
    others = (
        somebody("Tia Bell"),
        make_person("Tom Hill", Role.TUTOR, email="tom@example.org"),
        make_person("Ada Osei", email="ada@example.org"),
        None,
    )
    for person in others:
        shown = pages(app, browse(person), nurse)
        assert found(shown, (*HERS.values(), "mina@example.org")) == []
    week = browse(somebody("Tia Bell")).get("/tutor").text
    assert "Mina Farr" in week


def test_the_office_is_shown_name_and_contact(browse: Browse, nurse: Person) -> None:
    """And never why she comes: see accounts/test_equality.py, for a student who teaches."""
    for role in (Role.DESK, Role.MANAGER):
        viewer = make_person("Dee Hart", role, email=f"{role}@example.org")
        here = browse(viewer).get(f"/office/people/{nurse.id}").text
        assert [words for words in ("Mina Farr", *CONTACT) if words not in here] == []


@ON_SQLITE
def test_a_record_for_one_manager_only_is_found_by_nobody_else_of_the_office(
    app: Flask, browse: Browse, nurse: Person
) -> None:
    nia = make_person("Nia Cole", Role.MANAGER, email="nia@example.org")
    with transaction():
        nurse.restricted_to_id = nia.id
        db.session.add(
            RingFirst(person_id=nurse.id, review_on=date(2027, 5, 4), set_at=clock.now())
        )
    for role in (Role.DESK, Role.MANAGER):
        viewer = make_person("Olu Bankole", role, email=f"{role}@example.org")
        shown = pages(app, browse(viewer), nurse)
        assert found(shown, (*HERS.values(), "mina@example.org")) == []
        named = [address for address, page in shown.items() if "Mina Farr" in page]
        assert [address for address in named if not address.startswith(AS_A_TUTOR)] == []
    assert found(pages(app, browse(nia), nurse), CONTACT) != []


def test_no_letter_and_no_copy_for_somebody_else_says_anything_of_her(nurse: Person) -> None:
    olu = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
    for name in ("Tia Bell", "Olu Bankole"):
        copy = copy_for_office(olu, somebody(name))
        with ZipFile(BytesIO(copy)) as box:
            said = "".join(box.read(part).decode() for part in box.namelist())
        assert [words for words in (*HERS.values(), "Mina") if words in said] == []
    letters = db.session.scalars(select(OutboxMessage)).all()
    assert {letter.person_id for letter in letters if "Minnie" in letter.body} == {nurse.id}
