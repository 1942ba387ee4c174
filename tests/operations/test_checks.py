"""What the database itself should keep, missed when it does not."""

import pytest
from sqlalchemy import text

from recovery_college.database import db
from recovery_college.operations.checks import CHECKS
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")

NO_ORPHANS = CHECKS["No row points at one that is gone"]
GUARDED = CHECKS["All that the database refuses by itself is in place"]


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_every_check_holds_in_an_empty_college() -> None:
    assert [(invariant, find()) for invariant, find in CHECKS.items() if find()] == []


def test_a_row_whose_parent_is_gone() -> None:
    """PostgreSQL can't be brought to it without being rebuilt."""
    course = make_course()
    if on_sqlite():
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        db.session.execute(text("DELETE FROM strand"))
    assert NO_ORPHANS() == ([f"course:{course.id}"] if on_sqlite() else [])


def test_a_guard_that_is_gone() -> None:
    db.session.execute(
        text(
            "DROP TRIGGER guard_delivery_tutor_insert"
            if on_sqlite()
            else "ALTER TABLE delivery DROP CONSTRAINT guard_delivery_tutor"
        )
    )
    assert GUARDED() == ["guard_delivery_tutor_insert" if on_sqlite() else "guard_delivery_tutor"]
