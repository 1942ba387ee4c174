"""While the secret key is being changed, what was signed under the one before is good."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.commands import factors
from recovery_college.accounts.commands.second_factor import app_purpose
from recovery_college.accounts.devices import asking
from recovery_college.accounts.models import Authenticator
from recovery_college.accounts.rules import Role
from recovery_college.accounts.secrets import opened
from recovery_college.app import create_app
from recovery_college.config import load_config
from recovery_college.database import db
from recovery_college.enrolment import offering
from recovery_college.errors import NotFound
from recovery_college.keys import newest, newest_first, our_secret
from recovery_college.messages.jobs import jobs_of
from recovery_college.scheduling.answering import answer_key, read_answer_key
from recovery_college.tutors.commands.calendars import add_link, where_from
from recovery_college.tutors.models import BusyCalendar
from tests.conftest import ON_SQLITE, Browse
from tests.factories import NOW, make_person, make_visit

OLD, NEW = "the key before, of many letters 1234", "the key from now on, of letters 5678"
SHARED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
Change = Callable[..., None]


@pytest.fixture
def change(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Change:
    """As a restart does it, with other settings."""

    def changing(key: str, before: str = "") -> None:
        given = {"COLLEGE_SECRET_KEY": key, "COLLEGE_SECRET_KEY_BEFORE": before}
        for name, value in load_config(given).items():
            if "SECRET_KEY" in name:
                monkeypatch.setitem(app.config, name, value)

    return changing


def test_the_newest_is_the_last() -> None:
    assert (newest("a"), newest(["b", "a"])) == ("a", "a")
    assert (newest_first("a"), newest_first(["b", "a"])) == (["a"], ["a", "b"])


SIGNED: list[tuple[Callable[..., str], Callable[..., object], tuple[int, ...]]] = [
    (offering.offer_key, offering.read_offer_key, (7,)),
    (offering.together_key, offering.read_together_key, (7,)),
    (offering.heard_key, offering.read_heard_key, (7, 8)),
    (offering.cannot_key, offering.read_cannot_key, (7, 8)),
    (answer_key, read_answer_key, (7, 8)),
]


@pytest.mark.parametrize(("make", "read", "ids"), SIGNED)
def test_what_was_signed_before_is_believed_until_the_key_goes(
    make: Callable[..., str], read: Callable[..., object], ids: tuple[int, ...]
) -> None:
    both = [OLD, NEW]
    said = read(OLD, make(OLD, *ids))
    assert read(both, make(OLD, *ids)) == read(both, make(both, *ids)) == said
    assert read(NEW, make(both, *ids)) == said
    for key in (make(OLD, *ids), make("another", *ids)):
        with pytest.raises(NotFound):
            read(NEW, key)


@ON_SQLITE
def test_a_visit_and_a_form_that_was_open_go_on(browse: Browse, change: Change) -> None:
    change(OLD)
    browser, visitor = browse(make_person("Ada", email="ada@example.org")), browse()
    page = visitor.get("/sign-in").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    change(NEW, OLD)
    assert browser.get("/my").status_code == 200
    answer = visitor.post("/sign-in", data={"csrf_token": token, "email": ""}, csrf=False)
    assert answer.status_code == 422  # it was read, and says what it lacks


@ON_SQLITE
def test_a_visit_of_a_key_that_has_gone_is_over(browse: Browse, change: Change) -> None:
    change(OLD)
    browser = browse(make_person("Ada", email="ada@example.org"))
    change(NEW)
    assert browser.get("/my").status_code == 302


@pytest.fixture
def in_may(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


@pytest.mark.usefixtures("in_may")
def test_apps_and_calendars_are_sealed_anew(app: Flask, change: Change) -> None:
    change(OLD)
    ash = make_person("Ash", Role.TUTOR, email="ash@example.org")
    code = TOTP(SHARED).at(clock.now())
    factors.set_up_app(make_visit(ash, proven=False), asking(), SHARED, code)
    add_link(ash, "https://calendar.example.org/4711.ics")
    change(NEW, OLD)
    assert shown(ash.id) == (SHARED, "calendar.example.org")
    runner = app.test_cli_runner()
    first, again = (runner.invoke(args=["reseal"]).output for _ in range(2))
    assert first.startswith("Sealed anew: 1 app for the second step, 1 link to a calendar.")
    assert again.startswith("Sealed anew: 0 apps for the second step, 0 links to calendars.")
    change(NEW)
    assert shown(ash.id) == (SHARED, "calendar.example.org")


def shown(person_id: int) -> tuple[str | None, str]:
    db.session.expire_all()
    kept = db.session.get_one(Authenticator, person_id)
    calendar = db.session.scalars(select(BusyCalendar)).one()
    return opened(our_secret(), kept.secret, app_purpose(person_id)), where_from(calendar)


def test_a_call_to_the_worker_is_made_under_either_key(tmp_path: Path) -> None:
    settings = {
        "COLLEGE_DATABASE_URL": f"sqlite:///{tmp_path}/college.sqlite",
        "COLLEGE_QUEUE_URL": f"sqlite:///{tmp_path}/queue.sqlite",
    }
    old, both, new = (
        jobs_of(create_app(settings | keys)).queue.serializer
        for keys in (
            {"COLLEGE_SECRET_KEY": OLD},
            {"COLLEGE_SECRET_KEY": NEW, "COLLEGE_SECRET_KEY_BEFORE": OLD},
            {"COLLEGE_SECRET_KEY": NEW},
        )
    )
    assert both.deserialize(old.serialize("call")) == "call"
    assert both.deserialize(new.serialize("call")) == "call"
    assert new.deserialize(both.serialize("call")) == "call"
    with pytest.raises(ValueError, match="mismatch"):
        new.deserialize(old.serialize("call"))
