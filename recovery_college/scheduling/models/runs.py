"""Terms, the runs of a term, and the sessions of a run."""

from datetime import date, datetime, time
from secrets import token_urlsafe
from typing import TYPE_CHECKING

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

from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.models import Course
from recovery_college.courses.rules import Mode
from recovery_college.database import Model
from recovery_college.scheduling.models.places import Room, Venue
from recovery_college.scheduling.rules import (
    CoverState,
    DeliveryState,
    Half,
    PairState,
    ProposalState,
    RunState,
    SessionKind,
    SessionState,
    Visibility,
    pair_state,
)
from recovery_college.scheduling.rules.timetable import PartOfDay, Span, timetable

if TYPE_CHECKING:  # who teaches a session is written on top of it
    from recovery_college.scheduling.models.pair import CoverCall, Delivery, TimeProposal

UNPAIRED = "NOT paired AND state = 'planned' AND kind = 'teaching'"
UNTAKEN = "NOT taken AND state = 'planned' AND kind = 'teaching'"


class Term(Model):
    """A part of the college's year, when its prospectus is public and its enrolment opens."""

    __tablename__ = "term"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    public_at: Mapped[datetime]
    enrolment_opens_at: Mapped[datetime]


class Run(Model):
    """A course offered once, in one term.

    `starts_at` to `session_count` are its timetable in one line, so that the prospectus need
    not read sessions: `follow_sessions` keeps them, and `flask check` proves them. To a drop-in
    anybody just comes; `joins_late` is a run that one may still join after its first session.
    """

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="some_places"),
        Index("ix_run_course_id_starts_at", "course_id", "starts_at", "id"),
        Index("ix_run_term_id", "term_id"),
        Index("ix_run_ends_at", "ends_at", "id"),
        Index("ix_run_venue_id_starts_at", "venue_id", "starts_at"),
        Index(
            "ix_run_listed",
            "starts_at",
            "id",
            postgresql_where=text("state = 'published' AND visibility = 'public'"),
            sqlite_where=text("state = 'published' AND visibility = 'public'"),
        ),
        Index(
            "ix_run_draft",
            "term_id",
            postgresql_where=text("state = 'draft'"),
            sqlite_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    capacity: Mapped[int]
    mode: Mapped[Mode] = mapped_column(default=Mode.IN_PERSON)
    state: Mapped[RunState] = mapped_column(default=RunState.DRAFT)
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PUBLIC)
    link_key: Mapped[str] = mapped_column(unique=True, default=lambda: token_urlsafe(16))
    drop_in: Mapped[bool] = mapped_column(default=False)
    joins_late: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    weekday: Mapped[int | None]
    part: Mapped[PartOfDay | None]
    regular: Mapped[bool] = mapped_column(default=True)
    session_count: Mapped[int] = mapped_column(default=0)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))

    course: Mapped[Course] = relationship()
    term: Mapped[Term] = relationship()
    venue: Mapped[Venue | None] = relationship()
    sessions: Mapped[list["Session"]] = relationship(
        primaryjoin="and_(Session.run_id == Run.id, Session.kind == 'teaching')",
        order_by="Session.starts_at",
        back_populates="run",
        cascade="all, delete-orphan",
    )
    meetings: Mapped[list["Session"]] = relationship(
        primaryjoin="and_(Session.run_id == Run.id, Session.kind != 'teaching')",
        order_by="Session.starts_at",
        cascade="all, delete-orphan",
        overlaps="sessions,run",
    )

    @property
    def planned(self) -> list["Session"]:
        """Its sessions in order, without those that are cancelled, and without meetings."""
        standing = (s for s in self.sessions if s.state is not SessionState.CANCELLED)
        return sorted(standing, key=lambda session: session.starts_at)

    @property
    def agreed_meetings(self) -> list["Session"]:
        """Those that will be or have been: of others nobody has picked the time."""
        return [each for each in self.meetings if each.live]

    def to_come(self, now: datetime) -> list["Session"]:
        """Those that have yet to begin."""
        return [session for session in self.planned if session.starts_at > now]

    def follow_sessions(self) -> None:
        """Work out the timetable anew; whoever changes a session calls this."""
        planned = self.planned
        made = timetable(Span(s.starts_at, s.ends_at) for s in planned)
        self.starts_at, self.ends_at = made.starts_at, made.ends_at
        self.weekday, self.part = made.weekday, made.part
        self.regular, self.session_count = made.regular, made.count
        rooms = [s.room for s in planned if s.room is not None]
        self.venue_id = rooms[0].venue_id if rooms else None


