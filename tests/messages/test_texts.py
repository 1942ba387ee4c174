"""Texts go once and in their turn, and a no is understood: to this number, or to all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from recovery_college import clock
from recovery_college.database import transaction
from recovery_college.messages import outbox, texts
from recovery_college.messages.delivery import Round, deliver_due
from recovery_college.messages.rules import Channel, MessageState, Recipient, Trouble, Words
from tests import text_service as services
from tests.conftest import ON_SQLITE
from tests.messages.test_delivery import promise, serve, state_of
from tests.post_office import PostOffice, free_port, post_office
from tests.text_service import KEY, SERVICE, TEMPLATE, TextService, text_service

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
ADA, BEA = "+447700900001", "+447700900002"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def service(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[TextService]:
    with text_service() as there:
        there.serve(app, monkeypatch)
        yield there


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with post_office() as there:
        serve(app, monkeypatch, "127.0.0.1", there.port)
        yield there


def promise_text(number: str, *, thread: str = "", body: str = "Harbour: hello.") -> None:
    to, words = Recipient(Channel.TEXT, number, None), Words("Harbour", body)
    with transaction():
        outbox.queue(to, words, key=number, thread=thread or number, at=clock.now())


def test_a_text_is_its_number_its_words_and_a_reference_that_says_nothing(
    service: TextService,
) -> None:
    promise_text(ADA)
    assert [deliver_due(), deliver_due()] == [Round(sent=1), Round()]
    taken = service.taken[0]
    assert len(taken.pop("reference")) == 64
    assert service.taken == [
        {
            "to": "/v2/notifications/sms",
            "by": SERVICE,
            "phone_number": ADA,
            "template_id": TEMPLATE,
            "personalisation": {"words": "Harbour: hello."},
        }
    ]
    assert service.looked_up == 0


@pytest.mark.parametrize(
    ("answer", "trouble", "goes_on"),
    [
        (services.BAD_NUMBER, Trouble.ADDRESS_REFUSED, True),
        (services.TOO_MANY, Trouble.BUSY, True),
        (services.BROKEN, Trouble.BUSY, True),
        (services.ON_TRIAL, Trouble.NOT_LET_IN, False),
        (services.BAD_KEY, Trouble.NOT_LET_IN, False),
        (services.HANGS, Trouble.AWAY, False),
    ],
)
@ON_SQLITE
def test_what_the_text_service_answers_is_of_this_number_or_of_all(
    service: TextService,
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[int, str, str],
    trouble: Trouble,
    goes_on: bool,
) -> None:
    monkeypatch.setattr(texts, "TEXTS_WAIT", timedelta(seconds=0.2))
    service.answers = [answer]
    promise_text(ADA)
    promise_text(BEA)
    for_good = trouble is Trouble.ADDRESS_REFUSED
    assert deliver_due() == Round(sent=goes_on, put_off=not for_good, need_somebody=for_good)
    state = MessageState.NEEDS_SOMEBODY if for_good else MessageState.WAITING
    assert state_of(ADA) == (state, trouble, 1)
    assert (BEA in service.numbers) is goes_on
    assert "mail" not in trouble.said(Channel.TEXT)


def test_a_text_that_was_taken_without_a_word_is_not_sent_again(
    service: TextService, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> None:
    """Neither if the answer was lost; but one that was not taken is."""
    monkeypatch.setattr(texts, "TEXTS_WAIT", timedelta(seconds=0.2))
    service.answers = [services.BROKEN, services.HANGS]
    promise_text(ADA)
    promise_text(BEA)
    assert deliver_due() == Round(put_off=2)
    noon.shift(timedelta(minutes=1))
    assert deliver_due() == Round(sent=2)
    assert (service.numbers, service.looked_up) == ([BEA, ADA], 2)


def test_a_text_service_that_is_away_stops_no_mail_and_mail_no_texts(
    app: Flask,
    office: PostOffice,
    service: TextService,
    monkeypatch: pytest.MonkeyPatch,
    noon: time_machine.Traveller,
) -> None:
    monkeypatch.setitem(app.config, "NOTIFY_URL", f"http://127.0.0.1:{free_port()}")
    promise_text(ADA)
    promise("mail")
    promise_text(BEA)
    assert deliver_due() == Round(sent=1, put_off=1)
    service.serve(app, monkeypatch)
    serve(app, monkeypatch, "127.0.0.1", free_port())
    promise("later")
    noon.shift(timedelta(minutes=1))
    assert deliver_due() == Round(sent=2, put_off=1)
    assert (office.recipients, service.numbers) == (["mail@example.org"], [BEA, ADA])


def test_a_text_and_a_mail_about_one_thing_keep_their_order(
    service: TextService, office: PostOffice, noon: time_machine.Traveller
) -> None:
    service.answers = [services.TOO_MANY]
    promise_text(ADA, thread="1")
    promise("after", thread="1")
    assert deliver_due() == Round(put_off=1)
    noon.shift(timedelta(minutes=1))
    assert deliver_due() == Round(sent=2)


@ON_SQLITE
def test_without_a_key_texts_are_kept_and_too_long_ones_never_go(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise_text(ADA, body="x" * 919)
    assert deliver_due() == Round(kept=1)
    assert Trouble.NO_SERVER.said(Channel.TEXT) == "Not sent: texts are not set up."
    monkeypatch.setitem(app.config, "NOTIFY_API_KEY", KEY)
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert deliver_due() == Round(need_somebody=1)
    assert state_of(ADA)[1] is Trouble.UNWRITABLE
