"""places of runs that are over, added up with their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SESSIONS = (
    *("ran", "taken", "cancelled", "paired", "both", "unrecorded"),
    *("lived_minutes", "professional_minutes"),
    *("present", "late", "early", "told", "unheard"),
)
PLACES = (
    *("term_id", "capacity", "held", "students", "asked", "waiting", "unserved"),
    *("offered", "accepted", "leads", "percent", "completed"),
)


def upgrade() -> None:
    """The worker fills it anew; until then reports are right, and slower."""
    op.drop_table("run_tally")
    _create(
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*SESSIONS, *PLACES)),
        sa.Column("lead_seconds", sa.BigInteger(), nullable=False),
    )
    op.create_index(op.f("ix_run_tally_term_id"), "run_tally", ["term_id"])


def downgrade() -> None:
    op.drop_table("run_tally")
    _create(*(sa.Column(name, sa.Integer(), nullable=False) for name in SESSIONS))


def _create(*columns: sa.Column[int]) -> None:
    op.create_table(
        "run_tally",
        sa.Column("run_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_tally_run_id_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_tally")),
    )
