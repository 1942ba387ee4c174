"""needs that end as arranged."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
SHARES = sa.text("needs_shared AND needs <> ''")


def upgrade() -> None:
    op.create_table(
        "adjustment",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("arranged", "not_possible", name="settled"), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("agreed_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(agreed IS NULL) = (agreed_at IS NULL)", name=op.f("ck_adjustment_agreed_when")
        ),
        sa.CheckConstraint("agreed_at >= settled_at", name=op.f("ck_adjustment_agreed_of_settled")),
        sa.CheckConstraint(
            "NOT stands OR agreed IS NULL OR agreed", name=op.f("ck_adjustment_no_is_open")
        ),
        sa.CheckConstraint("NOT stands OR how <> ''", name=op.f("ck_adjustment_says_how")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_adjustment_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_adjustment_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_adjustment")),
    )
    with op.batch_alter_table("adjustment") as batch_op:
        name = batch_op.f("ix_adjustment_settled_by_id")
        batch_op.create_index(name, ["settled_by_id"], unique=False)
    op.create_index(
        "ix_person_shares_needs",
        "person",
        ["id"],
        unique=False,
        postgresql_where=SHARES,
        sqlite_where=SHARES,
    )


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def downgrade() -> None:
    op.drop_index("ix_person_shares_needs", table_name="person")
    op.drop_table("adjustment")
