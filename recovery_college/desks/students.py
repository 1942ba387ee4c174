"""The students of a session, as far as its pair may know them on that day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import pair_sees_names, pair_sees_needs
from recovery_college.enrolment import teaching
from recovery_college.enrolment.rules.needs import beside
from recovery_college.enrolment.teaching import Coming
from recovery_college.scheduling.models import Session


@dataclass(frozen=True)
class Student:
    name: str
    needs: str
    told: bool = False  # that they can't make it


@dataclass(frozen=True)
class Students:
    """`needs` stand alone until the names may be known, in an order that gives nobody away."""

    coming: Coming
    needs: list[str]
    named: list[Student]
    sees_needs: bool
    sees_names: bool


def students_of(session: Session, viewer: Person, now: datetime) -> Students | None:
    """None for whoever is not half of its pair, and for what is called off."""
    if not session.is_teaching or not session.live or not _is_of_pair(session, viewer):
        return None
    sees_needs = pair_sees_needs(session.starts_at, session.ends_at, now)
    sees_names = pair_sees_names(session.starts_at, session.ends_at, now)
    rows = teaching.students_of(session) if sees_needs or sees_names else []
    return Students(
        coming=teaching.coming_to([session.run_id]).get(session.run_id, Coming()),
        needs=[] if sees_names else sorted(_needs(row) for row in rows if row.needs.strip()),
        named=[_named(row, sees_needs) for row in rows] if sees_names else [],
        sees_needs=sees_needs,
        sees_names=sees_names,
    )


def _is_of_pair(session: Session, viewer: Person) -> bool:
    return any(each.tutor.person_id == viewer.id for each in session.accepted)


def _named(row: Any, sees_needs: bool) -> Student:
    called = f", called {row.called}" if row.called and row.called != row.name else ""
    pronouns = f" ({row.pronouns})" if row.pronouns else ""
    name = f"{row.name}{called}{pronouns}"
    return Student(name, _needs(row) if sees_needs else "", row.told_at is not None)


def _needs(row: Any) -> str:
    return beside(row.needs, row.settled, row.how)
