"""people and messages."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from recovery_college.database import NAMES, TEXT_FORM, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANTS = ("active_at", "ending_told_at", "joined_at", "made_at", "over_18_at")
CHECKED = (*(f"{column}_form" for column in INSTANTS), "contactby", "joinstep")


def upgrade() -> None:
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("blocked_until", Instant(), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_throttle_some_tries")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_throttle_since_at"), ["since_at"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("we_promise", sa.Text(), nullable=False),
        sa.Column("we_ask", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "trim(we_promise) <> '' AND trim(we_ask) <> ''", name=op.f("ck_agreement_two_sided")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_agreement_made_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_made_by_id"), ["made_by_id"], unique=False)

    op.create_table(
        "authenticator",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_authenticator_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "coming_as",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "myself",
                "service_user",
                "family",
                "staff",
                "volunteer",
                "public",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coming_as_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "reason", name=op.f("pk_coming_as")),
    )
    op.create_table(
        "data_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("ready_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_data_copy_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_copy")),
    )
    with op.batch_alter_table("data_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_copy_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_copy_person_id"), ["person_id"], unique=False)

    op.create_table(
        "equality_answer",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "question",
            sa.Enum(
                "age",
                "sex",
                "gender",
                "ethnic_group",
                "religion",
                "orientation",
                "disability",
                "caring",
                name="question",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_equality_answer_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "question", "answer", name=op.f("pk_equality_answer")),
    )
    op.create_table(
        "merged_person",
        sa.Column("old_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_merged_person_person_id_person")
        ),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_merged_person")),
    )
    with op.batch_alter_table("merged_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merged_person_person_id"), ["person_id"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("key_digest", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("device_digest", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_one_time_link_key_digest")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_one_time_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "sign_in",
                "notice",
                "goodbye",
                name="messagekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum("email", name="channel", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "needs_somebody",
                "dropped",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("useless_at", Instant(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column(
            "trouble",
            sa.Enum(
                "no_server",
                "away",
                "not_let_in",
                "busy",
                "address_refused",
                "refused",
                "unwritable",
                "our_fault",
                name="trouble",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_message_sent_when")
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR kind = 'notice' OR body = ''",
            name=op.f("ck_outbox_message_secret_until_sent"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_outbox_message_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_due",
            ["kind", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_message_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index("ix_outbox_message_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "ix_outbox_message_thread_waiting",
            ["thread", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passkey_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_person_id"), ["person_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_code_digest")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "ring_first",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.CheckConstraint("other_id <> person_id", name=op.f("ck_ring_first_two_people")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_ring_first_other_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ring_first_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_ring_first_set_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_first")),
    )
    with op.batch_alter_table("ring_first", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ring_first_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ring_first_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ring_first_set_by_id"), ["set_by_id"], unique=False)

    op.create_table(
        "role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "tutor",
                "desk",
                "manager",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["person.id"], name=op.f("fk_role_given_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_role")),
    )
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_given_by_id"), ["given_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_role"), ["role"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("verified_at", Instant(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_set_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("address_key", name=op.f("uq_sign_in_address_key")),
    )
    op.create_table(
        "sign_on",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_on_person_id_person")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_sign_on")),
    )
    with op.batch_alter_table("sign_on", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_on_person_id"), ["person_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.String(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("own_device", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("second_factor_at", Instant(), nullable=True),
        sa.CheckConstraint("began_at < ends_at", name=op.f("ck_visit_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_visit_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_visit_key_digest")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_person_id"), ["person_id"], unique=False)

    op.create_table(
        "acceptance",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_acceptance_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_acceptance_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "agreement_id", name=op.f("pk_acceptance")),
    )
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_acceptance_agreement_id"), ["agreement_id"], unique=False
        )

    with op.batch_alter_table("audit_entry", naming_convention=NAMES) as batch_op:
        batch_op.add_column(
            sa.Column(
                "keep_until", sa.DateTime(timezone=True), nullable=False, server_default=_now()
            )
        )
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject"))
        batch_op.create_index(
            "ix_audit_entry_actor_id_recorded_at", ["actor_id", "recorded_at", "id"], unique=False
        )
        batch_op.create_index("ix_audit_entry_recorded_at_id", ["recorded_at", "id"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_subject_recorded_at", ["subject", "recorded_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_entry_verb_recorded_at", ["verb", "recorded_at", "id"], unique=False
        )

    with op.batch_alter_table("person", naming_convention=NAMES) as batch_op:
        batch_op.add_column(sa.Column("called", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pronouns", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("phone", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("address", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column(
                "contact_by",
                sa.Enum(
                    "email",
                    "text",
                    "phone",
                    "post",
                    name="contactby",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("contact_when", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("discreet", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column("neutral", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("needs", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("needs_shared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("emergency_contact", sa.Text(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("earlier", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("over_18_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("restricted_to_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("search", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=_now())
        )
        batch_op.add_column(sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "join_step",
                sa.Enum(
                    "reach",
                    "helps",
                    "reasons",
                    "agreement",
                    name="joinstep",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "active_at", sa.DateTime(timezone=True), nullable=False, server_default=_now()
            )
        )
        batch_op.add_column(sa.Column("ending_told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_person_active_at"), ["active_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_person_restricted_to_id"), ["restricted_to_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_person_restricted_to_id_person"), "person", ["restricted_to_id"], ["id"]
        )
    _fill()
    with op.batch_alter_table("audit_entry", naming_convention=NAMES) as batch_op:
        _keep_one_text_form(batch_op, "audit_entry", "keep_until")
        batch_op.alter_column(
            "keep_until",
            existing_type=sa.DateTime(timezone=True),
            existing_nullable=False,
            server_default=None,
        )
    with op.batch_alter_table("person", naming_convention=NAMES) as batch_op:
        for column in INSTANTS:
            _keep_one_text_form(batch_op, "person", column)
        batch_op.create_check_constraint(
            batch_op.f("ck_person_restricted_to_another"), "restricted_to_id <> id"
        )
        batch_op.alter_column(
            "called", existing_type=sa.String(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "pronouns", existing_type=sa.String(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "phone", existing_type=sa.String(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "address", existing_type=sa.Text(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "contact_when", existing_type=sa.Text(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "discreet", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "neutral", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "needs", existing_type=sa.Text(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "needs_shared", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "emergency_contact",
            existing_type=sa.Text(),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "earlier", existing_type=sa.Text(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "search", existing_type=sa.Text(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "made_at",
            existing_type=sa.DateTime(timezone=True),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "active_at",
            existing_type=sa.DateTime(timezone=True),
            existing_nullable=False,
            server_default=None,
        )


def _now() -> sa.TextClause:
    """When who was here already came, as far as this database knows."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return sa.text(f"'{now}'" if _is_sqlite() else f"'{now}+00'")


