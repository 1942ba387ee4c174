"""runs that are over, added up."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SUMS = (
    *("ran", "taken", "cancelled", "paired", "both", "unrecorded"),
    *("lived_minutes", "professional_minutes"),
    *("present", "late", "early", "told", "unheard"),
)


def upgrade() -> None:
    """The worker fills it; without it reports are right, and slower."""
    op.create_table(
        "run_tally",
        sa.Column("run_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_tally_run_id_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_tally")),
    )


def downgrade() -> None:
    op.drop_table("run_tally")
