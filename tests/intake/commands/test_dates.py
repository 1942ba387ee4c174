"""Rows of dates checked against each other, the lists, and what the college has."""

from datetime import date, time

import pytest
import time_machine
from sqlalchemy import select, update

from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Run, Session
from tests.factories import make_run
from tests.intake.workbooks import FROZEN, TUTORS, Cell, college, meets, take

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.usefixtures("frozen")]

TIDE, LANTERN, ONLINE = (
    ("Harbour House", "Tide Room"),
    ("Harbour House", "Lantern Room"),
    ("Online", None),
)
NOBODY = ("TBC", "TBC")


@pytest.fixture
def frozen() -> object:
    with time_machine.travel(FROZEN, tick=False):
        yield


def why(*rows: list[Cell]) -> list[tuple[int, str, str]]:
    report = take(college(*rows))
    return [(fault.row, fault.cell, fault.reason) for fault in report.faults]


@pytest.mark.parametrize(
    ("row", "cell", "reason"),
    [
        (meets("31/02/2027"), "C2", "This day does not exist: February 2027 has 28 days."),
        (
            meets(course="Sleeep well"),
            "A2",
            '"Sleeep well" is not in the list of courses. Did you mean "Sleep well"?',
        ),
        (
            meets(start="14:00"),
            "E2",
            "A session ends after it begins. Check both times.",
        ),
        (
            meets(places=40),
            "H2",
            "The room holds 10 people, so a run there can't have 40 places.",
        ),
        (meets(end=None), "E2", "The row can't be taken without its end."),
        (
            meets("28/03/2027", start="01:15", end="03:00"),
            "D2",
            "The clocks change in that hour, so nobody could be sure when to come. "
            "Choose another time.",
        ),
    ],
)
def test_a_row_that_can_not_be_is_named_with_its_cell(
    row: list[Cell], cell: str, reason: str
) -> None:
    assert why(row, meets("25/01/2027")) == [(2, cell, reason)]
    assert len(db.session.scalars(select(Session)).all()) == 1


def test_a_room_in_use_is_refused_to_the_later_row() -> None:
    first = meets(pair=NOBODY)
    assert why(first, meets(course="Clay and calm", start="11:30", end="13:00", pair=NOBODY)) == [
        (
            3,
            "G3",
            'Harbour House, Tide Room is already in use then: "Sleep well", '
            "Monday 18 January 2027, 10am to midday (Dates row 2).",
        )
    ]


def test_a_room_that_the_college_uses_is_refused() -> None:
    take(college(meets(pair=NOBODY)))
    assert why(meets(course="Clay and calm", pair=NOBODY)) == [
        (
            2,
            "G2",
            'Harbour House, Tide Room is already in use then: "Sleep well", '
            "Monday 18 January 2027, 10am to midday (in the college already).",
        )
    ]


def test_a_tutor_who_teaches_then_is_refused() -> None:
    assert why(meets(), meets(course="Clay and calm", room=LANTERN, pair=("TBC", "Sam Ahmed"))) == [
        (
            3,
            "J3",
            'This tutor is already teaching then: "Sleep well", '
            "Monday 18 January 2027, 10am to midday (Dates row 2).",
        )
    ]


def test_online_any_number_may_meet_at_once() -> None:
    rows = [meets(room=ONLINE), meets(course="Clay and calm", room=ONLINE, pair=NOBODY)]
    assert why(*rows) == []


def test_a_row_that_is_refused_leaves_its_room_free() -> None:
    assert why(meets(places=99), meets()) == [
        (2, "H2", "The room holds 10 people, so a run there can't have 99 places.")
    ]


def test_a_run_keeps_its_other_rows_when_one_is_refused() -> None:
    rows = [meets(f"{day}/02/2027", part=f"{n} of 3") for n, day in enumerate((1, 8, 15), 1)]
    rows[1][9] = "Nobody"
    assert [row for row, _, _ in why(*rows)] == [3]
    (run,) = db.session.scalars(select(Run))
    assert [session.number for session in run.sessions] == [1, 3]


def test_a_run_that_begins_in_its_middle_is_said() -> None:
    report = take(college(meets(part="3 of 8", term=None)))
    assert report.notes[0] == (
        "Dates row 2 begins a run with its session 3: no earlier one of this course, place and "
        "hour was taken."
    )


def test_places_are_the_fewest_that_the_rows_give_or_the_usual() -> None:
    rows = [meets(places=9, part="1 of 2"), meets("25/01/2027", places=8, part="2 of 2")]
    rows += [meets("19/01/2027", places=None), meets("20/01/2027", places=None, room=LANTERN)]
    report = take(college(*rows))
    runs = db.session.scalars(select(Run).order_by(Run.starts_at))
    assert [run.capacity for run in runs] == [8, 10, 12]
    assert report.notes[0] == "Dates row 2 begins a run whose rows give 8 and 9 places. It has 8."


