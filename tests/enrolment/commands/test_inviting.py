"""Calendars follow places: what is mailed of which session, when, and in what order."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Select, select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, Invites, Role
from recovery_college.calendars.models import Entry
from recovery_college.calendars.queries import holders_due
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.dates import (
    call_off_today,
    cancel_run,
    cancel_session,
    move_session,
)
from recovery_college.enrolment.commands.inviting import keep_up, promise_due
from recovery_college.ical import PartStat
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageKind, MessageState
from recovery_college.scheduling.models import Room, Session
from tests.enrolment.asking import ask, change
from tests.factories import NOW, make_person, make_room, make_run

pytestmark = pytest.mark.usefixtures("app")
Mail = tuple[str, str | None, int | None]


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def olu(app: object) -> Person:
    return make_person("Olu", Role.MANAGER)


def student(invites: Invites = Invites.WEEK) -> Person:
    person = make_person()
    change(person, invites=invites, email="ada@example.org")
    return person


def waiting() -> Select[OutboxMessage]:
    is_waiting = OutboxMessage.state == MessageState.WAITING
    return select(OutboxMessage).where(is_waiting).order_by(OutboxMessage.id)


def mails() -> list[Mail]:
    """What waits, in order: the notice, and the method and the sequence of what it brings."""
    found = db.session.scalars(waiting())
    return [
        (each.key.split(":")[0], each.method and each.method.value, each.sequence) for each in found
    ]


def sent() -> list[Mail]:
    """The same, and from now on it has gone."""
    found = mails()
    now = clock.now()
    for message in db.session.scalars(select(OutboxMessage)):
        if message.state is MessageState.WAITING:
            change(message, state=MessageState.SENT, sent_at=now)
    return found


def move(session: Session, starts: time, room: Room | None = None) -> None:
    room_id = room.id if room else session.room_id
    typed: dict[str, object] = {
        "day": session.day,
        "starts": starts,
        "ends": time(starts.hour + 2),
        "link": "",
    }
    typed["room_id"] = room_id
    move_session(make_person(), session, Edit(typed, prints_of(session, typed)), the_college())


def entries() -> list[Entry]:
    return list(db.session.scalars(select(Entry).order_by(Entry.id)))


def told(entry: Entry) -> str:
    """The last message about it, unfolded."""
    message = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.uid == entry.uid)
        .order_by(OutboxMessage.id.desc())
    ).first()
    assert message
    assert message.calendar
    return message.calendar.replace("\r\n ", "")


def test_the_confirmation_brings_the_first_session_and_waits_for_nothing_else() -> None:
    place = ask(student(), make_run(sessions=3))
    (message,) = db.session.scalars(select(OutboxMessage))
    assert message.due_at > clock.now()
    keep_up()
    assert mails() == [("place_confirmed", "REQUEST", 0)]
    assert message.due_at == clock.now()
    assert [each.mailed_to for each in entries()] == ["ada@example.org", None, None]
    assert [each.holder for each in entries()] == [place.thread] * 3
    calendar = told(entries()[0])
    assert "SUMMARY:Harbour\r\n" in calendar
    assert (
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;"
        in calendar
    )
    keep_up()
    assert mails() == [("place_confirmed", "REQUEST", 0)]


def test_all_at_once_or_none_as_they_wish() -> None:
    ask(student(Invites.AT_ONCE), make_run(sessions=3))
    ask(student(Invites.NONE), make_run(sessions=3))
    keep_up()
    assert mails() == [
        ("place_confirmed", "REQUEST", 0),
        ("place_confirmed", None, None),
        ("invite", "REQUEST", 0),
        ("invite", "REQUEST", 0),
    ]


def test_whoever_wants_them_at_once_after_all_has_them_in_the_next_round() -> None:
    person, posted = student(), student(Invites.AT_ONCE)
    change(posted, contact_by=ContactBy.POST, address="1 High Street")
    for each in (person, posted):
        ask(each, make_run(sessions=3))
    keep_up()
    sent()
    promise_due()
    assert (mails(), holders_due(clock.now(), 9)) == ([], [])
    change(person, invites=Invites.AT_ONCE)
    promise_due()
    assert mails() == [("invite", "REQUEST", 0)] * 2


def test_the_others_come_a_week_before(in_may: time_machine.Traveller) -> None:
    run = make_run(sessions=3)
    ask(student(), run)
    keep_up()
    sent()
    second = run.sessions[1].starts_at
    in_may.move_to(second - timedelta(days=7, minutes=1), tick=False)
    promise_due()
    assert mails() == []
    in_may.move_to(second - timedelta(days=7), tick=False)
    promise_due()
    promise_due()
    assert mails() == [("invite", "REQUEST", 0)]


def test_several_changes_within_five_minutes_are_one_message(
    in_may: time_machine.Traveller,
) -> None:
    run = make_run(sessions=1)
    ask(student(), run)
    keep_up()
    sent()
    began = clock.now()
    move(run.sessions[0], time(15))
    keep_up()
    in_may.shift(timedelta(minutes=4))
    move(run.sessions[0], time(16))
    keep_up()
    assert mails() == [("dates_changed", "REQUEST", 2)]
    (message,) = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)
    )
    assert message.due_at == began + timedelta(minutes=9)
    assert "DTSTART;TZID=Europe/London:20270607T160000" in told(entries()[0])


def test_what_was_overtaken_with_other_news_is_told_again(in_may: time_machine.Traveller) -> None:
    run = make_run(sessions=2)
    ask(student(Invites.AT_ONCE), run)
    keep_up()
    sent()
    move(run.sessions[0], time(15))
    keep_up()
    in_may.shift(timedelta(minutes=1))
    move(run.sessions[1], time(15))
    keep_up()
    assert mails() == [("dates_changed", "REQUEST", 1), ("invite", "REQUEST", 1)]
    assert [each.sequence for each in entries()] == [1, 1]


def test_what_may_have_come_with_words_that_were_overtaken_comes_alone(
    in_may: time_machine.Traveller,
) -> None:
    """A server that hangs up may have taken it: another mail of that name is not read for new."""
    run = make_run(sessions=2)
    ask(student(Invites.AT_ONCE), run)
    keep_up()
    sent()
    move(run.sessions[0], time(15))
    keep_up()
    for message in db.session.scalars(select(OutboxMessage)):
        change(message, tries=1)
    in_may.shift(timedelta(minutes=1))
    move(run.sessions[1], time(15))
    keep_up()
    assert sorted(mails()) == [("dates_changed", "REQUEST", 1), ("invite", "REQUEST", 1)]
    found = {each.key.split(":")[0]: each.uid for each in db.session.scalars(waiting())}
    assert [found["invite"], found["dates_changed"]] == [each.uid for each in entries()]


def test_words_that_were_tried_bring_nothing_that_they_did_not_bring_before() -> None:
    run = make_run(sessions=1)
    ask(student(), run)
    for message in db.session.scalars(select(OutboxMessage)):
        change(message, tries=1)
    keep_up()
    assert mails() == [("place_confirmed", None, None), ("invite", "REQUEST", 0)]


def test_another_room_keeps_the_answer_and_another_time_asks_again() -> None:
    run = make_run(sessions=1)
    ask(student(), run)
    keep_up()
    sent()
    change(entries()[0], answer=PartStat.ACCEPTED)
    move(run.sessions[0], time(10), make_room())
    keep_up()
    sent()
    assert "PARTSTAT=ACCEPTED;RSVP=FALSE" in told(entries()[0])
    move(run.sessions[0], time(15))
    keep_up()
    assert "PARTSTAT=NEEDS-ACTION;RSVP=TRUE" in told(entries()[0])


def test_a_place_given_up_a_session_off_and_a_run_off_are_taken_back(olu: Person) -> None:
    runs = [make_run(sessions=2) for _ in range(3)]
    places = [ask(student(), run) for run in runs]
    keep_up()
    sent()
    give_up(olu, places[0], the_college())
    cancel_session(olu, runs[1].sessions[0], "Something else", the_college())
    cancel_run(olu, runs[2], the_college())
    keep_up()
    assert sent() == [
        ("place_given_up", "CANCEL", 1),
        ("dates_changed", "CANCEL", 1),
        ("run_cancelled", "CANCEL", 1),
    ]
    gone = [each for each in entries() if each.mailed_to]
    assert all("STATUS:CANCELLED" in told(each) for each in gone)
    assert [bool(each.cancelled_at) for each in entries()] == [True, True, True, False, True, True]
    keep_up()
    assert mails() == []


def test_coming_back_is_another_entry(olu: Person) -> None:
    person, run = student(), make_run(sessions=1)
    give_up(olu, ask(person, run), the_college())
    ask(person, run)
    keep_up()
    first, second = entries()[0], entries()[-1]
    assert first.uid != second.uid or len(entries()) == 1
    assert mails()[-1] == ("place_confirmed", "REQUEST", 0)


def test_another_address_has_entries_of_its_own() -> None:
    person, run = student(), make_run(sessions=1)
    ask(person, run)
    keep_up()
    sent()
    change(person, email="new@example.org")
    promise_due()
    old, new = entries()
    assert old.cancelled_at
    assert (new.mailed_to, new.sequence) == ("new@example.org", 0)
    found = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING)
        .order_by(OutboxMessage.id)
    )
    assert [(each.address, each.method) for each in found] == [
        ("ada@example.org", "CANCEL"),
        ("new@example.org", "REQUEST"),
    ]


def test_who_hears_by_post_has_a_calendar_and_no_invites() -> None:
    person = student()
    change(person, contact_by=ContactBy.POST, address="1 High Street")
    ask(person, make_run(sessions=2))
    keep_up()
    assert [each.mailed_to for each in entries()] == [None, None]
    assert {method for _, method, _ in mails()} == {None}


def test_stamps_rise_though_the_clock_goes_back(in_may: time_machine.Traveller) -> None:
    run = make_run(sessions=1)
    ask(student(), run)
    keep_up()
    stamps: list[datetime] = []
    for hour in (15, 16, 14, 15):
        in_may.shift(timedelta(hours=-1))
        move(run.sessions[0], time(hour))
        keep_up()
        stamps.append(entries()[0].stamped_at)
    assert stamps == sorted(set(stamps))
    assert entries()[0].sequence == 4


def test_what_came_with_the_spreadsheet_is_in_the_calendar_and_sends_but_what_is_due_later(
    in_may: time_machine.Traveller,
) -> None:
    run = make_run(sessions=2, first=date(2027, 5, 7))
    place = ask(student(), run)
    for message in db.session.scalars(select(OutboxMessage)).all():
        with transaction():
            db.session.delete(message)
    keep_up()
    promise_due()
    assert [each.holder for each in entries()] == [place.thread] * 2
    assert mails() == []
    in_may.move_to(run.sessions[1].starts_at - timedelta(days=6), tick=False)
    promise_due()
    assert mails() == [("invite", "REQUEST", 0)]


def test_the_address_that_mail_comes_from_may_have_a_name_before_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_DEFAULT_SENDER", "Harbour <post@college.example>")
    ask(student(), make_run())
    keep_up()
    (entry,) = entries()
    assert entry.uid.endswith("@college.example")
    assert 'ORGANIZER;CN="Harbour":mailto:post@college.example\r\n' in told(entry)


def test_what_is_off_today_leaves_calendars_before_the_quiet_hours_end(
    olu: Person, in_may: time_machine.Traveller
) -> None:
    run = make_run(sessions=2)
    ask(student(), run)
    keep_up()
    sent()
    in_may.move_to(run.sessions[0].starts_at - timedelta(hours=3), tick=False)  # 7am
    call_off_today(olu, run.sessions[0], "Something else", the_college())
    keep_up()
    gone = db.session.scalars(select(OutboxMessage).where(OutboxMessage.method == "CANCEL")).all()
    assert [(each.kind, each.due_at) for each in gone] == [(MessageKind.TODAY, clock.now())]
