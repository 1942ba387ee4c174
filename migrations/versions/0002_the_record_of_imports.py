"""The record of imports; a course's next run out of an index alone."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("rows_added", sa.Integer(), nullable=False),
        sa.Column("gaps_filled", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_record")),
    )
    op.drop_index("ix_run_course_id_starts_at", "run")
    op.create_index("ix_run_course_id_starts_at", "run", ["course_id", "starts_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_run_course_id_starts_at", "run")
    op.create_index("ix_run_course_id_starts_at", "run", ["course_id", "starts_at"])
    op.drop_table("import_record")
