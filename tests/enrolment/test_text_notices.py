"""A text tells nobody what it is about: short, the same for everybody, and where to ask."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy
from recovery_college.database import db, transaction
from recovery_college.enrolment import notices
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.offers import By
from recovery_college.messages.models import OutboxMessage
from tests.conftest import ON_SQLITE
from tests.enrolment.asking import ask
from tests.factories import NOW, make_course, make_person, make_run
from tests.text_service import KEY

pytestmark = [
    pytest.mark.usefixtures("app"),
    ON_SQLITE,
]
SITE = "https://college.example.org"
NOTICES = {
    "place_confirmed",
    "request_waits",
    "place_offered",
    "offer_ends",
    "course_begins",
    "session_tomorrow",
    "not_today",
    "offer_over",
    "place_given_up",
    "course_began",
    "run_cancelled",
    "dates_changed",
}
BASIC = re.compile(r"[A-Za-z0-9 .,:;?!'/_-]+")  # what takes one of the 160 characters of a text
TELLING = re.compile(r"sleep|course|recovery|mental|health|session|appointment", re.IGNORECASE)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def texts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "NOTIFY_API_KEY", KEY)
    monkeypatch.setitem(app.config, "BASE_URL", SITE)


def wishes_texts(phone: str = "07700 900 001", **fields: object) -> Person:
    return make_person(phone=phone, contact_by=ContactBy.TEXT, **fields)  # type: ignore[arg-type]


def messages() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def tell_everything(made: Enrolment) -> None:
    """Every notice, in each of its ways."""
    now, began = clock.now(), made.run.starts_at
    with transaction():
        made.state, made.offered_by = State.OFFERED, By.MESSAGE
        made.answer_by = now + timedelta(days=9)
        notices.request_waits(made, now)
        made.lot = None
        notices.request_waits(made, now)
        made.lot = 0
        notices.place_offered(made, now)
        notices.offer_ends(made, now)
        notices.course_begins(made, made.run.sessions[0], now)
        notices.session_tomorrow(made, made.run.sessions[0], now)
        notices.not_today(made, made.run.sessions[0], now)
        notices.offer_over(made, now)
        for before in (State.WAITING, State.OFFERED, State.CONFIRMED):
            made.uid = f"{made.uid}-{before}"
            notices.place_given_up(made, before, now)
        notices.course_began(made, now, now)
        notices.run_cancelled(made, began, made, now)
        made.uid += "-again"
        notices.run_cancelled(made, None, None, now)
        notices.dates_changed(made, (), now)


@pytest.mark.usefixtures("texts")
def test_every_text_is_short_tells_nothing_and_says_where_to_ask() -> None:
    first = date(2027, 9, 29)  # a Wednesday: with 12:30pm the longest there is
    run = make_run(make_course("Sleeping well"), first=first)
    tell_everything(ask(wishes_texts(), run))
    found = messages()
    assert {each.key.split(":")[0] for each in found} == NOTICES
    assert len(found) == 16
    for each in found:
        assert (each.channel.value, each.address) == ("text", "+447700900001")
        assert each.body.startswith("Harbour: ")
        assert BASIC.fullmatch(each.body), each.body
        assert len(each.body) <= 160, each.body
        assert not TELLING.search(each.body.replace(SITE, "")), each.body
        assert "01632 960 123" in each.body


@pytest.mark.usefixtures("texts")
def test_a_text_says_the_day_the_time_and_how_to_answer_alike_to_whoever_is_neutral() -> None:
    run = make_run(sessions=2)
    for neutral in (False, True):
        tell_everything(ask(wishes_texts(neutral=neutral), run))
    said = [re.sub(r"(offers|heard|cannot-come)/\S+", r"\1/…", each.body) for each in messages()]
    half = len(said) // 2
    assert said[:half] == said[half:]
    assert said[0] == (
        f"Harbour: you have a place. Next date: Mon 7 Jun, 10am. All dates: {SITE}/my or ring "
        "01632 960 123."
    )
    assert said[3] == (
        f"Harbour: we hold you a place. Yes or no by Wed 12 May, 10am: {SITE}/offers/… or ring "
        "01632 960 123"
    )


@pytest.mark.usefixtures("texts")
def test_a_landline_is_called_and_who_wishes_no_text_has_none() -> None:
    run = make_run()
    ask(wishes_texts("01632 960 001"), run)
    ask(wishes_texts("01632 960 002", email="a@example.org"), run)
    ask(make_person(phone="07700 900 003"), run)
    assert [each.channel.value for each in messages()] == ["call", "email", "call"]


def test_where_texts_are_not_set_up_who_wishes_one_has_an_e_mail_or_a_call() -> None:
    run = make_run()
    ask(wishes_texts(email="a@example.org"), run)
    ask(wishes_texts(), run)
    assert [(each.channel.value, each.address) for each in messages()] == [
        ("email", "a@example.org"),
        ("call", "07700 900 001"),
    ]
