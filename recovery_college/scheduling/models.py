"""Terms, venues, rooms, runs, sessions, and which tutor takes which side of a session."""

from datetime import date, datetime, time
from secrets import token_urlsafe

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.models import Course
from recovery_college.courses.rules import Mode
from recovery_college.database import Model, guard, refuses
from recovery_college.scheduling.rules import (
    CoverFilled,
    CoverState,
    DeliveryState,
    Half,
    PairState,
    ProposalState,
    RoomTaken,
    RunState,
    SessionKind,
    SessionState,
    TutorStands,
    TutorTaken,
    Visibility,
    pair_state,
)
from recovery_college.scheduling.rules.timetable import PartOfDay, Span, timetable
from recovery_college.tutors.models import Tutor

UNPAIRED = "NOT paired AND state = 'planned' AND kind = 'teaching'"


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


class Venue(Model):
    """A place where courses meet, or "Online". Its slug stays when its name changes."""

    __tablename__ = "venue"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    online: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(Text, default="")
    getting_there: Mapped[str] = mapped_column(Text, default="")
    buses: Mapped[str] = mapped_column(Text, default="")
    parking: Mapped[str] = mapped_column(Text, default="")
    toilets: Mapped[str] = mapped_column(Text, default="")
    door_photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    door_photo_words: Mapped[str] = mapped_column(Text, default="")

    rooms: Mapped[list["Room"]] = relationship(
        back_populates="venue", order_by="Room.id", cascade="all, delete-orphan"
    )


class Room(Model):
    """Where a session meets. What nobody has said yet is None, and shown as such.

    An online room is not exclusive: any number of sessions meet in it at once. A room
    `outside` is somebody else's: it is asked for, and then confirmed.
    """

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        UniqueConstraint("id", "exclusive"),
        CheckConstraint("places > 0", name="some_places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str]
    places: Mapped[int | None]
    exclusive: Mapped[bool] = mapped_column(default=True)
    outside: Mapped[bool] = mapped_column(default=False)
    step_free: Mapped[bool | None]
    hearing_loop: Mapped[bool | None]
    quiet_space: Mapped[bool | None]

    venue: Mapped[Venue] = relationship(back_populates="rooms")


class TravelTime(Model):
    """Minutes from one venue to another, and back. Pairs without one take the usual time."""

    __tablename__ = "travel_time"
    __table_args__ = (
        CheckConstraint("venue_id < other_id", name="one_row_a_pair"),
        CheckConstraint("minutes >= 0", name="not_below_nothing"),
    )

    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True, index=True)
    minutes: Mapped[int]


class Run(Model):
    """A course offered once, in one term.

    `starts_at` to `session_count` are its timetable in one line, so that the prospectus need
    not read sessions: `follow_sessions` keeps them, and `flask check` proves them.
    """

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="some_places"),
        Index("ix_run_course_id_starts_at", "course_id", "starts_at", "id"),
        Index("ix_run_term_id", "term_id"),
        Index("ix_run_venue_id_starts_at", "venue_id", "starts_at"),
        Index(
            "ix_run_listed",
            "starts_at",
            "id",
            postgresql_where=text("state = 'published' AND visibility = 'public'"),
            sqlite_where=text("state = 'published' AND visibility = 'public'"),
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
    def places_left(self) -> int:
        return self.capacity

    @property
    def planned(self) -> list["Session"]:
        """Its sessions in order, without those that are cancelled, and without meetings."""
        standing = (s for s in self.sessions if s.state is not SessionState.CANCELLED)
        return sorted(standing, key=lambda session: session.starts_at)

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
    memory ask `pair`. `alone_reason` is why it began without its pair. A room outside is asked
    for at one moment, and confirmed at another.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("run_id", "kind", "number"),
        UniqueConstraint("id", "starts_at", "ends_at", "live"),
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
    pair_by_on: Mapped[date | None]
    paired: Mapped[bool] = mapped_column(default=False)
    alone_reason: Mapped[str] = mapped_column(default="")
    alone_words: Mapped[str] = mapped_column(Text, default="")
    room_asked_at: Mapped[datetime | None]
    room_confirmed_at: Mapped[datetime | None]

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


refuses("uq_delivery_cover", CoverFilled)
refuses("delivery.cover_id", CoverFilled)
refuses("guard_session_room", RoomTaken)
refuses("guard_delivery_tutor", TutorTaken)
refuses("uq_delivery_standing", TutorStands)
refuses("delivery.session_id, delivery.tutor_id", TutorStands)


TWICE = """CREATE TRIGGER {guard}_{verb} AFTER {verb} ON {table} WHEN {new_holds} BEGIN
SELECT RAISE(ABORT, '{guard}') WHERE EXISTS (SELECT 1 FROM {table} AS other
WHERE other.{same} = new.{same} AND other.id <> new.id AND {other_holds}
AND other.starts_at < new.ends_at AND new.starts_at < other.ends_at); END"""


def _never_twice(guard: str, table: str, same: str, holds: str) -> tuple[str, ...]:
    """SQLite's triggers: two rows that hold the same thing never overlap."""
    new, other = holds.format("new"), holds.format("other")
    return tuple(
        TWICE.format(
            guard=guard, table=table, same=same, verb=verb, new_holds=new, other_holds=other
        )
        for verb in ("insert", "update")
    )


guard(
    Session,
    sqlite=_never_twice(
        "guard_session_room", "session", "room_id", "{0}.live AND {0}.room_exclusive"
    ),
    postgresql=(
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE session ADD CONSTRAINT guard_session_room EXCLUDE USING gist "
        "(room_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (live AND room_exclusive)",
    ),
)
guard(
    Delivery,
    sqlite=_never_twice(
        "guard_delivery_tutor", "delivery", "tutor_id", "{0}.live AND {0}.state = 'accepted'"
    ),
    postgresql=(
        "ALTER TABLE delivery ADD CONSTRAINT guard_delivery_tutor EXCLUDE USING gist "
        "(tutor_id WITH =, tstzrange(starts_at, ends_at) WITH &&) "
        "WHERE (live AND state = 'accepted')",
    ),
)

SIDES_OF = """(SELECT count(DISTINCT side) = 2 FROM delivery
WHERE session_id = {row}.session_id AND state = 'accepted' AND NOT shadowing)"""
PAIR_UP = "UPDATE session SET paired = {sides} WHERE id = {row}.session_id AND paired <> {sides}"


def _pair_up(row: str) -> str:
    return PAIR_UP.format(sides=SIDES_OF.format(row=row), row=row)


guard(
    Delivery,
    sqlite=tuple(
        f"CREATE TRIGGER guard_session_paired_{verb.split()[0].lower()} AFTER {verb} ON delivery "
        f"BEGIN {'; '.join(map(_pair_up, rows))}; END"
        for verb, rows in (
            ("INSERT", ("new",)),
            ("UPDATE OF state, side, shadowing, session_id", ("old", "new")),
            ("DELETE", ("old",)),
        )
    ),
    postgresql=(
        "CREATE FUNCTION guard_session_paired() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {_pair_up('old')}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN {_pair_up('new')}; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER guard_session_paired_row "
        "AFTER INSERT OR DELETE OR UPDATE OF state, side, shadowing, session_id ON delivery "
        "FOR EACH ROW EXECUTE FUNCTION guard_session_paired()",
    ),
)
