"""What a register holds. Nothing is written over: the newest word about somebody stands."""

from datetime import date, datetime
from secrets import token_hex

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.attendance.rules import MarkState, TutorState
from recovery_college.attendance.rules.completion import (
    course_words,
    dates_words,
    fresh_code,
    in_fours,
    taught_by,
)
from recovery_college.attendance.rules.feedback import CameBy, Said
from recovery_college.database import Model
from recovery_college.enrolment.models import Enrolment
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


class Certificate(Model):
    """That somebody completed a run: what it says is kept as it was when it was made.

    Once the student is forgotten `name` is empty, and it can't be printed any more; its code
    still says that it was made. `shows_title` is whether it says which course.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("came > 0 AND came <= ran", name="of_what_ran"),
        CheckConstraint("came * 100 >= percent * ran", name="enough"),
        CheckConstraint("length(code) >= 12", name="code_not_guessed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), unique=True
    )
    code: Mapped[str] = mapped_column(unique=True, default=fresh_code)
    made_at: Mapped[datetime]
    name: Mapped[str]
    title: Mapped[str]
    shows_title: Mapped[bool]
    minutes: Mapped[int]
    came: Mapped[int]
    ran: Mapped[int]
    percent: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    enrolment: Mapped[Enrolment] = relationship()
    tutors: Mapped[list["CertificateTutor"]] = relationship(
        order_by="CertificateTutor.id", cascade="all, delete-orphan"
    )

    @property
    def course(self) -> str:
        return course_words(self.title, shows_title=self.shows_title)

    @property
    def dates(self) -> str:
        return dates_words(self.starts_on, self.ends_on)

    @property
    def printed_code(self) -> str:
        return in_fours(self.code)

    @property
    def taught_by(self) -> str:
        return taught_by((each.side, each.name) for each in self.tutors)


class CertificateTutor(Model):
    """Who taught it, by the name that they wished to be shown by; "" is not named."""

    __tablename__ = "certificate_tutor"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id", ondelete="CASCADE"), index=True
    )
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), index=True)
    side: Mapped[Side]
    name: Mapped[str]


class PairNote(Model):
    """What a tutor of a session wrote for the others of its run, and of nobody by name. The office
    reads none of it.
    """

    __tablename__ = "pair_note"
    __table_args__ = (
        UniqueConstraint("session_id", "tutor_id"),
        CheckConstraint("went_well <> '' OR to_change <> ''", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), index=True)
    went_well: Mapped[str] = mapped_column(Text)
    to_change: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(index=True)

    session: Mapped[Session] = relationship()
    tutor: Mapped[Tutor] = relationship()


class Feedback(Model):
    """A form that somebody filled in about a run, and nothing of who, or when.

    Its id is drawn by lot, and on SQLite is also the order in which rows lie in the file: nothing
    tells which came first.
    """

    __tablename__ = "feedback"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: token_hex(16))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    came_by: Mapped[CameBy]

    answers: Mapped[list["FeedbackAnswer"]] = relationship(cascade="all, delete-orphan")


class FeedbackAnswer(Model):
    """What a form says to one question, as it was asked; `number` is its place on the form."""

    __tablename__ = "feedback_answer"
    __table_args__ = (
        CheckConstraint("(said IS NULL) <> (words IS NULL)", name="ticked_or_written"),
        {"sqlite_with_rowid": False},
    )

    feedback_id: Mapped[str] = mapped_column(
        ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str]
    said: Mapped[Said | None]
    words: Mapped[str | None]


class FeedbackTicket(Model):
    """That the student of a place was asked, and whether they have answered: once, by its key or
    signed in. It keeps no moment, so that nothing leads from here to what they said.
    """

    __tablename__ = "feedback_ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), unique=True
    )
    key_digest: Mapped[str] = mapped_column(unique=True)
    used: Mapped[bool] = mapped_column(default=False)

    enrolment: Mapped[Enrolment] = relationship()
