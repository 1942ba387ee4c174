"""What of reports is kept: runs added up, what managers type in, and returns as they were sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.accounts.equality import Question
from recovery_college.attendance.models import Mark
from recovery_college.attendance.tally import SessionTally
from recovery_college.database import Model, guard
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.scheduling.models import Run, Session


class RunTally(Model):
    """The sessions and places of one run that is over, added up, under the names of `Tally`,
    `Places` and `Outcome`. `completed` are those who came to `percent` of it.

    It is there or it is right: whatever changes one of them takes it away in the same transaction,
    and the worker makes it again. Without it a report adds up the rows themselves.
    """

    __tablename__ = "run_tally"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    ran: Mapped[int]
    taken: Mapped[int]
    cancelled: Mapped[int]
    paired: Mapped[int]
    both: Mapped[int]
    unrecorded: Mapped[int]
    lived_minutes: Mapped[int]
    professional_minutes: Mapped[int]
    present: Mapped[int]
    late: Mapped[int]
    early: Mapped[int]
    told: Mapped[int]
    unheard: Mapped[int]
    term_id: Mapped[int] = mapped_column(index=True)
    capacity: Mapped[int]
    held: Mapped[int]
    students: Mapped[int]
    asked: Mapped[int]
    waiting: Mapped[int]
    unserved: Mapped[int]
    offered: Mapped[int]
    accepted: Mapped[int]
    leads: Mapped[int]
    lead_seconds: Mapped[int] = mapped_column(BigInteger)
    percent: Mapped[int]
    completed: Mapped[int]


class CensusFigure(Model):
    """How many people of the college's area gave an answer to a question of the census."""

    __tablename__ = "census_figure"
    __table_args__ = (CheckConstraint("people >= 0", name="not_below_nothing"),)

    question: Mapped[Question] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]


class Budget(Model):
    """The money for a term, and in words what it is for. It goes with its term."""

    __tablename__ = "budget"
    __table_args__ = (CheckConstraint("pence > 0", name="some_money"),)

    term_id: Mapped[int] = mapped_column(
        ForeignKey("term.id", ondelete="CASCADE"), primary_key=True
    )
    pence: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")


def _take_away(table: type[Model], run: str, watched: str) -> None:
    on = table.__tablename__
    name, statement = f"guard_{on}_summed", f"DELETE FROM run_tally WHERE run_id = {run}"  # noqa: S608
    new, old = statement.format(row="new"), statement.format(row="old")
    guard(
        table,
        sqlite=(
            f"CREATE TRIGGER {name}_added AFTER INSERT ON {on} BEGIN {new}; END",
            f"CREATE TRIGGER {name}_changed AFTER UPDATE {watched} ON {on} BEGIN {new}; END",
            f"CREATE TRIGGER {name}_removed AFTER DELETE ON {on} BEGIN {old}; END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN {old}; ELSE {new}; END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER {name}_row AFTER INSERT OR DELETE OR UPDATE {watched} ON {on} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


_take_away(Session, "{row}.run_id", "OF state, taken, paired, starts_at, ends_at")
_take_away(SessionTally, "(SELECT run_id FROM session WHERE id = {row}.session_id)", "")
_take_away(Mark, "{row}.run_id", "OF enrolment_id")
_take_away(
    Enrolment,
    "{row}.run_id",
    "OF held_from, offered_at, ended_at, requested_at, supporter, came_by",
)
_take_away(Pool, "{row}.run_id", "OF capacity, kind")
_take_away(Run, "{row}.id", "OF term_id, starts_at")


class SavedReturn(Model):
    """A return as it was sent: `content` has each report as `rules.kept` writes it."""

    __tablename__ = "saved_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
