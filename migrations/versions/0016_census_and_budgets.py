"""census figures of the area, and budgets of terms."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

QUESTIONS = (
    *("age", "sex", "gender", "ethnic_group", "religion", "orientation", "disability", "caring"),
)


def upgrade() -> None:
    questions = sa.Enum(
        *QUESTIONS, name="question", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "census_figure",
        sa.Column("question", questions, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_census_figure_not_below_nothing")),
        sa.PrimaryKeyConstraint("question", "answer", name=op.f("pk_census_figure")),
    )
    op.create_table(
        "budget",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_budget_some_money")),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_budget_term_id_term"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term_id", name=op.f("pk_budget")),
    )


def downgrade() -> None:
    op.drop_table("budget")
    op.drop_table("census_figure")
