"""A college of any size, written in bulk: every run is public and has yet to begin."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Table, insert, select

from recovery_college import clock
from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, ShownAs, Side
from recovery_college.calendars.commands.devices import add_device
from recovery_college.calendars.models import Entry
from recovery_college.courses.models import Contributor, Course, CourseTheme, Strand
from recovery_college.courses.rules import CourseState, Look, Mode, Theme, slug_of
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.ical import PartStat
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionState, Visibility
from recovery_college.scheduling.rules.timetable import Span, timetable
from recovery_college.tutors.models import BusyCalendar, BusyTime, Tutor, TutorSide, TutorWindow
from tests.factories import make_visit

WORDS = [
    *("sleep", "anxiety", "walking", "creative", "writing", "hope", "cooking", "benefits"),
    *("music", "singing", "clay", "change", "worry", "calm", "breathing", "volunteering"),
    *("work", "study", "garden", "family", "friends", "boundaries", "kindness", "mindful"),
]
CHUNK = 5_000
VENUES, ROOMS, SESSIONS = 10, 2, 3
PLACES, WAITING, STUDENTS = 12, 3, 200  # students at least: a bigger college has more
IN_A_FEED = 200
DAYS_FULL, BUSY_AT = 50, (time(9), time(12), time(12, 30), time(16, 30))
Row = dict[str, Any]


def fill(runs: int, today: date) -> None:
    """`runs` runs of a tenth as many courses (fifteen at least), three sessions and a pair each."""
    chance = Random(runs)  # noqa: S311  # the same college every time
    courses, tutors = max(15, runs // 10), max(44, runs // 4)
    with transaction():
        _strands_and_courses(courses, chance)
        _places_and_people(tutors, today, chance)
        db.session.flush()
        spans = [_spans(number, today) for number in range(runs)]
        _keep(Run, _runs(spans, courses))
        _keep(Session, _sessions(spans))
        _keep(Delivery, _deliveries(spans, tutors))
        _places_held(runs)


def _places_held(runs: int) -> None:
    """Of each run some, of every tenth all, with three people who wait."""
    _keep(Person, _students(max(STUDENTS, 3 * runs)))
    found = select(Person.id).where(Person.email.like("student%")).order_by(Person.id)
    ids = list(db.session.scalars(found))
    main = select(Pool.run_id, Pool.id).where(Pool.kind == PoolKind.ROOM).order_by(Pool.run_id)
    _keep(Enrolment, _enrolments(db.session.execute(main).tuples().all(), ids))


def fill_calendars(today: date) -> None:
    """Two hundred busy times in eight weeks for either of the first run's pair.

    Its last session has the number `SESSIONS`, and may move to all of these weeks.
    """
    pair = db.session.scalars(select(Tutor).order_by(Tutor.id).limit(2)).all()
    days = [today + timedelta(days=n) for n in range(DAYS_FULL)]
    with transaction():
        for tutor in pair:
            tutor.windows = [
                TutorWindow(weekday=n, starts=time(9), ends=time(17), from_on=today)
                for n in range(5)
            ]
            calendar = BusyCalendar(tutor_id=tutor.id, added_at=clock.now())
            db.session.add(calendar)
            db.session.flush()
            starts = [datetime.combine(day, at, UTC) for day in days for at in BUSY_AT]
            whose = {"calendar_id": calendar.id, "tutor_id": tutor.id}
            _keep(
                BusyTime,
                (
                    {**whose, "starts_at": at, "ends_at": at + timedelta(minutes=30)}
                    for at in starts
                ),
            )


def fill_a_feed(runs: int) -> str:
    """Two hundred entries of somebody who comes to them; gives the address of their calendar."""
    with transaction():
        ada = Person(name="Ada Osei")
        db.session.add(ada)
        db.session.flush()
        _keep(Entry, _entries(ada.id, runs * SESSIONS))
    return f"/calendar/{add_device(ada, 'phone')}.ics"


def _entries(person_id: int, sessions: int) -> Iterator[Row]:
    """In a small college some are of sessions that are there no more."""
    first = clock.now().replace(microsecond=0)
    for number in range(IN_A_FEED):
        starts_at = first + timedelta(days=number)
        yield {
            "uid": f"{number:032x}@college.example",
            "holder": f"enrolment:{number}",
            "person_id": person_id,
            "session_id": number + 1 if number < sessions else None,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place": "Harbour Hall, Room 1",
            "link": "",
            "sequence": number % 3,
            "made_at": first,
            "stamped_at": first,
            "asks_again": True,
            "answer": PartStat.NEEDS_ACTION,
        }


def sign_in_a_tutor_of_the_office(app: Flask) -> str:
    """Gives the cookie of somebody who teaches, manages, and has just come in."""
    tutor = db.session.scalars(select(Tutor).order_by(Tutor.id).limit(1)).one()
    with transaction():
        tutor.person.role_rows = [
            RoleGiven(role=role, given_at=clock.now()) for role in (Role.TUTOR, Role.MANAGER)
        ]
    return signed_in(app, tutor.person)


def signed_in(app: Flask, person: Person) -> str:
    """The cookie of a visit that has just begun."""
    visit = {"_user_id": make_visit(person).key}
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if serializer is None:
        raise RuntimeError("no secret key")
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(visit)}"


def _strands_and_courses(courses: int, chance: Random) -> None:
    strands = [
        Strand(name=f"Strand of the {look}", slug=look, look=look, position=place)
        for place, look in enumerate(Look)
    ]
    makers = {side: Person(name=f"Somebody with {side.label}") for side in Side}
    for number in range(courses):
        one, two, three = chance.sample(WORDS, 3)
        title = f"{one.capitalize()} and {two} {number}"
        course = Course(title=title, slug=slug_of(title), strand=strands[number % len(strands)])
        course.state = CourseState.PUBLISHED
        course.summary = f"A friendly course about {one} and {three}, at a gentle pace."
        course.description = f"We share what helps with {three}. " * 8
        course.contributors = [Contributor(person=makers[side], side=side) for side in Side]
        course.themes = [CourseTheme(theme=chance.choice(list(Theme)))]
        db.session.add(course)


def _places_and_people(tutors: int, today: date, chance: Random) -> None:
    moment = datetime.combine(today, time(), tzinfo=UTC) - timedelta(days=30)
    db.session.add(
        Term(
            name="This term",
            slug="this-term",
            starts_on=today,
            ends_on=today + timedelta(days=9000),
            public_at=moment,
            enrolment_opens_at=moment,
        )
    )
    for number in range(VENUES):
        venue = Venue(name=f"Venue {number}", slug=f"venue-{number}", address="12 Quay Street")
        venue.rooms = [Room(name=f"Room {n}", places=20) for n in range(ROOMS)]
        db.session.add(venue)
    spare = Venue(name="Another venue", slug="another", address="13 Quay Street")
    spare.rooms = [Room(name="The spare room", places=20)]  # or no time could ever be found
    db.session.add(spare)
    for number in range(tutors):
        tutor = Tutor(person=Person(name=f"Tutor Number{number}", email=f"t{number}@example.org"))
        tutor.shown_as = chance.choice(list(ShownAs))
        tutor.sides = [TutorSide(side=list(Side)[number % 2])]
        db.session.add(tutor)


def _spans(number: int, today: date) -> list[Span]:
    """Twenty rooms and four hours a day; each run meets on three days in a row."""
    slot, hour = divmod(number // (VENUES * ROOMS), 4)
    first = datetime.combine(today, time(9), tzinfo=UTC) + timedelta(
        days=7 + SESSIONS * slot, hours=2 * hour
    )
    starts = [first + timedelta(days=n) for n in range(SESSIONS)]
    return [Span(start, start + timedelta(hours=2)) for start in starts]


def _runs(spans: list[list[Span]], courses: int) -> Iterator[Row]:
    for number, each in enumerate(spans):
        made = timetable(each)
        yield {
            "id": number + 1,
            "course_id": number % courses + 1,
            "term_id": 1,
            "capacity": PLACES,
            "mode": Mode.IN_PERSON,
            "state": RunState.PUBLISHED,
            "visibility": Visibility.PUBLIC,
            "link_key": f"key-{number}",
            "starts_at": made.starts_at,
            "ends_at": made.ends_at,
            "weekday": made.weekday,
            "part": made.part,
            "regular": made.regular,
            "session_count": made.count,
            "venue_id": number % VENUES + 1,
        }


def _sessions(spans: list[list[Span]]) -> Iterator[Row]:
    for number, each in enumerate(spans):
        room = number % VENUES * ROOMS + number // VENUES % ROOMS + 1
        for place, span in enumerate(each):
            yield {
                "id": number * SESSIONS + place + 1,
                "run_id": number + 1,
                "number": place + 1,
                "starts_at": span.starts_at,
                "ends_at": span.ends_at,
                "room_id": room,
                "room_exclusive": True,
                "link": "",
                "state": SessionState.PLANNED,
                "live": True,
            }


def _deliveries(spans: list[list[Span]], tutors: int) -> Iterator[Row]:
    for number, each in enumerate(spans):
        for place, span in enumerate(each):
            for half, side in enumerate(Side):
                yield {
                    "session_id": number * SESSIONS + place + 1,
                    "tutor_id": (2 * number + half) % (tutors - tutors % 2) + 1,
                    "side": side,
                    "state": DeliveryState.ACCEPTED,
                    "starts_at": span.starts_at,
                    "ends_at": span.ends_at,
                    "live": True,
                }


def _students(number: int) -> Iterator[Row]:
    """They came over two years."""
    for n in range(number):
        came = clock.now() - timedelta(days=30 + n % 700)
        yield {
            "name": f"Student Number{n}",
            "email": f"student{n}@example.org",
            "made_at": came,
            "active_at": came,
        }


def _enrolments(pools: Sequence[tuple[int, int]], students: list[int]) -> Iterator[Row]:
    for run_id, pool_id in pools:
        held = PLACES if run_id % 10 == 0 else run_id % PLACES
        for number in range(held + (WAITING if held == PLACES else 0)):
            yield {
                "person_id": students[(3 * run_id + number) % len(students)],
                "run_id": run_id,
                "pool_id": pool_id,
                "state": State.CONFIRMED if number < held else State.WAITING,
                "requested_at": clock.now(),
            }


def _keep(model: type[Any], rows: Iterator[Row]) -> None:
    table: Table = model.__table__
    while chunk := list(islice(rows, CHUNK)):
        db.session.execute(insert(table), chunk)
