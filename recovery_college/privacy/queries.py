"""All rows about a person, found by the list in `rules`, whatever tables there are."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts import queries as accounts
from recovery_college.accounts.models import Person
from recovery_college.attendance.models import Certificate, Mark
from recovery_college.attendance.rules import MarkState
from recovery_college.audit.models import AuditEntry
from recovery_college.college.rules import College
from recovery_college.courses.models import Contributor, Course, Decision
from recovery_college.database import Model, db
from recovery_college.enrolment.models import Adjustment, Enrolment, NotComing, Pool
from recovery_college.enrolment.rules import LIVE, State
from recovery_college.errors import NotFound
from recovery_college.privacy.models import DataCopy, MergedPerson
from recovery_college.privacy.rules import (
    KEYS,
    SOMEBODY,
    TOLD_BEFORE,
    UNFINISHED_FOR,
    YEAR,
    Fate,
    Joined,
    needs_end,
)
from recovery_college.scheduling.models import Delivery, Run, Session, Venue
from recovery_college.tutors.models import Tutor

MOST_MENTIONS = 50
EARLIER_NEEDS = "What helps them: "
PLACES = {State.CONFIRMED, State.COMPLETED, State.GIVEN_UP}  # who had one, or had one for a while


class Key(NamedTuple):
    """A column that points at a person."""

    table: Table
    column: Column[Any]

    def __str__(self) -> str:
        return f"{self.table.name}.{self.column.name}"


class Mention(NamedTuple):
    """A text of the college in which a name stands, and where it is mended."""

    what: str
    address: str


def keys_to_people() -> list[Key]:
    """Every foreign key to a person that the tables have."""
    return sorted(_keys_to("person.id"), key=str)


def keys_to_tutors() -> list[Key]:
    """Every foreign key to a tutor; rows that hang on others' come before them."""
    return _keys_to("tutor.id")[::-1]


def _keys_to(target: str) -> list[Key]:
    return [
        Key(table, column)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == target for key in column.foreign_keys)
    ]


def keys_that(fate: Fate) -> list[Key]:
    return [key for key in keys_to_people() if KEYS[str(key)].fate is fate]


def keys_joined(joined: Joined) -> list[Key]:
    return [key for key in keys_to_people() if KEYS[str(key)].joined is joined]


def rows_of(key: Key, owner: Person | Tutor) -> Iterator[dict[str, Any]]:
    asked = select(key.table).where(key.column == owner.id).order_by(*key.table.primary_key)
    for row in db.session.execute(asked).mappings():
        yield dict(row)


def count_rows(person: Person) -> int:
    """How much there is to copy."""
    tutor = tutor_of(person)
    keys = [(key, person.id) for key in keys_to_people()]
    keys += [(key, tutor.id) for key in keys_to_tutors()] if tutor else []
    counts = [select(func.count()).where(key.column == id) for key, id in keys]
    return sum(db.session.scalars(count).one() for count in counts)


def history_of(person: Person) -> Sequence[AuditEntry]:
    """What was done to their record, and what they did."""
    return db.session.scalars(
        select(AuditEntry)
        .where(or_(AuditEntry.subject == f"person:{person.id}", AuditEntry.actor_id == person.id))
        .order_by(AuditEntry.id)
    ).all()


def copies_of(person: Person, now: datetime) -> Sequence[DataCopy]:
    return db.session.scalars(
        select(DataCopy)
        .where(DataCopy.person_id == person.id, DataCopy.ends_at > now)
        .order_by(DataCopy.id.desc())
    ).all()


def copies_to_make() -> Sequence[DataCopy]:
    return db.session.scalars(
        select(DataCopy).where(DataCopy.ready_at.is_(None)).order_by(DataCopy.id)
    ).all()


def own_copy(person: Person, copy_id: int, now: datetime) -> DataCopy:
    """Only the person's own, and only while it lives."""
    found = next((copy for copy in copies_of(person, now) if copy.id == copy_id), None)
    if found is None or found.ready_at is None:
        raise NotFound
    return found


