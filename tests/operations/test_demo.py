"""The invented college: on whatever day, a term runs and the next one is open."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from recovery_college import clock
from recovery_college.accounts import queries
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs
from recovery_college.app import create_app
from recovery_college.attendance.feedback import runs_to_ask
from recovery_college.attendance.models import Feedback, FeedbackTicket, Mark, TutorMark
from recovery_college.attendance.rules import CAME, Delivered, MarkState, delivered
from recovery_college.attendance.rules.feedback import FEWEST
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Contributor, Course
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.queries.needs import count_open_needs
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal
from recovery_college.intake.rules.reading import Reading, read_sheets
from recovery_college.intake.rules.tabs.bookings import BOOKINGS
from recovery_college.intake.rules.tabs.courses import COURSES
from recovery_college.intake.rules.tabs.dates import DATES
from recovery_college.intake.workbook import read_workbook
from recovery_college.operations.checks import CHECKS
from recovery_college.operations.demo import (
    DOORS,
    PEOPLE,
    TERMS,
    WORKBOOK,
    WRITTEN_FOR,
    load_demo,
    moved,
    names_of_terms,
    weeks_from,
)
from recovery_college.reports.contents import REPORTS
from recovery_college.reports.rules.asked import Filters
from recovery_college.scheduling.models import Delivery, Run, Session, Term, Venue
from recovery_college.tutors.models import Tutor
from tests.conftest import ON_SQLITE, Browse, MakeDatabase
from tests.factories import make_person

NEVER = (
    "patient|client|case|referral|assessment|admission|discharge|treatment|therapy|intervention|"
    "compliance|dna|failed|no-show|risk|vulnerable|suffer|suffering|illness|symptom|symptoms|"
    "diagnosis|caseload|service user"
)
DAYS = [
    date(2026, 11, 25),
    date(2027, 1, 3),
    date(2027, 5, 3),
    date(2028, 2, 29),
    date(2031, 8, 17),
]


@dataclass(frozen=True)
class Demo:
    """The invented college at noon of a day, and what it said of itself when it was made."""

    app: Flask
    today: date
    lines: list[str]


@pytest.fixture(scope="module", params=DAYS)
def standing(
    request: pytest.FixtureRequest, make_database: MakeDatabase, queue_url: str
) -> Iterator[Demo]:
    """Made once for each day: for tests which change nothing."""
    app = create_app({"COLLEGE_DATABASE_URL": make_database(), "COLLEGE_QUEUE_URL": queue_url})
    with app.app_context():
        with noon_of(request.param):
            db.create_all()
            lines = load_demo()
        db.session.remove()
    yield Demo(app, request.param, lines)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def demo(standing: Demo) -> Iterator[Demo]:
    with noon_of(standing.today), standing.app.app_context():
        yield standing
        db.session.remove()


def noon_of(today: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(today, time(12), clock.LONDON), tick=False)


def reading() -> Reading:
    return read_sheets(read_workbook(WORKBOOK, lambda _what, _count: None).sheets)


@ON_SQLITE
def test_a_term_is_running_and_the_next_is_open(demo: Demo) -> None:
    now = clock.now()
    past, running, coming = db.session.scalars(select(Term).order_by(Term.starts_on))
    assert past.ends_on < running.starts_on <= demo.today <= running.ends_on < coming.starts_on
    assert {term.enrolment_opens_at <= now for term in (past, running, coming)} == {True}
    after = select(Session.id).where(Session.starts_at > now)
    assert len(db.session.scalars(after).all()) > 100
    assert Counter(db.session.scalars(select(Enrolment.state))) == {
        State.CONFIRMED: 843 + 2,
        State.WAITING: 12 + 1,
    }
    assert [name for name, check in CHECKS.items() if check()] == []
    assert demo.lines[0] == (
        "An invented college: 40 courses, 14 rooms in 10 venues, 44 tutors, 490 students, 3 terms, "
        "126 runs, 425 sessions, 7 sessions lacking half of the pair, 843 places, "
        "12 people waiting, 2,304 marks."
    )
    assert [line.rsplit(": ")[1] for line in demo.lines[2:5]] == [
        "over.",
        "running now.",
        "open for enrolment now.",
    ]


@ON_SQLITE
def test_every_session_that_is_over_has_its_register_and_most_were_taught_by_both(
    demo: Demo,
) -> None:
    now = clock.now()
    running = db.session.scalars(select(Term).order_by(Term.starts_on)).all()[1]
    over = select(Session).join(Session.run).where(Run.term_id == running.id)
    sessions = db.session.scalars(over.where(Session.ends_at <= now)).all()
    assert all(each.taken for each in sessions)
    assert not db.session.scalars(select(Session).where(Session.ends_at > now, Session.taken)).all()
    ids = {each.id for each in sessions}
    marks = [each for each in db.session.scalars(select(Mark)) if each.session_id in ids]
    places = Counter(
        db.session.scalars(select(Enrolment.run_id).where(Enrolment.state == State.CONFIRMED))
    )
    assert len(marks) == sum(places[each.run_id] for each in sessions)
    shares = Counter(each.state for each in marks)
    for states, share in ((CAME, 0.66), ({MarkState.TOLD}, 0.16), ({MarkState.UNHEARD}, 0.18)):
        assert abs(sum(shares[state] for state in states) / len(marks) - share) < 0.03
    taught: dict[int, list[TutorMark]] = {each.id: [] for each in sessions}
    for said in db.session.scalars(select(TutorMark)):
        taught[said.session_id].append(said)
    how = Counter(delivered([(t.side, t.state) for t in some]) for some in taught.values())
    assert how.keys() == {Delivered.BOTH, Delivered.ONE}
    assert abs(how[Delivered.BOTH] / len(sessions) - 0.91) < 0.02


@ON_SQLITE
@pytest.mark.usefixtures("demo")
def test_of_what_is_over_two_in_three_have_said_how_it_was_and_nobody_is_asked(demo: Demo) -> None:
    tickets = Counter(db.session.scalars(select(FeedbackTicket.used)))
    forms = Counter(db.session.scalars(select(Feedback.run_id)))
    assert tickets[True] == forms.total() > 20
    assert 0.6 < tickets[True] / tickets.total() < 0.7
    assert max(forms.values()) >= FEWEST
    assert runs_to_ask(clock.now()) == []


@ON_SQLITE
@pytest.mark.usefixtures("demo")
def test_its_people_have_said_how_they_wish_to_be_shown() -> None:
    wishes = Counter(db.session.scalars(select(Tutor.shown_as)))
    assert [wishes[way] for way in (ShownAs.FULL_NAME, ShownAs.FIRST_NAME, ShownAs.NOT_NAMED)] == [
        27,
        9,
        8,
    ]
    by_person = {tutor.person_id: tutor.shown_as for tutor in db.session.scalars(select(Tutor))}
    for contributor in db.session.scalars(select(Contributor)):
        assert contributor.shown_as is by_person[contributor.person_id]


@ON_SQLITE
@pytest.mark.usefixtures("demo")
def test_it_says_that_it_is_invented_and_shows_its_doors() -> None:
    college = the_college()
    assert (college.short_name, college.invented, college.mail_paused) == ("Harbour", True, False)
    doors = {venue.slug: venue for venue in db.session.scalars(select(Venue)) if venue.door_photo}
    assert doors.keys() == DOORS.keys()
    assert all(len(door.door_photo or b"") < 15_000 for door in doors.values())
    assert doors["harbour-house"].door_photo_words == (
        "A drawing of a blue door between two flower pots, with no step."
    )


@ON_SQLITE
def test_five_people_can_be_visited_and_two_of_them_teach(browse: Browse) -> None:
    lines = load_demo()
    assert lines[-6:] == [
        "Sign in with the password demo-college as one of these:",
        "  ada@example.org, a student",
        "  bea@example.org, a peer tutor",
        "  cal@example.org, a professional tutor",
        "  olu@example.org, a manager",
        "  dee@example.org, the office's desk",
    ]
    for who in PEOPLE:
        typed = {"email": who.email, "password": "demo-college", "how": "password"}
        assert browse().post("/sign-in", data=typed).location == "/my"
        person = queries.person_signing_in_at(who.email)
        assert person
        assert person.roles == ({who.role} if who.role else set())
        if who.side:
            teaches = select(Delivery.side).join(Tutor).where(Tutor.person_id == person.id)
            assert set(db.session.scalars(teaches)) == {who.side}


@ON_SQLITE
@pytest.mark.usefixtures("demo")
def test_ada_has_a_place_that_is_running_one_that_comes_and_waits_for_a_third() -> None:
    now = clock.now()
    hers = select(Enrolment).join(Enrolment.person).where(Person.email == PEOPLE[0].email)
    running, coming, waits = db.session.scalars(hers.order_by(Enrolment.id))
    terms = db.session.scalars(select(Term).order_by(Term.starts_on)).all()
    assert [each.state for each in (running, coming, waits)] == [
        State.CONFIRMED,
        State.CONFIRMED,
        State.WAITING,
    ]
    begin = [each.run.starts_at or now for each in (running, coming, waits)]
    assert begin[0] <= now < (running.run.ends_at or now)
    assert now < begin[1] < now + timedelta(weeks=9)
    assert (waits.pool.left, waits.run.term, begin[2] > now) == (0, terms[2], True)
    assert len({each.run.course_id for each in (running, coming, waits)}) == 3
    steps = [(step.state, step.why) for each in (running, waits) for step in each.steps]
    assert steps == [(State.CONFIRMED, Why.WORKBOOK), (State.WAITING, Why.WORKBOOK)]


@pytest.mark.usefixtures("app")
def test_production_has_no_invented_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ENVIRONMENT", "production")
    with pytest.raises(Refusal, match="a password that everybody knows"):
        load_demo()


@pytest.mark.usefixtures("app")
def test_a_college_that_holds_anything_is_left_alone(app: Flask) -> None:
    make_person()
    with pytest.raises(Refusal, match="holds a college already"):
        load_demo()
    result = app.test_cli_runner().invoke(args=["demo"])
    assert (result.exit_code, result.output) == (
        1,
        "This database holds a college already. The invented one needs an empty database.\n",
    )
    assert db.session.scalar(select(func.count()).select_from(Course)) == 0


@ON_SQLITE
@pytest.mark.usefixtures("app")
def test_the_command_says_what_it_made(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo"])
    assert (result.exit_code, result.output.splitlines()[1]) == (
        0,
        "Strands: Understanding and living well; Looking after yourself; Creativity; "
        "Skills for life and work; Family, friends and carers; Getting involved.",
    )


def test_a_database_that_is_not_there_is_one_sentence() -> None:
    app = create_app({"COLLEGE_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite"})
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["demo"])
    assert (result.exit_code, result.output) == (
        1,
        "The database does not answer, or is not of this version. Run: flask db upgrade\n",
    )


@given(st.dates(date(2026, 1, 1), date(2090, 1, 1)))
def test_terms_are_called_after_the_season_they_fall_in(today: date) -> None:
    by = weeks_from(today)
    names = names_of_terms(by)
    assert (by.days % 7, (WRITTEN_FOR + by).weekday()) == (0, 0)
    assert WRITTEN_FOR + by <= today < WRITTEN_FOR + by + timedelta(days=7)
    assert len(set(names.values())) == 3
    for term, first in TERMS.items():
        season, year = names[term].split()
        middle = first + by + timedelta(weeks=5)
        nearest = {
            "Spring": (12, 1, 2, 3, 4, 5),
            "Summer": (4, 5, 6, 7, 8, 9),
            "Autumn": (8, 9, 10, 11, 12, 1),
        }
        assert middle.month in nearest[season]
        assert abs(date(int(year), 6, 30) - middle) < timedelta(days=215)


def test_where_it_was_written_for_nothing_moves() -> None:
    assert names_of_terms(timedelta()) == {name: name for name in TERMS}
    assert weeks_from(WRITTEN_FOR + timedelta(days=6)) == timedelta()


def test_every_session_keeps_its_weekday_and_its_hour() -> None:
    there = reading()
    after = moved(there, timedelta(weeks=20))
    assert [(row.day.weekday(), row.starts, row.ends) for row in after.of(DATES)] == [
        (row.day.weekday(), row.starts, row.ends) for row in there.of(DATES)
    ]
    assert {after.of(DATES)[0].day - there.of(DATES)[0].day} == {timedelta(weeks=20)}


def test_every_booking_moves_with_the_run_that_it_is_for() -> None:
    there = reading()
    by = timedelta(weeks=20)
    before, after = there.of(BOOKINGS), moved(there, by).of(BOOKINGS)
    assert [(row.day, row.booked) for row in after] == [
        (row.day and row.day + by, row.booked and row.booked + by) for row in before
    ]
    assert len(after) == 843 + 12


def test_its_workbook_has_no_faults_and_every_course_its_own_words() -> None:
    there = reading()
    assert (there.faults, there.notes) == ([], [])
    rows = there.of(COURSES)
    for words in ("summary", "description", "learn", "suits", "session_like"):
        said = [getattr(row, words) for row in rows]
        assert (words, len(said), "" in said) == (words, 40, False)
    assert len({row.description for row in rows}) == 40
    assert max(len(row.summary) for row in rows) <= 160


def test_nothing_in_it_is_said_in_words_that_the_college_never_uses() -> None:
    said = [
        cell
        for sheet in read_workbook(WORKBOOK, lambda _what, _count: None).sheets[:2]
        for _, line in sheet.lines
        for cell in line
        if isinstance(cell, str)
    ]
    assert [text for text in said if re.search(rf"\b({NEVER})\b|!", text, re.IGNORECASE)] == []


@ON_SQLITE
def test_its_reports_of_people_have_something_to_say(demo: Demo) -> None:
    """Enough of it that small numbers don't hide all, and a few needs wait for the office."""
    now, [_, running, _] = clock.now(), db.session.scalars(select(Term).order_by(Term.starts_on))
    for name in ("needs", "reach", "cost"):
        found = REPORTS[name].make(Filters(term=running.id), [], now, ())
        assert [each.large or each.share.whole for each in found.headlines[:1]] != ["*"], name
        assert list(found.tables[0].rows), name
    assert 0 < count_open_needs(now) < 15
