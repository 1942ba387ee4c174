"""The outbox: what has been promised, and whether it went."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.database import Model
from recovery_college.messages.rules import Channel, MessageKind, MessageState, Trouble


class OutboxMessage(Model):
    """One message to one address. Its words are finished when it is promised.

    The words of a secret one are kept only until it is sent, or has become useless.
    `claimed_until` is the lease of whoever delivers it just now.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when"),
        CheckConstraint(
            "state = 'waiting' OR kind = 'notice' OR body = ''", name="secret_until_sent"
        ),
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

    def forget_secret(self) -> None:
        """Called before its state changes: only what waits may hold a secret."""
        if self.kind is not MessageKind.NOTICE:
            self.body = ""
        if self.kind is MessageKind.GOODBYE:
            self.address = ""
