"""incoming mail."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = (
    *("accepted", "tentative", "declined", "counter"),
    *("out_of_office", "came_back", "note", "unknown"),
)
STATES = ("done", "for_the_office", "seen")


def upgrade() -> None:
    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("came_at", Instant(), nullable=False),
        sa.Column("kind", _one_of(*KINDS, name="mailkind"), nullable=False),
        sa.Column("state", _one_of(*STATES, name="mailstate"), nullable=False),
        sa.Column("uid", sa.String(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        _points_at("entry_id", "calendar_entry", ondelete="SET NULL"),
        _points_at("message_id", "outbox_message", ondelete="SET NULL"),
        _points_at("person_id", "person", ondelete=None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("digest", name=op.f("uq_incoming_mail_digest")),
    )
    waits = sa.text("state = 'for_the_office'")
    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        for name in ("entry_id", "message_id", "person_id"):
            batch_op.create_index(batch_op.f(f"ix_incoming_mail_{name}"), [name], unique=False)
        batch_op.create_index(
            "ix_incoming_mail_for_the_office",
            ["id"],
            unique=False,
            postgresql_where=waits,
            sqlite_where=waits,
        )


def _points_at(column: str, table: str, *, ondelete: str | None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_incoming_mail_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=ondelete)


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def downgrade() -> None:
    op.drop_table("incoming_mail")
