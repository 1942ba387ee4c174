"""since when places are held."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES, TEXT_FORM

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SPANS = ("held_from", "offered_at", "ended_at")
FOLLOW = """
UPDATE enrolment SET held_from = said.held_from, offered_at = said.offered_at,
ended_at = said.ended_at FROM (SELECT enrolment_id,
min(CASE WHEN state = 'confirmed' THEN CASE why WHEN 'workbook' THEN {long_ago} ELSE at END END)
AS held_from, min(CASE WHEN state = 'offered' THEN at END) AS offered_at,
max(CASE WHEN state IN ('given_up', 'expired', 'cancelled') THEN at END) AS ended_at
FROM enrolment_step GROUP BY enrolment_id) AS said WHERE said.enrolment_id = enrolment.id
"""
LONG_AGO = {
    "sqlite": "'1970-01-01 00:00:00.000000'",
    "postgresql": "timestamptz '1970-01-01 00:00:00+00'",
}


def upgrade() -> None:
    with op.batch_alter_table("enrolment", naming_convention=NAMES) as batch_op:
        for name in SPANS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
            if _is_sqlite():
                form = f"{name} GLOB '{TEXT_FORM}'"
                batch_op.create_check_constraint(batch_op.f(_check(name)), form)
    op.execute(FOLLOW.format(long_ago=LONG_AGO[op.get_bind().dialect.name]))


def downgrade() -> None:
    with op.batch_alter_table("enrolment", naming_convention=NAMES) as batch_op:
        for name in SPANS:
            if _is_sqlite():
                batch_op.drop_constraint(batch_op.f(_check(name)), type_="check")
            batch_op.drop_column(name)


def _check(name: str) -> str:
    return f"ck_enrolment_{name}_form"


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
