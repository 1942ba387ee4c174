"""How somebody hears from this college, by what it has set up."""

from recovery_college.accounts.models import Person
from recovery_college.messages.outbox import the_channels
from recovery_college.messages.rules import BY_HAND, Recipient


def recipient_of(person: Person) -> Recipient:
    return person.recipient_by(the_channels())


def is_reached_slowly(person: Person) -> bool:
    """By post or by phone."""
    return recipient_of(person).channel in BY_HAND
