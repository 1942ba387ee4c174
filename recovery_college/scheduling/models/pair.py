"""Which tutor takes which side of a session, the search for one, and times a pair proposes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.rules import Side
from recovery_college.database import Model
from recovery_college.scheduling.models.places import Room
from recovery_college.scheduling.models.runs import Session
from recovery_college.scheduling.rules import CoverState, DeliveryState, ProposalState
from recovery_college.tutors.models import Tutor

TAKEN = text("state = 'accepted' AND live")


class CoverCall(Model):
    """The search for somebody to take one side of a session, in waves: first come, first in.

    `next_wave_at` is when more are asked; `give_up_at` when the office is offered other ways.
    """

    __tablename__ = "cover_call"
    __table_args__ = (
        Index(
            "uq_cover_call_open",
            "session_id",
            "side",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
        Index("ix_cover_call_state_next_wave_at", "state", "next_wave_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    side: Mapped[Side]
    state: Mapped[CoverState] = mapped_column(default=CoverState.OPEN)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    waves: Mapped[int] = mapped_column(default=0)
    next_wave_at: Mapped[datetime | None]
    give_up_at: Mapped[datetime]

    session: Mapped[Session] = relationship(back_populates="cover_calls")


class Delivery(Model):
    """A tutor on one side of a session. Who is `shadowing` learns there, and is no half.

    A request is answered until `answer_by` if it can be, and after that it stands in the
    office's list. `by_phone`: the office wrote the answer down. `released`: it is time that
    their own employer gives them.

    It repeats the session's time, which the database keeps in step, so that the database
    can also refuse a tutor who would be in two places.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "starts_at", "ends_at", "live"],
            ["session.id", "session.starts_at", "session.ends_at", "session.live"],
            onupdate="CASCADE",
        ),
        Index("ix_delivery_session_id", "session_id"),
        Index("ix_delivery_tutor_id_starts_at", "tutor_id", "starts_at"),
        Index(
            "uq_delivery_standing",
            "session_id",
            "tutor_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'accepted')"),
            sqlite_where=text("state IN ('asked', 'accepted')"),
        ),
        Index(
            "uq_delivery_cover",
            "cover_id",
            unique=True,
            postgresql_where=text("state = 'accepted'"),
            sqlite_where=text("state = 'accepted'"),
        ),
        Index(
            "ix_delivery_asked",
            "answer_by",
            postgresql_where=text("state = 'asked'"),
            sqlite_where=text("state = 'asked'"),
        ),
        Index("ix_delivery_cover_id", "cover_id"),
        Index("ix_delivery_taken", "ends_at", postgresql_where=TAKEN, sqlite_where=TAKEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int]
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"))
    side: Mapped[Side]
    state: Mapped[DeliveryState]
    shadowing: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    live: Mapped[bool]
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    by_phone: Mapped[bool] = mapped_column(default=False)
    released: Mapped[bool] = mapped_column(default=False)
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("cover_call.id"))

    session: Mapped[Session] = relationship(back_populates="deliveries")
    tutor: Mapped[Tutor] = relationship()
    cover: Mapped[CoverCall | None] = relationship()


class TimeProposal(Model):
    """Times that one of a pair proposes for a session; the other picks one."""

    __tablename__ = "time_proposal"
    __table_args__ = (
        Index(
            "uq_time_proposal_standing",
            "session_id",
            unique=True,
            postgresql_where=text("state IN ('open', 'picked')"),
            sqlite_where=text("state IN ('open', 'picked')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), index=True)
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    session: Mapped[Session] = relationship(back_populates="proposals")
    made_by: Mapped[Tutor] = relationship()
    slots: Mapped[list["ProposedSlot"]] = relationship(
        order_by="ProposedSlot.starts_at", back_populates="proposal", cascade="all, delete-orphan"
    )


class ProposedSlot(Model):
    __tablename__ = "proposed_slot"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("time_proposal.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    picked: Mapped[bool] = mapped_column(default=False)

    proposal: Mapped[TimeProposal] = relationship(back_populates="slots")
    room: Mapped[Room | None] = relationship()
