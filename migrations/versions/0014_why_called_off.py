"""why a session was called off."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.add_column(
            sa.Column("cancel_reason", sa.String(), nullable=False, server_default="")
        )
    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.alter_column("cancel_reason", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.drop_column("cancel_reason")
