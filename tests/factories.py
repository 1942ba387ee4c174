"""Makers of real rows. Say only what the test is about."""

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any, TypeVar

from recovery_college import clock
from recovery_college.accounts.models import Person, RoleGiven, SignIn, Visit
from recovery_college.accounts.rules import SHORT_VISIT, Role, ShownAs, Side, address_key
from recovery_college.accounts.secrets import digest, fresh_key
from recovery_college.courses.models import Contributor, Course, Strand
from recovery_college.courses.rules import CourseState, Look, slug_of
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageKind
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState, RunState
from recovery_college.scheduling.rules.timetable import weekly_series
from recovery_college.tutors.models import Tutor, TutorSide

Row = TypeVar("Row")
SERIAL = count(1)
NOW = "2027-05-03T09:00Z"  # a month before the run of make_run
FIRST = date(2027, 6, 7)


def make_person(name: str = "", *roles: Role, email: str | None = None, **fields: Any) -> Person:
    """Somebody who has joined; who has an address signs in with it."""
    fields.setdefault("joined_at", clock.now())
    person = Person(name=name or f"Person {next(SERIAL)}", email=email, **fields)
    person.role_rows = [RoleGiven(role=role) for role in roles]
    if email:
        person.sign_in = SignIn(address_key=address_key(email), verified_at=clock.now())
    return _kept(person)


def make_visit(person: Person, *, proven: bool = True, **fields: Any) -> Visit:
    """A device on which they are signed in, with their second factor if they have one."""
    now, key = clock.now(), fresh_key()
    visit = Visit(
        person_id=person.id,
        key_digest=digest(key),
        began_at=now,
        seen_at=now,
        ends_at=now + SHORT_VISIT,
        device="Firefox on Linux",
        second_factor_at=now if proven else None,
    )
    for field, value in fields.items():
        setattr(visit, field, value)
    visit.key = key
    return _kept(visit)


def make_message(person: Person | None = None, **fields: Any) -> OutboxMessage:
    """A notice that waits to be sent to them, or to an address that nobody here has."""
    now = clock.now()
    message = OutboxMessage(
        key=f"key {next(SERIAL)}",
        thread=f"thread {next(SERIAL)}",
        person_id=person.id if person else None,
        kind=MessageKind.NOTICE,
        channel=Channel.EMAIL,
        address=(person.email if person else None) or "nobody@example.org",
        subject="Harbour",
        body="Something you asked us for.",
        queued_at=now,
        due_at=now,
    )
    for field, value in fields.items():
        setattr(message, field, value)
    return _kept(message)


def make_tutor(
    side: Side = Side.LIVED, *, name: str = "", shown_as: ShownAs | None = None
) -> Tutor:
    person = Person(name=name or f"Tutor {next(SERIAL)}")
    return _kept(
        Tutor(
            person=person,
            sides=[TutorSide(side=side)],
            shown_as=shown_as or ShownAs.NOT_NAMED,
        )
    )


def make_strand(name: str = "", look: Look = Look.WAVE) -> Strand:
    n = next(SERIAL)
    name = name or f"Strand {n}"
    return _kept(Strand(name=name, slug=slug_of(name), look=look, position=n))


def make_course(
    title: str = "", *, strand: Strand | None = None, summary: str = "", description: str = ""
) -> Course:
    """A published course, made by two people who are not named."""
    title = title or f"Course {next(SERIAL)}"
    course = Course(
        title=title,
        slug=slug_of(title),
        strand=strand or make_strand(),
        summary=summary,
        description=description,
        state=CourseState.PUBLISHED,
    )
    for side in Side:
        course.contributors.append(Contributor(person=make_person(), side=side))
    return _kept(course)


def make_term(name: str = "") -> Term:
    """Public and open for enrolment since April 2027; May to July."""
    name = name or f"Term {next(SERIAL)}"
    return _kept(
        Term(
            name=name,
            slug=slug_of(name),
            starts_on=date(2027, 5, 1),
            ends_on=date(2027, 7, 31),
            public_at=datetime(2027, 4, 1, tzinfo=UTC),
            enrolment_opens_at=datetime(2027, 4, 1, tzinfo=UTC),
        )
    )


def make_venue(name: str = "") -> Venue:
    name = name or f"Venue {next(SERIAL)}"
    return _kept(Venue(name=name, slug=slug_of(name), address="12 Quay Street"))


def make_room(venue: Venue | None = None, *, exclusive: bool = True) -> Room:
    name = f"Room {next(SERIAL)}"
    return _kept(Room(venue=venue or make_venue(), name=name, places=20, exclusive=exclusive))


def make_run(
    course: Course | None = None,
    *,
    term: Term | None = None,
    room: Room | None = None,
    tutors: tuple[Tutor, ...] = (),
    first: date = FIRST,
    at: time = time(10),
    sessions: int = 1,
    capacity: int = 12,
) -> Run:
    """A published weekly run of two-hour sessions; its tutors have accepted all of them."""
    room = room or make_room()
    run = Run(
        course=course or make_course(),
        term=term or make_term(),
        capacity=capacity,
        state=RunState.PUBLISHED,
    )
    series = weekly_series(first, at, at.replace(hour=at.hour + 2), count=sessions)
    for number, span in enumerate(series, 1):
        run.sessions.append(
            Session(number=number, starts_at=span.starts_at, ends_at=span.ends_at, room=room)
        )
    run.follow_sessions()
    _kept(run)
    for session in run.sessions:
        for tutor in tutors:
            make_delivery(session, tutor)
    return run


def make_delivery(
    session: Session, tutor: Tutor, state: DeliveryState = DeliveryState.ACCEPTED
) -> Delivery:
    return _kept(Delivery(session=session, tutor=tutor, side=tutor.sides[0].side, state=state))


def _kept(row: Row) -> Row:
    with transaction():
        db.session.add(row)
    return row
