"""notes of pairs for each other."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pair_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("went_well", sa.Text(), nullable=False),
        sa.Column("to_change", sa.Text(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "went_well <> '' OR to_change <> ''", name=op.f("ck_pair_note_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_pair_note_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_pair_note_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_note")),
        sa.UniqueConstraint(
            "session_id", "tutor_id", name=op.f("uq_pair_note_session_id_tutor_id")
        ),
    )
    with op.batch_alter_table("pair_note") as batch_op:
        for column in ("tutor_id", "written_at"):
            name = batch_op.f(f"ix_pair_note_{column}")
            batch_op.create_index(name, [column], unique=False)


def downgrade() -> None:
    op.drop_table("pair_note")
