"""A manager sends a workbook, sees what it says, and says yes; nobody else comes near it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.intake.commands.uploads import (
    ANSWER_LIVES,
    UPLOAD_LIVES,
    forget_old_uploads,
    take_workbook,
)
from recovery_college.intake.models import ImportRecord, ImportUpload
from recovery_college.scheduling.models import Session
from tests.conftest import Browse, Browser
from tests.factories import make_person
from tests.intake.test_workbook import boxed
from tests.intake.workbooks import FROZEN, HARBOUR, Cell, college, meets, write
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("in_january")
NO_WORKBOOK = "This file is not a workbook that the import can read."
HOSTILE = {
    "a page": (b"<html><body>Hello</body></html>", NO_WORKBOOK),
    "an old one": (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "is an old .xls."),
    "nothing": (b"", "This file is empty."),
    "some other archive": (boxed({"word/document.xml": b"<w/>"}), NO_WORKBOOK),
    "entities": (
        boxed({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook/>"}),
        NO_WORKBOOK,
    ),
    "one that swells": (
        boxed({"xl/workbook.xml": b"<workbook/>", "xl/sheet.xml": b" " * 30_000_000}),
        "This file unpacks to far more than a workbook should.",
    ),
    "no tab it knows": (None, "The import needs"),
}


@pytest.fixture
def in_january() -> Iterator[None]:
    with time_machine.travel(FROZEN, tick=False):
        yield


@pytest.fixture
def olu(browse: Browse) -> Browser:
    return browse(make_person("Olu Bankole", Role.MANAGER, email="olu@example.org"))


def a_workbook(tmp_path: Path, *dates: Sequence[Cell]) -> bytes:
    return write(tmp_path / "ours.xlsx", college(*dates or (meets(),))).read_bytes()


def send(browser: Browser, content: bytes) -> TestResponse:
    """Encoded here, for the client would leave the file open in which it gathers a large one."""
    fields = {
        "csrf_token": browser.token(),
        "workbook": FileStorage(BytesIO(content), "any name.xlsx", "workbook"),
    }
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post("/office/import", data=body, content_type=kind, csrf=False)


def sent(browser: Browser, content: bytes) -> str:
    answer = send(browser, content)
    assert answer.status_code == 302, words_of(answer.text)
    return str(answer.location)


def courses() -> int:
    return db.session.scalars(select(func.count(Course.id))).one()


def test_it_is_looked_at_first_and_taken_with_a_yes(olu: Browser, tmp_path: Path) -> None:
    address = sent(olu, a_workbook(tmp_path))
    page = words_of(olu.get(address).text)
    assert "Nothing is taken yet. With your yes it would be: 2 courses" in page
    assert "course" in page
    assert courses() == 0
    assert olu.post(f"{address}/take").location == address
    page = words_of(olu.get(address).text)
    assert "Taken: 2 courses" in page
    assert courses() == 2


def test_the_file_goes_when_it_is_taken_and_the_trail_says_who_took_it(
    olu: Browser, tmp_path: Path
) -> None:
    address = sent(olu, a_workbook(tmp_path))
    olu.post(f"{address}/take")
    kept = db.session.scalars(select(ImportUpload)).one()
    assert (kept.content, kept.taken_at) == (None, clock.now())
    assert kept.ends_at == clock.now() + ANSWER_LIVES
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "imported")).one()
    assert entry.actor_id == kept.owner_id


def test_a_second_press_takes_nothing_twice(olu: Browser, tmp_path: Path) -> None:
    address = sent(olu, a_workbook(tmp_path))
    told = []
    for _ in range(2):
        assert olu.post(f"{address}/take").location == address
        told.append(words_of(olu.get(address).text))
    assert told[0] == told[1]
    assert db.session.scalars(select(func.count(ImportRecord.id))).one() == 1


def test_two_managers_with_the_same_file_take_it_once(
    olu: Browser, browse: Browse, tmp_path: Path
) -> None:
    content = a_workbook(tmp_path)
    ida = browse(make_person("Ida Holm", Role.MANAGER, email="ida@example.org"))
    addresses = [(each, sent(each, content)) for each in (olu, ida)]
    for browser, address in addresses:
        browser.post(f"{address}/take")
    assert "Taken: nothing new." in words_of(ida.get(addresses[1][1]).text)
    assert db.session.scalars(select(func.count(Session.id))).one() == 1


def test_what_cannot_be_taken_stands_there_with_its_row_and_reason(
    olu: Browser, tmp_path: Path
) -> None:
    address = sent(olu, a_workbook(tmp_path, meets(), meets("31/02/2027", start="14:00")))
    page = words_of(olu.get(address).text)
    assert "1 row can\u2019t be taken" in page
    assert "Dates row 3, cell C3 (Date)" in page
    assert "There stands: 31/02/2027" in page
    olu.post(f"{address}/take")
    assert "1 row was left out" in words_of(olu.get(address).text)


def test_it_is_thrown_away_at_a_press(olu: Browser, tmp_path: Path) -> None:
    address = sent(olu, a_workbook(tmp_path))
    assert "One is waiting for your yes" in words_of(olu.get("/office/import").text)
    assert olu.post(f"{address}/drop").location == "/office/import"
    assert olu.get(address).status_code == 404
    assert db.session.scalars(select(ImportUpload)).all() == []


def test_what_was_taken_can_not_be_thrown_away(olu: Browser, tmp_path: Path) -> None:
    address = sent(olu, a_workbook(tmp_path))
    olu.post(f"{address}/take")
    answer = olu.post(f"{address}/drop")
    assert (answer.status_code, "This workbook was taken in already." in answer.text) == (409, True)


def test_sending_another_lets_go_of_the_first(olu: Browser, tmp_path: Path) -> None:
    first = sent(olu, a_workbook(tmp_path))
    second = sent(olu, a_workbook(tmp_path, meets("25/01/2027")))
    assert (olu.get(first).status_code, olu.get(second).status_code) == (404, 200)


def test_what_was_left_out_of_the_last_stays_until_another_is_taken(
    olu: Browser, tmp_path: Path
) -> None:
    first = sent(olu, a_workbook(tmp_path, meets(), meets("31/02/2027", start="14:00")))
    olu.post(f"{first}/take")
    second = sent(olu, a_workbook(tmp_path, meets(), meets("25/01/2027")))
    assert "row was not taken" in words_of(olu.get("/office/monday").text)
    olu.post(f"{second}/take")
    assert "not taken" not in words_of(olu.get("/office/monday").text)
    assert olu.get(first).status_code == 404


@pytest.mark.for_real
def test_two_presses_at_the_same_moment_take_it_once(
    app: Flask, olu: Browser, tmp_path: Path
) -> None:
    address = sent(olu, a_workbook(tmp_path))
    db.session.remove()

    def press(_: int) -> None:
        with app.app_context():
            upload = db.session.scalars(select(ImportUpload)).one()
            take_workbook(db.session.get_one(Person, upload.owner_id), upload)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(4)))
    assert db.session.scalars(select(func.count(ImportRecord.id))).one() == 1
    assert "Taken: 2 courses" in words_of(olu.get(address).text)


def test_it_is_nobody_elses(olu: Browser, browse: Browse, tmp_path: Path) -> None:
    address = sent(olu, a_workbook(tmp_path))
    ida = browse(make_person("Ida Holm", Role.MANAGER, email="ida@example.org"))
    assert ida.get(address).status_code == 404
    assert ida.post(f"{address}/take").status_code == 404
    assert ida.post(f"{address}/drop").status_code == 404
    assert ida.get(address).data == ida.get("/office/import/999999").data
    assert courses() == 0


def test_a_file_that_nobody_comes_back_to_goes(browse: Browse, tmp_path: Path) -> None:
    olu = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
    address = sent(browse(olu), a_workbook(tmp_path))
    with time_machine.travel(clock.now() + UPLOAD_LIVES, tick=False):
        assert browse(olu).get(address).status_code == 404
        forget_old_uploads()
    assert db.session.scalars(select(ImportUpload)).all() == []


def test_a_file_that_waits_is_kept(olu: Browser, tmp_path: Path) -> None:
    sent(olu, a_workbook(tmp_path))
    with time_machine.travel(clock.now() + UPLOAD_LIVES - timedelta(seconds=1), tick=False):
        forget_old_uploads()
    assert len(db.session.scalars(select(ImportUpload)).all()) == 1


@pytest.mark.parametrize(("content", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_workbook_is_refused_beside_the_field(
    olu: Browser, tmp_path: Path, content: bytes | None, words: str
) -> None:
    if content is None:
        content = write(tmp_path / "it.xlsx", {"Notes": [["Hello"]]}).read_bytes()
    answer = send(olu, content)
    assert answer.status_code == 422
    assert words in words_of(answer.text)
    assert db.session.scalars(select(ImportUpload)).all() == []


def test_no_file_at_all_is_said(olu: Browser) -> None:
    answer = olu.post("/office/import")
    assert (answer.status_code, "Choose the spreadsheet first." in answer.text) == (422, True)


def test_one_that_is_too_big_is_refused_in_words(olu: Browser) -> None:
    answer = send(olu, b"x" * 21_000_000)
    assert answer.status_code == 422
    assert "This file is 21 MB. The import reads workbooks of up to 20 MB." in words_of(answer.text)
    assert send(olu, b"x" * 41_000_000).status_code == 413


def test_who_is_no_manager_can_not_even_send_it(browse: Browse) -> None:
    for person in (make_person("Dee", Role.DESK, email="dee@example.org"), None):
        assert send(browse(person), b"x" * 2_000_000).status_code == 413


def test_a_large_real_one_is_read_whole(olu: Browser) -> None:
    page = words_of(olu.get(sent(olu, HARBOUR.read_bytes())).text)
    assert "40 courses, 14 rooms in 10 venues, 44 tutors" in page
    assert "843 places, 12 people waiting, 2,304 marks" in page
    assert "\u201cAttendance\u201d: attendance, 2,304 rows" in page
    assert "11 rows can\u2019t be taken" in page
