"""a workbook that waits, and numbers of people that never come again."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_import_upload_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_upload")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_upload_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_upload_owner_id"), ["owner_id"], unique=False)
    _count_people(on=True)


def _count_people(*, on: bool) -> None:
    """SQLite takes a number again that nobody has any more, unless it is told to count on."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(
            "person",
            recreate="always",
            naming_convention=NAMES,
            table_kwargs={"sqlite_autoincrement": on},
        ):
            pass


def downgrade() -> None:
    _count_people(on=False)
    with op.batch_alter_table("import_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_upload_owner_id"))
        batch_op.drop_index(batch_op.f("ix_import_upload_ends_at"))
    op.drop_table("import_upload")
