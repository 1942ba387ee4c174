"""What stands in somebody's calendar, and the keys to their private feeds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.calendars.rules import MailKind, MailState, Meeting
from recovery_college.database import Model
from recovery_college.ical import PartStat
from recovery_college.scheduling.models import Session

STANDS = text("cancelled_at IS NULL")
IS_TAUGHT = text("cancelled_at IS NULL AND substr(holder, 1, 9) = 'delivery:'")
UNMAILED = text("cancelled_at IS NULL AND mailed_to IS NULL")
FOR_THE_OFFICE = text("state = 'for_the_office'")


class Entry(Model):
    """One session in one person's calendar. What is cancelled never stands again: it is a new one.

    `holder` is what the person comes by, an enrolment or a delivery. With each change `sequence`
    is one more and `stamped_at` later, whether or not it is mailed. `mailed_to` is the address
    that has it, and `first_sequence` the first that went there; None: it stands in feeds only.
    `asks_again` is that what was last changed asks anew whether they come.
    `session_id` is None of a session that was deleted; `room_id` says only whether it is elsewhere
    now, and `place` is that room in words, as it was called when the entry was last changed.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        CheckConstraint("sequence >= 0", name="sequence_not_below_nothing"),
        CheckConstraint("(mailed_to IS NULL) = (first_sequence IS NULL)", name="mailed_whole"),
        Index(
            "uq_calendar_entry_standing",
            "holder",
            "session_id",
            unique=True,
            postgresql_where=STANDS,
            sqlite_where=STANDS,
        ),
        Index("ix_calendar_entry_person_id_starts_at", "person_id", "starts_at"),
        Index(
            "ix_calendar_entry_unmailed",
            "starts_at",
            postgresql_where=UNMAILED,
            sqlite_where=UNMAILED,
        ),
        Index(
            "ix_calendar_entry_taught",
            "ends_at",
            postgresql_where=IS_TAUGHT,
            sqlite_where=IS_TAUGHT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    holder: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("session.id", ondelete="SET NULL"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None]
    place: Mapped[str]
    link: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    stamped_at: Mapped[datetime]
    mailed_to: Mapped[str | None]
    first_sequence: Mapped[int | None]
    asks_again: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[PartStat] = mapped_column(default=PartStat.NEEDS_ACTION)
    cancelled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    session: Mapped[Session | None] = relationship()

    @property
    def stands(self) -> bool:
        return self.cancelled_at is None

    @property
    def meeting(self) -> Meeting:
        """When and where, as the calendar has it."""
        return Meeting(self.starts_at, self.ends_at, self.room_id, self.link)


class FeedKey(Model):
    """The way of one device to somebody's calendar. The key itself is shown once, never kept."""

    __tablename__ = "feed_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    key_digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class IncomingMail(Model):
    """What came to the address that invites come from: what it was, and never its words.

    `digest` tells one mail from another, so that one which is brought twice is filed once.
    `person_id` is whose entry or message it is about, or who has its address. `sender` and
    `subject` are kept only where the office could not tell whose it is otherwise.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (
        Index(
            "ix_incoming_mail_for_the_office",
            "id",
            postgresql_where=FOR_THE_OFFICE,
            sqlite_where=FOR_THE_OFFICE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    came_at: Mapped[datetime]
    kind: Mapped[MailKind]
    state: Mapped[MailState]
    uid: Mapped[str | None]
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("calendar_entry.id", ondelete="SET NULL"), index=True
    )
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")

    entry: Mapped[Entry | None] = relationship()
    person: Mapped[Person | None] = relationship()
