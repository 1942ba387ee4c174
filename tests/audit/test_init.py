"""A line of the trail names who, what and which fields, and no value."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from recovery_college import audit
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from tests.factories import make_course, make_person

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)


def entries() -> list[tuple[object, ...]]:
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(e.actor_id, e.verb, e.subject, e.fields, e.recorded_at) for e in found]


def test_who_did_what_to_which_fields() -> None:
    actor, course = make_person("Ash Reed"), make_course("Sleeping well")
    with transaction():
        audit.record(actor, "renamed", course, fields=("title", "slug"), at=AT)
        audit.record(None, "archived", course, fields=(), at=AT)
    assert entries() == [
        (actor.id, "renamed", f"course:{course.id}", "title slug", AT),
        (None, "archived", f"course:{course.id}", "", AT),
    ]


def test_a_deed_that_is_undone_leaves_no_line() -> None:
    course = make_course()
    with suppress(KeyError), transaction():
        audit.record(None, "renamed", course, fields=("title",), at=AT)
        raise KeyError
    assert entries() == []
