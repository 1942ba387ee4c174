"""Pools of places, and who has asked for one of them. The database itself counts."""

from datetime import UTC, datetime
from secrets import token_hex

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.database import Model, guard, refuses
from recovery_college.enrolment.rules import (
    LIVE,
    EnrolledAlready,
    FormUsed,
    NoPlaceLeft,
    PoolKind,
    State,
    Supporter,
    Way,
)
from recovery_college.enrolment.rules.offers import By
from recovery_college.enrolment.rules.queue import Asking
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.models import Run

THREAD = "enrolment:"
IS_LIVE = text("state IN ('confirmed', 'offered', 'waiting')")
IS_WAITING = text("state = 'waiting'")
IS_UNDRAWN = text("state = 'waiting' AND lot IS NULL")
IS_BEHIND = text("behind")
IS_OFFERED = text("state = 'offered'")
ONE_OF_A_KIND = text("kind <> 'set_aside'")


class Pool(Model):
    """So many places of a run, and how many of them are held: `held` is the database's own count.

    A run has a pool for the room, or for its link, from the moment it is planned; a hybrid run
    has both. Places set aside are a pool of their own until `release_at`; the chairs for those
    who come along are one too, where None is as many as anybody needs.
    """

    __tablename__ = "pool"
    __table_args__ = (
        UniqueConstraint("id", "run_id"),
        CheckConstraint("held BETWEEN 0 AND capacity", name="never_too_many"),
        CheckConstraint("capacity IS NOT NULL OR kind = 'chairs'", name="counted"),
        CheckConstraint("(kind = 'set_aside') = (release_at IS NOT NULL)", name="released_when"),
        Index(
            "uq_pool_one_of_a_kind",
            "run_id",
            "kind",
            unique=True,
            postgresql_where=ONE_OF_A_KIND,
            sqlite_where=ONE_OF_A_KIND,
        ),
        Index("ix_pool_run_id", "run_id"),
        Index("ix_pool_release_at", "release_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    kind: Mapped[PoolKind]
    name: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None]
    held: Mapped[int] = mapped_column(default=0)
    release_at: Mapped[datetime | None]

    run: Mapped[Run] = relationship()

    @property
    def left(self) -> int:
        return (self.capacity or 0) - self.held


class Enrolment(Model):
    """One request of one person for one run, and what became of it. Coming back is a new row.

    `requested_at` is the instant that counts in the queue, `arrived_at` what the office wrote
    down of a call or a form. `lot` is drawn at opening for what came before, and 0 for all else.
    Rows of one `wish` are alternatives: getting one leaves the others. Rows of one `party` are
    people who come together or not at all. `form_key` is that of the form that was sent, so that
    sending it twice is one request. `called_at` is when the office tried to reach them. `behind`
    is that its entries in their calendar have yet to follow what has changed.

    `held_from`, `offered_at` and `ended_at` are what its steps say, for reports only: the database
    keeps them, so that counting places need not read steps. A workbook does not say since when a
    place is held: then it is long ago. A place ended if it was given up, ran out or was cancelled.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        ForeignKeyConstraint(["pool_id", "run_id"], ["pool.id", "pool.run_id"]),
        CheckConstraint("(state = 'offered') = (answer_by IS NOT NULL)", name="offer_ends"),
        CheckConstraint("(answer_by IS NULL) = (offered_by IS NULL)", name="offer_told"),
        CheckConstraint("lot >= 0", name="lot_not_below_nothing"),
        Index(
            "uq_enrolment_live",
            "person_id",
            "run_id",
            unique=True,
            postgresql_where=IS_LIVE,
            sqlite_where=IS_LIVE,
        ),
        Index("uq_enrolment_id_run_id", "id", "run_id", unique=True),
        Index("ix_enrolment_run_id_requested_at", "run_id", "requested_at", "lot", "id"),
        Index(
            "ix_enrolment_waiting",
            "run_id",
            "pool_id",
            postgresql_where=IS_WAITING,
            sqlite_where=IS_WAITING,
        ),
        Index(
            "ix_enrolment_undrawn",
            "run_id",
            postgresql_where=IS_UNDRAWN,
            sqlite_where=IS_UNDRAWN,
        ),
        Index(
            "ix_enrolment_answer_by",
            "answer_by",
            postgresql_where=IS_OFFERED,
            sqlite_where=IS_OFFERED,
        ),
        Index("ix_enrolment_behind", "id", postgresql_where=IS_BEHIND, sqlite_where=IS_BEHIND),
        Index("ix_enrolment_person_id_state", "person_id", "state"),
        Index("ix_enrolment_wish", "wish"),
        Index("ix_enrolment_party", "party"),
        Index("ix_enrolment_pool_id", "pool_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=lambda: token_hex(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    pool_id: Mapped[int]
    state: Mapped[State]
    supporter: Mapped[Supporter] = mapped_column(default=Supporter.NONE)
    with_supporter: Mapped[bool] = mapped_column(default=False)
    requested_at: Mapped[datetime]
    lot: Mapped[int | None] = mapped_column(Integer().evaluates_none(), default=0)
    came_by: Mapped[Way] = mapped_column(default=Way.ONLINE)
    arrived_at: Mapped[datetime | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    form_key: Mapped[str | None] = mapped_column(unique=True)
    wish: Mapped[str | None]
    party: Mapped[str | None]
    answer_by: Mapped[datetime | None]
    offered_by: Mapped[By | None]
    called_at: Mapped[datetime | None]
    behind: Mapped[bool] = mapped_column(default=False)
    held_from: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    run: Mapped[Run] = relationship()
    pool: Mapped[Pool] = relationship(overlaps="run")
    steps: Mapped[list["EnrolmentStep"]] = relationship(
        order_by="EnrolmentStep.id", cascade="all, delete-orphan", back_populates="enrolment"
    )

    @property
    def thread(self) -> str:
        """What its messages have in common."""
        return f"{THREAD}{self.uid}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def asking(self) -> Asking:
        """What the rules of the queue ask."""
        return Asking(
            self.id,
            self.person_id,
            self.pool_id,
            self.requested_at,
            self.lot,
            self.with_supporter,
            self.party,
        )


class EnrolmentStep(Model):
    """One step of a place: to where, when, and why; `by_id` is None where it came by itself."""

    __tablename__ = "enrolment_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[State]
    why: Mapped[Why]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    enrolment: Mapped[Enrolment] = relationship(back_populates="steps")


class NotComing(Model):
    """Somebody with a place has said that they can't make one session. Nobody asks why."""

    __tablename__ = "not_coming"

    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    told_at: Mapped[datetime]


refuses("ck_pool_never_too_many", NoPlaceLeft)
refuses("never_too_many", NoPlaceLeft)
refuses("uq_enrolment_live", EnrolledAlready)
refuses("enrolment.person_id, enrolment.run_id", EnrolledAlready)
refuses("uq_enrolment_form_key", FormUsed)
refuses("enrolment.form_key", FormUsed)

COUNT = """UPDATE pool SET held = held {sign} CASE WHEN id <> {row}.pool_id THEN 1
WHEN {row}.supporter = 'place' THEN 2 ELSE 1 END
WHERE run_id = {row}.run_id AND {row}.state IN ('confirmed', 'offered', 'completed')
AND (id = {row}.pool_id OR {row}.supporter = 'chair' AND kind = 'chairs')"""
FREED, TAKEN = COUNT.format(sign="-", row="old"), COUNT.format(sign="+", row="new")
COUNTED = "state, supporter, pool_id"
guard(
    Enrolment,
    sqlite=(
        f"CREATE TRIGGER guard_place_added AFTER INSERT ON enrolment BEGIN {TAKEN}; END",
        f"CREATE TRIGGER guard_place_changed AFTER UPDATE OF {COUNTED} ON enrolment "
        f"BEGIN {FREED}; {TAKEN}; END",
        f"CREATE TRIGGER guard_place_removed AFTER DELETE ON enrolment BEGIN {FREED}; END",
    ),
    postgresql=(
        "CREATE FUNCTION guard_places() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {FREED}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN {TAKEN}; END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER guard_places_row AFTER INSERT OR DELETE OR UPDATE OF {COUNTED} "
        "ON enrolment FOR EACH ROW EXECUTE FUNCTION guard_places()",
    ),
)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
SPANS = """UPDATE enrolment SET (held_from, offered_at, ended_at) = (SELECT
min(CASE WHEN state = 'confirmed' THEN CASE why WHEN 'workbook' THEN {long_ago} ELSE at END END),
min(CASE WHEN state = 'offered' THEN at END),
max(CASE WHEN state IN ('given_up', 'expired', 'cancelled') THEN at END)
FROM enrolment_step WHERE enrolment_id = {row}.enrolment_id) WHERE id = {row}.enrolment_id"""
SINCE = {
    "sqlite": "'1970-01-01 00:00:00.000000'",
    "postgresql": "timestamptz '1970-01-01 00:00:00+00'",
}
guard(
    EnrolmentStep,
    sqlite=tuple(
        f"CREATE TRIGGER guard_span_{verb.split()[0].lower()} AFTER {verb} ON enrolment_step "
        f"BEGIN {SPANS.format(row=row, long_ago=SINCE['sqlite'])}; END"
        for verb, row in (("INSERT", "new"), ("UPDATE OF state, why, at", "new"), ("DELETE", "old"))
    ),
    postgresql=(
        "CREATE FUNCTION guard_spans() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN {SPANS.format(row='old', long_ago=SINCE['postgresql'])}; "
        f"ELSE {SPANS.format(row='new', long_ago=SINCE['postgresql'])}; END IF; "
        "RETURN NULL; END $$",
        "CREATE TRIGGER guard_spans_row AFTER INSERT OR DELETE OR UPDATE OF state, why, at "
        "ON enrolment_step FOR EACH ROW EXECUTE FUNCTION guard_spans()",
    ),
)

MAIN = "CASE {row}.mode WHEN 'online' THEN 'link' ELSE 'room' END"
KINDS = {"old": MAIN.format(row="old"), "new": MAIN.format(row="new")}
TWO_POOLS = """INSERT INTO pool (run_id, kind, name, capacity, held) VALUES
(new.id, {new}, '', new.capacity, 0), (new.id, 'chairs', '', NULL, 0)"""
RESIZE = """UPDATE pool SET capacity = capacity + new.capacity - old.capacity, kind = {new}
WHERE run_id = new.id AND kind = {old}"""
PLANNED, RESIZED = TWO_POOLS.format(**KINDS), RESIZE.format(**KINDS)
guard(
    Pool,
    sqlite=(
        f"CREATE TRIGGER guard_pool_of_run AFTER INSERT ON run BEGIN {PLANNED}; END",
        "CREATE TRIGGER guard_pool_of_run_changed AFTER UPDATE OF capacity, mode ON run "
        f"BEGIN {RESIZED}; END",
    ),
    postgresql=(
        "CREATE FUNCTION guard_pools() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'INSERT' THEN {PLANNED}; "
        f"ELSE {RESIZED}; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER guard_pools_row AFTER INSERT OR UPDATE OF capacity, mode ON run "
        "FOR EACH ROW EXECUTE FUNCTION guard_pools()",
    ),
)
