"""Tutors' calendars follow what they said yes to: what is mailed, when, and what it says."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Invites, Role, ShownAs, Side
from recovery_college.calendars.behind import deliveries_behind
from recovery_college.calendars.checks import CHECKS
from recovery_college.calendars.commands import teaching
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands import inviting
from recovery_college.enrolment.commands.dates import cancel_run, cancel_session
from recovery_college.formatting import when
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.scheduling import together
from recovery_college.scheduling.commands import asking, meetings, moving
from recovery_college.scheduling.commands.runs import delete_run
from recovery_college.scheduling.models import Delivery, Run
from recovery_college.scheduling.rules import RunState, SessionKind
from recovery_college.tutors.models import Tutor
from tests.enrolment import asking as places
from tests.enrolment.asking import change
from tests.enrolment.commands.test_inviting import entries, mails, move, sent, told
from tests.factories import NOW, make_person, make_room, make_run
from tests.scheduling.commands.test_asking import QUAY, ask, teacher

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee(app: object) -> Person:
    return make_person("Dee Hart", Role.MANAGER, email="dee@example.org")


@pytest.fixture
def tia(app: object) -> Tutor:
    return teacher(name="Tia Bell", shown_as=ShownAs.FIRST_NAME)


def taught(dee: Person, tutor: Tutor, run: Run | None = None) -> Delivery:
    """Asked for, and accepted; what was sent of it has gone."""
    delivery = ask(dee, (run or make_run()).sessions[0], tutor)
    asking.accept(tutor.person, delivery, QUAY)
    teaching.keep_up()
    sent()
    return delivery


def body() -> str:
    newest = select(OutboxMessage.body).order_by(OutboxMessage.id.desc())
    return db.session.scalars(newest).first() or ""


def test_saying_yes_brings_the_invite_at_once_and_only_once(dee: Person, tia: Tutor) -> None:
    delivery = ask(dee, make_run(sessions=2).sessions[0], tia)
    teaching.keep_up()
    assert entries() == []
    sent()
    asking.accept(tia.person, delivery, QUAY)
    teaching.keep_up()
    teaching.keep_up()
    (entry,) = entries()
    assert (entry.holder, entry.mailed_to) == (f"delivery:{delivery.id}", tia.person.email)
    assert mails() == [("invite", "REQUEST", 0)]
    (message,) = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)
    )
    assert (message.due_at, message.thread) == (clock.now(), f"tutor:{tia.id}")
    title, room = delivery.session.run.course.title, delivery.session.room
    assert room
    where = f"{room.venue.name}, {room.name}"
    assert f"{title}: Monday 7 June 2027, 10am to midday, {where}\n" in message.body
    assert "http://127.0.0.1:8000/tutor\n" in message.body
    assert title not in message.subject + message.body[:100]
    assert "SUMMARY:Harbour\r\n" in told(entry)
    assert [find() for find in CHECKS.values()] == [[]] * len(CHECKS)


def test_moved_twice_in_five_minutes_is_one_request_and_no_words_beside_it(
    dee: Person, tia: Tutor, in_may: time_machine.Traveller
) -> None:
    session = taught(dee, tia).session
    began = clock.now()
    move(session, time(14))
    teaching.keep_up()
    in_may.shift(timedelta(minutes=4))
    move(session, time(15), make_room())
    teaching.keep_up()
    assert mails() == [("invite", "REQUEST", 2)]
    (message,) = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)
    )
    assert message.due_at == began + timedelta(minutes=9)
    assert "This has changed, and is now:" in message.body
    assert "DTSTART;TZID=Europe/London:20270607T150000" in told(entries()[0])


def test_who_takes_no_invites_reads_of_a_move_in_words_and_the_feed_has_it(
    dee: Person, tia: Tutor, in_may: time_machine.Traveller
) -> None:
    change(tia.person, invites=Invites.NONE)
    session = taught(dee, tia).session
    move(session, time(14))
    in_may.shift(timedelta(minutes=4))
    move(session, time(15))
    teaching.keep_up()
    assert mails() == [("tutor_moved", None, None)]
    assert "Monday 7 June 2027, 3pm" in body()
    (entry,) = entries()
    assert (entry.mailed_to, entry.starts_at) == (None, session.starts_at)


def test_cover_takes_it_from_one_calendar_and_brings_it_to_another(dee: Person, tia: Tutor) -> None:
    run = make_run()
    old = taught(dee, tia, run)
    asking.step_back(tia.person, old)
    new = teacher()
    delivery = ask(dee, run.sessions[0], new)
    asking.accept(new.person, delivery, QUAY)
    teaching.keep_up()
    assert [each for each in mails() if each[1]] == [
        ("invite", "CANCEL", 1),
        ("invite", "REQUEST", 0),
    ]
    first, second = entries()
    assert "STATUS:CANCELLED" in told(first)
    assert first.uid != second.uid
    assert (first.mailed_to, second.mailed_to) == (tia.person.email, new.person.email)


def test_what_is_off_is_taken_back_with_the_words_about_it(dee: Person) -> None:
    tutors = [teacher() for _ in range(4)]
    runs = [make_run(sessions=2) for _ in tutors]
    made = [taught(dee, *pair) for pair in zip(tutors, runs, strict=True)]
    move(made[0].session, time(15))
    teaching.keep_up()
    cancel_session(dee, made[0].session, "Something else", the_college())
    cancel_run(dee, runs[1], the_college())
    asking.stand_down(dee, made[2])
    change(runs[3], state=RunState.DRAFT)
    delete_run(dee, runs[3])
    teaching.keep_up()
    words = sorted(each for each in mails() if each[1])
    assert words == [
        ("tutor_cancelled", "CANCEL", 1),
        ("tutor_cancelled", "CANCEL", 1),
        ("tutor_cancelled", "CANCEL", 2),
        ("tutor_stood_down", "CANCEL", 1),
    ]
    assert {bool(each.cancelled_at) for each in entries()} == {True}
    assert deliveries_behind(clock.now(), 9) == []


def test_a_meeting_comes_to_both_once_they_agree_and_invites_name_it(
    dee: Person, tia: Tutor
) -> None:
    bo = teacher(Side.PROFESSIONAL, name="Bo Lind", shown_as=ShownAs.FULL_NAME)
    run = make_run()
    session = run.sessions[0]
    taught(dee, tia, run)
    taught(dee, bo, run)
    assert f"{session.run.course.title}: " in body()
    assert "You teach it with Tia." in body()
    slots = together.times_to_meet(
        run, together.pair_of(run), timedelta(hours=1), QUAY, clock.now()
    )
    meeting = meetings.propose_meeting(tia.person, run, SessionKind.PLANNING, slots[:1])
    teaching.keep_up()
    sent()
    assert meeting.proposal
    moving.pick_time(bo.person, meeting.proposal.slots[0], QUAY)
    teaching.keep_up()
    assert mails() == [("invite", "REQUEST", 0)] * 2
    assert f"{session.run.course.title}, planning: " in body()
    sent()
    move(session, time(15))
    teaching.keep_up()
    at = f"To plan it you meet on {when(meeting.starts_at)} to "
    assert at in body()
    assert at.replace(",", "\\,") in told(entries()[0])
    assert "You teach it with Bo Lind." in told(entries()[0])
    sent()
    meetings.call_off(bo.person, meeting)
    teaching.keep_up()
    assert mails() == [("tutor_meeting_off", "CANCEL", 1), ("invite", "CANCEL", 1)]


def test_whoever_wants_nothing_named_reads_only_when(dee: Person, tia: Tutor) -> None:
    bo = teacher(Side.PROFESSIONAL)
    change(bo.person, neutral=True)
    run = make_run()
    taught(dee, tia, run)
    room = taught(dee, bo, run).session.room
    assert room
    said = body() + told(entries()[-1])
    named = (run.course.title, room.name, room.venue.name, "Tia")
    assert [name for name in named if name in said] == []


def test_what_came_with_a_workbook_is_mailed_only_once_it_changes(tia: Tutor) -> None:
    session = make_run(tutors=(tia,)).sessions[0]
    teaching.keep_up()
    (entry,) = entries()
    assert (mails(), entry.mailed_to) == ([], None)
    inviting.promise_due()
    move(session, time(15))
    teaching.keep_up()
    assert mails() == [("invite", "REQUEST", 1)]


def test_who_teaches_one_session_and_comes_to_another_has_both(dee: Person, tia: Tutor) -> None:
    taught(dee, tia)
    place = places.ask(tia.person, make_run(first=date(2027, 6, 9)))
    teaching.keep_up()
    inviting.keep_up()
    assert mails() == [("place_confirmed", "REQUEST", 0)]
    assert [each.holder.split(":")[0] for each in entries()] == ["delivery", place.thread[:9]]
    change(tia.person, email="new@example.org")
    teaching.follow_addresses()
    assert [each for each in mails() if each[0] == "invite"] == [
        ("invite", "CANCEL", 1),
        ("invite", "REQUEST", 0),
    ]
    standing = [each for each in entries() if each.stands and each.holder[:8] == "delivery"]
    assert [(each.mailed_to, each.sequence) for each in standing] == [("new@example.org", 0)]


def test_what_is_over_is_left_as_it_was(
    dee: Person, tia: Tutor, in_may: time_machine.Traveller
) -> None:
    session = taught(dee, tia).session
    in_may.move_to(session.ends_at, tick=False)
    change(session, link="https://example.org/late")
    teaching.keep_up()
    assert (mails(), entries()[0].sequence) == ([], 0)


def test_what_was_put_off_while_nobody_kept_calendars_is_the_same_entry(
    dee: Person, tia: Tutor, in_may: time_machine.Traveller
) -> None:
    session = taught(dee, tia).session
    over = session.ends_at
    change(session, starts_at=over + timedelta(days=1), ends_at=over + timedelta(days=1, hours=2))
    in_may.move_to(over + timedelta(minutes=1), tick=False)
    teaching.keep_up()
    assert mails() == [("invite", "REQUEST", 1)]
    assert [each.starts_at for each in entries()] == [session.starts_at]
