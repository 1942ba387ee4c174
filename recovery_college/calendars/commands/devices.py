"""The devices that read somebody's calendar, each by a key of its own."""

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.secrets import digest, fresh_key
from recovery_college.calendars import queries
from recovery_college.calendars.models import FeedKey
from recovery_college.calendars.rules import check_device
from recovery_college.database import db, hold, transaction

CHANGED = ("calendars",)


def add_device(person: Person, name: str) -> str:
    """Gives its key, which nobody can read again."""
    now, key = clock.now(), fresh_key()
    with transaction():
        hold(person)
        check_device(name, [each.name for each in queries.feed_keys_of(person)])
        row = FeedKey(person_id=person.id, name=name, key_digest=digest(key), made_at=now)
        db.session.add(row)
        audit.record(person, "changed", person, fields=CHANGED, at=now)
    return key


def replace_key(person: Person, key_id: int) -> str:
    """The old one opens nothing from now on; gives the new one."""
    now, key = clock.now(), fresh_key()
    with transaction():
        hold(person)
        row = queries.own_feed_key(person, key_id)
        row.key_digest, row.made_at = digest(key), now
        audit.record(person, "changed", person, fields=CHANGED, at=now)
    return key


def remove_device(person: Person, key_id: int) -> None:
    """It finds nothing there from now on."""
    now = clock.now()
    with transaction():
        hold(person)
        db.session.delete(queries.own_feed_key(person, key_id))
        audit.record(person, "changed", person, fields=CHANGED, at=now)
