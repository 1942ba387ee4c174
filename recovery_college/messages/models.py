"""The outbox: what has been promised, and whether it went."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.database import Model
from recovery_college.messages.rules import (
    BY_HAND,
    OTHERWISE,
    READABLE,
    Channel,
    Hours,
    MessageKind,
    MessageState,
    Method,
    Trouble,
)


class OutboxMessage(Model):
    """One message to one address. Its words are finished when it is promised.

    The words of a secret one are kept only until it is sent, or has become useless.
    `claimed_until` is the lease of whoever delivers it just now. `uid` and what follows it are
    those of the calendar's entry that it brings. `heard_at` is when somebody said that they know.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when"),
        CheckConstraint(
            "state = 'waiting' OR kind IN ('notice', 'today') OR body = ''",
            name="secret_until_sent",
        ),
        CheckConstraint(
            "(uid IS NULL) = (calendar IS NULL) AND (uid IS NULL) = (method IS NULL) AND "
            "(uid IS NULL) = (sequence IS NULL) AND (uid IS NULL) = (first_sequence IS NULL)",
            name="invite_whole",
        ),
        CheckConstraint("(safe_from IS NULL) = (safe_until IS NULL)", name="safe_hours_whole"),
        Index(
            "ix_outbox_message_due",
            "kind",
            "due_at",
            "id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_message_thread_waiting",
            "thread",
            "id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index(
            "uq_outbox_message_uid_sequence",
            "uid",
            "sequence",
            "address",
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
            sqlite_where=text("state <> 'dropped'"),
        ),
        Index("ix_outbox_message_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    thread: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[MessageKind]
    channel: Mapped[Channel]
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    useless_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[Trouble | None]
    sent_at: Mapped[datetime | None]
    uid: Mapped[str | None]
    sequence: Mapped[int | None]
    first_sequence: Mapped[int | None]
    method: Mapped[Method | None]
    calendar: Mapped[str | None] = mapped_column(Text)
    safe_from: Mapped[time | None]
    safe_until: Mapped[time | None]
    heard_at: Mapped[datetime | None]

    @property
    def why_not(self) -> str:
        """Why the last try failed, if it did."""
        return self.trouble.said(self.channel) if self.trouble else ""

    def key_by(self, channel: Channel) -> str:
        """The key of the same words another way."""
        return f"{self.key}{OTHERWISE}{channel}"

    @property
    def first_key(self) -> str:
        """The key of what this says another way; nothing if it was the first."""
        return self.key.rpartition(OTHERWISE)[0]

    @property
    def is_readable(self) -> bool:
        """Whether the office may read its words."""
        return self.kind in READABLE

    @property
    def is_by_hand(self) -> bool:
        return self.channel in BY_HAND

    @property
    def brings(self) -> str:
        """What it does to a calendar, in words; nothing if it brings no entry."""
        if self.uid is None:
            return ""
        if self.method is Method.CANCEL:
            return "An entry is taken back"
        is_new = self.sequence == self.first_sequence
        return "A new entry" if is_new else "An entry that has changed"

    @property
    def safe(self) -> Hours | None:
        """The hours in which it may come to them; None is always."""
        if self.safe_from is None or self.safe_until is None:
            return None
        return Hours(self.safe_from, self.safe_until)

    def forget_secret(self) -> None:
        """Called before its state changes: only what waits may hold a secret."""
        if self.kind not in READABLE:
            self.body = ""
        if self.kind is MessageKind.GOODBYE:
            self.address, self.calendar = "", self.calendar and ""