def _fill() -> None:
    """Whoever was here is a student, tutors are tutors too, and all are found by their words."""
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE person SET joined_at = made_at, active_at = made_at"))
    connection.execute(
        sa.text(
            "INSERT INTO role (person_id, role, given_at) SELECT person_id, 'tutor', made_at "
            "FROM tutor JOIN person ON person.id = tutor.person_id"
        )
    )
    for row in connection.execute(sa.text("SELECT id, name, email FROM person")).all():
        words = f"\n{row.name.casefold()}\n\n{(row.email or '').casefold()}\n\n\n"
        kept = sa.text("UPDATE person SET search = :words WHERE id = :id")
        connection.execute(kept, {"words": words, "id": row.id})
    later = (
        "strftime('%Y-%m-%d %H:%M:%S.000000', recorded_at, '+1096 days')"
        if _is_sqlite()
        else "recorded_at + interval '1096 days'"
    )
    connection.execute(sa.text(f"UPDATE audit_entry SET keep_until = {later}"))  # noqa: S608


def _keep_one_text_form(batch_op: Any, table: str, column: str) -> None:
    """What `Instant` brings with a new table; with a column of an old one it comes twice."""
    if _is_sqlite():
        name = batch_op.f(f"ck_{table}_{column}_form")
        batch_op.create_check_constraint(name, f"{column} GLOB '{TEXT_FORM}'")


