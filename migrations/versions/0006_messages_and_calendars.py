"""messages and calendars."""

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from recovery_college.database import NAMES, TEXT_FORM, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = (("sign_in", "notice", "goodbye"), ("sign_in", "notice", "today", "goodbye"))
WAYS = (("email", "letter", "call"), ("email", "text", "letter", "call"))
SECRET = (
    "state = 'waiting' OR kind = 'notice' OR body = ''",
    "state = 'waiting' OR kind IN ('notice', 'today') OR body = ''",
)
INVITE = (
    "(uid IS NULL) = (calendar IS NULL) AND (uid IS NULL) = (method IS NULL) AND "
    "(uid IS NULL) = (sequence IS NULL) AND (uid IS NULL) = (first_sequence IS NULL)"
)
SAFE = "(safe_from IS NULL) = (safe_until IS NULL)"
IN_A_MESSAGE = (
    *("uid", "sequence", "first_sequence", "method", "calendar"),
    *("safe_from", "safe_until", "heard_at"),
)
OF_A_PERSON = {"table_kwargs": {"sqlite_autoincrement": True}, "naming_convention": NAMES}


def upgrade() -> None:
    op.create_table(
        "feed_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_digest", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feed_key_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_key")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_feed_key_key_digest")),
    )
    with op.batch_alter_table("feed_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_key_person_id"), ["person_id"], unique=False)

    op.create_table(
        "calendar_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("stamped_at", Instant(), nullable=False),
        sa.Column("mailed_to", sa.String(), nullable=True),
        sa.Column("first_sequence", sa.Integer(), nullable=True),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "NEEDS-ACTION",
                "ACCEPTED",
                "TENTATIVE",
                "DECLINED",
                name="partstat",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(mailed_to IS NULL) = (first_sequence IS NULL)",
            name=op.f("ck_calendar_entry_mailed_whole"),
        ),
        sa.CheckConstraint(
            "sequence >= 0", name=op.f("ck_calendar_entry_sequence_not_below_nothing")
        ),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_calendar_entry_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_entry_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_calendar_entry_session_id_session"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entry")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_entry_uid")),
    )
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_calendar_entry_person_id_starts_at", ["person_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_calendar_entry_session_id"), ["session_id"], unique=False
        )
        unmailed = sa.text("cancelled_at IS NULL AND mailed_to IS NULL")
        batch_op.create_index(
            "ix_calendar_entry_unmailed",
            ["starts_at"],
            unique=False,
            postgresql_where=unmailed,
            sqlite_where=unmailed,
        )
        taught = sa.text("cancelled_at IS NULL AND substr(holder, 1, 9) = 'delivery:'")
        batch_op.create_index(
            "ix_calendar_entry_taught",
            ["ends_at"],
            unique=False,
            postgresql_where=taught,
            sqlite_where=taught,
        )
        batch_op.create_index(
            "uq_calendar_entry_standing",
            ["holder", "session_id"],
            unique=True,
            postgresql_where=sa.text("cancelled_at IS NULL"),
            sqlite_where=sa.text("cancelled_at IS NULL"),
        )

    taken = sa.text("state = 'accepted' AND live")
    op.create_index(
        "ix_delivery_taken", "delivery", ["ends_at"], postgresql_where=taken, sqlite_where=taken
    )
    with _messages() as batch_op:
        batch_op.add_column(sa.Column("uid", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("first_sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("method", _one_of("REQUEST", "CANCEL", name="method")))
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("safe_from", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("safe_until", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "uq_outbox_message_uid_sequence",
            ["uid", "sequence", "address"],
            unique=True,
            postgresql_where=sa.text("state <> 'dropped'"),
            sqlite_where=sa.text("state <> 'dropped'"),
        )
    with _messages() as batch_op:
        _check(batch_op, "method", sa.column("method").in_(("REQUEST", "CANCEL")))
        _check(batch_op, "invite_whole", INVITE)
        _check(batch_op, "safe_hours_whole", SAFE)
        if _is_sqlite():  # an `Instant` brings it, but with a column of an old table twice
            _check(batch_op, "heard_at_form", f"heard_at GLOB '{TEXT_FORM}'")
    _words(1)
    with op.batch_alter_table("enrolment", naming_convention=NAMES) as batch_op:
        batch_op.add_column(
            sa.Column("behind", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("enrolment", naming_convention=NAMES) as batch_op:
        batch_op.alter_column("behind", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index(
            "ix_enrolment_behind",
            ["id"],
            unique=False,
            postgresql_where=sa.text("behind"),
            sqlite_where=sa.text("behind"),
        )
    with op.batch_alter_table("person", **OF_A_PERSON) as batch_op:
        invites = _one_of("week", "at_once", "none", name="invites")
        batch_op.add_column(sa.Column("invites", invites, nullable=False, server_default="week"))
        batch_op.add_column(sa.Column("safe_from", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("safe_until", sa.Time(), nullable=True))
    with op.batch_alter_table("person", **OF_A_PERSON) as batch_op:
        batch_op.alter_column("invites", existing_type=invites, server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_person_invites"), sa.column("invites").in_(("week", "at_once", "none"))
        )
        batch_op.create_check_constraint(batch_op.f("ck_person_safe_hours_whole"), SAFE)


def _words(after: int) -> None:
    """What a message may be, and how it may go."""
    with _messages() as batch_op:
        for name in ("messagekind", "channel", "secret_until_sent"):
            batch_op.drop_constraint(batch_op.f(f"ck_outbox_message_{name}"), type_="check")
    with _messages() as batch_op:
        _check(batch_op, "messagekind", sa.column("kind").in_(KINDS[after]))
        _check(batch_op, "channel", sa.column("channel").in_(WAYS[after]))
        _check(batch_op, "secret_until_sent", SECRET[after])


def _check(batch_op: BatchOperations, name: str, holds: object) -> None:
    batch_op.create_check_constraint(batch_op.f(f"ck_outbox_message_{name}"), holds)


def _messages() -> AbstractContextManager[BatchOperations]:
    return op.batch_alter_table("outbox_message", naming_convention=NAMES)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=20, create_constraint=False)


def downgrade() -> None:
    op.execute("DELETE FROM outbox_message WHERE channel = 'text' OR kind = 'today'")
    _words(0)
    with op.batch_alter_table("person", **OF_A_PERSON) as batch_op:
        for name in ("invites", "safe_hours_whole"):
            batch_op.drop_constraint(batch_op.f(f"ck_person_{name}"), type_="check")
    with op.batch_alter_table("person", **OF_A_PERSON) as batch_op:
        for name in ("invites", "safe_from", "safe_until"):
            batch_op.drop_column(name)
    with _messages() as batch_op:
        lost = ("heard_at_form",) if _is_sqlite() else ()
        for name in ("method", "invite_whole", "safe_hours_whole", *lost):
            batch_op.drop_constraint(batch_op.f(f"ck_outbox_message_{name}"), type_="check")
        batch_op.drop_index("uq_outbox_message_uid_sequence")
    with _messages() as batch_op:
        for name in IN_A_MESSAGE:
            batch_op.drop_column(name)
    with op.batch_alter_table("enrolment", naming_convention=NAMES) as batch_op:
        batch_op.drop_index("ix_enrolment_behind")
    with op.batch_alter_table("enrolment", naming_convention=NAMES) as batch_op:
        batch_op.drop_column("behind")
    op.drop_index("ix_delivery_taken", "delivery")
    op.drop_table("calendar_entry")
    op.drop_table("feed_key")
