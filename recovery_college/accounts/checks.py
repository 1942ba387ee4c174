"""What must always be true of people. Each check gives the rows that break it."""

from sqlalchemy import select

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role
from recovery_college.database import db


def _without_their_manager() -> list[str]:
    """Nobody of the office could open such a record."""
    managers = select(RoleGiven.person_id).where(RoleGiven.role == Role.MANAGER)
    left = select(Person.id).where(
        Person.restricted_to_id.is_not(None), Person.restricted_to_id.not_in(managers)
    )
    return [f"person:{id}" for id in db.session.scalars(left.order_by(Person.id))]


CHECKS = {"Whoever chose one manager has one who still is": _without_their_manager}
