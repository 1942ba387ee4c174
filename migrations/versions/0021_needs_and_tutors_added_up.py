"""needs and tutors of runs that are over, added up with their sessions and places."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES, Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NEEDS = (
    *("arranged_agreed", "arranged_unsaid", "not_possible_agreed", "not_possible_unsaid"),
    "open_needs",
)
SIDES = (
    *("yes", "no", "taken_back", "in_time", "unanswered"),
    *("found", "not_found", "going_on", "not_needed"),
)
LOADS = ("lived_sessions", "lived_minutes", "professional_sessions", "professional_minutes")


def upgrade() -> None:
    """The worker adds all of them up; until then reports are right, and slower."""
    op.execute(
        "DELETE FROM run_tally WHERE run_id IN (SELECT id FROM run WHERE state <> 'published')"
    )
    how = {"recreate": "always"} if op.get_bind().dialect.name == "sqlite" else {}
    with op.batch_alter_table("run_tally", naming_convention=NAMES, **how) as batch_op:
        for name in NEEDS:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
    side = sa.Enum(
        "lived",
        "professional",
        name="side",
        native_enum=False,
        create_constraint=True,
        length=20,
    )
    tutor = sa.ForeignKeyConstraint(
        ["tutor_id"], ["tutor.id"], name=op.f("fk_run_load_tutor_id_tutor")
    )
    _create("run_side", sa.Column("side", side, nullable=False), *_counts(SIDES))
    op.create_index("ix_run_side_term", "run_side", ["term_id", "side", *SIDES])
    _create("run_load", sa.Column("tutor_id", sa.Integer(), nullable=False), *_counts(LOADS), tutor)
    op.create_index("ix_run_load_term", "run_load", ["term_id", "tutor_id", *LOADS])
    op.create_index(op.f("ix_run_load_tutor_id"), "run_load", ["tutor_id"])
    _create(
        "run_alone",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )
    order = ["term_id", "starts_at", "session_id", "reason"]
    op.create_index("ix_run_alone_term", "run_alone", order)


def downgrade() -> None:
    for table in ("run_alone", "run_load", "run_side"):
        op.drop_table(table)
    with op.batch_alter_table("run_tally", naming_convention=NAMES) as batch_op:
        for name in NEEDS:
            batch_op.drop_column(name)


def _counts(names: Sequence[str]) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _create(table: str, key: sa.Column[Any], *rest: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("run_id", sa.Integer(), nullable=False),
        key,
        sa.Column("term_id", sa.Integer(), nullable=False),
        *rest,
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run_tally.run_id"],
            name=op.f(f"fk_{table}_run_id_run_tally"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", key.name, name=op.f(f"pk_{table}")),
    )
