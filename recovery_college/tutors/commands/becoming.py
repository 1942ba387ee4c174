"""Who has the role has something to teach as: made when it is first needed."""

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.queries import tutor_of


def as_tutor(person: Person) -> Tutor:
    """What they teach as, inside a transaction that holds the person."""
    found = tutor_of(person)
    if found is None:
        found = Tutor(person=person)
        db.session.add(found)
        db.session.flush()
    return found
