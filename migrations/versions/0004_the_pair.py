"""the pair."""

from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES, TEXT_FORM, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANTS = {
    "delivery": ("asked_at", "answer_by", "answered_at"),
    "session": ("cancelled_at", "room_asked_at", "room_confirmed_at"),
}
FILLED = {  # what rows of before say, and then nothing by itself
    "delivery": {
        "shadowing": (sa.Boolean(), sa.false()),
        "by_phone": (sa.Boolean(), sa.false()),
        "released": (sa.Boolean(), sa.false()),
    },
    "room": {"outside": (sa.Boolean(), sa.false())},
    "session": {
        "kind": (None, "teaching"),
        "paired": (sa.Boolean(), sa.false()),
        "alone_reason": (sa.String(), ""),
        "alone_words": (sa.Text(), ""),
    },
    "teaches": {"step": (None, "ready")},
    "tutor": {
        "gap_minutes": (sa.Integer(), "0"),
        "no_evenings": (sa.Boolean(), sa.false()),
        "prepare_minutes": (sa.Integer(), "30"),
        "debrief_minutes": (sa.Integer(), "15"),
    },
}
OTHERS = {
    "delivery": ("asked_by_id", "cover_id"),
    "tutor": ("sessions_a_term", "hours_a_month"),
}
KINDS = {
    "session": ("sessionkind", ("teaching", "planning", "debrief")),
    "teaches": ("step", ("shadowing", "ready", "leading")),
}
CHECKS = {
    "some_sessions_a_term": "sessions_a_term > 0",
    "some_hours_a_month": "hours_a_month > 0",
    "gap_not_below_nothing": "gap_minutes >= 0",
    "minutes_not_below_nothing": "prepare_minutes >= 0 AND debrief_minutes >= 0",
}


