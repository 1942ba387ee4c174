"""indexes of what the office looks for every morning: few rows among very many."""

from alembic import op
from sqlalchemy import text

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FEW = (
    ("ix_enrolment_undrawn", "enrolment", ["run_id"], "state = 'waiting' AND lot IS NULL"),
    ("ix_run_draft", "run", ["term_id"], "state = 'draft'"),
    (
        *("ix_person_unreached", "person", ["name", "id"]),
        "join_step IS NULL AND email IS NULL AND trim(phone) = '' AND trim(address) = ''",
    ),
)


def upgrade() -> None:
    for name, table, columns, where in FEW:
        op.create_index(
            name, table, columns, postgresql_where=text(where), sqlite_where=text(where)
        )
    op.create_index("ix_person_made_at", "person", ["made_at"])


def downgrade() -> None:
    op.drop_index("ix_person_made_at", "person")
    for name, table, _, _ in FEW:
        op.drop_index(name, table)
