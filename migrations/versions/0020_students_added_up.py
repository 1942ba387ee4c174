"""students of each term, added up."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The worker adds all of them up; until then reports are right, and slower."""
    op.create_table(
        "student_tally",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("courses", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_student_tally_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "term_id", name=op.f("pk_student_tally")),
    )
    covering = ["term_id", "person_id", "is_new", "courses", "places"]
    op.create_index("ix_student_tally_term", "student_tally", covering)
    op.create_index("ix_student_tally_until", "student_tally", ["until"])
    op.create_table(
        "student_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_change")),
    )
    op.create_index(op.f("ix_student_change_person_id"), "student_change", ["person_id"])
    op.execute(
        "INSERT INTO student_change (person_id) "
        "SELECT DISTINCT person_id FROM enrolment WHERE person_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("student_change")
    op.drop_table("student_tally")
