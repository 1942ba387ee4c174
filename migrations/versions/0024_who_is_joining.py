"""an index of those who are joining: hardly anybody among very many."""

from alembic import op
from sqlalchemy import text

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

JOINING = text("join_step IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_person_joining",
        "person",
        ["name", "id"],
        postgresql_where=JOINING,
        sqlite_where=JOINING,
    )


def downgrade() -> None:
    op.drop_index("ix_person_joining", "person")