def test_a_run_is_online_where_its_room_is() -> None:
    take(college(meets(), meets("19/01/2027", room=ONLINE)))
    runs = db.session.scalars(select(Run).order_by(Run.starts_at))
    assert [run.mode for run in runs] == [Mode.IN_PERSON, Mode.ONLINE]


def test_what_differs_from_the_college_is_said_and_left() -> None:
    take(college(meets(part="1 of 2"), meets("25/01/2027", part="2 of 2")))
    with transaction():
        db.session.execute(update(Run).values(capacity=6))
    more = [*TUTORS, ["Zoe Fox", "Peer", "zoe@example.org"]]
    rows = [
        meets(part="1 of 2", end="12:30", room=LANTERN, pair=("Zoe Fox", "Sam Ahmed")),
        meets("26/01/2027", part="2 of 2", end="12:30", room=LANTERN),
    ]
    report = take(college(*rows, Tutors=more))
    assert report.differs == [
        'Run of "Sleep well" on 18 January 2027, 10am: places is "6" in the college, "10" in the '
        "file.",
        '"Sleep well" on 18 January 2027, 10am is not in Harbour House, Lantern Room.',
        '"Sleep well" on 18 January 2027, 10am: the end is "midday" in the college, "12:30pm" in '
        "the file.",
        '"Sleep well" on 18 January 2027, 10am has another tutor than Dates row 2.',
        '"Sleep well" on 25 January 2027, 10am is number 2 of this run; Dates row 3 has another '
        "time.",
    ]
    assert (report.faults, report.taken["sessions"]) == ([], 0)


def test_half_of_a_pair_is_not_filled_with_somebody_who_teaches_elsewhere() -> None:
    take(
        college(
            meets(pair=("TBC", "Sam Ahmed")),
            meets(course="Clay and calm", room=LANTERN, pair=("Una Jones", "TBC")),
        )
    )
    report = take(
        college(meets(), meets(course="Clay and calm", room=LANTERN, pair=("Una Jones", "TBC")))
    )
    assert [(fault.row, fault.cell) for fault in report.faults] == [(2, "I2")]
    assert not report.changed


def test_a_cancelled_session_is_neither_filled_nor_made_anew() -> None:
    take(college(meets(pair=NOBODY)))
    with transaction():
        db.session.execute(update(Session).values(state="cancelled", live=False))
    assert not take(college(meets())).changed


def moved(what: str) -> str:
    return (
        f"This looks like a new time for {what}, which the college has. "
        "Move it in the college first, or keep both in the file."
    )


def series(*days: str, start: str = "10:00", end: str = "12:00") -> list[list[Cell]]:
    parts = enumerate(days, 1)
    return [meets(day, start=start, end=end, part=f"{n} of {len(days)}") for n, day in parts]


def test_a_series_that_moved_is_not_taken_twice() -> None:
    old = series("18/01/2027", "25/01/2027")
    new = series("18/01/2027", "25/01/2027", start="14:00", end="16:00")
    take(college(*old))
    why_not = moved('"Sleep well" on 18 January 2027, 10am')
    assert why(*new) == [(2, "C2", why_not), (3, "C3", why_not)]
    assert why(*old, *new) == []
    assert [run.session_count for run in db.session.scalars(select(Run))] == [2, 2]


def test_a_workshop_that_moved_is_not_taken_twice() -> None:
    take(college(meets(), meets("26/04/2027", term="Summer 2027")))
    why_not = moved('"Sleep well" on 18 January 2027, 10am')
    assert why(meets("26/01/2027", term="Spring term 27")) == [(2, "C2", why_not)]
    assert why(meets("19/01/2027", term=None)) == [(2, "C2", why_not)]
    assert len(db.session.scalars(select(Run)).all()) == 2


def test_a_run_of_another_length_course_or_term_is_no_new_time() -> None:
    take(college(meets()))
    rows = [
        *series("19/01/2027", "26/01/2027"),
        meets("20/01/2027", course="Clay and calm"),
        meets("26/04/2027", term="Summer 2027"),
    ]
    assert why(*rows) == []


def test_a_run_that_was_cancelled_in_the_college_did_not_move() -> None:
    take(college(meets()))
    with transaction():
        db.session.execute(update(Run).values(state="cancelled"))
    assert why(meets("19/01/2027")) == []


def test_what_is_absent_is_named_by_its_first_session() -> None:
    take(college(*series("18/01/2027", "25/01/2027", "01/02/2027")))
    report = take(college(meets("01/02/2027", course="Clay and calm", room=LANTERN, pair=NOBODY)))
    assert report.absent == ['Run of "Sleep well" on 18 January 2027, 10am']


def test_sessions_of_another_time_are_none_of_the_files() -> None:
    make_run(first=date(2027, 6, 7), at=time(10))
    assert take(college(meets())).absent[-1:] != ['Run of "Course" on 7 June 2027, 10am']
