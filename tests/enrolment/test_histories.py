"""Random histories of edits: what comes to each calendar is in order, once, and true in the end.

Over a real mail server that fails now and then, by a clock that goes back now and then.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.message import Message
from random import Random

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Invites, Role
from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.dates import cancel_session, move_run, move_session
from recovery_college.enrolment.commands.inviting import promise_due
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal
from recovery_college.ical import PartStat
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.operations.delivering import deliver
from recovery_college.scheduling.models import Room, Run
from tests.enrolment.asking import ask, change
from tests.factories import make_person, make_room, make_run
from tests.messages.test_delivery import serve
from tests.post_office import PostOffice, post_office

pytestmark = pytest.mark.usefixtures("app")
STUDENTS = 20  # whose histories one run makes
RUNS = 250 if os.environ.get("PROOF") == "full" else 1  # on each database
EDITS = 7
BACK = timedelta(minutes=30)  # as far as the clock goes back at once
BEGAN = datetime(2027, 5, 3, 9, tzinfo=UTC)
BARE = b"This is for your calendar."  # how a mail begins that has nothing else to say
SLIPS = ("451 come again", "drop")  # of the mail server: it waits, or it takes it and hangs up


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with post_office() as there:
        serve(app, monkeypatch, "127.0.0.1", there.port)
        yield there


@pytest.mark.parametrize("seed", range(RUNS))
def test_a_calendar_hears_of_each_session_in_order_and_shows_what_is_so(
    office: PostOffice, seed: int
) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        Story(Random(seed), office, clock).tell()  # noqa: S311  # the same every time
    heard = Heard(office.letters)
    for address, calendar in heard.calendars.items():
        assert calendar == shown_to(address), (seed, address)


class Story:
    """What a college and the students of one run do, one thing after another."""

    def __init__(self, chance: Random, office: PostOffice, clock: time_machine.Traveller) -> None:
        self.chance, self.office, self.clock = chance, office, clock
        self.olu = make_person("Olu", Role.MANAGER)
        self.run: Run = make_run(sessions=3, capacity=STUDENTS)
        self.room: Room = make_room()
        self.students: list[Person] = []

    def tell(self) -> None:
        for number in range(STUDENTS):
            person = make_person()
            invites = self.chance.choice(list(Invites))
            change(person, email=f"p{number}@example.org", invites=invites)
            self.students.append(person)
            ask(person, self.run)
        for _ in range(EDITS):
            self._do(self.chance.choice(self._edits()))
            for person in self.chance.sample(self.students, 6):
                self._do(lambda person=person: self.chance.choice(self._choices())(person))  # type: ignore[misc]
            self._time_passes()
        self.office.answers.clear()
        self.clock.shift(EDITS * BACK)  # past all that was due before the clock went back
        for _ in range(5):
            self.clock.shift(timedelta(minutes=16))
            promise_due()
            deliver(lambda _: True)

    def _edits(self) -> list[Callable[[], object]]:
        return [self._moves, self._moves, self._is_elsewhere, self._is_off, self._is_later]

    def _choices(self) -> list[Callable[[Person], object]]:
        return [self._leaves, self._comes_back, self._writes_from_elsewhere, self._answers]

    def _do(self, edit: Callable[[], object]) -> None:
        """A rule may say no, as to anybody."""
        try:
            edit()
        except Refusal:
            db.session.rollback()

    def _time_passes(self) -> None:
        minutes = self.chance.choice((0, 1, 4, 7, 30, -BACK.seconds // 60, 60 * 24))
        self.clock.shift(timedelta(minutes=minutes, seconds=1))
        self.office.answers[:] = self.chance.choices(SLIPS, k=self.chance.choice((0, 0, 2)))
        if self.chance.random() < 0.7:
            promise_due()
            deliver(lambda _: self.chance.random() < 0.95)

    def _moves(self) -> None:
        self._move(time(self.chance.randrange(9, 16)), self.chance.choice(self.run.planned).room_id)

    def _is_elsewhere(self) -> None:
        session = self.run.planned[-1]
        self._move(session.starts, self.room.id)

    def _move(self, starts: time, room_id: int | None) -> None:
        session = self.chance.choice(self.run.planned)
        typed: dict[str, object] = {"day": session.day, "room_id": room_id, "link": ""}
        typed |= {"starts": starts, "ends": time(starts.hour + 2)}
        move_session(self.olu, session, Edit(typed, prints_of(session, typed)), the_college())

    def _is_off(self) -> None:
        if len(self.run.planned) > 1 and self.chance.random() < 0.5:
            cancel_session(
                self.olu, self.chance.choice(self.run.planned), "Something else", the_college()
            )

    def _is_later(self) -> None:
        move_run(self.olu, self.run, 1, the_college())

    def _leaves(self, person: Person) -> None:
        for place in places_of(person):
            give_up(person, place, the_college())

    def _comes_back(self, person: Person) -> None:
        ask(person, self.run)

    def _writes_from_elsewhere(self, person: Person) -> None:
        change(person, email=f"new.{person.email}")

    def _answers(self, person: Person) -> None:
        for entry in db.session.scalars(select(Entry).where(Entry.person_id == person.id)).all():
            change(entry, answer=PartStat.ACCEPTED)


class Heard:
    """A calendar for each address, as a careful one keeps it; it fails on whatever is out of order.

    What the mail server has taken twice of a calendar is the same to the byte.
    """

    def __init__(self, letters: list[bytes]) -> None:
        self.calendars: dict[str, dict[str, str]] = defaultdict(dict)
        self._last: dict[tuple[str, str], tuple[int, str]] = {}
        self._bytes: dict[tuple[str, str, int], bytes] = {}
        self._over: set[tuple[str, str]] = set()
        self._named: dict[str, bytes] = {}
        for letter in letters:
            self._hear(letter)

    def _hear(self, letter: bytes) -> None:
        mail = message_from_bytes(letter)
        self._check_named_apart(mail, letter)
        parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        for part in parts:
            lines = bytes(part.get_payload(decode=True)).decode().replace("\r\n ", "").split("\r\n")
            said = dict(line.split(":", 1) for line in lines if ":" in line)
            self._keep(str(mail["To"]), said, bytes(part.get_payload(decode=True)))

    def _check_named_apart(self, mail: Message, letter: bytes) -> None:
        """Of two mails of one name many a program shows the first alone: whatever has words to
        say comes first, or is the same."""
        name, is_bare = str(mail["Message-ID"]), BARE in letter
        assert is_bare or self._named.get(name, letter) == letter, "its words are never read"
        self._named.setdefault(name, letter)

    def _keep(self, address: str, said: dict[str, str], calendar: bytes) -> None:
        uid, sequence = said["UID"], int(said["SEQUENCE"])
        if (address, uid, sequence) in self._bytes:
            assert self._bytes[address, uid, sequence] == calendar
            return
        self._bytes[address, uid, sequence] = calendar
        assert (address, uid) not in self._over, "something follows what was taken back"
        assert self._last.get((address, uid), (-1, "")) < (sequence, said["DTSTAMP"])
        assert self._last.get((address, uid), (-1, ""))[1] < said["DTSTAMP"]
        self._last[address, uid] = sequence, said["DTSTAMP"]
        self.calendars[address][uid] = said["DTSTART;TZID=Europe/London"]
        if said["METHOD"] == "CANCEL":
            self._over.add((address, uid))
            del self.calendars[address][uid]


def shown_to(address: str) -> dict[str, str]:
    """What stands, by the college's own record of what it has mailed there."""
    assert not db.session.scalars(
        select(OutboxMessage.key).where(OutboxMessage.state == MessageState.WAITING)
    ).all()
    asked = select(Entry).where(Entry.mailed_to == address, Entry.cancelled_at.is_(None))
    entries = db.session.scalars(asked).all()
    for entry in entries:
        assert entry.session
        assert (entry.starts_at, entry.ends_at) == (entry.session.starts_at, entry.session.ends_at)
        assert entry.holder in {place.thread for place in places_of(entry.person)}
    return {each.uid: local(each) for each in entries}


def local(entry: Entry) -> str:
    assert entry.session
    return f"{entry.session.day:%Y%m%d}T{entry.session.starts:%H%M%S}"


def places_of(person: Person) -> list[Enrolment]:
    asked = select(Enrolment).where(
        Enrolment.person_id == person.id, Enrolment.state == State.CONFIRMED
    )
    return list(db.session.scalars(asked))
