"""Marks out of the workbook: each on the place that its row means, and nobody overwritten."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import openpyxl
import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.attendance.commands.taking import Word
from recovery_college.attendance.commands.taking import take as take_register
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import CAME, Delivered, MarkState, delivered
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.models import Enrolment
from recovery_college.intake.rules.report import Report
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import SessionState
from tests.conftest import counted, held
from tests.factories import make_person
from tests.intake.bookings import STUDENTS, booking
from tests.intake.commands.test_bookings import plain_day
from tests.intake.workbooks import (
    FROZEN,
    HARBOUR,
    Cell,
    Tabs,
    college,
    dump,
    meets,
    take,
    take_file,
)

pytestmark = pytest.mark.usefixtures("app")

SAMPLE = json.loads(HARBOUR.with_suffix(".json").read_text())
PRESENT, LATE, EARLY, TOLD, UNHEARD = MarkState
WORDS = {"present": PRESENT, "late": LATE, "left early": EARLY}
WORDS |= {"told us": TOLD, "not heard": UNHEARD}
SERIES = [meets("18/01/2027", part="1 of 2"), meets("25/01/2027", part="2 of 2")]
THAT_EVENING = f"{SAMPLE['as of']}T20:00Z"
OVER = "2027-02-01T09:00Z"


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(OVER, tick=False) as traveller:
        yield traveller


def mark(
    student: Cell = "Ada Osei",
    state: Cell = "present",
    *,
    on: Cell = "18/01/2027",
    course: Cell = "Sleep well",
) -> list[Cell]:
    return [student, course, on, state]


def marks(
    *rows: Sequence[Cell],
    dates: Sequence[Sequence[Cell]] = SERIES,
    bookings: Sequence[Sequence[Cell]] = (booking("Ada Osei"), booking("Mair Rees")),
    students: Sequence[Sequence[Cell]] = STUDENTS,
) -> Report:
    booked = [("Student", "Course", "First date", "Status", "Booked on"), *bookings]
    marked = [("Student", "Course", "Date", "Mark"), *rows]
    tabs: Tabs = {"Students": students, "Bookings": booked, "Attendance": marked}
    return take(college(*dates, **tabs))


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(f.row, f.heading, f.reason) for f in report.faults if f.tab == "Attendance"]


def standing() -> list[tuple[str, int, MarkState]]:
    """Who, on which session of their run, how."""
    asked = (
        select(Person.name, Session.number, Mark.state)
        .join_from(Mark, Enrolment, Mark.enrolment_id == Enrolment.id)
        .join(Person, Enrolment.person_id == Person.id)
        .join(Session, Mark.session_id == Session.id)
        .where(Mark.stands)
        .order_by(Session.starts_at, Mark.id)
    )
    return [(name, number, state) for name, number, state in db.session.execute(asked)]


def test_each_of_the_harbour_marks_is_on_the_right_session_and_its_fault_is_named() -> None:
    book = openpyxl.load_workbook(HARBOUR)
    emails = {
        n: str(e).lower() for n, e, *_ in book["Students"].iter_rows(2, values_only=True) if e
    }
    rows = list(book["Attendance"].iter_rows(2, values_only=True))
    expected = Counter(
        (emails.get(str(who), str(who).lower()), course, plain_day(day), WORDS[str(said)])
        for who, course, day, said in rows
        if said in WORDS
    )
    with time_machine.travel(THAT_EVENING, tick=False):
        report = take_file(HARBOUR)
        assert [name for name, check in CHECKS.items() if check()] == []
    assert [(f.row, f.cell, f.value) for f in report.faults if f.tab == "Attendance"] == [
        (2306, "D2306", "maybe")
    ]
    found = list(db.session.scalars(select(Mark)))
    sessions = {each.id: each for each in db.session.scalars(select(Session))}
    places = {each.id: each for each in db.session.scalars(select(Enrolment))}
    there: Counter[tuple[str, object, object, MarkState]] = Counter()
    for each in found:
        place, session = places[each.enrolment_id or 0], sessions[each.session_id]
        assert (place.run_id, each.marked_at) == (session.run_id, session.ends_at)
        assert place.person
        who = (place.person.email or place.person.name).lower()
        there[who, session.run.course.title, session.day, each.state] += 1
    assert there == expected
    counts = Counter(each.state for each in found)
    assert counts == {WORDS[word]: many for word, many in SAMPLE["counts"]["marks"].items()}
    came = sum(counts[state] for state in CAME) / counts.total()
    alone = Counter(said for *_, said in rows if said != "maybe")
    apart = (alone["present"] + alone["late"] + alone["left early"]) / alone.total()
    assert (came, round(came, 3), report.taken["marks"]) == (apart, 0.656, 2304)
    taken = {each.id for each in sessions.values() if each.taken}
    assert taken == {each.session_id for each in found}
    assert len(taken) == SAMPLE["counts"]["sessions that ran"]
    tutors: dict[int, list[TutorMark]] = {id: [] for id in taken}
    for said in db.session.scalars(select(TutorMark)):
        tutors[said.session_id].append(said)
    how = {delivered([(t.side, t.state) for t in some]) for some in tutors.values()}
    assert how == {Delivered.NOT_RECORDED}


def test_a_mark_is_taken_as_the_list_says_and_nobody_is_told() -> None:
    report = marks(
        mark("ADA@example.org", "Came late"),
        mark("mair  rees", "Apologies", on="Mon 18 Jan 2027"),
        mark("Ada Osei", "Y", on=datetime(2027, 1, 25)),  # noqa: DTZ001  # as a cell has it
    )
    assert (report.faults, report.taken["marks"]) == ([], 3)
    assert standing() == [("Ada Osei", 1, LATE), ("Mair Rees", 1, TOLD), ("Ada Osei", 2, PRESENT)]
    kept = db.session.scalars(select(Mark).order_by(Mark.id)).first()
    assert kept
    assert (kept.by_id, kept.marked_at, kept.kept_at, kept.minutes) == (
        None,
        datetime(2027, 1, 18, 12, tzinfo=UTC),
        clock.now(),
        None,
    )
    assert list(db.session.scalars(select(Session.taken))) == [True, True]
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_what_is_missing_is_named_in_plain_words() -> None:
    report = marks(
        mark("Kit Marr"),
        mark("Kit Mar"),
        mark(on="19/01/2027"),
        mark(course="Sleep wel"),
        mark(course="Clay and calm"),
        mark(state="perhaps"),
        mark(state=None),
        mark(on=None),
        mark(on="01/03/2027"),
        mark("Mair Rees"),
        mark("Mair Rees", "late"),
        ["Total", None, None, 2],
        bookings=[
            booking("Ada Osei"),
            booking("Mair Rees"),
            booking("Kit Marr", status="waiting list"),
        ],
    )
    assert sorted(reasons(report)) == [
        (
            2,
            "Student",
            'They have no place on "Sleep well" of that day. Book the place first, or welcome '
            "them on the register of that session.",
        ),
        (
            3,
            "Student",
            '"Kit Mar" is not in the list of students, and the college does not know them. '
            'Did you mean "Kit Marr"?',
        ),
        (
            4,
            "Date",
            'No session of "Sleep well" is on 19 January 2027. They are on 18 January 2027 and '
            "25 January 2027.",
        ),
        (5, "Course", '"Sleep wel" is not in the list of courses. Did you mean "Sleep well"?'),
        (6, "Date", 'The college has no session of "Clay and calm".'),
        (
            7,
            "Mark",
            "This is not a mark that the college knows. "
            'Write "present", "late", "left early", "told us" or "not heard" here.',
        ),
        (8, "Mark", "This cell is empty. The row can't be taken without its mark."),
        (9, "Date", "This cell is empty. The row can't be taken without its session date."),
        (10, "Date", "This day is still to come, so nobody can say who came."),
        (
            12,
            "Student",
            "Attendance row 11 marks the same person on this session. Take one of the two rows "
            "out.",
        ),
    ]
    assert report.notes[0] == "Attendance row 13 is left out: it is a total, not a mark."
    assert standing() == [("Mair Rees", 1, PRESENT)]


def test_a_session_is_marked_when_it_is_over(afterwards: time_machine.Traveller) -> None:
    afterwards.move_to("2027-01-25T11:59Z", tick=False)
    report = marks(mark(), mark(on="25/01/2027"))
    words = "This session is not over yet, so nobody can say who came."
    assert (reasons(report), standing()) == ([(3, "Date", words)], [("Ada Osei", 1, PRESENT)])
    assert list(db.session.scalars(select(Session.taken).order_by(Session.id))) == [True, False]


def test_of_several_runs_that_meet_on_a_day_it_is_the_one_of_their_place() -> None:
    other = meets("18/01/2027", start="14:00", end="16:00", room=("Harbour House", "Lantern Room"))
    dates = [meets("11/01/2027", part="1 of 2"), meets("18/01/2027", part="2 of 2"), other]
    report = marks(
        mark("Ada Osei", "late"),
        mark("Mair Rees", "absent"),
        mark("Kit Marr"),
        dates=dates,
        bookings=[
            booking("Ada Osei", day="11/01/2027"),
            booking("Mair Rees", day="18/01/2027"),
            booking("Kit Marr", day="11/01/2027"),
            booking("Kit Marr", day="18/01/2027"),
        ],
    )
    assert standing() == [("Ada Osei", 2, LATE), ("Mair Rees", 1, UNHEARD)]
    assert reasons(report) == [
        (
            4,
            "Date",
            'They have a place on 2 sessions of "Sleep well" that day. Mark them on the register '
            "of each.",
        )
    ]


def test_reading_twice_changes_nothing_and_a_corrected_file_takes_what_was_missing() -> None:
    rows = [mark(), mark("Mair Rees", "not sure")]
    first = marks(*rows)
    assert (len(reasons(first)), first.taken["marks"]) == (1, 1)
    before = dump()
    again = marks(*rows)
    assert (again.changed, again.standing["marks"], dump() == before) == (False, 1, True)
    rows[1] = mark("Mair Rees", "not heard", on="25/01/2027")
    last = marks(*rows)
    assert (last.taken, last.faults) == ({"marks": 1}, [])
    assert standing() == [("Ada Osei", 1, PRESENT), ("Mair Rees", 2, UNHEARD)]


def test_a_mark_that_stands_is_never_overwritten() -> None:
    olu = make_person("Olu")
    marks(mark(), mark("Mair Rees"))
    with transaction():
        mair = db.session.scalars(select(Person).filter_by(name="Mair Rees")).one()
        mair.restricted_to_id = olu.id
    report = marks(mark(state="told us"), mark("Mair Rees", "late"))
    assert (report.changed, report.standing["marks"]) == (False, 2)
    assert report.differs == [
        'Ada Osei, "Sleep well" on 18 January 2027: mark is "Present" in the college, "Told us" in '
        "the file."
    ]
    assert {state for *_, state in standing()} == {PRESENT}


def test_of_what_the_college_said_itself_the_word_that_stands_is_compared() -> None:
    marks(mark())
    there = db.session.scalars(select(Mark)).one()
    session = db.session.scalars(select(Session).filter_by(id=there.session_id)).one()
    earlier = Word(Who("e", there.enrolment_id or 0), LATE, at=session.starts_at)
    assert take_register(make_person("Olu"), session, [earlier]).later
    report = marks(mark())
    assert (report.changed, report.standing["marks"], report.differs) == (False, 1, [])


def test_who_has_left_may_have_come_and_is_not_missed_once_they_are_gone(
    afterwards: time_machine.Traveller,
) -> None:
    afterwards.move_to(FROZEN, tick=False)
    marks()
    afterwards.move_to("2027-01-20T09:00Z", tick=False)
    for place in db.session.scalars(select(Enrolment)).all():
        assert place.person
        give_up(place.person, place, the_college())
    afterwards.move_to(OVER, tick=False)
    pass_time()
    report = marks(
        mark(state="not heard"),
        mark(state="told us", on="25/01/2027"),
        mark("Mair Rees", on="25/01/2027"),
    )
    words = "They no longer had their place by then, so nobody expected them."
    assert reasons(report) == [(3, "Mark", words)]
    assert standing() == [("Ada Osei", 1, UNHEARD), ("Mair Rees", 2, PRESENT)]


def test_who_gave_up_their_place_and_came_back_is_expected(
    afterwards: time_machine.Traveller,
) -> None:
    afterwards.move_to(FROZEN, tick=False)
    marks(bookings=[booking("Ada Osei")])
    place = db.session.scalars(select(Enrolment)).one()
    assert place.person
    give_up(place.person, place, the_college())
    again = enrol(place.person, place.person, Request(place.run), the_college())
    afterwards.move_to(OVER, tick=False)
    assert marks(mark(state="not heard"), bookings=[]).faults == []
    assert list(db.session.scalars(select(Mark.enrolment_id))) == [again.id]


def test_a_session_that_was_called_off_has_no_marks() -> None:
    marks()
    with transaction():
        for each in db.session.scalars(select(Session)):
            each.live, each.state, each.cancelled_at = False, SessionState.CANCELLED, clock.now()
    report = marks(mark())
    assert reasons(report) == [(2, "Date", "The college has cancelled this session.")]


def test_sessions_that_are_there_already_are_held_after_all_runs() -> None:
    """Only those that get a mark: the second one has it already."""
    marks(mark(on="25/01/2027"))
    with counted() as statements:
        booked = [booking("Ada Osei"), booking("Kit Marr")]
        report = marks(mark(), mark(on="25/01/2027"), bookings=booked)
    assert (report.taken["marks"], report.standing["marks"]) == (1, 1)
    expected = ["run", "session"] if db.engine.dialect.name == "postgresql" else []
    assert held(statements) == expected
    with counted() as statements:
        assert marks(mark("Mair Rees")).taken["marks"] == 1
    assert held(statements) == expected[1:]


def test_the_number_of_statements_does_not_grow_with_the_marks() -> None:
    students = [STUDENTS[0], *((f"Student {n}", f"s{n}@example.org", None) for n in range(20))]
    dates = meets("18/01/2027", places=10), meets("25/01/2027", places=10)
    booked = [booking(f"s{n}@example.org", day=dates[n % 2][2]) for n in range(20)]

    def marked(first: int, last: int) -> int:
        rows = [mark(f"s{n}@example.org", on=dates[n % 2][2]) for n in range(first, last)]
        db.session.expunge_all()
        with counted() as statements:
            assert marks(*rows, dates=dates, bookings=booked, students=students).faults == []
        return len(statements)

    marked(0, 0)
    assert marked(0, 2) == marked(2, 20)
    assert db.session.scalar(select(func.count(Mark.id))) == 20
