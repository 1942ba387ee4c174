"""The trail. It outlives the people in it, so it has no foreign keys.

The database itself refuses to change a line, and to let go of one before its time: whoever did
something can't take back that it is known, not even by a connection of their own.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.audit.rules import KEPT_AT_LEAST, TrailStands
from recovery_college.database import Model, guard, refuses


class AuditEntry(Model):
    """One line: `subject` is "table:id"; `fields` are names, never values.

    Nobody removes it before `keep_until`; the college may choose to keep it for longer.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_recorded_at_id", "recorded_at", "id"),
        Index("ix_audit_entry_actor_id_recorded_at", "actor_id", "recorded_at", "id"),
        Index("ix_audit_entry_verb_recorded_at", "verb", "recorded_at", "id"),
        Index("ix_audit_entry_subject_recorded_at", "subject", "recorded_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int | None]
    verb: Mapped[str]
    subject: Mapped[str]
    fields: Mapped[str]
    recorded_at: Mapped[datetime]
    keep_until: Mapped[datetime]


refuses("guard_audit_entry", TrailStands)

DAYS, HOURS = KEPT_AT_LEAST.days, KEPT_AT_LEAST.days * 24
# Whole seconds: SQLite rounds the last half a millisecond of one up into the next.
SQLITE_SOON = f"datetime(substr(new.recorded_at, 1, 19), '+{DAYS} days') > new.keep_until"
SQLITE_AGAIN = "EXISTS (SELECT 1 FROM audit_entry WHERE id = new.id)"  # as REPLACE would have it
SQLITE_EARLY = "old.keep_until > strftime('%Y-%m-%d %H:%M:%f', 'now')"
SQLITE_REFUSES = "BEGIN SELECT RAISE(ABORT, 'guard_audit_entry'); END"
POSTGRESQL_REFUSES = f"""CREATE OR REPLACE FUNCTION guard_audit_entry() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN
  IF new.keep_until >= new.recorded_at + interval '{HOURS} hours' THEN RETURN new; END IF;
ELSIF TG_OP = 'DELETE' THEN
  IF old.keep_until <= clock_timestamp() THEN RETURN old; END IF;
END IF;
RAISE EXCEPTION 'the trail stands'
USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'guard_audit_entry';
END $$"""

guard(
    AuditEntry,
    sqlite=(
        f"CREATE TRIGGER guard_audit_entry_insert BEFORE INSERT ON audit_entry "
        f"WHEN {SQLITE_SOON} OR {SQLITE_AGAIN} {SQLITE_REFUSES}",
        f"CREATE TRIGGER guard_audit_entry_update BEFORE UPDATE ON audit_entry {SQLITE_REFUSES}",
        f"CREATE TRIGGER guard_audit_entry_delete BEFORE DELETE ON audit_entry "
        f"WHEN {SQLITE_EARLY} {SQLITE_REFUSES}",
    ),
    postgresql=(
        POSTGRESQL_REFUSES,
        "CREATE TRIGGER guard_audit_entry_row BEFORE INSERT OR UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION guard_audit_entry()",
        "CREATE TRIGGER guard_audit_entry_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION guard_audit_entry()",
    ),
)
