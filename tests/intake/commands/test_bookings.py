"""Places out of the workbook: each on the run that its row means, and nobody overwritten."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime

import openpyxl
import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.college.commands import go_live
from recovery_college.college.queries import the_college
from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import PoolKind, State, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState
from tests.conftest import counted, held
from tests.factories import make_person
from tests.intake.bookings import RUN, STUDENTS, booking, books, places, reasons
from tests.intake.workbooks import (
    FROZEN,
    HARBOUR,
    college,
    dump,
    meets,
    take,
    take_file,
)

pytestmark = pytest.mark.usefixtures("app")

FORMS = ("%d/%m/%Y", "%a %d %b %Y")


@pytest.fixture(autouse=True)
def in_january() -> Iterator[None]:
    with time_machine.travel(FROZEN, tick=False):
        yield


def plain_day(cell: object) -> date:
    """As anybody would read it, without the import's own reader."""
    if isinstance(cell, datetime):
        return cell.date()
    for form in FORMS:
        with suppress(ValueError):
            return datetime.strptime(str(cell), form).replace(tzinfo=UTC).date()
    raise ValueError(cell)


def test_each_of_the_harbour_places_is_in_the_right_run() -> None:
    book = openpyxl.load_workbook(HARBOUR)
    rows = book["Students"].iter_rows(min_row=2, values_only=True)
    addresses = {name: str(email).lower() if email else name for name, email, *_ in rows}
    expected = Counter(
        (str(who).lower() if "@" in str(who) else addresses[who], course, plain_day(day), status)
        for who, course, day, status, _ in book["Bookings"].iter_rows(2, 856, values_only=True)
    )
    with time_machine.travel("2026-11-20T09:00Z", tick=False):
        take_file(HARBOUR)
    words = {State.CONFIRMED: "booked", State.WAITING: "waiting list"}
    there = Counter(
        (
            each.person.email.lower() if each.person.email else each.person.name,
            each.run.course.title,
            clock.in_london(each.run.starts_at).date(),
            words[each.state],
        )
        for each in db.session.scalars(select(Enrolment))
        if each.person and each.run.starts_at
    )
    assert there == expected
    assert Counter(status for *_, status in there.elements()) == {
        "booked": 843,
        "waiting list": 12,
    }
    assert db.session.scalar(select(func.sum(Pool.held))) == 843
    assert [name for name, check in CHECKS.items() if check()] == []


def test_a_place_is_taken_as_the_list_says_and_nobody_is_told() -> None:
    report = books(
        booking("ADA@example.org", on="04/07/2026"),
        booking("mair  rees", status="Waiting list", on=None),
    )
    ada, mair = db.session.scalars(select(Enrolment).order_by(Enrolment.id))
    assert report.faults == []
    assert (report.taken["places"], report.taken["waiting"]) == (1, 1)
    assert (ada.state, ada.requested_at, ada.lot, ada.came_by, ada.pool.kind) == (
        State.CONFIRMED,
        datetime(2026, 7, 4, 11, tzinfo=UTC),  # midday in London
        0,
        Way.WORKBOOK,
        PoolKind.ROOM,
    )
    assert (mair.state, mair.requested_at) == (State.WAITING, clock.now())
    assert [(s.state, s.why, s.at, s.by_id) for each in (ada, mair) for s in each.steps] == [
        (State.CONFIRMED, Why.WORKBOOK, clock.now(), None),
        (State.WAITING, Why.WORKBOOK, clock.now(), None),
    ]
    assert (ada.pool.held, db.session.scalars(select(OutboxMessage)).all()) == (1, [])


def test_an_online_run_has_its_places_by_link() -> None:
    online = meets(room=("Online", "Video call"), places=2)
    books(booking("Ada Osei"), dates=[online])
    place = db.session.scalars(select(Enrolment)).one()
    assert (place.pool.kind, place.run.mode) == (PoolKind.LINK, Mode.ONLINE)


def test_who_booked_first_is_first_and_on_one_day_who_stands_first_in_the_file() -> None:
    books(
        booking("Kit Marr", status="reserve", on="05/12/2026"),
        booking("Mair Rees", status="waiting", on="04/12/2026"),
        booking("Ada Osei", status="waiting", on="04/12/2026"),
    )
    assert [name for name, _ in places()] == ["Mair Rees", "Ada Osei", "Kit Marr"]