def merged_into(old_id: int) -> int | None:
    """The record that a number leads to since it was merged."""
    return db.session.scalar(select(MergedPerson.person_id).where(MergedPerson.old_id == old_id))


def must_stay(person: Person) -> bool:
    """Whether what they taught or made needs a row that stands for somebody."""
    taught = select(Delivery.id).join(Tutor).where(Tutor.person_id == person.id).limit(1)
    made = select(Contributor.id).where(Contributor.person_id == person.id).limit(1)
    return any(db.session.scalar(asked) is not None for asked in (taught, made))


def contributions_of(person: Person) -> Sequence[Contributor]:
    return db.session.scalars(select(Contributor).where(Contributor.person_id == person.id)).all()


def tutor_of(person: Person) -> Tutor | None:
    return db.session.scalar(select(Tutor).where(Tutor.person_id == person.id))


def is_needed(person: Person) -> bool:
    """Whether the college would be locked out, or somebody's wish be lost, without them."""
    return person.is_manager and (
        len(accounts.managers()) < 2 or accounts.restricted_to(person) > 0
    )


def live_places(*people: Person) -> Sequence[Enrolment]:
    """Places and requests that can still change, run by run."""
    ids = [person.id for person in people]
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id.in_(ids), Enrolment.state.in_(LIVE))
        .options(joinedload(Enrolment.run))
        .order_by(Enrolment.run_id, Enrolment.id)
    ).all()


def places_of(person: Person) -> Sequence[Enrolment]:
    """All that they ever asked for, with what became of it."""
    run = joinedload(Enrolment.run).options(joinedload(Run.course), selectinload(Run.sessions))
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person.id)
        .options(run, joinedload(Enrolment.pool), selectinload(Enrolment.steps))
        .order_by(Enrolment.requested_at, Enrolment.id)
    ).all()


def mentions(name: str) -> list[Mention]:
    """The college's own texts in which the name stands; no program can tell who is meant."""
    found = [
        *(_in_texts(Course, name, lambda row: Mention(row.title, f"/office/courses/{row.id}"))),
        *(_in_texts(Venue, name, lambda row: Mention(row.name, f"/office/venues/{row.id}"))),
    ]
    decisions = select(Decision).where(Decision.words.icontains(name, autoescape=True))
    for row in db.session.scalars(decisions.limit(MOST_MENTIONS)):
        course = db.session.get_one(Course, row.course_id)
        found.append(Mention(f"A decision on {course.title}", f"/office/courses/{course.id}"))
    aside = select(Pool.run_id).where(Pool.name.icontains(name, autoescape=True)).distinct()
    for run_id in db.session.scalars(aside.limit(MOST_MENTIONS)):
        title = db.session.get_one(Run, run_id).course.title
        found.append(Mention(f"Places set aside on {title}", f"/office/runs/{run_id}"))
    return found


def _in_texts(model: Any, name: str, said: Any) -> list[Mention]:
    columns = [c for c in model.__table__.columns if isinstance(c.type, Text)]
    here = or_(*(column.icontains(name, autoescape=True) for column in columns))
    return [said(row) for row in db.session.scalars(select(model).where(here).limit(MOST_MENTIONS))]


def people_to_tell(now: datetime, college: College) -> list[Person]:
    """Their record ends in thirty days, and nobody has told them since they were last here."""
    told = Person.ending_told_at.is_not(None) & (Person.ending_told_at >= Person.active_at)
    return _long_gone(now + TOLD_BEFORE, college, ~told)


def people_to_forget(now: datetime, college: College) -> list[Person]:
    """Who was told thirty days ago, and did not come."""
    told = Person.ending_told_at >= Person.active_at
    return _long_gone(now, college, told, Person.ending_told_at <= now - TOLD_BEFORE)


def unfinished(now: datetime) -> list[Person]:
    """Who began to join, and did not come back."""
    return list(
        db.session.scalars(
            select(Person).where(
                Person.join_step.is_not(None),
                Person.active_at <= now - UNFINISHED_FOR,
                Person.name != SOMEBODY,
            )
        )
    )


def people_whose_needs_go(now: datetime, college: College) -> list[Person]:
    """Their last session was long ago, and nobody has said since what helps them."""
    asked = select(Person).where(_needs_are_over(now, college)).order_by(Person.id)
    return list(db.session.scalars(asked))


