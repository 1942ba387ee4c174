"""The first tables."""

import sqlalchemy as sa
from alembic import op

from recovery_college.database import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "import_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("rows_added", sa.Integer(), nullable=False),
        sa.Column("gaps_filled", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_record")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.CheckConstraint("trim(name) <> ''", name=op.f("ck_person_has_a_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_name"), ["name"], unique=False)

    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "strand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column(
            "look",
            sa.Enum(
                "wave",
                "leaf",
                "kite",
                "step",
                "ring",
                "peak",
                name="look",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strand")),
        sa.UniqueConstraint("name", name=op.f("uq_strand_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_strand_slug")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("public_at", Instant(), nullable=False),
        sa.Column("enrolment_opens_at", Instant(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_term_ends_after_it_starts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("name", name=op.f("uq_term_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_term_slug")),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("getting_there", sa.Text(), nullable=False),
        sa.Column("buses", sa.Text(), nullable=False),
        sa.Column("parking", sa.Text(), nullable=False),
        sa.Column("toilets", sa.Text(), nullable=False),
        sa.Column("door_photo", sa.LargeBinary(), nullable=True),
        sa.Column("door_photo_words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("name", name=op.f("uq_venue_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_venue_slug")),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("strand_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "archived",
                name="coursestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "in_person",
                "online",
                "hybrid",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("learn", sa.Text(), nullable=False),
        sa.Column("suits", sa.Text(), nullable=False),
        sa.Column("session_like", sa.Text(), nullable=False),
        sa.Column("content_note", sa.Text(), nullable=False),
        sa.Column("bring", sa.Text(), nullable=False),
        sa.Column("first_session_needed", sa.Boolean(), nullable=False),
        sa.Column("search_title", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("search_near", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["strand_id"], ["strand.id"], name=op.f("fk_course_strand_id_strand")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("slug", name=op.f("uq_course_slug")),
        sa.UniqueConstraint("title", name=op.f("uq_course_title")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_strand_id"), ["strand_id"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("hearing_loop", sa.Boolean(), nullable=True),
        sa.Column("quiet_space", sa.Boolean(), nullable=True),
        sa.CheckConstraint("places > 0", name=op.f("ck_room_some_places")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_room_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("id", "exclusive", name=op.f("uq_room_id_exclusive")),
        sa.UniqueConstraint("venue_id", "name", name=op.f("uq_room_venue_id_name")),
    )
    op.create_table(
        "tutor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sessions_a_week", sa.Integer(), nullable=True),
        sa.Column(
            "shown_as",
            sa.Enum(
                "not_named",
                "first_name",
                "full_name",
                name="shownas",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("sessions_a_week > 0", name=op.f("ck_tutor_some_sessions_a_week")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_tutor_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_tutor_person_id")),
    )
    op.create_table(
        "contributor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "lived",
                "professional",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "shown_as",
            sa.Enum(
                "not_named",
                "first_name",
                "full_name",
                name="shownas",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_contributor_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contributor_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributor")),
        sa.UniqueConstraint(
            "course_id", "person_id", "side", name=op.f("uq_contributor_course_id_person_id_side")
        ),
    )
    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contributor_person_id"), ["person_id"], unique=False)

    op.create_table(
        "course_theme",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column(
            "theme",
            sa.Enum(
                "connectedness",
                "hope",
                "identity",
                "meaning",
                "empowerment",
                name="theme",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_theme_course_id_course")
        ),
        sa.PrimaryKeyConstraint("course_id", "theme", name=op.f("pk_course_theme")),
    )
    with op.batch_alter_table("course_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_theme_theme"), ["theme"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_decision_course_id_course")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_course_id"), ["course_id"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "in_person",
                "online",
                "hybrid",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "cancelled",
                name="runstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "by_link",
                "office",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("link_key", sa.String(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=True),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column(
            "part",
            sa.Enum(
                "morning",
                "afternoon",
                "evening",
                name="partofday",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("regular", sa.Boolean(), nullable=False),
        sa.Column("session_count", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_run_some_places")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_run_course_id_course")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_run_term_id_term")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_run_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("link_key", name=op.f("uq_run_link_key")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_run_course_id_starts_at", ["course_id", "starts_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_run_listed",
            ["starts_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'published' AND visibility = 'public'"),
            sqlite_where=sa.text("state = 'published' AND visibility = 'public'"),
        )
        batch_op.create_index("ix_run_term_id", ["term_id"], unique=False)
        batch_op.create_index("ix_run_venue_id_starts_at", ["venue_id", "starts_at"], unique=False)

    op.create_table(
        "teaches",
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_teaches_course_id_course")
        ),
        sa.ForeignKeyConstraint(["tutor_id"], ["tutor.id"], name=op.f("fk_teaches_tutor_id_tutor")),
        sa.PrimaryKeyConstraint("tutor_id", "course_id", name=op.f("pk_teaches")),
    )
    with op.batch_alter_table("teaches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_teaches_course_id"), ["course_id"], unique=False)

    op.create_table(
        "tutor_day",
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_tutor_day_day_of_the_week")),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_tutor_day_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("tutor_id", "weekday", name=op.f("pk_tutor_day")),
    )
    op.create_table(
        "tutor_side",
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "lived",
                "professional",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_tutor_side_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("tutor_id", "side", name=op.f("pk_tutor_side")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("room_exclusive", sa.Boolean(), nullable=True),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "cancelled",
                name="sessionstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("pair_by_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "NOT (live AND state = 'cancelled')", name=op.f("ck_session_cancelled_is_not_live")
        ),
        sa.CheckConstraint(
            "(room_id IS NULL) = (room_exclusive IS NULL)", name=op.f("ck_session_room_whole")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_session_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["room_id", "room_exclusive"],
            ["room.id", "room.exclusive"],
            name=op.f("fk_session_room_id_room_exclusive_room"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_session_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint(
            "id", "starts_at", "ends_at", "live", name=op.f("uq_session_id_starts_at_ends_at_live")
        ),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_session_run_id_number")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_session_room_id_starts_at", ["room_id", "starts_at"], unique=False
        )
        batch_op.create_index("ix_session_starts_at", ["starts_at"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "lived",
                "professional",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "accepted",
                "declined",
                "stepped_back",
                "covered",
                "stood_down",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "starts_at", "ends_at", "live"],
            ["session.id", "session.starts_at", "session.ends_at", "session.live"],
            name=op.f("fk_delivery_session_id_starts_at_ends_at_live_session"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_delivery_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_session_id", ["session_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_tutor_id_starts_at", ["tutor_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "uq_delivery_standing",
            ["session_id", "tutor_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('asked', 'accepted')"),
            sqlite_where=sa.text("state IN ('asked', 'accepted')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_delivery_standing",
            postgresql_where=sa.text("state IN ('asked', 'accepted')"),
            sqlite_where=sa.text("state IN ('asked', 'accepted')"),
        )
        batch_op.drop_index("ix_delivery_tutor_id_starts_at")
        batch_op.drop_index("ix_delivery_session_id")

    op.drop_table("delivery")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("ix_session_starts_at")
        batch_op.drop_index("ix_session_room_id_starts_at")

    op.drop_table("session")
    op.drop_table("tutor_side")
    op.drop_table("tutor_day")
    with op.batch_alter_table("teaches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teaches_course_id"))

    op.drop_table("teaches")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index("ix_run_venue_id_starts_at")
        batch_op.drop_index("ix_run_term_id")
        batch_op.drop_index(
            "ix_run_listed",
            postgresql_where=sa.text("state = 'published' AND visibility = 'public'"),
            sqlite_where=sa.text("state = 'published' AND visibility = 'public'"),
        )
        batch_op.drop_index("ix_run_course_id_starts_at")

    op.drop_table("run")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_course_id"))

    op.drop_table("decision")
    with op.batch_alter_table("course_theme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_theme_theme"))

    op.drop_table("course_theme")
    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contributor_person_id"))

    op.drop_table("contributor")
    op.drop_table("tutor")
    op.drop_table("room")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_strand_id"))

    op.drop_table("course")
    op.drop_table("venue")
    op.drop_table("term")
    op.drop_table("strand")
    op.drop_table("setting")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_name"))
        batch_op.drop_index(batch_op.f("ix_person_email"))

    op.drop_table("person")
    op.drop_table("import_record")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject"))

    op.drop_table("audit_entry")
