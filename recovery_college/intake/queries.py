"""What the college has already, all that an import compares with, in a statement a table."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, select, union
from sqlalchemy.orm import selectinload

from recovery_college.accounts.models import Acceptance, Person, SignIn
from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import Mark
from recovery_college.attendance.queries import LEFT
from recovery_college.attendance.rules import MarkState
from recovery_college.clock import in_london
from recovery_college.courses.models import Contributor, Course, Strand
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.queries import main_of
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound
from recovery_college.intake.models import ImportRecord, ImportUpload
from recovery_college.intake.rules.marks import PlaceToMark, SessionToMark
from recovery_college.intake.rules.places import RunToBook
from recovery_college.intake.rules.series import Standing, StandingRun
from recovery_college.scheduling.models import Delivery, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionKind
from recovery_college.scheduling.rules.timetable import Span
from recovery_college.tutors.models import Tutor

FAULTS_A_PAGE = 50
MEETINGS = (
    select(
        *(Session.id, Session.run_id, Session.number, Session.room_id, Session.room_exclusive),
        *(Session.starts_at, Session.ends_at, Session.live),
        *(Run.course_id, Run.capacity, Run.starts_at.label("run_begins"), Course.title),
    )
    .join(Run, Session.run_id == Run.id)
    .join(Course, Run.course_id == Course.id)
    .order_by(Session.starts_at, Session.id)
)


def is_empty() -> bool:
    """Nothing was imported, and no course was written down by hand."""
    return not any(db.session.scalar(select(model.id).limit(1)) for model in (ImportRecord, Course))


def own_upload(person: Person, upload_id: int, now: datetime) -> ImportUpload:
    """Only who sent it sees what is in it, and only while it is kept."""
    found = db.session.get(ImportUpload, upload_id)
    if found is None or found.owner_id != person.id or found.ends_at <= now:
        raise NotFound
    return found


def waiting_upload(person: Person, now: datetime) -> ImportUpload | None:
    """What they have sent and not said yes to."""
    return db.session.scalar(
        select(ImportUpload)
        .where(
            ImportUpload.owner_id == person.id,
            ImportUpload.ends_at > now,
            ImportUpload.taken_at.is_(None),
        )
        .order_by(ImportUpload.id.desc())
        .limit(1)
    )


def latest_taken(person: Person, now: datetime) -> ImportUpload | None:
    """What they took in last, while it is still kept what could not be taken of it."""
    return db.session.scalar(
        select(ImportUpload)
        .where(
            ImportUpload.owner_id == person.id,
            ImportUpload.ends_at > now,
            ImportUpload.taken_at.is_not(None),
        )
        .order_by(ImportUpload.id.desc())
        .limit(1)
    )


def imports(most: int) -> Sequence[ImportRecord]:
    """The latest first."""
    latest = select(ImportRecord).order_by(ImportRecord.imported_at.desc(), ImportRecord.id.desc())
    return db.session.scalars(latest.limit(most)).all()


def strands() -> Sequence[Strand]:
    return db.session.scalars(select(Strand).order_by(Strand.position)).all()


def courses() -> Sequence[Course]:
    makers = selectinload(Course.contributors).joinedload(Contributor.person)
    return db.session.scalars(
        select(Course).order_by(Course.title).options(makers, selectinload(Course.themes))
    ).all()


def people() -> Sequence[Person]:
    """Everybody but who is joining just now: they may have typed anybody's address."""
    asked = select(Person).where(Person.join_step.is_(None))
    return db.session.scalars(asked.order_by(Person.id)).all()


def ids_of_teachers_and_makers() -> tuple[set[int], set[int]]:
    """The ids of the people who teach, and of those who made a course."""
    teaching, making = select(Tutor.person_id), select(Contributor.person_id)
    return set(db.session.scalars(teaching)), set(db.session.scalars(making))


