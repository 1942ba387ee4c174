"""After it, nothing in the whole database says who it was."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, inspect, select, text

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import LastManager, Role
from recovery_college.app import create_app
from recovery_college.audit.models import AuditEntry
from recovery_college.courses.models import Contributor
from recovery_college.database import db, transaction
from recovery_college.intake.models import ImportUpload
from recovery_college.messages.delivery import deliver_due
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS
from recovery_college.operations.delivering import deliver
from recovery_college.privacy.commands.erasing import erase
from recovery_college.privacy.rules import SOMEBODY, NamesKept
from recovery_college.scheduling.models import Delivery
from tests.conftest import MakeDatabase
from tests.enrolment.asking import ask
from tests.factories import NOW, make_person, make_run
from tests.messages.test_delivery import serve
from tests.post_office import post_office
from tests.privacy.people import EMAIL, NAME, PHONE, make_philippa

SAID = ("quill", "philippa", "960777", "960 777")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def dump() -> str:
    """Every value of every column of every table, those of the search index too."""
    connection = db.session.connection()
    tables = inspect(connection).get_table_names()
    rows = [
        repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row))
        for table in tables
        for row in connection.execute(text(f'SELECT * FROM "{table}"'))
    ]
    return "\n".join(rows).lower()


def make_upload(owner: Person) -> None:
    """A spreadsheet that names somebody in a row that could not be taken."""
    with transaction():
        db.session.add(
            ImportUpload(
                owner_id=owner.id,
                uploaded_at=clock.now(),
                ends_at=clock.now() + timedelta(days=1),
                digest="d",
                told={"faults": [{"value": NAME}]},
            )
        )


def found_in(dumped: str) -> list[str]:
    return [said for said in SAID if said in dumped]


@pytest.mark.usefixtures("app")
def test_the_search_would_find_them_before() -> None:
    make_philippa()
    assert found_in(dump()) == ["quill", "philippa", "960777", "960 777"]


@pytest.mark.usefixtures("app")
def test_nothing_in_the_whole_database_says_who_it_was(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    philippa = make_philippa()
    for owner in (philippa, make_person("Ida Holm", Role.MANAGER)):
        make_upload(owner)
    erase(philippa, philippa)
    with post_office() as office:
        monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
        for name, value in (("server", "127.0.0.1"), ("port", office.port), ("suppress", False)):
            monkeypatch.setattr(app.extensions["mail"], name, value)
        deliver_due()
        assert office.recipients == [EMAIL]
    assert found_in(dump()) == []
    assert {name: rows() for name, rows in CHECKS.items() if rows()} == {}


@pytest.mark.usefixtures("app")
def test_what_was_taught_and_made_still_counts_on_its_side() -> None:
    philippa = make_philippa()
    with time_machine.travel("2027-06-10T12:00Z", tick=False):  # one session is over
        erase(philippa, philippa)
    nobody = db.session.get_one(Person, philippa.id)
    assert (nobody.name, nobody.email, nobody.phone, nobody.needs) == (SOMEBODY, None, "", "")
    assert db.session.scalars(select(func.count(Delivery.id))).one() == 3
    made = select(Contributor.side).where(Contributor.person_id == philippa.id)
    assert db.session.scalars(made).all() == ["lived"]
    lines = select(AuditEntry).where(AuditEntry.verb == "erased")
    assert [line.subject for line in db.session.scalars(lines)] == [f"person:{philippa.id}"]


@pytest.mark.usefixtures("app")
def test_somebody_with_only_a_name_is_gone_altogether_and_their_number_never_comes_again() -> None:
    manager = make_person("Olu Bankole", Role.MANAGER)
    mair = make_person("Mair Rees", address="2 Hill Road")
    erase(manager, mair)
    assert db.session.get(Person, mair.id) is None
    assert make_person("Newcomer").id > mair.id
    assert db.session.scalars(select(OutboxMessage)).all() == []


@pytest.mark.usefixtures("app")
def test_the_last_manager_and_one_whom_somebody_chose_stay() -> None:
    olu = make_person("Olu Bankole", Role.MANAGER)
    with pytest.raises(LastManager):
        erase(olu, olu)
    make_person("Nia Cole", Role.MANAGER)
    make_person("Ada Osei", restricted_to_id=olu.id)
    with pytest.raises(NamesKept):
        erase(olu, olu)


def test_not_even_the_files_of_a_sqlite_database_hold_a_trace(
    make_database: MakeDatabase, queue_url: str
) -> None:
    url = make_database()
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL clears its pages in its own time")
    app = create_app({"COLLEGE_DATABASE_URL": url, "COLLEGE_QUEUE_URL": queue_url})
    with app.app_context():
        db.create_all()
        philippa = make_philippa()
        path = Path(url.removeprefix("sqlite:///"))
        assert NAME.encode() in _bytes(path)
        erase(philippa, philippa)
        for message in db.session.scalars(select(OutboxMessage)):
            db.session.delete(message)
        db.session.commit()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
        held = _bytes(path).lower()
    assert [said for said in (NAME, EMAIL, PHONE) if said.lower().encode() in held] == []


def _bytes(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def test_what_was_in_their_calendar_is_taken_out_of_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(email=EMAIL)
    ask(person, make_run(sessions=2))
    with post_office() as office:
        serve(app, monkeypatch, "127.0.0.1", office.port)
        deliver(lambda _: True)
        erase(None, person)
        deliver(lambda _: True)
        calendars = [
            bytes(part.get_payload(decode=True)).decode()
            for letter in office.read()
            for part in letter.walk()
            if part.get_content_type() == "text/calendar"
        ]
    methods = [re.findall("METHOD:(.*)\\r", calendar) for calendar in calendars]
    assert methods == [["REQUEST"], ["CANCEL"]]
    assert len({re.search("UID:(.*)", calendar)[1] for calendar in calendars}) == 1  # type: ignore[index]
    assert EMAIL not in dump()
