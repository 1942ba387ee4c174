"""Take a college's workbook in, or only say what would be taken. Nothing here sends a message.

Everything happens in one transaction. Rows are written by rules, never by other packages'
commands: what the workbook says has happened already.
"""

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.commands import pause_mail
from recovery_college.college.queries import the_college
from recovery_college.database import db, learn_sizes, one_at_a_time, transaction
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.bookings import hold_booked, read_bookings, take_bookings
from recovery_college.intake.commands.courses import set_modes, take_courses
from recovery_college.intake.commands.dates import Known, Plan, plan_dates
from recovery_college.intake.commands.makers import take_makers
from recovery_college.intake.commands.marks import read_marks, sessions_to_hold, take_marks
from recovery_college.intake.commands.people import People
from recovery_college.intake.commands.runs import publish_with_courses, write_runs
from recovery_college.intake.commands.students import take_known_students, take_new_students
from recovery_college.intake.commands.tutors import take_tutors
from recovery_college.intake.commands.venues import take_venues
from recovery_college.intake.models import ImportRecord
from recovery_college.intake.rules.reading import Reading
from recovery_college.intake.rules.report import Report
from recovery_college.intake.workbook import Progress

IMPORT = "import"
MANY = 1_000  # rows, by which a college has become another in size


class _OnlyChecked(Exception):
    """Undo what was written only to see what the database says of it."""


def take(actor: Person | None, reading: Reading, digest: str, progress: Progress) -> Report:
    """Write what can be written and keep a record, unless nothing was new.

    A college that moves in with it sends nothing until a manager says so.
    """
    now = clock.now()
    with transaction():
        one_at_a_time(IMPORT)
        first = queries.is_empty()
        report = _take(actor, reading, progress)
        if report.changed:
            record = ImportRecord(
                imported_at=now,
                digest=digest,
                rows_added=report.taken.total(),
                gaps_filled=report.filled.total(),
                rows_refused=len(report.refused_rows),
            )
            db.session.add(record)
            db.session.flush()
            kinds = sorted(kind for kind, many in report.taken.items() if many)
            audit.record(actor, "imported", record, fields=kinds, at=now)
            if first:
                pause_mail(actor)
            if report.taken.total() > MANY:
                learn_sizes()
    return report


def check(actor: Person | None, reading: Reading, progress: Progress) -> Report:
    """Say what would be taken; the database is asked too, and nothing stays."""
    try:
        with transaction():
            one_at_a_time(IMPORT)
            report = _take(actor, reading, progress)
            raise _OnlyChecked
    except _OnlyChecked:
        return report


def _take(actor: Person | None, reading: Reading, progress: Progress) -> Report:
    report = Report(list(reading.faults), list(reading.notes))
    arrival = Arrival(actor, reading, report, the_college(), clock.now(), progress)
    people = People(arrival)
    left = take_known_students(arrival, people)
    rooms = take_venues(arrival)
    courses = take_courses(arrival)
    tutors = take_tutors(arrival, courses, people)
    published = take_makers(arrival, courses, tutors, people)
    take_new_students(arrival, people, left)
    known = Known(courses, rooms, tutors)
    plans = plan_dates(arrival, known)
    lines = read_bookings(arrival, people, courses)
    marks = read_marks(arrival, people, courses)
    hold_booked(lines, plans, sessions_to_hold(marks))
    write_runs(arrival, known, [plan for plan in plans if plan.new or plan.halves])
    set_modes(courses, ((meeting.course, meeting.mode) for plan in plans for meeting in plan.new))
    if published:
        runs = queries.runs(_standing_runs(plans))
        publish_with_courses(list(runs.values()), published, arrival.today)
    db.session.flush()
    take_bookings(arrival, lines)
    take_marks(arrival, marks)
    return report


def _standing_runs(plans: list[Plan]) -> set[int]:
    return {plan.run for plan in plans if plan.run is not None}