def upgrade() -> None:
    op.create_table(
        "travel_time",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_time_not_below_nothing")),
        sa.CheckConstraint("venue_id < other_id", name=op.f("ck_travel_time_one_row_a_pair")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["venue.id"], name=op.f("fk_travel_time_other_id_venue")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_travel_time_venue_id_venue")
        ),
        sa.PrimaryKeyConstraint("venue_id", "other_id", name=op.f("pk_travel_time")),
    )
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_time_other_id"), ["other_id"], unique=False)

    op.create_table(
        "busy_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("next_read_at", Instant(), nullable=True),
        sa.Column(
            "trouble",
            sa.Enum(
                "not_allowed",
                "away",
                "too_big",
                "too_slow",
                "no_calendar",
                "too_much",
                name="calendartrouble",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_busy_calendar_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_calendar")),
    )
    with op.batch_alter_table("busy_calendar", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_busy_calendar_next_read_at"), ["next_read_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_busy_calendar_tutor_id"), ["tutor_id"], unique=False)

    op.create_table(
        "hours_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_hours_sheet_approved_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_hours_sheet_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_sheet")),
        sa.UniqueConstraint("tutor_id", "month", name=op.f("uq_hours_sheet_tutor_id_month")),
    )
    with op.batch_alter_table("hours_sheet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hours_sheet_approved_by_id"), ["approved_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_hours_sheet_month"), ["month"], unique=False)

    op.create_table(
        "training_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_training_step_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_step")),
    )
    with op.batch_alter_table("training_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_step_tutor_id"), ["tutor_id"], unique=False)

    op.create_table(
        "tutor_away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_tutor_away_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_tutor_away_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutor_away")),
    )
    with op.batch_alter_table("tutor_away", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tutor_away_tutor_id_ends_on", ["tutor_id", "ends_on"], unique=False
        )

    op.create_table(
        "tutor_venue",
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_tutor_venue_tutor_id_tutor")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_tutor_venue_venue_id_venue")
        ),
        sa.PrimaryKeyConstraint("tutor_id", "venue_id", name=op.f("pk_tutor_venue")),
    )
    with op.batch_alter_table("tutor_venue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tutor_venue_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "tutor_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_tutor_window_until_after_from")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_tutor_window_ends_after_it_starts")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_tutor_window_day_of_the_week")),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_tutor_window_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutor_window")),
    )
    with op.batch_alter_table("tutor_window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tutor_window_tutor_id"), ["tutor_id"], unique=False)

    op.create_table(
        "work_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "meeting",
                "panel",
                "travel",
                "other",
                name="work",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_work_entry_some_minutes")),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_work_entry_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_entry")),
    )
    with op.batch_alter_table("work_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_entry_tutor_id_worked_on", ["tutor_id", "worked_on"], unique=False
        )

    op.create_table(
        "busy_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_busy_time_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["busy_calendar.id"],
            name=op.f("fk_busy_time_calendar_id_busy_calendar"),
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_busy_time_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_time")),
    )
    with op.batch_alter_table("busy_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_busy_time_calendar_id"), ["calendar_id"], unique=False)
        batch_op.create_index(
            "ix_busy_time_tutor_id_starts_at", ["tutor_id", "starts_at"], unique=False
        )

    op.create_table(
        "cover_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
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
                "open",
                "filled",
                "given_up",
                "closed",
                name="coverstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("waves", sa.Integer(), nullable=False),
        sa.Column("next_wave_at", Instant(), nullable=True),
        sa.Column("give_up_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_cover_call_opened_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_cover_call_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_call")),
    )
    with op.batch_alter_table("cover_call", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cover_call_opened_by_id"), ["opened_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cover_call_session_id"), ["session_id"], unique=False)
        batch_op.create_index(
            "ix_cover_call_state_next_wave_at", ["state", "next_wave_at"], unique=False
        )
        batch_op.create_index(
            "uq_cover_call_open",
            ["session_id", "side"],
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "time_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "picked",
                "done",
                "dropped",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["tutor.id"], name=op.f("fk_time_proposal_made_by_id_tutor")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_time_proposal_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_proposal")),
    )
    with op.batch_alter_table("time_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_time_proposal_made_by_id"), ["made_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_time_proposal_session_id"), ["session_id"], unique=False
        )
        batch_op.create_index(
            "uq_time_proposal_standing",
            ["session_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('open', 'picked')"),
            sqlite_where=sa.text("state IN ('open', 'picked')"),
        )

    op.create_table(
        "proposed_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("picked", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_proposed_slot_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["time_proposal.id"],
            name=op.f("fk_proposed_slot_proposal_id_time_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_proposed_slot_room_id_room")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_slot")),
    )
    with op.batch_alter_table("proposed_slot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposed_slot_proposal_id"), ["proposal_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_proposed_slot_room_id"), ["room_id"], unique=False)

    whole_days = sa.text(
        "INSERT INTO tutor_window (tutor_id, weekday, starts, ends, from_on) "
        "SELECT tutor_id, weekday, :starts, :ends, :today FROM tutor_day"
    ).bindparams(
        sa.bindparam("starts", time(0), sa.Time()),
        sa.bindparam("ends", time(23, 59), sa.Time()),
        sa.bindparam("today", datetime.now(tz=UTC).date(), sa.Date()),
    )
    op.get_bind().execute(whole_days)
    op.drop_table("tutor_day")
    for table in ("delivery", "room", "session", "teaches", "tutor"):
        _widen(table)
    _pair_up()
    for table, filled in FILLED.items():
        with op.batch_alter_table(table, naming_convention=NAMES) as batch_op:
            for column, (kind, _) in filled.items():
                batch_op.alter_column(
                    column,
                    existing_type=kind or _kind(table),
                    existing_nullable=False,
                    server_default=None,
                )
    with op.batch_alter_table("delivery", naming_convention=NAMES) as batch_op:
        batch_op.create_index(
            "ix_delivery_asked",
            ["answer_by"],
            unique=False,
            postgresql_where=sa.text("state = 'asked'"),
            sqlite_where=sa.text("state = 'asked'"),
        )
        batch_op.create_index(batch_op.f("ix_delivery_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index("ix_delivery_cover_id", ["cover_id"], unique=False)
        batch_op.create_index(
            "uq_delivery_cover",
            ["cover_id"],
            unique=True,
            postgresql_where=sa.text("state = 'accepted'"),
            sqlite_where=sa.text("state = 'accepted'"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_asked_by_id_person"), "person", ["asked_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_cover_id_cover_call"), "cover_call", ["cover_id"], ["id"]
        )
    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_session_run_id_number"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_session_run_id_kind_number"), ["run_id", "kind", "number"]
        )
        batch_op.create_index(
            "ix_session_unpaired",
            ["starts_at", "id"],
            unique=False,
            postgresql_where=sa.text("NOT paired AND state = 'planned' AND kind = 'teaching'"),
            sqlite_where=sa.text("NOT paired AND state = 'planned' AND kind = 'teaching'"),
        )
    with op.batch_alter_table("tutor", naming_convention=NAMES) as batch_op:
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_tutor_{name}"), check)


def _widen(table: str) -> None:
    """An `Instant` brings its CHECK with it, which with a column of an old table comes twice."""
    with op.batch_alter_table(table, naming_convention=NAMES) as batch_op:
        for column, (kind, value) in FILLED[table].items():
            batch_op.add_column(
                sa.Column(column, kind or _kind(table), nullable=False, server_default=value)
            )
        for column in INSTANTS.get(table, ()):
            batch_op.add_column(sa.Column(column, sa.DateTime(timezone=True), nullable=True))
        for column in OTHERS.get(table, ()):
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
    if _is_sqlite() and table in INSTANTS:
        with op.batch_alter_table(table, naming_convention=NAMES) as batch_op:
            for column in INSTANTS[table]:
                batch_op.create_check_constraint(
                    batch_op.f(f"ck_{table}_{column}_form"), f"{column} GLOB '{TEXT_FORM}'"
                )


def _kind(table: str) -> Any:
    name, values = KINDS[table]
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _pair_up() -> None:
    """From here on the database keeps it."""
    op.execute(
        "UPDATE session SET paired = (SELECT count(DISTINCT side) = 2 FROM delivery "
        "WHERE delivery.session_id = session.id AND delivery.state = 'accepted')"
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def downgrade() -> None:
    with op.batch_alter_table("tutor", naming_convention=NAMES) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_tutor_{name}"), type_="check")
    with op.batch_alter_table("session", naming_convention=NAMES) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_session_run_id_kind_number"), type_="unique")
        batch_op.drop_index("ix_session_unpaired")
        batch_op.create_unique_constraint(
            batch_op.f("uq_session_run_id_number"), ["run_id", "number"]
        )
    with op.batch_alter_table("delivery", naming_convention=NAMES) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delivery_cover_id_cover_call"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_delivery_asked_by_id_person"), type_="foreignkey")
        batch_op.drop_index("uq_delivery_cover")
        batch_op.drop_index("ix_delivery_cover_id")
        batch_op.drop_index(batch_op.f("ix_delivery_asked_by_id"))
        batch_op.drop_index("ix_delivery_asked")
    for table in ("tutor", "teaches", "session", "room", "delivery"):
        _narrow(table)
    op.create_table(
        "tutor_day",
        sa.Column("tutor_id", sa.INTEGER(), nullable=False),
        sa.Column("weekday", sa.INTEGER(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_tutor_day_day_of_the_week")),
        sa.ForeignKeyConstraint(
            ["tutor_id"], ["tutor.id"], name=op.f("fk_tutor_day_tutor_id_tutor")
        ),
        sa.PrimaryKeyConstraint("tutor_id", "weekday", name=op.f("pk_tutor_day")),
    )
    op.execute(
        "INSERT INTO tutor_day (tutor_id, weekday) SELECT DISTINCT tutor_id, weekday "
        "FROM tutor_window"
    )
    with op.batch_alter_table("proposed_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposed_slot_room_id"))
        batch_op.drop_index(batch_op.f("ix_proposed_slot_proposal_id"))

    op.drop_table("proposed_slot")
    with op.batch_alter_table("time_proposal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_time_proposal_standing",
            postgresql_where=sa.text("state IN ('open', 'picked')"),
            sqlite_where=sa.text("state IN ('open', 'picked')"),
        )
        batch_op.drop_index(batch_op.f("ix_time_proposal_session_id"))
        batch_op.drop_index(batch_op.f("ix_time_proposal_made_by_id"))

    op.drop_table("time_proposal")
    with op.batch_alter_table("cover_call", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cover_call_open",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_cover_call_state_next_wave_at")
        batch_op.drop_index(batch_op.f("ix_cover_call_session_id"))
        batch_op.drop_index(batch_op.f("ix_cover_call_opened_by_id"))

    op.drop_table("cover_call")
    with op.batch_alter_table("busy_time", schema=None) as batch_op:
        batch_op.drop_index("ix_busy_time_tutor_id_starts_at")
        batch_op.drop_index(batch_op.f("ix_busy_time_calendar_id"))

    op.drop_table("busy_time")
    with op.batch_alter_table("work_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_work_entry_tutor_id_worked_on")

    op.drop_table("work_entry")
    with op.batch_alter_table("tutor_window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tutor_window_tutor_id"))

    op.drop_table("tutor_window")
    with op.batch_alter_table("tutor_venue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tutor_venue_venue_id"))

    op.drop_table("tutor_venue")
    with op.batch_alter_table("tutor_away", schema=None) as batch_op:
        batch_op.drop_index("ix_tutor_away_tutor_id_ends_on")

    op.drop_table("tutor_away")
    with op.batch_alter_table("training_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_step_tutor_id"))

    op.drop_table("training_step")
    with op.batch_alter_table("hours_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hours_sheet_month"))
        batch_op.drop_index(batch_op.f("ix_hours_sheet_approved_by_id"))

    op.drop_table("hours_sheet")
    with op.batch_alter_table("busy_calendar", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_busy_calendar_tutor_id"))
        batch_op.drop_index(batch_op.f("ix_busy_calendar_next_read_at"))

    op.drop_table("busy_calendar")
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_time_other_id"))

    op.drop_table("travel_time")


def _narrow(table: str) -> None:
    """PostgreSQL drops checks with their columns; on SQLite they would name what is gone."""
    with op.batch_alter_table(table, naming_convention=NAMES) as batch_op:
        if _is_sqlite():
            for column in INSTANTS.get(table, ()):
                batch_op.drop_constraint(batch_op.f(f"ck_{table}_{column}_form"), type_="check")
            if table in KINDS:
                batch_op.drop_constraint(batch_op.f(f"ck_{table}_{KINDS[table][0]}"), type_="check")
        for column in (*FILLED[table], *INSTANTS.get(table, ()), *OTHERS.get(table, ())):
            batch_op.drop_column(column)
