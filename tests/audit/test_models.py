"""The trail stands: the database itself refuses to change a line, or to forget it too early."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from recovery_college import audit
from recovery_college.audit.models import AuditEntry
from recovery_college.audit.rules import KEPT_AT_LEAST, TrailStands
from recovery_college.database import db, transaction

pytestmark = pytest.mark.usefixtures("app")

LONG_AGO = datetime(2019, 5, 3, 9, tzinfo=UTC)  # the database has a clock of its own


def write(at: datetime) -> None:
    with transaction():
        audit.record(None, "changed", "college", fields=("run_places",), at=at)


def lines() -> list[tuple[str, str]]:
    return [tuple(row) for row in db.session.execute(text("SELECT verb, fields FROM audit_entry"))]


def say(statement: str) -> None:
    with transaction():
        db.session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'read'",
        "UPDATE audit_entry SET keep_until = recorded_at",
        "UPDATE audit_entry SET fields = fields",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry (id, verb, subject, fields, recorded_at, keep_until) "
        "SELECT id, 'read', subject, '', recorded_at, keep_until FROM audit_entry WHERE true "
        "ON CONFLICT (id) DO UPDATE SET verb = 'read'",
    ],
)
def test_a_line_is_neither_changed_nor_forgotten(statement: str) -> None:
    write(datetime.now(UTC))
    with pytest.raises(TrailStands):
        say(statement)
    assert lines() == [("changed", "run_places")]


def test_a_line_is_not_emptied_or_replaced_by_other_ways() -> None:
    write(datetime.now(UTC))
    replace = (
        "REPLACE INTO audit_entry SELECT id, actor_id, 'read', subject, fields, recorded_at, "
        "keep_until FROM audit_entry"
    )
    with pytest.raises(TrailStands):
        say(replace if db.engine.dialect.name == "sqlite" else "TRUNCATE audit_entry")
    assert lines() == [("changed", "run_places")]


def test_a_line_whose_time_is_over_may_go_and_still_not_change() -> None:
    write(LONG_AGO)
    with pytest.raises(TrailStands):
        say("UPDATE audit_entry SET verb = 'read'")
    say("DELETE FROM audit_entry")
    assert lines() == []


def test_a_line_stands_for_three_years_from_when_it_is_written() -> None:
    write(LONG_AGO)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.keep_until == LONG_AGO + KEPT_AT_LEAST == datetime(2022, 5, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("missing", [timedelta(seconds=2), KEPT_AT_LEAST])
def test_a_line_that_would_go_earlier_is_not_taken(missing: timedelta) -> None:
    short = AuditEntry(
        verb="changed",
        subject="college",
        fields="",
        recorded_at=LONG_AGO,
        keep_until=LONG_AGO + KEPT_AT_LEAST - missing,
    )
    with pytest.raises(TrailStands), transaction():
        db.session.add(short)
    assert lines() == []


def test_a_line_may_be_kept_for_longer() -> None:
    with transaction():
        db.session.add(
            AuditEntry(
                verb="changed",
                subject="college",
                fields="",
                recorded_at=LONG_AGO,
                keep_until=LONG_AGO + 9 * KEPT_AT_LEAST,
            )
        )
    with pytest.raises(TrailStands):
        say("DELETE FROM audit_entry")


def test_outside_a_command_it_is_the_database_that_says_so() -> None:
    write(datetime.now(UTC))
    with pytest.raises(IntegrityError, match=r"guard_audit_entry|the trail stands"):
        db.session.execute(text("DELETE FROM audit_entry"))
    db.session.rollback()


@pytest.mark.parametrize("microsecond", [0, 499_999, 999_400, 999_500, 999_999])
def test_a_line_is_written_in_the_last_moment_of_a_second_too(microsecond: int) -> None:
    """One in two thousand was refused, with the deed that it told of."""
    write(LONG_AGO.replace(second=59, microsecond=microsecond))
    assert lines() == [("changed", "run_places")]
