"""What a register holds. Nothing is written over: the newest word about somebody stands."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.attendance.rules import MarkState, TutorState
from recovery_college.database import Model
from recovery_college.scheduling.models import Session
from recovery_college.tutors.models import Tutor

STANDS = text("stands")


class Welcome(Model):
    """Somebody who came to a session without a place: a name, until the office knows who it is.

    `settled_at` is when the office saw to it; then the name is gone, and the count stays.
    """

    __tablename__ = "welcome"
    __table_args__ = (
        UniqueConstraint("id", "session_id"),
        Index(
            "ix_welcome_unsettled",
            "id",
            postgresql_where=text("settled_at IS NULL"),
            sqlite_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    settled_at: Mapped[datetime | None]

    session: Mapped[Session] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)


class Mark(Model):
    """One word about how somebody came to a session: of a place, or of a welcome.

    `marked_at` is when it was pressed, which may be hours before it reached the college;
    `key` is the device's name for that press, so that sending it twice is sending it once.
    `by_id` is None for what came with the workbook.
    """

    __tablename__ = "mark"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "run_id"], ["session.id", "session.run_id"]),
        ForeignKeyConstraint(["enrolment_id", "run_id"], ["enrolment.id", "enrolment.run_id"]),
        ForeignKeyConstraint(
            ["welcome_id", "session_id"], ["welcome.id", "welcome.session_id"], ondelete="CASCADE"
        ),
        CheckConstraint("(enrolment_id IS NULL) <> (welcome_id IS NULL)", name="of_one"),
        CheckConstraint(
            "minutes IS NULL OR minutes > 0 AND state IN ('late', 'early')", name="minutes_of_what"
        ),
        Index(
            "uq_mark_of_place",
            "session_id",
            "enrolment_id",
            unique=True,
            postgresql_where=STANDS,
            sqlite_where=STANDS,
        ),
        Index(
            "uq_mark_of_welcome",
            "welcome_id",
            unique=True,
            postgresql_where=STANDS,
            sqlite_where=STANDS,
        ),
        Index("ix_mark_session_id", "session_id"),
        Index("ix_mark_enrolment_id", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int]
    run_id: Mapped[int]
    enrolment_id: Mapped[int | None]
    welcome_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[MarkState]
    minutes: Mapped[int | None]
    stands: Mapped[bool] = mapped_column(default=True)
    marked_at: Mapped[datetime]
    kept_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str | None] = mapped_column(unique=True)

    by: Mapped[Person | None] = relationship()


class TutorMark(Model):
    """One word about whether a tutor taught a session, on which side of its pair.

    Who has no promise to teach it stood in.
    """

    __tablename__ = "tutor_mark"
    __table_args__ = (
        Index(
            "uq_tutor_mark_stands",
            "session_id",
            "tutor_id",
            unique=True,
            postgresql_where=STANDS,
            sqlite_where=STANDS,
        ),
        Index("ix_tutor_mark_session_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), index=True)
    side: Mapped[Side]
    state: Mapped[TutorState]
    stands: Mapped[bool] = mapped_column(default=True)
    marked_at: Mapped[datetime]
    kept_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str | None] = mapped_column(unique=True)

    tutor: Mapped[Tutor] = relationship()
    by: Mapped[Person | None] = relationship()