def ids_of_who_keep_their_own() -> set[int]:
    """The ids of the people who sign in, or have joined by themselves."""
    keeping = union(select(SignIn.person_id), select(Acceptance.person_id))
    return set(db.session.scalars(keeping))


def tutors() -> Sequence[Tutor]:
    parts = (Tutor.person, Tutor.sides, Tutor.teaches, Tutor.windows)
    return db.session.scalars(
        select(Tutor).order_by(Tutor.id).options(*map(selectinload, parts))
    ).all()


def venues() -> Sequence[Venue]:
    return db.session.scalars(
        select(Venue).order_by(Venue.name).options(selectinload(Venue.rooms))
    ).all()


def terms() -> Sequence[Term]:
    return db.session.scalars(select(Term).order_by(Term.starts_on)).all()


def sessions_between(first: datetime, last: datetime) -> list[Standing]:
    """Every session that meets in this time, whatever its state."""
    halves = _halves_between(first, last)
    met = MEETINGS.where(Session.starts_at <= last, Session.ends_at >= first)
    return [
        Standing(
            id=row.id,
            run=row.run_id,
            course=row.course_id,
            title=row.title,
            capacity=row.capacity,
            number=row.number,
            room_id=row.room_id,
            exclusive=bool(row.room_exclusive),
            span=Span(row.starts_at, row.ends_at),
            live=row.live,
            halves=frozenset(halves[row.id]),
            run_begins=row.run_begins,
        )
        for row in db.session.execute(met)
    ]


def runs_of(courses: Collection[int]) -> list[StandingRun]:
    """Every run of these courses that is not cancelled."""
    asked = (
        select(
            *(Run.id, Run.course_id, Course.title, Run.starts_at, Run.session_count),
            *(Term.name, Term.starts_on, Term.ends_on),
        )
        .join(Course, Run.course_id == Course.id)
        .join(Term, Run.term_id == Term.id)
        .where(Run.state != RunState.CANCELLED, Run.session_count > 0)
        .order_by(Run.starts_at, Run.id)
    )
    return [
        StandingRun(*row)
        for some in _in_portions(sorted(courses))
        for row in db.session.execute(asked.where(Run.course_id.in_(some)))
    ]


def runs(ids: Collection[int]) -> dict[int, Run]:
    """These runs with their sessions, rooms and deliveries."""
    found: dict[int, Run] = {}
    sessions = selectinload(Run.sessions)
    options = (sessions.joinedload(Session.room), sessions.selectinload(Session.deliveries))
    for some in _in_portions(sorted(ids)):
        rows = db.session.scalars(select(Run).where(Run.id.in_(some)).options(*options))
        found |= {run.id: run for run in rows}
    return found


def runs_to_book(courses: Collection[int]) -> dict[int, list[RunToBook]]:
    """The runs of each of these courses, with the days on which they meet."""
    days: dict[int, set[date]] = defaultdict(set)
    asked = (
        select(Run.id, Run.course_id, Run.starts_at, Run.state, Run.drop_in)
        .add_columns(Session.starts_at.label("meets_at"))
        .join_from(Session, Run)
        .where(Session.kind == SessionKind.TEACHING, Run.starts_at.is_not(None))
        .order_by(Run.starts_at, Run.id)
    )
    rows = _of_some(asked, Run.course_id, courses)
    for row in rows:
        days[row.id].add(in_london(row.meets_at).date())
    found: dict[int, dict[int, RunToBook]] = defaultdict(dict)
    for row in rows:
        if row.id not in found[row.course_id]:
            begins = in_london(row.starts_at).date()
            off = row.state is RunState.CANCELLED
            run = RunToBook(row.id, begins, frozenset(days[row.id]), off, row.drop_in)
            found[row.course_id][row.id] = run
    return {course: list(runs.values()) for course, runs in found.items()}


