"""places."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = (
    *("confirmed", "offered", "waiting"),
    *("given_up", "expired", "cancelled", "completed"),
)
NO_MORE = (("course", "first_course_needed"), ("run", "drop_in"), ("run", "joins_late"))
POOLS = (  # as the guards make them for every run that is planned from now on
    "INSERT INTO pool (run_id, kind, name, capacity, held) "
    "SELECT id, CASE mode WHEN 'online' THEN 'link' ELSE 'room' END, '', capacity, 0 FROM run",
    "INSERT INTO pool (run_id, kind, name, capacity, held) "
    "SELECT id, 'chairs', '', NULL, 0 FROM run",
)


def upgrade() -> None:
    op.create_table(
        "pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "room",
                "link",
                "set_aside",
                "chairs",
                name="poolkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("release_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'set_aside') = (release_at IS NOT NULL)", name=op.f("ck_pool_released_when")
        ),
        sa.CheckConstraint("capacity IS NOT NULL OR kind = 'chairs'", name=op.f("ck_pool_counted")),
        sa.CheckConstraint("held BETWEEN 0 AND capacity", name=op.f("ck_pool_never_too_many")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_pool_run_id_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
        sa.UniqueConstraint("id", "run_id", name=op.f("uq_pool_id_run_id")),
    )
    with op.batch_alter_table("pool", schema=None) as batch_op:
        batch_op.create_index("ix_pool_release_at", ["release_at"], unique=False)
        batch_op.create_index("ix_pool_run_id", ["run_id"], unique=False)
        batch_op.create_index(
            "uq_pool_one_of_a_kind",
            ["run_id", "kind"],
            unique=True,
            postgresql_where=sa.text("kind <> 'set_aside'"),
            sqlite_where=sa.text("kind <> 'set_aside'"),
        )

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "supporter",
            sa.Enum(
                "none",
                "chair",
                "place",
                name="supporter",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("with_supporter", sa.Boolean(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=True),
        sa.Column(
            "came_by",
            sa.Enum(
                "online",
                "phone",
                "form",
                "letter",
                "in_person",
                "workbook",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("answer_by", Instant(), nullable=True),
        sa.Column(
            "offered_by",
            sa.Enum(
                "message", "call", name="by", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("called_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(state = 'offered') = (answer_by IS NOT NULL)", name=op.f("ck_enrolment_offer_ends")
        ),
        sa.CheckConstraint(
            "(answer_by IS NULL) = (offered_by IS NULL)", name=op.f("ck_enrolment_offer_told")
        ),
        sa.CheckConstraint("lot >= 0", name=op.f("ck_enrolment_lot_not_below_nothing")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_enrolment_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["pool_id", "run_id"],
            ["pool.id", "pool.run_id"],
            name=op.f("fk_enrolment_pool_id_run_id_pool"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_enrolment_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("form_key", name=op.f("uq_enrolment_form_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_enrolment_uid")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enrolment_answer_by",
            ["answer_by"],
            unique=False,
            postgresql_where=sa.text("state = 'offered'"),
            sqlite_where=sa.text("state = 'offered'"),
        )
        batch_op.create_index(batch_op.f("ix_enrolment_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index("ix_enrolment_party", ["party"], unique=False)
        batch_op.create_index("ix_enrolment_person_id_state", ["person_id", "state"], unique=False)
        batch_op.create_index("ix_enrolment_pool_id", ["pool_id"], unique=False)
        batch_op.create_index(
            "ix_enrolment_run_id_requested_at",
            ["run_id", "requested_at", "lot", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_enrolment_waiting",
            ["run_id", "pool_id"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_enrolment_wish", ["wish"], unique=False)
        batch_op.create_index(
            "uq_enrolment_live",
            ["person_id", "run_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('confirmed', 'offered', 'waiting')"),
            sqlite_where=sa.text("state IN ('confirmed', 'offered', 'waiting')"),
        )

    op.create_table(
        "enrolment_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "why",
            sa.Enum(
                "place_free",
                "full",
                "early",
                "lots",
                "somebody_left",
                "offer_not_taken",
                "more_places",
                "released",
                "chosen_first",
                "lost_other",
                "accepted",
                "by_phone",
                "gave_up",
                "left_list",
                "declined",
                "time_over",
                "got_other",
                "moved",
                "run_cancelled",
                "begun",
                "ran",
                "workbook",
                "merged",
                "erased",
                name="why",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_enrolment_step_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_enrolment_step_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_step")),
    )
    with op.batch_alter_table("enrolment_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_enrolment_step_enrolment_id"), ["enrolment_id"], unique=False
        )

    with op.batch_alter_table("course", naming_convention=NAMES) as batch_op:
        batch_op.add_column(sa.Column("first_course_id", sa.Integer(), nullable=True))
        batch_op.add_column(_no("first_course_needed"))
        batch_op.create_index(
            batch_op.f("ix_course_first_course_id"), ["first_course_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_course_first_course_id_course"), "course", ["first_course_id"], ["id"]
        )
    with op.batch_alter_table("run", naming_convention=NAMES) as batch_op:
        batch_op.add_column(_no("drop_in"))
        batch_op.add_column(_no("joins_late"))
    for table, column in NO_MORE:
        with op.batch_alter_table(table, naming_convention=NAMES) as batch_op:
            batch_op.alter_column(
                column, existing_type=sa.Boolean(), existing_nullable=False, server_default=None
            )
    _channels(("email",), ("email", "letter", "call"))
    for made in POOLS:
        op.execute(made)


def _no(column: str) -> sa.Column[bool]:
    """What rows of before say, and then nothing by itself."""
    return sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false())


def _channels(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """The ways in which a message goes out."""
    with op.batch_alter_table("outbox_message", naming_convention=NAMES) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outbox_message_channel"), type_="check")
    with op.batch_alter_table("outbox_message", naming_convention=NAMES) as batch_op:
        batch_op.alter_column(
            "channel", existing_type=_ways(before), type_=_ways(after), existing_nullable=False
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_outbox_message_channel"), sa.column("channel").in_(after)
        )


def _ways(ways: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*ways, name="channel", native_enum=False, length=20, create_constraint=False)


def downgrade() -> None:
    op.execute("DELETE FROM outbox_message WHERE channel <> 'email'")
    _channels(("email", "letter", "call"), ("email",))
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_column("joins_late")
        batch_op.drop_column("drop_in")

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_course_first_course_id_course"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_course_first_course_id"))
        batch_op.drop_column("first_course_needed")
        batch_op.drop_column("first_course_id")

    with op.batch_alter_table("enrolment_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_step_enrolment_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_step_by_id"))

    op.drop_table("enrolment_step")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enrolment_live",
            postgresql_where=sa.text("state IN ('confirmed', 'offered', 'waiting')"),
            sqlite_where=sa.text("state IN ('confirmed', 'offered', 'waiting')"),
        )
        batch_op.drop_index("ix_enrolment_wish")
        batch_op.drop_index(
            "ix_enrolment_waiting",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_enrolment_run_id_requested_at")
        batch_op.drop_index("ix_enrolment_pool_id")
        batch_op.drop_index("ix_enrolment_person_id_state")
        batch_op.drop_index("ix_enrolment_party")
        batch_op.drop_index(batch_op.f("ix_enrolment_asked_by_id"))
        batch_op.drop_index(
            "ix_enrolment_answer_by",
            postgresql_where=sa.text("state = 'offered'"),
            sqlite_where=sa.text("state = 'offered'"),
        )

    op.drop_table("enrolment")
    with op.batch_alter_table("pool", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pool_one_of_a_kind",
            postgresql_where=sa.text("kind <> 'set_aside'"),
            sqlite_where=sa.text("kind <> 'set_aside'"),
        )
        batch_op.drop_index("ix_pool_run_id")
        batch_op.drop_index("ix_pool_release_at")

    op.drop_table("pool")
