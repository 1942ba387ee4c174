"""tallies of registers."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNTS = ("present", "late", "early", "told", "unheard", "lived", "professional", "tutors")
MARKS = ", ".join(
    f"sum(CASE WHEN state = '{state}' THEN 1 ELSE 0 END) AS {state}" for state in COUNTS[:5]
)
TAUGHT = ", ".join(
    f"sum(CASE WHEN state <> 'away' AND side = '{side}' THEN 1 ELSE 0 END) AS {side}"
    for side in COUNTS[5:7]
)
KEPT = ", ".join(f"coalesce({name}, 0)" for name in COUNTS)
COUNT = """
INSERT INTO session_tally (session_id, {names})
SELECT session.id, {kept} FROM session
LEFT JOIN (SELECT session_id, {marks} FROM mark WHERE stands GROUP BY session_id) AS came
ON came.session_id = session.id
LEFT JOIN (SELECT session_id, {taught}, count(*) AS tutors FROM tutor_mark WHERE stands
GROUP BY session_id) AS taught ON taught.session_id = session.id
WHERE came.session_id IS NOT NULL OR taught.session_id IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "session_tally",
        sa.Column("session_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_session_tally_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_tally")),
    )
    op.execute(COUNT.format(names=", ".join(COUNTS), kept=KEPT, marks=MARKS, taught=TAUGHT))


def downgrade() -> None:
    op.drop_table("session_tally")
