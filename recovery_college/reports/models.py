"""What of reports is kept: runs added up, what managers type in, and returns as they were sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.accounts.equality import Question
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.tally import SessionTally
from recovery_college.database import Model, guard
from recovery_college.enrolment.models import Adjustment, Enrolment, Pool
from recovery_college.reports.taking_away import hold_and_take_away, take_away
from recovery_college.scheduling.models import CoverCall, Delivery, Run, Session, Term


class RunTally(Model):
    """The sessions and places of one run that is over, added up, under the names of `Tally`,
    `Places`, `Outcome` and `needs_counted.ENDS`. `completed` are those who came to `percent` of it.
    `tutors_added_up` has what its tutors did.

    It is there or it is right: whatever changes one of them takes it away in the same transaction,
    and the worker makes it again. Without it a report adds up the rows themselves. One without
    needs is of the version before: of needs and tutors it says nothing, and it is made again.
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
    arranged_agreed: Mapped[int | None]
    arranged_unsaid: Mapped[int | None]
    not_possible_agreed: Mapped[int | None]
    not_possible_unsaid: Mapped[int | None]
    open_needs: Mapped[int | None]


class StudentTally(Model):
    """One person in one term, or in all of them as term 0: places held when a run began, and on
    how many courses. They are new to a term if they held none in an earlier one.

    It is as the places are, unless its person stands in `StudentChange`, or `until` (of term 0:
    when their next run begins) has passed. Then a report counts that person's places themselves.

    `said` is what `answers.given` gives of the person. Without it no answers of theirs are in
    `AnswerTally`, and a report counts them themselves.
    """

    __tablename__ = "student_tally"
    __table_args__ = (
        Index("ix_student_tally_term", "term_id", "person_id", "is_new", "courses", "places"),
        Index("ix_student_tally_until", "until"),
        Index(
            "ix_student_tally_unsaid",
            "person_id",
            sqlite_where=text("said IS NULL"),
            postgresql_where=text("said IS NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    term_id: Mapped[int] = mapped_column(primary_key=True)
    places: Mapped[int]
    courses: Mapped[int]
    is_new: Mapped[bool]
    until: Mapped[datetime | None]
    said: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))


class AnswerTally(Model):
    """Students of one term, or of all as term 0, who gave an answer; or so many more or fewer.

    All of one answer together are what `StudentTally` says, always: whatever changes a row there
    writes what that changes here, and for that nobody waits. The worker folds them into one.
    """

    __tablename__ = "answer_tally"

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int]
    question: Mapped[str]
    answer: Mapped[str]
    students: Mapped[int]
    folding: Mapped[bool]


class StudentChange(Model):
    """Somebody whose places or answers have changed since they were added up; as often as they did.

    Nobody waits to write here, so there is no key to people and no row of somebody to hold.
    """

    __tablename__ = "student_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)


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


OF_SESSION = "(SELECT run_id FROM session WHERE id = {row}.session_id)"
OF_PLACE = "SELECT run_id FROM enrolment WHERE id = {row}.enrolment_id"
OF_PERSON = "SELECT run_id FROM enrolment WHERE person_id = {row}.id"
SHOWN = "state, taken, paired, starts_at, ends_at, alone_reason"
ANY_ROW = "INSERT OR DELETE OR UPDATE OF"
ANSWERED = "session_id, side, state, shadowing, asked_at, answer_by"
take_away(Session, "{row}.run_id", f"OF {SHOWN}")
take_away(SessionTally, OF_SESSION, "")
take_away(Mark, "{row}.run_id", "OF enrolment_id")
take_away(
    Enrolment,
    "{row}.run_id",
    "OF held_from, offered_at, ended_at, requested_at, supporter, came_by",
)
take_away(Pool, "{row}.run_id", "OF capacity, kind")
take_away(Run, "{row}.id", "OF term_id, starts_at, state, drop_in")
hold_and_take_away(Delivery, f"SELECT {OF_SESSION}", f"{ANY_ROW} {ANSWERED}")
hold_and_take_away(CoverCall, f"SELECT {OF_SESSION}", f"{ANY_ROW} session_id, side, state")
hold_and_take_away(TutorMark, f"SELECT {OF_SESSION}", "UPDATE OF tutor_id, side")
hold_and_take_away(Enrolment, "SELECT {row}.run_id", "UPDATE OF person_id")
hold_and_take_away(Adjustment, OF_PLACE, f"{ANY_ROW} state, agreed")
hold_and_take_away(Person, OF_PERSON, "UPDATE OF needs, needs_shared")