def needs_are_over(person: Person, now: datetime, college: College) -> bool:
    asked = select(Person.id).where(Person.id == person.id, _needs_are_over(now, college))
    return db.session.scalar(asked) is not None


def _needs_are_over(now: datetime, college: College) -> ColumnElement[bool]:
    since = needs_end(now, days=college.keep_needs_days)
    mine = [Enrolment.person_id == Person.id, Enrolment.run_id == Run.id]
    to_come = and_(Enrolment.state.in_(LIVE), Run.ends_at.is_(None))
    return and_(
        or_(Person.needs != "", Person.earlier.contains(EARLIER_NEEDS)),
        Person.made_at <= since,
        exists().where(*mine, Enrolment.state.in_(PLACES)),
        ~exists().where(
            *mine, Enrolment.state.in_(PLACES | LIVE), or_(Run.ends_at > since, to_come)
        ),
        ~_taught_since(since),
        ~_said_since(since),
    )


def _taught_since(since: datetime) -> ColumnElement[bool]:
    """It helps a tutor too."""
    theirs = [Tutor.person_id == Person.id, Delivery.tutor_id == Tutor.id]
    return exists().where(*theirs, Delivery.ends_at > since)


def _said_since(since: datetime) -> ColumnElement[bool]:
    """By themself or to the office, as the history has it."""
    return exists().where(
        AuditEntry.subject == literal("person:") + cast(Person.id, String),
        AuditEntry.recorded_at > since,
        (" " + AuditEntry.fields + " ").contains(" needs "),
    )


def staff_long_gone(now: datetime, college: College) -> Sequence[Person]:
    """Tutors and office people are not forgotten by themselves: a manager looks at them."""
    return db.session.scalars(
        _gone_before(now, college).where(Person.role_rows.any()).order_by(Person.name)
    ).all()


def _long_gone(now: datetime, college: College, *more: ColumnElement[bool]) -> list[Person]:
    asked = _gone_before(now, college).where(~Person.role_rows.any(), *more)
    return list(db.session.scalars(asked.order_by(Person.id)))


def _gone_before(now: datetime, college: College) -> Select[Person]:
    return select(Person).where(
        Person.active_at <= now - college.keep_people_years * YEAR,
        Person.join_step.is_(None),
        Person.name != SOMEBODY,
    )


def marks_of(places: Sequence[Enrolment]) -> dict[int, list[tuple[datetime, MarkState]]]:
    """What stands on registers, by place: of which session, and how they came."""
    asked = (
        select(Mark.enrolment_id, Session.starts_at, Mark.state)
        .join(Session, Mark.session_id == Session.id)
        .where(Mark.enrolment_id.in_([each.id for each in places]), Mark.stands)
        .order_by(Session.starts_at)
    )
    found: dict[int, list[tuple[datetime, MarkState]]] = defaultdict(list)
    for row in db.session.execute(asked):
        found[row.enrolment_id or 0].append((row.starts_at, row.state))
    return found


def not_coming_to(places: Sequence[Enrolment]) -> dict[int, list[datetime]]:
    """The sessions of which somebody said that they can't come, by place."""
    asked = (
        select(NotComing.enrolment_id, Session.starts_at)
        .join(Session, NotComing.session_id == Session.id)
        .where(NotComing.enrolment_id.in_([each.id for each in places]))
        .order_by(Session.starts_at)
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for row in db.session.execute(asked):
        found[row.enrolment_id].append(row.starts_at)
    return found


def certificates_of(person: Person) -> Sequence[Certificate]:
    return db.session.scalars(
        select(Certificate)
        .join(Certificate.enrolment)
        .where(Enrolment.person_id == person.id)
        .order_by(Certificate.id)
    ).all()


def adjustments_of(person: Person) -> dict[int, Adjustment]:
    """How what helps them was settled, by place."""
    mine = select(Adjustment).join(Adjustment.enrolment).where(Enrolment.person_id == person.id)
    return {each.enrolment_id: each for each in db.session.scalars(mine)}
