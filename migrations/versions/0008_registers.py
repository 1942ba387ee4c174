"""registers."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.create_index("uq_enrolment_id_run_id", ["id", "run_id"], unique=True)

    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.add_column(
            sa.Column("taken", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.alter_column("taken", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index(
            "ix_session_untaken",
            ["ends_at", "id"],
            unique=False,
            postgresql_where=sa.text("NOT taken AND state = 'planned' AND kind = 'teaching'"),
            sqlite_where=sa.text("NOT taken AND state = 'planned' AND kind = 'teaching'"),
        )
        batch_op.create_index("uq_session_id_run_id", ["id", "run_id"], unique=True)

    op.create_table(
        "tutor_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            _one_of("lived", "professional", name="side"),
            nullable=False,
        ),
        sa.Column(
            "state",
            _one_of("present", "late", "away", name="tutorstate"),
            nullable=False,
        ),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_tutor_mark_by_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_tutor_mark_session_id_session")
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_tutor_mark_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutor_mark")),
        sa.UniqueConstraint("key", name=op.f("uq_tutor_mark_key")),
    )
    with op.batch_alter_table("tutor_mark") as batch_op:
        batch_op.create_index(batch_op.f("ix_tutor_mark_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_tutor_mark_session_id", ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tutor_mark_tutor_id"), ["tutor_id"], unique=False)
        batch_op.create_index(
            "uq_tutor_mark_stands",
            ["session_id", "tutor_id"],
            unique=True,
            postgresql_where=sa.text("stands"),
            sqlite_where=sa.text("stands"),
        )

    op.create_table(
        "welcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_welcome_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_welcome_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_welcome_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welcome")),
        sa.UniqueConstraint("id", "session_id", name=op.f("uq_welcome_id_session_id")),
        sa.UniqueConstraint("key", name=op.f("uq_welcome_key")),
    )
    with op.batch_alter_table("welcome") as batch_op:
        batch_op.create_index(batch_op.f("ix_welcome_made_by_id"), ["made_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_welcome_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_welcome_session_id"), ["session_id"], unique=False)
        batch_op.create_index(
            "ix_welcome_unsettled",
            ["id"],
            unique=False,
            postgresql_where=sa.text("settled_at IS NULL"),
            sqlite_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("welcome_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            _one_of("present", "late", "early", "told", "unheard", name="markstate"),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes > 0 AND state IN ('late', 'early')",
            name=op.f("ck_mark_minutes_of_what"),
        ),
        sa.CheckConstraint(
            "(enrolment_id IS NULL) <> (welcome_id IS NULL)", name=op.f("ck_mark_of_one")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_mark_by_id_person")),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "run_id"],
            ["enrolment.id", "enrolment.run_id"],
            name=op.f("fk_mark_enrolment_id_run_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "run_id"],
            ["session.id", "session.run_id"],
            name=op.f("fk_mark_session_id_run_id_session"),
        ),
        sa.ForeignKeyConstraint(
            ["welcome_id", "session_id"],
            ["welcome.id", "welcome.session_id"],
            name=op.f("fk_mark_welcome_id_session_id_welcome"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("key", name=op.f("uq_mark_key")),
    )
    with op.batch_alter_table("mark") as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_mark_enrolment_id", ["enrolment_id"], unique=False)
        batch_op.create_index("ix_mark_session_id", ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mark_welcome_id"), ["welcome_id"], unique=False)
        batch_op.create_index(
            "uq_mark_of_place",
            ["session_id", "enrolment_id"],
            unique=True,
            postgresql_where=sa.text("stands"),
            sqlite_where=sa.text("stands"),
        )
        batch_op.create_index(
            "uq_mark_of_welcome",
            ["welcome_id"],
            unique=True,
            postgresql_where=sa.text("stands"),
            sqlite_where=sa.text("stands"),
        )

    op.create_table(
        "not_coming",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_not_coming_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_not_coming_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "session_id", name=op.f("pk_not_coming")),
    )
    with op.batch_alter_table("not_coming") as batch_op:
        batch_op.create_index(batch_op.f("ix_not_coming_session_id"), ["session_id"], unique=False)


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def downgrade() -> None:
    for name in ("not_coming", "mark", "welcome", "tutor_mark"):
        op.drop_table(name)
    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.drop_index("uq_session_id_run_id")
        batch_op.drop_index("ix_session_untaken")
        batch_op.drop_column("taken")
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_index("uq_enrolment_id_run_id")
