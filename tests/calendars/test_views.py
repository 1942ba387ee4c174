"""The private calendar as programs have it, and the page on which its owner says who may."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from gunicorn.config import Config
from gunicorn.glogging import Logger
from playwright.sync_api import Browser as Chromium
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, TestResponse

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Invites
from recovery_college.audit.models import AuditEntry
from recovery_college.calendars.commands.devices import add_device
from recovery_college.calendars.models import FeedKey
from recovery_college.calendars.rules import MOST_DEVICES, OF_A_TUTOR
from recovery_college.college.models import Setting
from recovery_college.database import db, transaction
from tests.calendars.entries import cancel, current, make_entries, make_entry
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import NOW, make_course, make_person, make_run
from tests.ical_judge import faults
from tests.ical_parsers import IcalJs, PythonsIcal
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")
TITLES = ('Sleep 😴; well, \\ "now"', "سارة שלום \u202etext", "Café\u2028e\u0301 <b>" + "é" * 90)
CODE = re.compile(r"/calendar/([\w-]+)\.ics")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(browse: Browse, person: Person, tag: str = "") -> TestResponse:
    """By a device of its own, which asks as programs do."""
    person = current(person)
    device = f"device {len(db.session.scalars(select(FeedKey.id)).all())}"
    return browse().get(f"/calendar/{add_device(person, device)}.ics", headers=known(tag))


def known(tag: str) -> dict[str, str]:
    return {"If-None-Match": tag} if tag else {}


def unfolded(answer: TestResponse) -> str:
    return answer.text.replace("\r\n ", "")


def change(row: Any, **fields: object) -> None:
    """Anew, for a request has let go of it."""
    with transaction():
        now = current(row)
        for field, value in fields.items():
            setattr(now, field, value)


def test_every_reader_reads_it(browse: Browse, chromium: Chromium) -> None:
    ada = make_person("Ada Osei", discreet=False)
    runs = [make_run(make_course(title), sessions=4) for title in TITLES]
    entries = [entry for run in runs for entry in make_entries(ada, run)]
    make_entries(make_person("Bo Lind"), runs[0])
    cancel(entries[5])
    served = ask(browse, ada)
    assert faults(served.data, "PUBLISH") == []
    js = IcalJs(chromium)
    readings = [PythonsIcal().read(served.data), js.read(served.data)]
    js.close()
    assert readings[0] == readings[1]
    found = {(each.uid, each.sequence, each.status) for each in readings[0].sessions}
    assert found == {
        (each.uid, each.sequence, "CONFIRMED" if each.stands else "CANCELLED") for each in entries
    }
    assert {each.summary for each in readings[0].sessions} == {
        TITLES[0],
        TITLES[1],
        TITLES[2].replace("\u2028", "\n"),
    }
    assert all(each.attendees == [] for each in readings[0].sessions)


def test_what_it_says_of_itself_and_that_head_is_the_same(browse: Browse) -> None:
    ada = make_person("Ada Osei")
    make_entries(ada, make_run(sessions=2))
    address = f"/calendar/{add_device(ada, 'phone')}.ics"
    served, head = browse().get(address), browse(ada).head(address)
    assert {name: served.headers[name] for name in CARRIED} == CARRIED
    assert served.headers["Last-Modified"] == "Mon, 03 May 2027 09:00:00 GMT"
    assert "Set-Cookie" not in served.headers
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", served.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(served.data))
    again = browse().get(address, headers=known(served.headers["ETag"]))
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == CARRIED["Cache-Control"]
    dated = {"If-Modified-Since": served.headers["Last-Modified"]}
    assert browse().get(address, headers=dated).data == served.data


CARRIED = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Cache-Control": "private, max-age=300",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def test_nothing_changes_in_it_without_another_tag(
    browse: Browse, in_may: time_machine.Traveller
) -> None:
    ada, course = make_person("Ada Osei"), make_course()
    first, second, _ = make_entries(ada, make_run(course, sessions=3))
    address = f"/calendar/{add_device(ada, 'phone')}.ics"
    changes: dict[str, Callable[[], object]] = {
        "one more": lambda: make_entry(ada, make_run().sessions[0]),
        "moved": lambda: change(first, place="Online", sequence=1),
        "off": lambda: cancel(second),
        "forgotten that it was off": lambda: in_may.shift(timedelta(days=30)),
        "another title": lambda: change(course, title="Sleeping better"),
        "as is their wish": lambda: change(ada, discreet=False),
        "and another": lambda: change(ada, neutral=True),
        "another short name": lambda: change_setting("short_name", "Quay"),
        "another phone": lambda: change_setting("office_phone", "01632 960 999"),
    }
    last = browse().get(address)
    for what, happens in changes.items():
        tag = last.headers["ETag"]
        assert browse().get(address, headers=known(tag)).status_code == 304, what
        happens()
        after = browse().get(address, headers=known(tag))
        assert (after.status_code, after.data != last.data) == (200, True), what
        last = after


def change_setting(key: str, value: str) -> None:
    with transaction():
        db.session.add(Setting(key=key, value=value))


def test_a_key_that_opens_nothing_any_more_is_as_one_that_never_was(browse: Browse) -> None:
    ada = make_person("Ada Osei")
    browser = browse(ada)
    keys = [add_device(ada, "phone"), add_device(ada, "laptop")]
    phone, laptop = db.session.scalars(select(FeedKey.id).order_by(FeedKey.id))
    browser.post(f"/my/calendar/{phone}/remove")
    browser.post(f"/my/calendar/{laptop}/replace")
    shown = CODE.search(browser.get("/my/calendar").text)
    assert shown
    assert browse().get(f"/calendar/{shown[1]}.ics").status_code == 200
    unknown = browse(ada).get("/calendar/no-such-key.ics")
    for key in keys:
        gone = browse(ada).get(f"/calendar/{key}.ics")
        assert (gone.status_code, gone.text) == (404, unknown.text)
    assert "Ada Osei" not in unknown.text


def test_outside_only_the_short_name_stands_and_for_some_inside_too(browse: Browse) -> None:
    ada, run = make_person("Ada Osei"), make_run(make_course("Living with voices"))
    make_entries(ada, run)
    said = unfolded(ask(browse, ada))
    assert "SUMMARY:Harbour\r\n" in said
    assert "\r\nNAME:Harbour\r\nX-WR-CALNAME:Harbour\r\n" in said
    assert re.findall(r"(\S+?):.*voices", said) == ["DESCRIPTION"]
    assert not re.search("Ada|recovery|mental", said)
    change(ada, neutral=True)
    assert not re.search("Ada|voices|Hall|recovery|mental", unfolded(ask(browse, ada)))


def test_a_session_stands_there_once_whatever_one_comes_to_it_by(browse: Browse) -> None:
    ada, run = make_person("Ada Osei"), make_run(sessions=2)
    gone, back = (make_entry(ada, run.sessions[0]) for _ in range(2))
    cancel(gone)
    student, tutor = (
        make_entry(ada, run.sessions[1]),
        make_entry(ada, run.sessions[1], f"{OF_A_TUTOR}1"),
    )
    said = unfolded(ask(browse, ada))
    uids = re.findall(r"UID:(\S+)", said)
    assert uids == [back.uid, tutor.uid]
    assert student.uid not in said
    assert re.findall(r"/(?:my/courses|tutor)(?=\\n)", said) == ["/my/courses", "/tutor"]


def test_the_database_is_asked_as_often_for_one_entry_as_for_thirty(browse: Browse) -> None:
    made, same = [], []
    for sessions in (1, 30):
        ada = make_person()
        for _ in range(sessions):
            make_entries(ada, make_run())
        address = f"/calendar/{add_device(ada, 'phone')}.ics"
        with counted() as statements:
            tag = browse().get(address).headers["ETag"]
        made.append(len([each for each in statements if "SAVEPOINT" not in each]))
        with counted() as statements:
            browse().get(address, headers=known(tag))
        same.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert (made, same) == ([4, 4], [1, 1])


def test_an_address_is_shown_once_and_only_its_digest_is_kept(browse: Browse) -> None:
    ada = make_person("Ada Osei")
    browser = browse(ada)
    assert browser.post("/my/calendar", data={"name": "my phone"}).location == "/my/calendar"
    page = browser.get("/my/calendar").text
    key = CODE.search(page)
    assert key
    assert f'href="webcal://127.0.0.1:8000/calendar/{key[1]}.ics"' in page
    again = browser.get("/my/calendar").text
    assert (key[1] in again, "my phone" in again) == (False, True)
    kept = db.session.scalars(select(FeedKey.key_digest)).one()
    assert (key[1] in kept, len(kept)) == (False, 64)
    lines = db.session.execute(select(AuditEntry.verb, AuditEntry.fields)).all()
    assert [tuple(line) for line in lines] == [("changed", "calendars")]


def test_a_name_is_there_once_and_twenty_are_enough(browse: Browse) -> None:
    ada = make_person("Ada Osei")
    browser = browse(ada)
    for number in range(MOST_DEVICES - 1):
        add_device(ada, f"device {number}")
    typed = ("Device 1", " ", "one more", "too many")
    found = [browser.post("/my/calendar", data={"name": name}).status_code for name in typed]
    assert found == [422, 422, 302, 422]


def test_when_invites_come_is_theirs_to_say(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    browser = browse(ada)
    form = browser.get("/my/calendar").text
    typed = {"invites": "at_once", "seen": seen(form)}
    assert browser.post("/my/calendar/invites", data=typed).location == "/my/calendar"
    assert db.session.get_one(Person, ada.id).invites is Invites.AT_ONCE
    typed |= {"invites": "none"}
    late = browser.post("/my/calendar/invites", data=typed)
    assert (late.status_code, "This is now: All of a course" in late.text) == (422, True)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[tuple[Logger, Path]]:
    """As gunicorn writes it, when it is to tell all that it can."""
    file, settings = tmp_path / "log", Config()
    for name, value in {"accesslog": str(file), "errorlog": str(file), "loglevel": "debug"}.items():
        settings.set(name, value)
    logger = Logger(settings)
    yield logger, file
    for each in (logger.access_log, logger.error_log):
        for handler in list(each.handlers):
            each.removeHandler(handler)
            handler.close()


@ON_SQLITE
@pytest.mark.parametrize(
    "address",
    [
        "/calendar/SECRET.ics",
        "/feedback/SECRET",
        "/offers/SECRET?a=b",
        "/tutor/answer/SECRET",
        "/sign-in/link/SECRET",
    ],
)
def test_no_server_writes_a_key_into_its_log(log: tuple[Logger, Path], address: str) -> None:
    logger, file = log
    environ = EnvironBuilder(address, headers=[("Referer", f"https://a.example{address}")])
    asked = environ.get_environ() | {"RAW_URI": address, "SERVER_PROTOCOL": "HTTP/1.1"}
    answer = SimpleNamespace(status="200 OK", sent=1, headers=[])
    logger.access(answer, SimpleNamespace(headers=[]), asked, timedelta(seconds=1))
    logger.debug("%s %s", "GET", address)
    logger.error("Error handling request %s", address)
    assert "SECRET" not in file.read_text()
    assert len(re.findall("/(?:calendar|feedback|offers|answer|link)/…", file.read_text())) == 4
