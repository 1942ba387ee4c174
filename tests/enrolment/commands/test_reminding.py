"""Who is reminded of what, when, and how: once, in time, and of nothing that is over."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.commands.answering import accept, give_up
from recovery_college.enrolment.commands.dates import cancel_session, move_session
from recovery_college.enrolment.commands.inviting import keep_up, promise_due
from recovery_college.enrolment.commands.reminding import remind
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages.delivery import drop_useless
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.scheduling.models import Run, Session
from tests.enrolment.asking import ask, change
from tests.factories import NOW, make_course, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
TITLE = "Sleeping well"
WEEK, DAY = timedelta(days=7), timedelta(days=1)


@pytest.fixture(autouse=True)
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def by_mail(**fields: object) -> Person:
    return make_person(email="ada@example.org", **fields)  # type: ignore[arg-type]


def reminders(state: MessageState = MessageState.WAITING) -> list[tuple[str, str]]:
    """What is promised beside the place itself, in order: how, and of what."""
    found = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    told = [each for each in found if each.state is state]
    kinds = [(each.channel.value, each.key.split(":")[0]) for each in told]
    return [each for each in kinds if each[1] in REMINDERS]


REMINDERS = {"course_begins", "session_tomorrow", "offer_ends"}
BEGINS, TOMORROW, ENDS = (
    ("email", kind) for kind in ("course_begins", "session_tomorrow", "offer_ends")
)


def newest() -> OutboxMessage:
    message = db.session.scalar(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1))
    assert message
    return message


def all_sent() -> None:
    for message in db.session.scalars(select(OutboxMessage)):
        if message.state is MessageState.WAITING:
            change(message, state=MessageState.SENT, sent_at=clock.now())


def move(session: Session, day: date, starts: time) -> None:
    typed: dict[str, object] = {
        "day": day,
        "starts": starts,
        "ends": time(starts.hour + 2),
        "link": "",
        "room_id": session.room_id,
    }
    move_session(make_person(), session, Edit(typed, prints_of(session, typed)), the_college())


def come(person: Person, run: Run) -> Enrolment:
    """Long ago, and their calendar has followed."""
    opened = utc(1, 4, 9)
    change(run.term, public_at=opened, enrolment_opens_at=opened)
    made = ask(person, run)
    keep_up()
    return made


def reminded_at(clocks: time_machine.Traveller, *, since: datetime, until: datetime) -> datetime:
    """When in this time the first reminder is promised."""
    at = since
    while at < until:
        clocks.move_to(at, tick=False)
        remind()
        if reminders():
            return at
        at += timedelta(minutes=30)
    raise AssertionError("nothing came")


def test_a_week_before_the_first_and_a_day_before_each_once(
    clocks: time_machine.Traveller,
) -> None:
    run = make_run(sessions=2)
    come(by_mail(), run)
    first, second = (each.starts_at for each in run.sessions)
    expected: list[tuple[str, str]] = []
    for at, kind in ((first - WEEK, BEGINS), (first - DAY, TOMORROW), (second - DAY, TOMORROW)):
        clocks.move_to(at - timedelta(minutes=1), tick=False)
        remind()
        assert reminders() == expected
        clocks.move_to(at, tick=False)
        remind()
        remind()
        expected.append(kind)
        assert reminders() == expected
    assert newest().useless_at == second


@pytest.mark.parametrize(
    ("first", "due"),
    [
        (date(2027, 3, 28), utc(3, 27, 10)),
        (date(2027, 10, 31), utc(10, 30, 9)),
    ],
)
def test_a_day_before_by_the_wall_clock_though_the_clocks_change(
    clocks: time_machine.Traveller, first: date, due: datetime
) -> None:
    clocks.move_to(due - timedelta(days=60), tick=False)
    come(make_person(phone="01632 960001"), make_run(first=first))
    assert reminded_at(clocks, since=due - DAY, until=due + DAY) == due
    assert newest().due_at <= due + timedelta(minutes=1)


def test_sooner_and_not_later_than_in_the_quiet_hours(clocks: time_machine.Traveller) -> None:
    clocks.move_to(utc(3, 1, 9), tick=False)
    come(make_person(phone="01632 960001"), make_run(first=date(2027, 3, 30), at=time(7)))
    assert reminded_at(clocks, since=utc(3, 27, 12), until=utc(3, 30, 6)) == utc(3, 28, 18)


def test_one_letter_early_enough_with_all_dates_and_one_call(
    clocks: time_machine.Traveller,
) -> None:
    run = make_run(make_course(TITLE), sessions=3)
    come(make_person(contact_by=ContactBy.POST, address="1 Quay", phone="01632 960001"), run)
    come(make_person(phone="01632 960002"), run)
    first = run.sessions[0].starts_at
    clocks.move_to(first - timedelta(days=10), tick=False)
    remind()
    assert reminders() == [("letter", "course_begins")]
    assert [str(each.day.day) in newest().body for each in run.sessions] == [True] * 3
    assert "://" not in newest().body
    clocks.move_to(first - WEEK, tick=False)
    remind()
    clocks.move_to(first - DAY, tick=False)
    remind()
    assert reminders()[1:] == [("call", "session_tomorrow")]
    for session in run.sessions[1:]:
        clocks.move_to(session.starts_at - DAY, tick=False)
        remind()
    assert len(reminders()) == 2


def test_what_was_just_said_is_not_said_again(clocks: time_machine.Traveller) -> None:
    run = make_run()
    clocks.move_to(run.sessions[0].starts_at - timedelta(days=8), tick=False)
    come(by_mail(), run)
    clocks.move_to(run.sessions[0].starts_at - timedelta(days=5), tick=False)
    remind()
    assert reminders() == []
    clocks.move_to(run.sessions[0].starts_at - timedelta(hours=20), tick=False)
    come(make_person(email="late@example.org"), run)
    remind()
    assert reminders() == [TOMORROW]
    assert newest().address == "ada@example.org"


def test_a_moved_session_is_reminded_of_anew_and_what_waited_is_taken_back(
    clocks: time_machine.Traveller,
) -> None:
    run = make_run(sessions=2)
    come(by_mail(), run)
    session = run.sessions[0]
    clocks.move_to(session.starts_at - DAY, tick=False)
    remind()
    assert reminders() == [TOMORROW]
    move(session, session.day + 3 * DAY, time(14))
    assert reminders() == []
    assert reminders(MessageState.DROPPED) == [TOMORROW]
    clocks.move_to(session.starts_at - DAY, tick=False)
    remind()
    assert reminders() == [TOMORROW]
    move(run.sessions[1], run.sessions[1].day, time(15))
    assert reminders() == [TOMORROW]


def test_nothing_of_what_is_called_off_or_given_up(clocks: time_machine.Traveller) -> None:
    olu = make_person("Olu", Role.MANAGER)
    run, other = make_run(sessions=2), make_run()
    come(by_mail(), run)
    place = come(make_person(email="ben@example.org"), other)
    clocks.move_to(run.sessions[0].starts_at - DAY, tick=False)
    remind()
    assert reminders() == [TOMORROW, TOMORROW]
    cancel_session(olu, run.sessions[0], "Something else", the_college())
    give_up(olu, place, the_college())
    remind()
    assert reminders() == []


def test_the_reminder_brings_the_invite_that_is_due_as_well(
    clocks: time_machine.Traveller,
) -> None:
    run = make_run(sessions=2)
    place = ask(by_mail(), run)
    (message,) = db.session.scalars(select(OutboxMessage))
    change(message, state=MessageState.DROPPED, key="imported")  # as of a place that was moved in
    change(place, behind=False)
    keep_up()
    clocks.move_to(run.sessions[0].starts_at - WEEK, tick=False)
    change(place, behind=True)
    remind()
    keep_up()
    promise_due()
    assert reminders() == [BEGINS]
    assert (newest().key.split(":")[0], newest().sequence) == ("course_begins", 0)


def test_kept_neutral_no_reminder_names_the_course(clocks: time_machine.Traveller) -> None:
    run = make_run(make_course(TITLE))
    come(by_mail(neutral=True), run)
    come(make_person(email="ben@example.org"), run)
    for before in (WEEK, DAY):
        clocks.move_to(run.sessions[0].starts_at - before, tick=False)
        remind()
    found = list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))[-4:]
    assert [TITLE in each.body for each in found] == [False, True, False, True]
    assert [TITLE in each.body[:100] for each in found] == [False] * 4


def offered(person: Person, run: Run) -> Enrolment:
    first, second = ask(make_person(), run), ask(person, run)
    give_up(make_person("Olu", Role.MANAGER), first, the_college())
    db.session.refresh(second)
    return second


def test_an_offer_that_ends_is_told_of_once_in_time_and_not_after_the_answer(
    clocks: time_machine.Traveller,
) -> None:
    ada, run = by_mail(), make_run(capacity=1)
    place = offered(ada, run)
    offered(make_person(phone="01632 960001"), make_run(capacity=1))
    assert place.answer_by == utc(5, 5, 9)  # two working days, so a quarter is twelve hours
    assert reminded_at(clocks, since=utc(5, 4, 9), until=utc(5, 5, 9)) == utc(5, 4, 18)
    remind()
    assert reminders() == [ENDS]
    assert f"/offers/{place_key(newest())}" in first_offer().body
    assert newest().useless_at == place.answer_by
    accept(ada, place, the_college())
    drop_useless()
    assert reminders() == []
    assert reminders(MessageState.DROPPED) == [ENDS]


def place_key(message: OutboxMessage) -> str:
    return message.body.split("/offers/")[1].split()[0]


def first_offer() -> OutboxMessage:
    found = select(OutboxMessage).where(OutboxMessage.key.startswith("place_offered:"))
    message = db.session.scalars(found.order_by(OutboxMessage.id)).first()
    assert message
    return message