def test_one_place_too_many_is_refused_to_whoever_booked_last() -> None:
    report = books(
        booking("Ada Osei", on="06/12/2026"),
        booking("Mair Rees", on="04/12/2026"),
        booking("Kit Marr", on="05/12/2026"),
    )
    assert reasons(report) == [
        (
            2,
            "Status",
            "The run has 2 places, and all are taken. Give it more places first, or write "
            '"waiting list" here.',
        )
    ]
    assert [name for name, _ in places()] == ["Mair Rees", "Kit Marr"]


def test_the_same_person_twice_on_a_run_is_refused_once() -> None:
    report = books(booking("Ada Osei"), booking("ada@example.org", status="waiting"))
    reason = "Bookings row 2 books this run for the same person. Take one of the two rows out."
    assert reasons(report) == [(3, "Student", reason)]
    assert places() == [("Ada Osei", State.CONFIRMED)]


def test_reading_twice_changes_nothing_and_a_corrected_file_takes_what_was_missing() -> None:
    rows = [booking("Ada Osei"), booking("Kit Mar", status="waiting list")]
    first = books(*rows)
    assert reasons(first) == [
        (
            3,
            "Student",
            '"Kit Mar" is not in the list of students, and the college does not know them. '
            'Did you mean "Kit Marr"?',
        )
    ]
    before = dump()
    again = books(*rows)
    assert (again.changed, again.standing["places"], dump() == before) == (False, 1, True)
    rows[1] = booking("Kit Marr", status="waiting list")
    last = books(*rows)
    assert (last.taken, last.faults) == ({"waiting": 1}, [])


def test_what_the_college_has_is_never_overwritten() -> None:
    books(booking("Ada Osei"), booking("Mair Rees"))
    ada = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    assert ada
    assert ada.person
    give_up(ada.person, ada, the_college())
    report = books(booking("Ada Osei"), booking("Mair Rees", status="waiting list"))
    assert (report.taken.total(), report.standing["places"], report.standing["waiting"]) == (
        0,
        1,
        1,
    )
    assert report.differs == [
        'Ada Osei, "Sleep well" from 18 January 2027: status is "Given up" in the college, "Has a '
        'place" in the file.',
        'Mair Rees, "Sleep well" from 18 January 2027: status is "Has a place" in the college, "On '
        'the waiting list" in the file.',
    ]
    assert places() == [("Ada Osei", State.GIVEN_UP), ("Mair Rees", State.CONFIRMED)]


def test_once_a_run_is_over_the_file_still_says_the_same() -> None:
    rows = [booking("Ada Osei"), booking("Mair Rees"), booking("Kit Marr", status="waiting")]
    books(*rows)
    with time_machine.travel("2027-02-01T09:00Z", tick=False):
        pass_time()
        assert [state for _, state in places()] == [
            State.COMPLETED,
            State.COMPLETED,
            State.EXPIRED,
        ]
        report = books(*rows)
    assert (report.changed, report.differs) == (False, [])


def test_a_day_on_which_the_only_run_meets_will_do_for_its_first_date() -> None:
    series = [meets("18/01/2027", part="1 of 2"), meets("25/01/2027", part="2 of 2")]
    report = books(booking("Ada Osei", day="25/01/2027"), dates=series)
    assert (report.faults, places()) == ([], [("Ada Osei", State.CONFIRMED)])


def test_a_run_that_is_not_there_or_is_cancelled_is_refused() -> None:
    books(dates=[RUN, meets("25/01/2027", course="Clay and calm")])
    with transaction():
        clay = db.session.scalars(select(Run).order_by(Run.starts_at.desc())).first()
        assert clay
        clay.state = RunState.CANCELLED
    report = books(
        booking("Ada Osei", day="19/01/2027"),
        booking("Ada Osei", day="25/01/2027", course="Clay and calm"),
        booking("Ada Osei", course="Clay and clam"),
    )
    assert sorted(reasons(report)) == [
        (
            2,
            "First date",
            'No run of "Sleep well" begins on 19 January 2027. There is one that begins on '
            "18 January 2027.",
        ),
        (3, "First date", "The college has cancelled this run."),
        (
            4,
            "Course",
            '"Clay and clam" is not in the list of courses. Did you mean "Clay and calm"?',
        ),
    ]