def _drop_checks(batch_op: Any, table: str, *names: str) -> None:
    """PostgreSQL drops them with their columns; on SQLite they would name what is gone."""
    if _is_sqlite():
        for name in names:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_person_restricted_to_another"), type_="check")
        _drop_checks(batch_op, "person", *CHECKED)
        batch_op.drop_constraint(
            batch_op.f("fk_person_restricted_to_id_person"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_person_restricted_to_id"))
        batch_op.drop_index(batch_op.f("ix_person_active_at"))
        batch_op.drop_column("ending_told_at")
        batch_op.drop_column("active_at")
        batch_op.drop_column("join_step")
        batch_op.drop_column("joined_at")
        batch_op.drop_column("made_at")
        batch_op.drop_column("search")
        batch_op.drop_column("restricted_to_id")
        batch_op.drop_column("over_18_at")
        batch_op.drop_column("earlier")
        batch_op.drop_column("emergency_contact")
        batch_op.drop_column("needs_shared")
        batch_op.drop_column("needs")
        batch_op.drop_column("neutral")
        batch_op.drop_column("discreet")
        batch_op.drop_column("contact_when")
        batch_op.drop_column("contact_by")
        batch_op.drop_column("address")
        batch_op.drop_column("phone")
        batch_op.drop_column("pronouns")
        batch_op.drop_column("called")

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        _drop_checks(batch_op, "audit_entry", "keep_until_form")
        batch_op.drop_index("ix_audit_entry_verb_recorded_at")
        batch_op.drop_index("ix_audit_entry_subject_recorded_at")
        batch_op.drop_index("ix_audit_entry_recorded_at_id")
        batch_op.drop_index("ix_audit_entry_actor_id_recorded_at")
        batch_op.create_index(batch_op.f("ix_audit_entry_subject"), ["subject"], unique=False)
        batch_op.drop_column("keep_until")

    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acceptance_agreement_id"))

    op.drop_table("acceptance")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_person_id"))
        batch_op.drop_index(batch_op.f("ix_visit_ends_at"))

    op.drop_table("visit")
    with op.batch_alter_table("sign_on", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_on_person_id"))

    op.drop_table("sign_on")
    op.drop_table("sign_in")
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_role"))
        batch_op.drop_index(batch_op.f("ix_role_given_by_id"))

    op.drop_table("role")
    with op.batch_alter_table("ring_first", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ring_first_set_by_id"))
        batch_op.drop_index(batch_op.f("ix_ring_first_person_id"))
        batch_op.drop_index(batch_op.f("ix_ring_first_other_id"))

    op.drop_table("ring_first")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_person_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_person_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_message_thread_waiting",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_outbox_message_state_id")
        batch_op.drop_index(batch_op.f("ix_outbox_message_person_id"))
        batch_op.drop_index(
            "ix_outbox_message_due",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("outbox_message")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_person_id"))
        batch_op.drop_index(batch_op.f("ix_one_time_link_ends_at"))

    op.drop_table("one_time_link")
    with op.batch_alter_table("merged_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merged_person_person_id"))

    op.drop_table("merged_person")
    op.drop_table("equality_answer")
    with op.batch_alter_table("data_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_copy_person_id"))
        batch_op.drop_index(batch_op.f("ix_data_copy_ends_at"))

    op.drop_table("data_copy")
    op.drop_table("coming_as")
    op.drop_table("authenticator")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_made_by_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_throttle_since_at"))

    op.drop_table("throttle")
