"""an index of the rooms in use, by their times, for whoever looks for another time."""

from alembic import op
from sqlalchemy import text

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_session_in_use",
        "session",
        ["starts_at", "ends_at", "room_id"],
        postgresql_where=text("live AND room_exclusive"),
        sqlite_where=text("live = 1 AND room_exclusive = 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_session_in_use", "session")
