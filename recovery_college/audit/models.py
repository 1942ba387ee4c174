"""The trail. It outlives the people in it, so it has no foreign keys."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.database import Model


class AuditEntry(Model):
    """One line: `subject` is "table:id"; `fields` are names, never values."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int | None]
    verb: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    fields: Mapped[str]
    recorded_at: Mapped[datetime]
