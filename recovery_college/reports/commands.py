"""What is kept for reports: runs added up, what managers type in or load, and returns.

Runs are added up beside the web, so that ten years cost no more than a term.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, false, func, insert, select, update

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.reports.adding_up import COLUMNS, runs_to_add_up, sums_of_runs
from recovery_college.reports.answers_counted import answers_kept
from recovery_college.reports.census import Figures
from recovery_college.reports.models import (
    AnswerTally,
    Budget,
    CensusFigure,
    RunTally,
    SavedReturn,
    StudentChange,
    StudentTally,
)
from recovery_college.reports.people_added_up import KEPT, changes, come_due, sums_of_people
from recovery_college.reports.rules.kept import written
from recovery_college.reports.rules.tables import Report
from recovery_college.reports.tutors_added_up import names_of, sums_of_tutors
from recovery_college.scheduling.models import Run, Session, Term

AT_ONCE = 500  # runs of one transaction
PEOPLE_AT_ONCE = 2_000
STUDENTS = "students"
CENSUS = "census"  # its figures have no row of their own
RESTED = timedelta(days=1)  # since the last session: its register may be on its way


def add_up(most: int = AT_ONCE) -> int:
    """Those that are not, or not any more. How many were.

    They and their sessions are held meanwhile, as whoever changes a place or marks somebody holds
    them: what comes after is counted anew.
    """
    now, percent = clock.now(), the_college().completion_percent
    with transaction():
        ids = runs_to_add_up(now - RESTED, percent, most=most)
        if ids:
            runs = select(Run.id).where(Run.id.in_(ids)).order_by(Run.id)
            db.session.execute(runs.with_for_update(key_share=True)).all()
            of_them = select(Session.id).where(Session.run_id.in_(ids)).order_by(Session.id)
            db.session.execute(of_them.with_for_update()).all()
            db.session.execute(delete(RunTally).where(RunTally.run_id.in_(ids)))
            sums = sums_of_runs(ids, now, percent)
            db.session.execute(insert(RunTally).from_select(COLUMNS, sums))
            for table, rows in sums_of_tutors(ids, now).items():
                db.session.execute(insert(table).from_select(names_of(table), rows))
    return len(ids)


def add_up_people(most: int = PEOPLE_AT_ONCE) -> int:
    """Whose places or answers have changed, or whose next run has begun. How many they were.

    What changes meanwhile is said in a row of its own, which stays, so that nobody is held.
    """
    now = clock.now()
    with transaction():
        one_at_a_time(STUDENTS)
        waiting = changes(most)
        due = come_due(now, most - len(waiting))
        ids = {person for _, person in waiting} | set(due)
        if ids:
            said = [id for id, _ in waiting]
            db.session.execute(delete(StudentTally).where(StudentTally.person_id.in_(ids)))
            db.session.execute(insert(StudentTally).from_select(KEPT, sums_of_people(ids, now)))
            db.session.execute(delete(StudentChange).where(StudentChange.id.in_(said)))
        _fold_answers()
    return len(waiting) + len(due)


def _fold_answers() -> None:
    """Those that are there now; others may come meanwhile."""
    one = AnswerTally
    sums = (
        answers_kept().add_columns(false()).where(one.folding).having(func.sum(one.students) != 0)
    )
    columns = (one.term_id, one.question, one.answer, one.students, one.folding)
    db.session.execute(update(one).values(folding=True))
    db.session.execute(insert(one).from_select(columns, sums))
    db.session.execute(delete(one).where(one.folding))


def add_up_all() -> None:
    """Until nothing is left to add up."""
    while add_up() == AT_ONCE:
        pass
    while add_up_people() == PEOPLE_AT_ONCE:
        pass


def load_census(actor: Person, figures: Figures) -> None:
    """In place of all that was there before."""
    now = clock.now()
    with transaction():
        one_at_a_time(CENSUS)
        db.session.query(CensusFigure).delete()
        db.session.add_all(
            CensusFigure(question=question, answer=answer, people=people)
            for (question, answer), people in figures.items()
        )
        audit.record(actor, "loaded", CENSUS, fields=("people",), at=now)


def set_budget(actor: Person, term: Term, pence: int, words: str) -> None:
    now = clock.now()
    with transaction():
        hold(term)
        db.session.merge(Budget(term_id=term.id, pence=pence, words=words))
        audit.record(actor, "set the budget of", term, fields=("budget",), at=now)


def save_return(actor: Person, period: str, made: Sequence[Report], *, words: str) -> SavedReturn:
    """As it is sent; nothing changes it any more."""
    now = clock.now()
    with transaction():
        saved = SavedReturn(
            period=period,
            made_at=now,
            made_by_id=actor.id,
            words=words,
            content=[written(each) for each in made],
        )
        db.session.add(saved)
        db.session.flush()
        audit.record(actor, "saved a return", saved, fields=("content", "words"), at=now)
    return saved