def test_what_was_cancelled_or_given_up_is_set_aside_and_said() -> None:
    report = books(booking("Ada Osei", status="Withdrew 3 Dec"), booking("Total", course=None))
    assert (report.faults, report.taken["places"]) == ([], 0)
    assert report.notes[:2] == [
        "Bookings row 2 is left out: it says that this was cancelled or given up.",
        "Bookings row 3 is left out: it is a total, not a booking.",
    ]


def test_a_booking_of_a_day_to_come_counts_from_now() -> None:
    report = books(booking("Ada Osei", on="10/01/2027"))
    place = db.session.scalars(select(Enrolment)).one()
    assert place.requested_at == clock.now()
    assert report.notes[-1] == (
        "1 booking was made on a day that is still to come, and counts from today."
    )


def test_whoever_waits_although_a_place_is_free_is_said() -> None:
    report = books(booking("Ada Osei"), booking("Mair Rees", status="waiting list"))
    assert report.notes[-1] == (
        'Bookings row 3 waits for "Sleep well", on which 1 place is free: whoever waits is '
        "offered one."
    )


def test_nobody_hears_of_anything_before_the_college_goes_live() -> None:
    """Not of a place that is free for whoever waits, and not of a run that has begun."""
    begun = meets("03/01/2027", course="Clay and calm", start="14:00", end="16:00")
    books(
        booking("Mair Rees", status="waiting list"),
        booking("Kit Marr", status="waiting list", day="03/01/2027", course="Clay and calm"),
        dates=[RUN, begun],
    )
    pass_time()
    assert places() == [("Mair Rees", State.WAITING), ("Kit Marr", State.EXPIRED)]
    kept = db.session.scalars(select(OutboxMessage)).all()  # news of a day, kept back until then
    assert [each.useless_at for each in kept] == [datetime(2027, 1, 4, 14, tzinfo=UTC)]
    go_live(make_person("Olu"))
    pass_time()
    assert [state for _, state in places()] == [State.OFFERED, State.EXPIRED]


def test_runs_that_are_there_already_are_held_together_before_any_is_written_to() -> None:
    """The later run is completed, the earlier one booked: rows are held in one order only."""
    half = meets("25/01/2027", pair=("Una Jones", "TBC"))
    take(college(RUN, half, Students=STUDENTS))
    with counted() as statements:
        report = books(booking("Ada Osei"), dates=[RUN, meets("25/01/2027")])
    assert (report.taken["places"], report.filled["half of a pair"]) == (1, 1)
    expected = ["run"] if db.engine.dialect.name == "postgresql" else []
    assert list(dict.fromkeys(held(statements))) == expected


def test_of_a_record_that_is_not_open_to_who_imports_nothing_is_told() -> None:
    olu = make_person("Olu")
    books(booking("Ada Osei"))
    with transaction():
        ada = db.session.scalars(select(Person).filter_by(name="Ada Osei")).one()
        ada.restricted_to_id = olu.id
    report = books(booking("Ada Osei", status="waiting list"), booking("Ada Ose"))
    assert (report.differs, report.standing["waiting"]) == ([], 1)
    assert "Did you mean" not in reasons(report)[0][2]


def test_the_number_of_statements_does_not_grow_with_the_bookings() -> None:
    students = [STUDENTS[0], *((f"Student {n}", f"s{n}@example.org", None) for n in range(60))]
    run = meets("18/01/2027", places=10), meets("25/01/2027", places=10)
    take(college(*run, Students=students))

    def booked(first: int, last: int, day: str) -> int:
        rows = [
            booking(f"s{n}@example.org", day=day, status="booked" if n % 6 == 0 else "waiting")
            for n in range(first, last)
        ]
        db.session.expunge_all()
        with counted() as statements:
            assert books(*rows, dates=run, students=students).faults == []
        return len(statements)

    assert booked(0, 6, "18/01/2027") == booked(6, 60, "25/01/2027")
    assert db.session.scalar(select(func.count(EnrolmentStep.id))) == 60
