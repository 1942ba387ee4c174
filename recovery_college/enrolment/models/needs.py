"""How each need that a student shared has ended, run by run."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.database import Model, guard
from recovery_college.enrolment.models.places import Enrolment
from recovery_college.enrolment.rules.needs import Settled


class Adjustment(Model):
    """What was arranged for somebody on one run, or what was said when it was not possible.

    The need itself is never copied. `stands` is that it answers what they share now: the database
    ends that when they change it, and `how` goes when they take it back. What does not stand is
    open again; that it was settled is kept, to be counted. `agreed` is the student's own word.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        CheckConstraint("(agreed IS NULL) = (agreed_at IS NULL)", name="agreed_when"),
        CheckConstraint("agreed_at >= settled_at", name="agreed_of_settled"),
        CheckConstraint("NOT stands OR agreed IS NULL OR agreed", name="no_is_open"),
        CheckConstraint("NOT stands OR how <> ''", name="says_how"),
    )

    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[Settled]
    how: Mapped[str] = mapped_column(Text)
    stands: Mapped[bool] = mapped_column(default=True)
    settled_at: Mapped[datetime]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    agreed: Mapped[bool | None]
    agreed_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = relationship()
    settled_by: Mapped[Person | None] = relationship()


CHANGED = "old.needs <> new.needs OR old.needs_shared <> new.needs_shared"
OPEN_AGAIN = """UPDATE adjustment SET stands = false,
how = CASE WHEN new.needs = '' OR NOT new.needs_shared THEN '' ELSE how END
WHERE enrolment_id IN (SELECT id FROM enrolment WHERE person_id = new.id)"""
guard(
    Adjustment,
    sqlite=(
        "CREATE TRIGGER guard_needs_changed AFTER UPDATE OF needs, needs_shared ON person "
        f"WHEN {CHANGED} BEGIN {OPEN_AGAIN}; END",
    ),
    postgresql=(
        "CREATE FUNCTION guard_needs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{OPEN_AGAIN}; RETURN NULL; END $$",
        "CREATE TRIGGER guard_needs_row AFTER UPDATE OF needs, needs_shared ON person "
        f"FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION guard_needs()",
    ),
)
