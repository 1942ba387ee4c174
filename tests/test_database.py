"""Starting fresh, holding in order, what the database refuses by itself, and in which words."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from recovery_college.accounts.models import Person
from recovery_college.courses.models import Course
from recovery_college.courses.rules import TitleTaken
from recovery_college.database import (
    GUARDS,
    attempt,
    db,
    drop_guards,
    finish_reading,
    hold,
    hold_unread,
    identity,
    install_guards,
    locking,
    missing_guards,
    spelt_out,
    transaction,
)
from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling.models import Run, Session, Term
from recovery_college.scheduling.rules import RunState
from tests.conftest import counted
from tests.factories import make_course, make_person, make_run, make_strand, make_term

pytestmark = pytest.mark.usefixtures("app")

STARTS_AT = datetime(2027, 6, 7, 9, tzinfo=UTC)


def test_a_transaction_reads_again_what_was_read_before() -> None:
    run = make_run(capacity=8)
    db.session.execute(text("UPDATE run SET capacity = 5"))
    db.session.commit()
    with transaction():
        assert run.capacity == 5


def test_a_transaction_inside_another_joins_it() -> None:
    with suppress(Refusal), transaction():
        with transaction():
            db.session.add(Person(name="Ash"))
        raise Refusal("No.")
    assert db.session.scalars(select(Person)).all() == []


def test_a_question_writes_out_the_states_that_it_asks_for() -> None:
    several = Run.state.in_((RunState.DRAFT, RunState.CANCELLED))
    asked = select(Run.id).where(Run.state != RunState.PUBLISHED, several).compile()
    assert asked.params == {}
    assert str(asked).endswith("run.state != 'published' AND run.state IN ('draft', 'cancelled')")


def test_a_moment_that_is_spelt_out_is_the_same_as_one_that_is_given() -> None:
    run = make_run()
    for moment, found in ((STARTS_AT, [run.id]), (STARTS_AT - timedelta(microseconds=1), [])):
        asked = select(Run.id).where(Run.starts_at <= spelt_out(moment))
        with counted() as statements:
            assert db.session.scalars(asked).all() == found
        assert f"{moment:%H:%M:%S}" in statements[-1]


@pytest.mark.parametrize("fault", [Refusal("No."), KeyError("bug"), KeyboardInterrupt()])
def test_whatever_goes_wrong_undoes_everything(fault: BaseException) -> None:
    with suppress(type(fault)), transaction():
        db.session.add(Person(name="Ash"))
        db.session.flush()
        raise fault
    assert db.session.scalars(select(Person)).all() == []
    make_person()


def test_a_row_that_vanished_is_not_found() -> None:
    course = make_course()
    db.session.execute(text("DELETE FROM contributor"))
    db.session.execute(text("DELETE FROM course"))
    db.session.commit()
    with pytest.raises(NotFound), transaction():
        hold(course)
    with pytest.raises(NotFound), transaction():
        assert course.title


def test_rows_are_held_in_one_order_only() -> None:
    person, run = make_person(), make_run()
    with transaction():
        hold(run, person)
        hold(person)
        hold(run.sessions[0])
    with transaction():
        hold(run)
        with pytest.raises(RuntimeError, match="must be held before"):
            hold(person)


def test_a_row_that_nobody_has_read_is_read_and_held_at_once_and_in_the_same_order() -> None:
    person, run = make_person(), make_run(capacity=8)
    found = locking(select(Run).where(Run.id == bindparam("id")), Run)
    with transaction():
        assert hold_unread(found, {"id": run.id}) is run
        with pytest.raises(RuntimeError, match="must be held before"):
            hold(person)
    with transaction():
        hold(run.sessions[0])
        with pytest.raises(RuntimeError, match="must be held before"):
            hold_unread(found, {"id": run.id})
    with pytest.raises(NotFound), transaction():
        hold_unread(found, {"id": 0})


def test_what_is_held_is_seen_as_it_is_now() -> None:
    run = make_run(capacity=8)
    with transaction():
        assert run.capacity == 8
        db.session.execute(text("UPDATE run SET capacity = 5"))
        hold(run)
        assert run.capacity == 5


def test_what_was_changed_under_a_lock_stays_when_the_row_is_held_again() -> None:
    run = make_run(capacity=8)
    with transaction():
        hold(run)
        run.capacity = 5
        hold(run)
    assert run.capacity == 5


def test_a_row_that_was_never_kept_has_no_identity() -> None:
    with pytest.raises(ValueError, match="not in the database yet"):
        identity(Person(name="Ash"))


def test_a_naive_time_is_refused() -> None:
    run = make_run()
    with pytest.raises(StatementError, match="naive"), transaction():
        run.sessions[0].starts_at = STARTS_AT.replace(tzinfo=None)


def test_a_time_comes_back_as_it_went_in() -> None:
    run = make_run()
    db.session.remove()
    found = db.session.get_one(Session, run.sessions[0].id)
    assert (found.starts_at, found.starts_at.tzinfo) == (STARTS_AT, UTC)


def test_a_time_written_by_another_hand_is_refused_or_understood() -> None:
    """Left as it is, SQLite would sort that text wrongly and find it nowhere."""
    make_term()
    before, after = datetime(2027, 4, 1, tzinfo=UTC), datetime(2027, 4, 2, tzinfo=UTC)
    with suppress(IntegrityError), transaction():
        db.session.execute(text("UPDATE term SET public_at = '2027-04-02T00:00:00Z'"))
    kept = before if db.engine.dialect.name == "sqlite" else after
    assert db.session.scalar(select(Term.id).filter_by(public_at=kept))


def test_the_database_refuses_a_word_that_is_no_state() -> None:
    make_course()
    with pytest.raises(IntegrityError, match="ck_course_coursestate"), transaction():
        db.session.execute(text("UPDATE course SET state = 'PUBLISHED'"))


def test_what_the_database_refuses_comes_back_in_the_words_of_its_rule() -> None:
    make_course("Sleeping well")
    other = make_course("Moving more")
    with pytest.raises(TitleTaken), transaction():
        other.title = "Sleeping well"


def test_what_no_rule_knows_comes_back_as_it_is() -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Course(title="Of no strand", slug="none", strand_id=0))


def test_an_attempt_that_is_refused_keeps_the_rest() -> None:
    strand, title = make_strand(), "Sleeping well"
    with transaction():
        db.session.add(Course(title=title, slug="one", strand=strand))
        with pytest.raises(TitleTaken), attempt():
            db.session.add(Course(title=title, slug="two", strand=strand))
        db.session.add(Course(title="Moving more", slug="three", strand=strand))
    assert db.session.scalars(select(Course.slug).order_by(Course.id)).all() == ["one", "three"]


def test_what_was_wrong_before_an_attempt_is_not_its_fault() -> None:
    make_course("Sleeping well")
    strand = make_strand()
    reached = []

    def add_and_attempt() -> None:
        db.session.add(Course(title="Sleeping well", slug="one", strand=strand))
        with attempt():
            reached.append("the row")

    with pytest.raises(TitleTaken), transaction():
        add_and_attempt()
    assert reached == []


@pytest.mark.for_real
@pytest.mark.parametrize("by", ["a row", "a statement", "text"])
def test_what_is_written_outside_a_command_is_undone(app: Flask, by: str) -> None:
    course_id = make_course("Sleeping well").id
    db.session.remove()
    with app.app_context():
        if by == "a row":
            db.session.get_one(Course, course_id).title = "Changed"
            db.session.flush()
        elif by == "a statement":
            db.session.execute(update(Course).values(title="Changed"))
        else:
            db.session.execute(text("UPDATE course SET title = 'Changed'"))
        finish_reading()
        assert db.session.get_one(Course, course_id).title == "Sleeping well"


@pytest.mark.for_real
@pytest.mark.parametrize("by", ["a row", "what is not flushed", "a statement", "text"])
def test_what_was_written_outside_a_command_is_not_kept_by_the_next(app: Flask, by: str) -> None:
    course = make_course("Sleeping well")
    if by == "a statement":
        db.session.execute(update(Course).values(title="Changed"))
    elif by == "text":
        db.session.execute(text("UPDATE course SET title = 'Changed'"))
    else:
        course.title = "Changed"
        if by == "a row":
            db.session.flush()
    with transaction():
        assert course.title == "Sleeping well"
    db.session.remove()
    with app.app_context():
        assert db.session.get_one(Course, course.id).title == "Sleeping well"


def test_guards_are_taken_down_and_laid_again() -> None:
    connection = db.session.connection()
    assert missing_guards(connection) == []
    drop_guards(connection)
    gone = missing_guards(connection)
    assert {table for table, *_ in GUARDS if any(table in name for name in gone)} == {
        "adjustment",
        "audit_entry",
        "coming_as",
        "course",
        "cover_call",
        "delivery",
        "enrolment",
        "equality_answer",
        "mark",
        "person",
        "pool",
        "run",
        "session",
        "session_tally",
        "student_tally",
        "term",
        "tutor_mark",
    }
    install_guards(connection)
    assert missing_guards(connection) == []


def test_a_guard_that_keeps_nothing_any_more_is_missing() -> None:
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        hollow = [
            "DROP TRIGGER guard_audit_entry_update",
            "CREATE TRIGGER guard_audit_entry_update BEFORE UPDATE ON audit_entry "
            "BEGIN SELECT 1; END",
        ]
        names = ["guard_audit_entry_update"]
    else:
        hollow = [
            "ALTER TABLE audit_entry DISABLE TRIGGER guard_audit_entry_truncate",
            "CREATE OR REPLACE FUNCTION guard_audit_entry() RETURNS trigger "
            "LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$",
        ]
        names = ["guard_audit_entry", "guard_audit_entry_truncate"]
    for statement in hollow:
        connection.exec_driver_sql(statement)
    assert missing_guards(connection) == names


@pytest.mark.for_real
def test_two_at_once_wait_for_each_other_and_lose_nothing(app: Flask) -> None:
    id, together, faults = make_run(capacity=1).id, Barrier(4, timeout=60), []
    db.session.remove()

    def add_ten() -> None:
        together.wait()
        with app.app_context():
            for _ in range(10):
                with transaction():
                    run = db.session.get_one(Run, id)
                    hold(run)
                    run.capacity += 1
            db.session.remove()

    def kept() -> None:
        try:
            add_ten()
        except BaseException as fault:  # a thread's fault is nobody's, unless it is handed on
            faults.append(fault)

    threads = [Thread(target=kept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, db.session.get_one(Run, id).capacity) == ([], 41)


def test_a_row_that_points_at_nothing_is_refused() -> None:
    orphan = "INSERT INTO course_theme (course_id, theme) VALUES (99, 'hope')"
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(orphan))
