"""Claim, send over real SMTP outside any transaction, mark; never out of order, never lost."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.database import db, transaction
from recovery_college.messages import delivery, letters, outbox, smtp
from recovery_college.messages.commands import try_again
from recovery_college.messages.delivery import Round, deliver_due
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    LEASE,
    Channel,
    MessageKind,
    MessageState,
    Recipient,
    Trouble,
    Words,
)
from tests.conftest import counted
from tests.factories import make_person
from tests.post_office import PostOffice, free_port, post_office

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
SIGN_IN = MessageKind.SIGN_IN


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with post_office() as there:
        serve(app, monkeypatch, "127.0.0.1", there.port)
        yield there


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def serve(app: Flask, monkeypatch: pytest.MonkeyPatch, server: str, port: int) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", server)
    monkeypatch.setattr(app.extensions["mail"], "server", server)
    monkeypatch.setattr(app.extensions["mail"], "port", port)
    monkeypatch.setattr(app.extensions["mail"], "suppress", False)


def promise(
    key: str,
    *,
    thread: str = "",
    kind: MessageKind = MessageKind.NOTICE,
    useless_at: datetime | None = None,
) -> None:
    to = Recipient(Channel.EMAIL, f"{key}@example.org", None)
    with transaction():
        words = Words("Harbour", f"Hello {key}", kind, useless_at)
        outbox.queue(to, words, key=key, thread=thread or key, at=clock.now())


def state_of(key: str) -> tuple[MessageState, Trouble | None, int]:
    found = db.session.scalars(select(OutboxMessage).filter_by(key=key)).one()
    return found.state, found.trouble, found.tries


def test_a_promise_is_made_once_and_kept_once(office: PostOffice) -> None:
    promise("a")
    promise("a")
    assert [deliver_due(), deliver_due()] == [Round(sent=1), Round()]
    assert office.recipients == ["a@example.org"]
    assert state_of("a") == (MessageState.SENT, None, 1)


def test_a_letter_is_discreet_and_says_that_a_machine_wrote_it(office: PostOffice) -> None:
    promise("a")
    deliver_due()
    letter = office.read()[0]
    assert letter["Subject"] == "Harbour"
    assert letter["From"] == "college@example.org"
    assert letter["To"] == "a@example.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<\d+\.\d+@127\.0\.0\.1>", letter["Message-ID"])
    assert letter.get_content_type() == "multipart/alternative"
    assert "Bcc" not in letter


def test_a_repeat_is_the_same_letter_to_the_byte() -> None:
    promise("a")
    message = db.session.scalars(select(OutboxMessage)).one()
    assert letters.letter(message).as_bytes() == letters.letter(message).as_bytes()


def test_a_line_break_in_a_subject_starts_no_header(office: PostOffice) -> None:
    with transaction():
        words = Words("Harbour\r\nBcc: all@example.org", "Hello")
        to = Recipient(Channel.EMAIL, "a@example.org", None)
        outbox.queue(to, words, key="a", thread="a", at=clock.now())
    deliver_due()
    assert office.read()[0]["Bcc"] is None
    assert office.recipients == ["a@example.org"]


def test_what_fails_holds_up_its_own_thread_and_no_other(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    promise("invite", thread="1")
    promise("cancel", thread="1")
    promise("other")
    office.answers = ["451 later"]
    assert deliver_due() == Round(sent=1, put_off=1)
    assert office.recipients == ["other@example.org"]
    assert deliver_due() == Round()
    noon.move_to(NOON + timedelta(minutes=1))
    assert deliver_due() == Round(sent=2)
    assert office.recipients == [f"{key}@example.org" for key in ("other", "invite", "cancel")]


def test_what_is_refused_for_good_needs_somebody_at_once(office: PostOffice) -> None:
    promise("gone")
    promise("odd")
    office.unknown = {"gone@example.org"}
    office.answers = ["554 not like this"]
    assert deliver_due() == Round(need_somebody=2)
    assert state_of("gone") == (MessageState.NEEDS_SOMEBODY, Trouble.ADDRESS_REFUSED, 1)
    assert state_of("odd") == (MessageState.NEEDS_SOMEBODY, Trouble.REFUSED, 1)


def test_a_server_that_leaves_after_the_letter_is_asked_again_with_the_same_letter(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    promise("a")
    office.answers = ["drop"]
    assert deliver_due() == Round(put_off=1)
    noon.move_to(NOON + timedelta(minutes=1))
    assert deliver_due() == Round(sent=1)
    assert office.letters[0] == office.letters[1]


def test_a_server_that_is_away_ends_the_round_and_everything_goes_when_it_is_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> None:
    for key in "abc":
        promise(key)
    serve(app, monkeypatch, "127.0.0.1", free_port())
    assert deliver_due() == Round(put_off=1)
    assert state_of("a") == (MessageState.WAITING, Trouble.AWAY, 1)
    with post_office() as back:
        serve(app, monkeypatch, "127.0.0.1", back.port)
        noon.move_to(NOON + timedelta(minutes=15))
        assert deliver_due() == Round(sent=3)


def test_a_server_that_never_answers_is_not_waited_for(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise("a")
    office.hangs_for = 2
    monkeypatch.setattr(smtp, "SMTP_WAITS", timedelta(seconds=0.2))
    assert deliver_due() == Round(put_off=1)


def test_after_three_days_somebody_must_look(
    app: Flask, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> None:
    promise("a")
    serve(app, monkeypatch, "127.0.0.1", free_port())
    noon.move_to(NOON + timedelta(hours=72))
    assert deliver_due() == Round(need_somebody=1)


def test_without_a_server_mail_is_kept_and_says_why() -> None:
    promise("a")
    promise("b")
    assert deliver_due() == Round(kept=2)
    assert state_of("a") == state_of("b") == (MessageState.WAITING, Trouble.NO_SERVER, 1)
    assert Trouble.NO_SERVER.said(Channel.EMAIL) == "Not sent: no mail server is set up."


def test_while_the_college_moves_in_only_what_signs_people_in_is_sent(office: PostOffice) -> None:
    promise("notice")
    promise("link", kind=MessageKind.SIGN_IN)
    assert deliver_due(paused=True) == Round(sent=1)
    assert office.recipients == ["link@example.org"]
    assert deliver_due() == Round(sent=1)


def test_a_secret_is_forgotten_when_it_is_sent_or_has_become_useless(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    promise("a", kind=MessageKind.SIGN_IN)
    promise("gone", kind=MessageKind.SIGN_IN)
    promise("notice")
    office.unknown = {"gone@example.org"}
    deliver_due()
    bodies = {row.key: row.body for row in db.session.scalars(select(OutboxMessage))}
    assert bodies == {"a": "", "gone": "", "notice": "Hello notice"}


def test_a_lease_that_ran_out_is_taken_up_by_another(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    promise("a")
    with transaction():
        db.session.scalars(select(OutboxMessage)).one().claimed_until = NOON + LEASE
    assert deliver_due() == Round()
    noon.move_to(NOON + LEASE)
    assert deliver_due() == Round(sent=1)


def test_a_notice_of_the_evening_goes_in_the_morning(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    noon.move_to(datetime(2027, 6, 1, 20, tzinfo=UTC))
    promise("notice")
    promise("link", kind=MessageKind.SIGN_IN)
    deliver_due()
    assert office.recipients == ["link@example.org"]
    noon.move_to(datetime(2027, 6, 2, 7, tzinfo=UTC))
    deliver_due()
    assert office.recipients == ["link@example.org", "notice@example.org"]


def test_what_is_tried_again_waits_for_the_morning_too(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    noon.move_to(datetime(2027, 6, 1, 18, 59, 30, tzinfo=UTC))
    for key, kind in (("notice", MessageKind.NOTICE), ("link", MessageKind.SIGN_IN)):
        promise(key, kind=kind)
    office.answers = ["451 later", "451 later"]
    assert deliver_due() == Round(put_off=2)
    noon.move_to(datetime(2027, 6, 2, 6, 59, tzinfo=UTC))
    assert deliver_due() == Round(sent=1)
    noon.move_to(datetime(2027, 6, 2, 7, tzinfo=UTC))
    assert deliver_due() == Round(sent=1)
    assert office.recipients == ["link@example.org", "notice@example.org"]


def test_what_becomes_useless_during_a_round_is_not_sent_in_it(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    promise("a")
    promise("b", useless_at=NOON + timedelta(minutes=1))
    later = partial(noon.shift, timedelta(minutes=1))
    assert deliver_due(go_on=lambda _: later() is None) == Round(sent=1)
    deliver_due()
    assert state_of("b") == (MessageState.DROPPED, None, 0)


def test_however_many_are_useless_they_are_dropped_a_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for key in "abcde":
        promise(key, useless_at=NOON)
    monkeypatch.setattr(delivery, "FEW", 2)
    with counted() as statements:
        delivery.drop_useless()
    assert {state_of(key)[0] for key in "abcde"} == {MessageState.DROPPED}
    assert sum(" LIMIT " in statement for statement in statements) == 4


def test_what_waited_when_the_night_began_goes_in_the_morning_unless_somebody_says_now(
    office: PostOffice, noon: time_machine.Traveller
) -> None:
    """The worker was away; the office presses "Send it again" for one of them."""
    for key, kind in (("a", MessageKind.NOTICE), ("b", MessageKind.NOTICE), ("link", SIGN_IN)):
        promise(key, kind=kind)
    noon.move_to(datetime(2027, 6, 1, 20, tzinfo=UTC))
    assert deliver_due() == Round(sent=1)
    try_again(make_person(), db.session.scalars(select(OutboxMessage).filter_by(key="b")).one())
    assert deliver_due() == Round(sent=1)
    assert office.recipients == ["link@example.org", "b@example.org"]
    noon.move_to(datetime(2027, 6, 2, 7, tzinfo=UTC))
    assert deliver_due() == Round(sent=1)
