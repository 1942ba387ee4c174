"""Answers of people's calendars: what they change, what they never change, and what is filed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock, ical
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy
from recovery_college.calendars.incoming import read
from recovery_college.calendars.models import Entry, IncomingMail
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.replying import receive, see
from recovery_college.enrolment.models import NotComing
from recovery_college.enrolment.rules import State
from recovery_college.ical import PartStat, Party
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState, Method
from recovery_college.scheduling.models import Delivery, Session
from recovery_college.scheduling.rules import DeliveryState
from tests.at_once import at_once
from tests.calendars import mails
from tests.enrolment.asking import ask, change, promised
from tests.factories import (
    NOW,
    make_course,
    make_delivery,
    make_message,
    make_person,
    make_run,
    make_tutor,
)

pytestmark = pytest.mark.usefixtures("app")
AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
COLLEGE = Party("Harbour", "college@example.org")
MARKS = count(1)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_entry(holder: str, person: Person, session: Session, **fields: Any) -> Entry:
    """One that its person has by mail, asked for at sequence 0."""
    entry = Entry(
        uid=f"{next(MARKS):032x}@example.org",
        holder=holder,
        person=person,
        session=session,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place="",
        link="",
        made_at=clock.now(),
        stamped_at=clock.now(),
        mailed_to=person.email,
        first_sequence=0,
    )
    for field, value in fields.items():
        setattr(entry, field, value)
    with transaction():
        db.session.add(entry)
    return entry


def make_invite(entry: Entry, sequence: int, *, asks_again: bool = True) -> OutboxMessage:
    shown = ical.Entry("u", "Harbour", "", "", entry.starts_at, entry.ends_at, AT, sequence)
    ada = Party("", mails.ADA)
    calendar = ical.requested(shown, organizer=COLLEGE, attendee=ada, asks_again=asks_again)
    return make_message(
        entry.person,
        uid=entry.uid,
        sequence=sequence,
        first_sequence=0,
        method=Method.REQUEST,
        calendar=calendar.decode(),
        state=MessageState.SENT,
        sent_at=clock.now(),
    )


def bring(entry: Entry | None = None, partstat: str = "ACCEPTED", **said: Any) -> None:
    """A mail of its own each time."""
    given: dict[str, Any] = {"mark": f"m{next(MARKS)}", "program": "Gmail"}
    if entry:
        given["uid"] = entry.uid
    receive(read(mails.answered(partstat=partstat, **given | said)))


def filed() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(IncomingMail).order_by(IncomingMail.id))
    return [(row.kind.value, row.state.value) for row in rows]


def last() -> IncomingMail:
    return db.session.scalars(select(IncomingMail).order_by(IncomingMail.id.desc())).first()  # type: ignore[return-value]


@dataclass
class Student:
    person: Person
    enrolment: Any
    entry: Entry


@pytest.fixture
def ada() -> Student:
    person = make_person("Ada Osei", email=mails.ADA)
    run = make_run(make_course("Sleeping well"), sessions=2)
    enrolment = ask(person, run)
    return Student(person, enrolment, make_entry(enrolment.thread, person, run.sessions[1]))


@dataclass
class Asked:
    delivery: Delivery
    entry: Entry


def make_asked(state: DeliveryState, **run: Any) -> Asked:
    tutor = make_tutor(name="Tia Bell")
    change(tutor.person, email=mails.ADA)
    session = make_run(**run).sessions[0]
    delivery = make_delivery(session, tutor, state)
    return Asked(delivery, make_entry(f"delivery:{delivery.id}", tutor.person, session))


def test_a_no_stands_on_the_register_until_a_yes_takes_it_back(ada: Student) -> None:
    said = []
    for partstat in ("TENTATIVE", "DECLINED", "DECLINED", "TENTATIVE", "ACCEPTED"):
        bring(ada.entry, partstat)
        rows = db.session.execute(select(NotComing.enrolment_id, NotComing.session_id))
        said.append([tuple(row) for row in rows])
    no = [(ada.enrolment.id, ada.entry.session_id)]
    assert said == [[], no, no, no, []]


def test_what_a_student_answers_is_noted_and_a_no_takes_no_place_away(ada: Student) -> None:
    for partstat in ("ACCEPTED", "TENTATIVE", "DECLINED"):
        bring(ada.entry, partstat)
        assert db.session.get_one(Entry, ada.entry.id).answer == partstat
    db.session.refresh(ada.enrolment)
    assert ada.enrolment.state is State.CONFIRMED
    assert filed() == [("accepted", "done"), ("tentative", "done"), ("declined", "done")]
    assert (last().person_id, last().sender, last().subject) == (ada.person.id, "", "")
    letter = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert letter
    assert letter.key == f"cannot_come:{ada.enrolment.uid}:{ada.entry.uid}"
    assert "can\u2019t come to Sleeping well on Monday 14 June 2027, 10am" in letter.body
    assert f"/enrolments/{ada.enrolment.id}\n" in letter.body
    assert "Sleeping" not in letter.subject + letter.body[:100]


def test_one_message_only_however_often_and_in_whatever_way_they_say_no(ada: Student) -> None:
    raw = mails.answered("Outlook", "DECLINED", uid=ada.entry.uid)
    for mail in (raw, raw, b"Received: from elsewhere\r\n" + raw):
        receive(read(mail))
    assert filed() == [("declined", "done")]
    bring(ada.entry, "ACCEPTED")
    bring(ada.entry, "DECLINED")
    assert promised() == ["place_confirmed", "cannot_come"]


def test_kept_neutral_the_message_names_no_course(ada: Student) -> None:
    change(ada.person, neutral=True)
    bring(ada.entry, "DECLINED")
    bodies = db.session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id))
    assert "Sleeping" not in list(bodies)[-1]


def test_whoever_wishes_texts_hears_by_text(
    ada: Student, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "NOTIFY_API_KEY", "set up")
    change(ada.person, contact_by=ContactBy.TEXT, phone="07700 900123")
    bring(ada.entry, "DECLINED")
    text = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert text
    assert (text.channel, "cannot come on Mon 14 Jun." in text.body) == (Channel.TEXT, True)


def test_without_a_place_or_after_the_session_nothing_is_offered(
    ada: Student, in_may: time_machine.Traveller
) -> None:
    in_may.move_to(ada.entry.starts_at + timedelta(minutes=1), tick=False)
    bring(ada.entry, "DECLINED")
    in_may.move_to(AT, tick=False)
    change(ada.enrolment, state=State.GIVEN_UP)
    bring(ada.entry, "ACCEPTED")
    bring(ada.entry, "DECLINED")
    assert promised() == ["place_confirmed"]


def test_an_answer_to_another_time_is_only_filed_but_not_one_to_another_room(
    ada: Student,
) -> None:
    make_invite(ada.entry, 0)
    make_invite(ada.entry, 1)
    make_invite(ada.entry, 2, asks_again=False)
    change(ada.entry, sequence=2)
    bring(ada.entry, "DECLINED", sequence=0)
    assert db.session.get_one(Entry, ada.entry.id).answer is PartStat.NEEDS_ACTION
    assert "cannot_come" not in promised()
    bring(ada.entry, "ACCEPTED", sequence=1)
    assert db.session.get_one(Entry, ada.entry.id).answer is PartStat.ACCEPTED
    change(ada.entry, cancelled_at=AT)
    bring(ada.entry, "DECLINED", sequence=2)
    assert db.session.get_one(Entry, ada.entry.id).answer is PartStat.ACCEPTED
    assert {state for _, state in filed()} == {"done"}


def test_what_is_no_answer_of_the_one_who_was_asked_is_for_the_office(ada: Student) -> None:
    before = promised()
    bring(ada.entry, "DECLINED", sender="bo@example.org")
    assert (last().entry_id, last().person_id) == (ada.entry.id, ada.person.id)
    assert (last().sender, last().subject) == ("bo@example.org", "")
    bring(None, "DECLINED", uid="nobody@example.org")
    assert (last().entry_id, last().person_id, last().sender) == (None, ada.person.id, "")
    receive(read(mails.countered(ada.entry.uid)))
    assert (last().entry_id, last().sender) == (ada.entry.id, "")
    receive(read(mails.away()))
    receive(read(mails.a_letter()))
    assert (last().person_id, last().sender) == (None, "jo@elsewhere.example")
    assert last().subject == "Can I bring my d\u00f6g?"
    assert filed() == [
        (kind, "for_the_office")
        for kind in ("declined", "declined", "counter", "out_of_office", "unknown")
    ]
    assert promised() == before
    assert db.session.get_one(Entry, ada.entry.id).answer is PartStat.NEEDS_ACTION


def test_what_came_back_stands_beside_its_message_and_marks_nothing_away(ada: Student) -> None:
    notice, invite = make_message(ada.person), make_invite(ada.entry, 4)
    queued = f"{notice.queued_at.timestamp():.0f}"
    uid, host = ada.entry.uid.split("@")
    for name, message in (
        (f"<{notice.id}.{queued}@127.0.0.1>", notice),
        (f"<{uid}.4@{host}>", invite),
        (f"<{notice.id}.{int(queued) + 1}@127.0.0.1>", None),
        ("<nonsense>", None),
    ):
        receive(read(mails.came_back(name, mark=f"m{next(MARKS)}")))
        assert last().message_id == (message.id if message else None)
        assert last().person_id == (ada.person.id if message else None)
        assert last().sender == ("" if message else "mailer-daemon@mail.example.org")
    receive(read(mails.came_back(f"<{uid}.4@{host}>", "4.4.1")))
    assert filed() == [("came_back", "for_the_office")] * 4 + [("note", "done")]
    assert db.session.get_one(OutboxMessage, invite.id).state is MessageState.SENT


def test_a_tutor_answers_their_request(in_may: time_machine.Traveller) -> None:
    for partstat, became in (
        ("TENTATIVE", DeliveryState.ASKED),
        ("ACCEPTED", DeliveryState.ACCEPTED),
        ("DECLINED", DeliveryState.DECLINED),
    ):
        asked = make_asked(DeliveryState.ASKED)
        bring(asked.entry, partstat)
        delivery = db.session.get_one(Delivery, asked.delivery.id)
        assert (delivery.state, delivery.by_phone) == (became, False)
        change(delivery, state=DeliveryState.DECLINED)
        bring(asked.entry, "ACCEPTED")
        assert db.session.get_one(Delivery, delivery.id).state is DeliveryState.DECLINED
    assert {state for _, state in filed()} == {"done"}


def test_a_tutor_who_had_said_yes_is_not_let_go_by_a_mail() -> None:
    asked = make_asked(DeliveryState.ACCEPTED)
    bring(asked.entry, "DECLINED")
    assert db.session.get_one(Delivery, asked.delivery.id).state is DeliveryState.ACCEPTED
    assert db.session.get_one(Entry, asked.entry.id).answer is PartStat.DECLINED
    assert filed() == [("declined", "for_the_office")]
    assert (last().sender, last().entry_id) == ("", asked.entry.id)


def test_a_yes_that_can_not_be_taken_changes_nothing_and_is_for_the_office(
    in_may: time_machine.Traveller,
) -> None:
    asked = make_asked(DeliveryState.ASKED)
    in_may.move_to(asked.entry.starts_at + timedelta(minutes=1), tick=False)
    bring(asked.entry, "ACCEPTED")
    assert db.session.get_one(Delivery, asked.delivery.id).state is DeliveryState.ASKED
    assert db.session.get_one(Entry, asked.entry.id).answer is PartStat.NEEDS_ACTION
    assert filed() == [("accepted", "for_the_office")]
    bring(make_entry("delivery:99999", asked.entry.person, asked.delivery.session))
    bring(make_entry("nonsense", asked.entry.person, asked.delivery.session))
    assert filed()[1:] == [("accepted", "for_the_office")] * 2


def test_seen_twice_is_seen_once(ada: Student) -> None:
    receive(read(mails.away()))
    for _ in range(2):
        see(ada.person, last())
    assert filed() == [("out_of_office", "seen")]


@pytest.mark.for_real
def test_two_that_come_at_once_are_filed_once_and_answered_once(app: Flask) -> None:
    person = make_person("Ada Osei", email=mails.ADA)
    run = make_run(sessions=2)
    enrolment = ask(person, run)
    uids = [make_entry(enrolment.thread, person, each).uid for each in run.sessions]
    same = read(mails.answered("Gmail", "DECLINED", uid=uids[0], mark="same"))
    other = [read(mails.answered("Apple", "DECLINED", uid=uids[1], mark=f"o{n}")) for n in range(2)]
    came = at_once(app, *(lambda mail=mail: receive(mail) for mail in (same, same, same, *other)))
    assert came == [None] * 5
    assert filed() == [("declined", "done")] * 3
    assert sorted(promised()) == ["cannot_come", "cannot_come", "place_confirmed"]