class Session(Model):
    """One meeting of a run. While `live`, nobody else has its room or its tutors.

    To move several at once: set `live` false, flush, move them, and set it true again.
    `paired` is kept by the database, for questions only: both sides have accepted; rows in
    memory ask `pair`. `alone_reason` is why it began without its pair, `cancel_reason` why it was
    called off: for the office alone. A room outside is asked for at one moment, and confirmed at
    another. `taken` is that its register has been taken.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("run_id", "kind", "number"),
        UniqueConstraint("id", "starts_at", "ends_at", "live"),
        Index("uq_session_id_run_id", "id", "run_id", unique=True),
        ForeignKeyConstraint(
            ["room_id", "room_exclusive"], ["room.id", "room.exclusive"], onupdate="CASCADE"
        ),
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        CheckConstraint("NOT (live AND state = 'cancelled')", name="cancelled_is_not_live"),
        CheckConstraint("(room_id IS NULL) = (room_exclusive IS NULL)", name="room_whole"),
        Index("ix_session_room_id_starts_at", "room_id", "starts_at"),
        Index("ix_session_starts_at", "starts_at"),
        Index(
            "ix_session_unpaired",
            "starts_at",
            "id",
            postgresql_where=text(UNPAIRED),
            sqlite_where=text(UNPAIRED),
        ),
        Index(
            "ix_session_in_use",
            "starts_at",
            "ends_at",
            "room_id",
            postgresql_where=text("live AND room_exclusive"),
            sqlite_where=text("live = 1 AND room_exclusive = 1"),  # as SQLite is asked
        ),
        Index(
            "ix_session_untaken",
            "ends_at",
            "id",
            postgresql_where=text(UNTAKEN),
            sqlite_where=text(UNTAKEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    kind: Mapped[SessionKind] = mapped_column(default=SessionKind.TEACHING)
    number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None]
    room_exclusive: Mapped[bool | None]
    link: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    live: Mapped[bool] = mapped_column(default=True)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    pair_by_on: Mapped[date | None]
    paired: Mapped[bool] = mapped_column(default=False)
    alone_reason: Mapped[str] = mapped_column(default="")
    alone_words: Mapped[str] = mapped_column(Text, default="")
    room_asked_at: Mapped[datetime | None]
    room_confirmed_at: Mapped[datetime | None]
    taken: Mapped[bool] = mapped_column(default=False)

    run: Mapped[Run] = relationship(back_populates="sessions", overlaps="meetings")
    room: Mapped[Room | None] = relationship()
    deliveries: Mapped[list["Delivery"]] = relationship(
        order_by="Delivery.id", back_populates="session", cascade="all, delete-orphan"
    )
    cover_calls: Mapped[list["CoverCall"]] = relationship(
        order_by="CoverCall.id", back_populates="session", cascade="all, delete-orphan"
    )
    proposals: Mapped[list["TimeProposal"]] = relationship(
        order_by="TimeProposal.id", back_populates="session", cascade="all, delete-orphan"
    )

    @property
    def day(self) -> date:
        """On the college's wall clock, as are the two times."""
        return in_london(self.starts_at).date()

    @property
    def starts(self) -> time:
        return in_london(self.starts_at).time()

    @property
    def ends(self) -> time:
        return in_london(self.ends_at).time()

    @property
    def accepted(self) -> list["Delivery"]:
        """Those that make the pair; who only shadows does not."""
        return [each for each in self.saying_yes if not each.shadowing]

    @property
    def saying_yes(self) -> list["Delivery"]:
        """Everybody who will be there, whether they are half of the pair or learn."""
        return [each for each in self.deliveries if each.state is DeliveryState.ACCEPTED]

    @property
    def is_teaching(self) -> bool:
        """Students come to it; all others are meetings of the pair."""
        return self.kind is SessionKind.TEACHING

    @property
    def is_held_open(self) -> bool:
        """A meeting that is proposed, and of which nobody has picked the time yet."""
        return not self.live and self.state is SessionState.PLANNED

    @property
    def proposal(self) -> "TimeProposal | None":
        """The talk about another time that is going on."""
        on = (ProposalState.OPEN, ProposalState.PICKED)
        return next((each for each in self.proposals if each.state in on), None)

    def drop_proposals(self, now: datetime) -> None:
        """It has moved, or is off, or its pair is another now."""
        if self.proposal is not None:
            self.proposal.answered_at = now
            self.proposal.state = ProposalState.DROPPED

    @property
    def standing(self) -> list["Delivery"]:
        """Who has said yes, or has yet to answer."""
        on = (DeliveryState.ASKED, DeliveryState.ACCEPTED)
        return [each for each in self.deliveries if each.state in on]

    def open_cover(self, side: str) -> "CoverCall | None":
        """The search for somebody on that side that is going on."""
        on = [c for c in self.cover_calls if c.side == side and c.state is CoverState.OPEN]
        return on[0] if on else None

    @property
    def cover_is_over(self) -> bool:
        """A search found nobody, and the half is open still."""
        gone = {c.side for c in self.cover_calls if c.state is CoverState.GIVEN_UP}
        return bool(gone - self.sides)

    @property
    def half(self) -> Half:
        """What rules about its pair ask."""
        return Half(self.starts_at, self.sides, self.pair_by_on)

    @property
    def pair(self) -> PairState:
        return pair_state(self.sides)

    @property
    def lacks_a_promise(self) -> bool:
        """Half of its pair is open, and no day is set by which it will be found."""
        return self.pair is not PairState.PAIRED and self.pair_by_on is None

    @property
    def sides(self) -> frozenset[Side]:
        """The sides that accepted tutors take."""
        return frozenset(delivery.side for delivery in self.accepted)
