"""A whole workbook: the college that it makes, what it refuses, and what a second one changes."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs
from recovery_college.audit.models import AuditEntry
from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.database import db
from recovery_college.intake import commands
from recovery_college.intake.models import ImportRecord
from recovery_college.intake.rules.reading import read_sheets
from recovery_college.intake.workbook import read_workbook
from recovery_college.operations.demo import WORKBOOK
from recovery_college.scheduling.models import Run, Session, Term
from recovery_college.scheduling.rules import RunState
from recovery_college.tutors.models import Tutor
from tests.conftest import ON_SQLITE, counted
from tests.intake.workbooks import (
    COURSES,
    FROZEN,
    HARBOUR,
    TUTORS,
    Tabs,
    college,
    dump,
    meets,
    quiet,
    read,
    reasons,
    take,
    take_file,
    write,
)

pytestmark = pytest.mark.usefixtures("app")

SAMPLE = json.loads(HARBOUR.with_suffix(".json").read_text())
TABS = ("Courses", "Venues", "Tutors", "Students", "Dates", "Bookings", "Attendance")
THE_DAY = f"{SAMPLE['as of']}T20:00Z"
TEN, ATTIC = time(10), "Mill, Attic"
ANOTHER_COLLEGE: Tabs = {
    "Read me": [["This file belongs to the office."]],
    "Trainers": [
        ["Our trainers, peer and staff", None],
        [None],
        ["E-mail", "Who", "Peer or professional?", "Happy to teach", "Available", "Shoe size"],
        ["rae@example.org", "Rae Poole", "lived experience", "Juggling, Knots, bends", "Mon", 5],
        ["bo@example.org", "Bo Lund", "Clinician", "Knots, bends", "any day", 44],
    ],
    "Timetable 2027": [
        ["SPRING AND SUMMER"],
        [
            *("Workshop", "When it meets", "Date", "From", "To", "Where", "Max"),
            *("Facilitator (lived)", "Facilitator (clinical)", "Week"),
        ],
        ["Juggling", 0, date(2027, 3, 1), TEN, time(12), ATTIC, "8 max", "Rae Poole", "TBC", 1],
        ["Juggling", 0, date(2027, 3, 8), TEN, time(12), ATTIC, 8, "Rae Poole", "Bo Lund", 2],
        ["Knots, bends", 0, "Sat 1 May 2027", "2pm", "4.30pm", "Zoom", None, "?", "Bo Lund", 1],
    ],
    "Where we meet": [
        ["Building", "Street", "Space", "How many people", "Step free access", "Bus"],
        ["Mill", "1 Mill Lane", "Attic", "9", "no", "Bus 3"],
        ["Zoom", None, None, "30", None, None],
    ],
    "Our courses": [
        ["Workshop", "Subject", "Details", "Made with lived experience", "Made with staff"],
        ["Juggling", "Play", "Three balls. No drops, or many.", "Rae Poole", "Bo Lund"],
        ["Knots, bends", "Play", "Rope.", "Rae Poole and Kit Marr", None],
    ],
}  # fmt: skip


def cells_of(faults: list[tuple[str, int, str]]) -> list[tuple[str, int]]:
    return sorted((tab, row) for tab, row, _ in faults)


@time_machine.travel(THE_DAY, tick=False)
def test_the_sample_is_taken_whole_but_for_its_planted_faults() -> None:
    report = take_file(HARBOUR)
    planted = [(f["tab"], f["row"]) for f in SAMPLE["faults"] if f["tab"] in TABS]
    assert cells_of(reasons(report)) == sorted(planted)
    counts = SAMPLE["counts"]
    kinds = ("courses", "rooms", "venues", "tutors", "students", "runs", "sessions")
    assert {kind: report.taken[kind] for kind in kinds} == {kind: counts[kind] for kind in kinds}
    assert report.taken["lacking"] == counts["sessions lacking half of the pair"]
    assert (report.taken["places"], report.taken["waiting"]) == (
        counts["places held"],
        counts["waiting"],
    )
    assert report.taken["marks"] == sum(counts["marks"].values())


@ON_SQLITE
@time_machine.travel(THE_DAY, tick=False)
def test_tabs_and_rows_may_stand_in_any_order() -> None:
    sheets = read_workbook(WORKBOOK, quiet).sheets[::-1]
    for index, sheet in enumerate(sheets):
        headings, *lines = sheet.lines
        mixed = lines[2::3][::-1] + lines[::3] + lines[1::3][::-1]
        anew = [(number, line) for number, (_, line) in enumerate(mixed, headings[0] + 1)]
        sheets[index] = replace(sheet, lines=[headings, *anew])
    report = commands.check(None, read_sheets(sheets), quiet)
    assert report.faults == []
    assert (report.taken["runs"], report.taken["sessions"], report.taken["lacking"]) == (
        126,
        425,
        7,
    )


@time_machine.travel(THE_DAY, tick=False)
def test_every_run_of_the_sample_is_published_and_its_gaps_have_a_date() -> None:
    take_file(HARBOUR)
    assert set(db.session.scalars(select(Run.state))) == {RunState.PUBLISHED}
    assert set(db.session.scalars(select(Course.state))) == {CourseState.PUBLISHED}
    gaps = [
        s
        for s in db.session.scalars(select(Session).order_by(Session.starts_at))
        if len(s.sides) < 2
    ]
    assert [(s.starts_at.date(), s.pair_by_on) for s in gaps] == [
        (date(2026, 11, 25), date(2026, 11, 20)),
        (date(2027, 1, 20), date(2026, 12, 23)),
        (date(2027, 2, 17), date(2027, 1, 20)),
        (date(2027, 2, 18), date(2027, 1, 21)),
        (date(2027, 2, 25), date(2027, 1, 28)),
        (date(2027, 3, 2), date(2027, 2, 2)),
        (date(2027, 3, 11), date(2027, 2, 11)),
    ]  # fmt: skip


@ON_SQLITE
@time_machine.travel(THE_DAY, tick=False)
def test_nobody_of_the_sample_is_named_in_public() -> None:
    take_file(HARBOUR)
    assert set(db.session.scalars(select(Tutor.shown_as))) == {ShownAs.NOT_NAMED}
    assert set(db.session.scalars(select(Contributor.shown_as))) == {ShownAs.NOT_NAMED}


def test_the_same_file_twice_changes_nothing() -> None:
    with time_machine.travel(THE_DAY, tick=False):
        take_file(HARBOUR)
        before = dump()
    with time_machine.travel("2027-01-20T10:00Z", tick=False):
        report = take_file(HARBOUR)
    assert not report.changed
    assert (report.differs, report.absent) == ([], [])
    assert dump() == before


@ON_SQLITE
@time_machine.travel(THE_DAY, tick=False)
def test_a_check_says_the_same_and_changes_nothing() -> None:
    before = dump()
    workbook = read_workbook(HARBOUR, quiet)
    checked = commands.check(None, read_sheets(workbook.sheets), quiet)
    assert dump() == before
    assert checked == take_file(HARBOUR)


@time_machine.travel(FROZEN, tick=False)
def test_a_record_is_kept_of_what_was_imported() -> None:
    report = take(college(meets(), meets("31/02/2027")))
    (record,) = db.session.scalars(select(ImportRecord))
    assert (record.digest, record.rows_added, record.gaps_filled, record.rows_refused) == (
        "digest",
        report.taken.total(),
        0,
        1,
    )
    assert record.imported_at == datetime(2027, 1, 4, 9, tzinfo=UTC)
    entry, paused = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (paused.subject, paused.fields) == ("college", "mail_paused")
    assert (entry.actor_id, entry.verb, entry.subject, entry.fields) == (
        None,
        "imported",
        f"import_record:{record.id}",
        "courses rooms runs sessions terms tutors venues",
    )


@time_machine.travel(FROZEN, tick=False)
def test_another_college_with_other_words_needs_no_code(tmp_path: Path) -> None:
    report = take_file(write(tmp_path / "other.xlsx", ANOTHER_COLLEGE))
    assert report.faults == []
    assert {kind: many for kind, many in report.taken.items() if many} == {
        "courses": 2,
        "rooms": 2,
        "venues": 2,
        "tutors": 2,
        "makers": 1,
        "terms": 2,
        "runs": 2,
        "sessions": 3,
        "lacking": 2,
    }
    juggling, knots = db.session.scalars(select(Course).order_by(Course.title))
    assert (juggling.summary, juggling.state, juggling.mode) == (
        "Three balls.",
        CourseState.PUBLISHED,
        Mode.IN_PERSON,
    )
    assert (knots.state, knots.mode) == (CourseState.DRAFT, Mode.ONLINE)
    assert [term.name for term in db.session.scalars(select(Term).order_by(Term.starts_on))] == [
        "Spring 2027",
        "Summer 2027",
    ]
    first, second = db.session.scalars(select(Run).order_by(Run.starts_at))
    assert (first.starts_at, first.session_count, first.capacity, first.state) == (
        datetime(2027, 3, 1, 10, tzinfo=UTC),
        2,
        8,
        RunState.PUBLISHED,
    )
    assert (second.starts_at, second.capacity, second.state) == (
        datetime(2027, 5, 1, 13, tzinfo=UTC),
        12,
        RunState.DRAFT,
    )
    before = dump()
    assert not take_file(tmp_path / "other.xlsx").changed
    assert dump() == before


@time_machine.travel(FROZEN, tick=False)
def test_a_corrected_file_takes_what_was_missing() -> None:
    rows = [
        meets("18/01/2027", part="1 of 4"),
        meets("25/01/2027", part="2 of 4", pair=("TBC", "Sam Ahmed")),
        meets("31/02/2027", part="3 of 4"),
        meets("08/02/2027", part="4 of 4", pair=("Una Jones", "Nobody Known")),
    ]
    first = take(college(*rows))
    assert cells_of(reasons(first)) == [("Dates", 4), ("Dates", 5)]
    rows[1] = meets("25/01/2027", part="2 of 4")
    rows[2] = meets("01/02/2027", part="3 of 4")
    rows[3] = meets("08/02/2027", part="4 of 4")
    second = take(college(*rows))
    assert (second.faults, second.differs) == ([], [])
    assert (second.taken["runs"], second.taken["sessions"]) == (0, 2)
    assert second.filled == {"half of a pair": 1}
    (run,) = db.session.scalars(select(Run))
    db.session.refresh(run)
    assert [(s.number, s.starts_at.date(), len(s.sides)) for s in run.sessions] == [
        (1, date(2027, 1, 18), 2),
        (2, date(2027, 1, 25), 2),
        (3, date(2027, 2, 1), 2),
        (4, date(2027, 2, 8), 2),
    ]
    assert (run.session_count, run.ends_at) == (4, datetime(2027, 2, 8, 12, tzinfo=UTC))
    assert not take(college(*rows)).changed


@time_machine.travel(FROZEN, tick=False)
def test_a_course_that_was_a_draft_for_want_of_a_maker_is_published_with_its_runs() -> None:
    courses = [[*row] for row in COURSES]
    courses[1][4] = None
    take(college(meets(), Courses=courses))
    run = db.session.scalars(select(Run)).one()
    assert run.state is RunState.DRAFT
    take(college(meets()))
    course = db.session.get_one(Course, run.course_id)
    assert (course.state, run.state) == (CourseState.PUBLISHED, RunState.PUBLISHED)


@time_machine.travel(FROZEN, tick=False)
def test_what_the_college_has_and_the_file_has_not_is_said() -> None:
    take(
        college(
            meets(),
            meets(
                course="Clay and calm", room=("Online", "Video call"), start="14:00", end="16:00"
            ),
        )
    )
    report = take(college(meets(), Courses=COURSES[:2], Tutors=[*TUTORS[:2], ["Mo Ali", "Peer"]]))
    assert report.absent == [
        'Course "Clay and calm"',
        "Tutor Sam Ahmed",
        'Run of "Clay and calm" on 18 January 2027, 2pm',
    ]


@time_machine.travel(FROZEN, tick=False)
def test_the_number_of_statements_does_not_grow_with_every_row() -> None:
    def rows(course: str, count: int, at: str, end: str) -> Tabs:
        pair = ("TBC", "TBC")
        days = [date.fromordinal(date(2027, 1, 18).toordinal() + n) for n in range(count)]
        return college(*(meets(day, course=course, start=at, end=end, pair=pair) for day in days))

    with counted() as few:
        assert take(rows("Sleep well", 10, "10:00", "11:00")).taken["runs"] == 10
    db.session.expunge_all()
    with counted() as many:
        assert take(rows("Clay and calm", 90, "12:00", "13:00")).taken["runs"] == 90
    assert len(many) <= len(few)


def test_people_are_counted_once(app: object) -> None:
    take(college())
    assert len(db.session.scalars(select(Person)).all()) == 2


def test_reading_leaves_no_trace_in_what_is_reported() -> None:
    reading = read(college(meets("31/02/2027")))
    commands.check(None, reading, quiet)
    assert len(reading.faults) == 1
    assert len(commands.check(None, reading, quiet).faults) == 1