def _say_changed(table: type[Model], deed: str, people: str) -> None:
    """`people` is a query of those whose places or answers are not what they were."""
    on = table.__tablename__
    name = f"guard_{on}_{deed.split()[0].lower()}_changes_students"
    statement = f"INSERT INTO student_change (person_id) {people}"
    guard(
        table,
        sqlite=(f"CREATE TRIGGER {name} AFTER {deed} ON {on} BEGIN {statement}; END",),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{statement}; RETURN NULL; END $$",
            f"CREATE TRIGGER {name}_row AFTER {deed} ON {on} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


ONE = "SELECT {row}.person_id WHERE {row}.person_id IS NOT NULL"
OF_RUN = "SELECT person_id FROM enrolment WHERE run_id = new.id AND person_id IS NOT NULL"
OF_TERM = (
    "SELECT DISTINCT enrolment.person_id FROM enrolment JOIN run ON enrolment.run_id = run.id "
    "WHERE run.term_id = new.id AND enrolment.person_id IS NOT NULL"
)
OLD, NEW = ONE.format(row="old"), ONE.format(row="new")
_say_changed(Enrolment, "INSERT", NEW)
_say_changed(Enrolment, "DELETE", OLD)
_say_changed(Enrolment, "UPDATE OF person_id, run_id, held_from, ended_at", f"{OLD} UNION {NEW}")
_say_changed(Run, "UPDATE OF state, drop_in, starts_at, term_id, course_id", OF_RUN)
_say_changed(Term, "UPDATE OF starts_on", OF_TERM)
for _answers in (ComingAs, EqualityAnswer):
    _say_changed(_answers, "INSERT", NEW)
    _say_changed(_answers, "DELETE", OLD)
    _say_changed(_answers, "UPDATE", f"{OLD} UNION {NEW}")

SIGNS = {"old": "-", "new": "+"}


def _count_answers(deed: str, *rows: str) -> None:
    """Of what the rows were before it, and of what they are. PostgreSQL does it once for all rows
    of a statement, and not for each."""
    name = f"guard_student_tally_{deed.lower()}_counts_answers"
    into = "INSERT INTO answer_tally (term_id, question, answer, students, folding) SELECT"
    each = (
        f"{into} {row}.term_id, one.key, one.value, {SIGNS[row]}1, false "
        f"FROM json_each({row}.said) AS one WHERE {row}.places > 0"
        for row in rows
    )
    every = (
        f"{into} term_id, one.key, one.value, {SIGNS[row]}count(*), false "
        f"FROM {row}_rows, json_each_text(said) AS one WHERE places > 0 GROUP BY 1, 2, 3"
        for row in rows
    )
    of = " ".join(f"{row.upper()} TABLE AS {row}_rows" for row in rows)
    guard(
        StudentTally,
        sqlite=(
            f"CREATE TRIGGER {name} AFTER {deed} ON student_tally BEGIN {'; '.join(each)}; END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{'; '.join(every)}; RETURN NULL; END $$",
            f"CREATE TRIGGER {name}_all AFTER {deed} ON student_tally REFERENCING {of} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ),
    )


_count_answers("INSERT", "new")
_count_answers("UPDATE", "old", "new")
_count_answers("DELETE", "old")


class SavedReturn(Model):
    """A return as it was sent: `content` has each report as `rules.kept` writes it."""

    __tablename__ = "saved_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
