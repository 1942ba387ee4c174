"""Runs as they are written, and the database's last word on them."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Side
from recovery_college.college.rules import College
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.database import db, transaction
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.dates import Known, Plan
from recovery_college.intake.commands.runs import write_runs
from recovery_college.intake.commands.tutors import Tutors
from recovery_college.intake.commands.venues import Rooms
from recovery_college.intake.rules.cells import Part
from recovery_college.intake.rules.describing import Source
from recovery_college.intake.rules.lookup import Lookup
from recovery_college.intake.rules.reading import Reading
from recovery_college.intake.rules.report import Report
from recovery_college.intake.rules.series import Meeting, RoomPlace
from recovery_college.intake.rules.tabs.dates import DateRow
from recovery_college.intake.rules.times import Hours
from recovery_college.scheduling.models import Delivery, Run, Session
from recovery_college.scheduling.rules import DeliveryState, RunState
from recovery_college.scheduling.rules.timetable import span_on
from tests.factories import make_course, make_room, make_tutor
from tests.intake.workbooks import FROZEN, college, meets, quiet, take

pytestmark = pytest.mark.usefixtures("app")


@time_machine.travel(FROZEN, tick=False)
def test_a_run_stands_in_one_line_as_its_sessions_say() -> None:
    days = ["18/01/2027", "25/01/2027", "01/02/2027"]
    take(college(*(meets(day, part=f"{n} of 3") for n, day in enumerate(days, 1))))
    (run,) = db.session.scalars(select(Run))
    written = {column.key: getattr(run, column.key) for column in Run.__table__.columns}
    run.follow_sessions()
    assert written == {key: getattr(run, key) for key in written}
    assert (run.starts_at, run.session_count, run.weekday, run.state) == (
        datetime(2027, 1, 18, 10, tzinfo=UTC),
        3,
        0,
        RunState.PUBLISHED,
    )


@time_machine.travel(FROZEN, tick=False)
def test_pairs_arrive_accepted_and_stand_at_the_time_of_their_session() -> None:
    take(college(meets()))
    (session,) = db.session.scalars(select(Session))
    assert [
        (d.tutor.person.name, d.side, d.state, d.starts_at, d.ends_at, d.live)
        for d in sorted(session.deliveries, key=lambda d: d.side)
    ] == [
        (name, side, DeliveryState.ACCEPTED, session.starts_at, session.ends_at, True)
        for name, side in (("Una Jones", Side.LIVED), ("Sam Ahmed", Side.PROFESSIONAL))
    ]


@pytest.mark.parametrize(
    ("today", "pair_by"),
    [
        ("2027-01-04", date(2027, 1, 4)),
        ("2026-12-01", date(2026, 12, 21)),
        ("2027-01-18", None),
        ("2027-05-01", None),
    ],
)
def test_a_gap_has_a_date_four_weeks_before_or_today_unless_it_is_past(
    today: str, pair_by: date | None
) -> None:
    with time_machine.travel(f"{today}T10:30Z", tick=False):
        take(college(meets(pair=("TBC", "Sam Ahmed"))))
    (session,) = db.session.scalars(select(Session))
    assert (session.pair_by_on, session.run.state) == (pair_by, RunState.PUBLISHED)


@time_machine.travel(FROZEN, tick=False)
def test_ten_in_the_morning_stays_ten_when_the_clocks_change() -> None:
    take(college(meets("22/03/2027", part="1 of 2"), meets("29/03/2027", part="2 of 2")))
    (run,) = db.session.scalars(select(Run))
    assert [session.starts_at.hour for session in run.sessions] == [10, 9]


@time_machine.travel(FROZEN, tick=False)
def test_the_database_refuses_one_run_and_the_others_are_taken() -> None:
    """Three runs want one room at once, past the importer's own check."""
    course, room, tutor = make_course(), make_room(), make_tutor()
    place = RoomPlace(room.id, room.venue_id, 20, exclusive=True, online=False, label="Room")
    rooms = Rooms()
    rooms.by_id = {room.id: room}
    known = Known(Lookup("course"), rooms, Tutors([]), states={course.id: CourseState.DRAFT})
    report = Report()
    arrival = Arrival(
        None, Reading(), report, College("Harbour"), datetime(2027, 1, 4, tzinfo=UTC), quiet
    )

    def plan(number: int, at: int) -> Plan:
        row = DateRow(
            source=Source("Dates", number, {}, ()),
            course="",
            day=date(2027, 3, 1),
            starts=Hours(time(at)),
            part=Part(1, 1),
        )
        span = span_on(row.day, time(at), time(at + 2))
        halves = frozenset({(Side.LIVED, tutor.id)})
        meeting = Meeting(row, course.id, span, place, 10, Mode.IN_PERSON, halves)
        return Plan([meeting], None, [meeting])

    with transaction():
        write_runs(
            arrival, known, [plan(2, 10), plan(3, 11), plan(4, 12), plan(5, 13), plan(6, 14)]
        )
    assert [(fault.row, fault.reason) for fault in report.faults] == [
        (3, "This room is already in use at that time. Choose another time or another room."),
        (5, "This room is already in use at that time. Choose another time or another room."),
    ]
    assert (report.taken["runs"], report.taken["sessions"], report.taken["lacking"]) == (3, 3, 3)
    assert [len(db.session.scalars(select(table)).all()) for table in (Run, Session, Delivery)] == [
        3,
        3,
        3,
    ]
