"""Everything about a person in one file, and nothing that helps a thief."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.coming import cannot_come
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.commands.settling import agree, settle, what_stands
from recovery_college.enrolment.rules import Way
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.privacy.commands import copying
from recovery_college.privacy.models import DataCopy
from tests.factories import NOW, make_course, make_person, make_run
from tests.privacy.people import EMAIL, NAME, PHONE, make_philippa

pytestmark = pytest.mark.usefixtures("app")

PLACES = "Places that you asked for"


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def opened(archive: bytes) -> tuple[dict[str, list[dict[str, str]]], str]:
    with ZipFile(BytesIO(archive)) as box:
        read = json.loads(box.read("everything.json"))
        return read["sections"], box.read("everything.html").decode()


def test_everything_is_in_it_in_words_and_as_a_page() -> None:
    copy = copying.ask_for_copy(make_philippa())
    assert copy.content
    sections, page = opened(copy.content)
    assert (sections["You"][0]["Name"], sections["You"][0]["Phone"]) == (NAME, PHONE)
    assert sections["Why you come"] == [{"Reason": "Family, friend or carer of somebody"}]
    assert sections["Equality answers"] == [{"Question": "How old are you?", "Answer": "25-34"}]
    assert sections["Messages to you"][0]["Body"] == f"Hello {NAME}"
    assert {"Roles", "Teaching", "How you sign in", "Our history"} <= set(sections)
    month = sections["Months whose hours you confirmed"][0]
    assert (month["Month"], month["Lines"]) == (
        "1 August 2027",
        f"day: 2027-08-01, what: {NAME}, kind: panel, minutes: 60",
    )
    assert sections["Hours that you wrote down"][0]["Kind"] == "A panel or co-production meeting"
    [certified] = [each["Certificate"] for each in sections[PLACES] if "Certificate" in each]
    assert f" for {NAME}: Resting well, 2 hours on 5 April 2027" in certified
    for said in (NAME, EMAIL, "needs a ramp", "25-34"):
        assert said in page


def test_places_are_told_in_words_and_nothing_about_others() -> None:
    ada, bo = make_person("Ada Osei"), make_person("Bo Lind", needs="Quiet", needs_shared=True)
    desk, college = make_person("Dee Hart", Role.DESK), the_college()
    run = make_run(make_course("Sleeping well"), sessions=2, capacity=1)
    first = enrol(bo, bo, Request(run), college)
    called = datetime(2027, 5, 3, 8, 30, tzinfo=UTC)
    enrol(desk, ada, Request(run, way=Way.PHONE, arrived_at=called), college)
    settle(desk, first, Settled.ARRANGED, "A quiet room.", seen=what_stands(first))
    agree(bo, first)
    his = opened(copying.ask_for_copy(bo).content or b"")[0]["Places that you asked for"]
    assert his[0]["What helps you"] == (
        "Arranged, Monday 3 May 2027, 10am: A quiet room.; You said that it works"
    )
    cannot_come(bo, first, run.sessions[1])
    his = opened(copying.ask_for_copy(bo).content or b"")[0]["Places that you asked for"]
    assert his[0]["Sessions you said you cannot come to"] == "Monday 14 June 2027, 10am"
    give_up(bo, first, college)
    copy = copying.ask_for_copy(ada)
    assert copy.content
    sections, page = opened(copy.content)
    assert sections["Places that you asked for"] == [
        {
            "Course": "Sleeping well",
            "Sessions": "Monday 7 June 2027, 10am; Monday 14 June 2027, 10am",
            "State": "Has been offered a place",
            "Asked": "By phone or voicemail",
            "Asked by": "the office",
            "Reached us": "Monday 3 May 2027, 9:30am",
            "Counts from": "Monday 3 May 2027, 9:30am",
            "Somebody comes along": "no",
            "Answer by": "Monday 10 May 2027, 10am",
            "What happened": (
                "Monday 3 May 2027, 10am: All places were taken, so you are on the waiting list.; "
                "Monday 3 May 2027, 10am: We offered you a place, because somebody gave theirs up."
            ),
        }
    ]
    assert [name for name in ("Dee", "Bo Lind") if name in page] == []


def test_no_key_digest_or_secret_is_in_it() -> None:
    copy = copying.ask_for_copy(make_philippa())
    assert copy.content
    sections, _page = opened(copy.content)
    names = {name.lower() for rows in sections.values() for row in rows for name in row}
    secrets = {"key digest", "password hash", "secret", "credential", "public key", "search"}
    assert names.isdisjoint(secrets)


def test_the_office_s_copy_leaves_out_what_only_the_person_may_see() -> None:
    manager, philippa = make_person("Olu Bankole", Role.MANAGER), make_philippa()
    sections, page = opened(copying.copy_for_office(manager, philippa))
    assert {"Why you come", "Equality answers"}.isdisjoint(sections)
    assert "Family, friend" not in page
    line = db.session.scalars(select(AuditEntry).filter_by(verb="copied")).one()
    assert (line.actor_id, line.subject) == (manager.id, f"person:{philippa.id}")


def test_a_large_copy_is_made_by_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "LARGE_COPY", 3)
    copy = copying.ask_for_copy(make_philippa())
    assert copy.ready_at is None
    copying.make_copies(copy.id)
    assert db.session.get_one(DataCopy, copy.id, populate_existing=True).ready_at is not None


def test_a_new_copy_replaces_the_old_one() -> None:
    ada = make_person("Ada Osei")
    copying.ask_for_copy(ada)
    with time_machine.travel("2027-05-04T09:00Z", tick=False):
        second = copying.ask_for_copy(ada)
    assert db.session.scalars(select(DataCopy.asked_at)).all() == [second.asked_at]