def asked_for(runs: Collection[int]) -> dict[tuple[int, int | None], State]:
    """Who has asked for a place on which of these runs, and what became of the last request."""
    asked = select(Enrolment.run_id, Enrolment.person_id, Enrolment.state).order_by(Enrolment.id)
    rows = _of_some(asked, Enrolment.run_id, runs)
    return {(row.run_id, row.person_id): row.state for row in rows}


def main_pools(runs: Collection[int]) -> dict[int, Pool]:
    """Where the places of each of these runs are."""
    pools: dict[int, list[Pool]] = defaultdict(list)
    fresh = select(Pool).order_by(Pool.id).execution_options(populate_existing=True)
    for (pool,) in _of_some(fresh, Pool.run_id, runs):
        pools[pool.run_id].append(pool)
    rows = _of_some(select(Run).order_by(Run.id), Run.id, runs)
    return {run.id: main_of(run, pools[run.id]) for (run,) in rows}


def sessions(ids: Collection[int]) -> list[Session]:
    return [row for (row,) in _of_some(select(Session), Session.id, ids)]


def sessions_to_mark(courses: Collection[int]) -> dict[int, list[SessionToMark]]:
    """Every session of each of these courses, whatever became of it."""
    found: dict[int, list[SessionToMark]] = defaultdict(list)
    asked = (
        select(Session.id, Session.run_id, Session.starts_at, Session.ends_at)
        .add_columns(Session.live, Run.course_id)
        .join(Run, Session.run_id == Run.id)
        .where(Session.kind == SessionKind.TEACHING)
        .order_by(Session.starts_at, Session.id)
    )
    for row in _of_some(asked, Run.course_id, courses):
        each = SessionToMark(row.id, row.run_id, row.starts_at, row.ends_at, not row.live)
        found[row.course_id].append(each)
    return found


def places_held(runs: Collection[int]) -> dict[int, dict[int, PlaceToMark]]:
    """Each person's places by run; of several on one run the last."""
    step = EnrolmentStep.enrolment_id == Enrolment.id
    left = select(func.max(EnrolmentStep.at)).where(step, EnrolmentStep.state.in_(LEFT))
    asked = (
        select(Enrolment.id, Enrolment.run_id, Enrolment.person_id)
        .add_columns(left.scalar_subquery().label("left_at"))
        .where(Enrolment.person_id.is_not(None))
        .where(exists().where(step, EnrolmentStep.state == State.CONFIRMED))
        .order_by(Enrolment.id)
    )
    found: dict[int, dict[int, PlaceToMark]] = defaultdict(dict)
    for row in _of_some(asked, Enrolment.run_id, runs):
        found[row.person_id][row.run_id] = PlaceToMark(row.id, row.left_at)
    return found


def marks_on(sessions: Collection[int]) -> dict[tuple[int, int | None], MarkState]:
    """What stands of whom on which of these sessions."""
    asked = select(Mark.session_id, Enrolment.person_id, Mark.state).where(Mark.stands)
    asked = asked.join(Enrolment, Mark.enrolment_id == Enrolment.id)
    rows = _of_some(asked, Mark.session_id, sessions)
    return {(row.session_id, row.person_id): row.state for row in rows}


def _of_some(asked: Select[*tuple[Any, ...]], column: Any, ids: Collection[int]) -> list[Row[Any]]:
    portions = _in_portions(sorted(ids))
    return [row for some in portions for row in db.session.execute(asked.where(column.in_(some)))]


def _halves_between(first: datetime, last: datetime) -> dict[int, list[tuple[Side, int]]]:
    halves: dict[int, list[tuple[Side, int]]] = defaultdict(list)
    for row in db.session.execute(
        select(Delivery.session_id, Delivery.side, Delivery.tutor_id).where(
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.starts_at <= last,
            Delivery.ends_at >= first,
        )
    ):
        halves[row.session_id].append((row.side, row.tutor_id))
    return halves


def _in_portions(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    """A statement can't name any number of ids."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
