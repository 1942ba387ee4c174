"""saved returns."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_saved_return_made_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_return")),
    )
    for column in ("made_at", "made_by_id"):
        op.create_index(op.f(f"ix_saved_return_{column}"), "saved_return", [column])


def downgrade() -> None:
    op.drop_table("saved_return")
