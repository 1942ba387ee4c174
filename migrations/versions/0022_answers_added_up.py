"""answers of the students of each term, added up."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UNSAID = sa.text("said IS NULL")


def upgrade() -> None:
    """The worker adds everybody up anew, with their answers; until then the report is right, and
    slower. A worker of the code before leaves the answers out of what it writes meanwhile."""
    how = {"recreate": "always"} if op.get_bind().dialect.name == "sqlite" else {}
    with op.batch_alter_table("student_tally", naming_convention=NAMES, **how) as batch_op:
        batch_op.add_column(sa.Column("said", sa.JSON(), nullable=True))
        batch_op.create_index(
            "ix_student_tally_unsaid",
            ["person_id"],
            sqlite_where=UNSAID,
            postgresql_where=UNSAID,
        )
    op.create_table(
        "answer_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("students", sa.Integer(), nullable=False),
        sa.Column("folding", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_tally")),
    )


def downgrade() -> None:
    op.drop_table("answer_tally")
    with op.batch_alter_table("student_tally", naming_convention=NAMES) as batch_op:
        batch_op.drop_index("ix_student_tally_unsaid")
        batch_op.drop_column("said")
