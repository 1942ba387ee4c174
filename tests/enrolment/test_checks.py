"""Each check finds what breaks it, even what the database would have refused, and nothing else."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.database import db, drop_guards
from recovery_college.enrolment.checks import CHECKS
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.inviting import keep_up
from recovery_college.enrolment.commands.settling import agree, settle, what_stands
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.enrolment.rules.needs import Settled
from tests.enrolment.asking import ask, pool, say
from tests.factories import NOW, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
TOO_MANY, COUNTED, SHARED, ENDS, FREE, TWICE, STEPS, SPANS, TOLD, SAID, HOW, ANSWERED = CHECKS


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def broken() -> dict[str, list[str]]:
    return {name: rows for name, check in CHECKS.items() if (rows := check())}


def without_guards() -> None:
    drop_guards(db.session.connection())


def unchecked() -> None:
    """As a database that has lost its checks and its unique index."""
    connection = db.session.connection()
    drop_guards(connection)
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        connection.execute(text("ALTER TABLE pool DROP CONSTRAINT ck_pool_never_too_many"))
        connection.execute(text("ALTER TABLE enrolment DROP CONSTRAINT ck_enrolment_offer_ends"))
        connection.execute(text("ALTER TABLE enrolment DROP CONSTRAINT ck_enrolment_offer_told"))
        connection.execute(text("ALTER TABLE adjustment DROP CONSTRAINT ck_adjustment_says_how"))
        connection.execute(text("ALTER TABLE adjustment DROP CONSTRAINT ck_adjustment_no_is_open"))
    connection.execute(text("DROP INDEX uq_enrolment_live"))


@pytest.fixture
def checks_are_back(app: Flask) -> Iterator[None]:
    yield
    if db.session.connection().dialect.name == "sqlite":
        db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))


def test_all_is_well_through_a_whole_story() -> None:
    run, college = make_run(capacity=1, first=date(2027, 6, 7)), the_college()
    ada, bo, cy = (make_person() for _ in range(3))
    first, *_ = (ask(each, run) for each in (ada, bo, cy))
    assert broken() == {}
    give_up(ada, first, college)
    assert broken() == {}
    ask(ada, run)
    assert broken() == {}


@pytest.mark.usefixtures("checks_are_back")
def test_more_held_than_there_are() -> None:
    run = make_run(capacity=1)
    ask(make_person(), run)
    unchecked()
    say("UPDATE pool SET held = 2 WHERE id = :id", id=pool(run, PoolKind.ROOM).id)
    rows = [f"pool:{pool(run, PoolKind.ROOM).id}"]
    assert broken() == {TOO_MANY: rows, COUNTED: rows}


def test_a_count_that_is_not_what_the_rows_say_of_places_and_of_chairs() -> None:
    run = make_run()
    ask(make_person(), run, with_supporter=True)
    without_guards()
    say("UPDATE pool SET held = 0 WHERE run_id = :run", run=run.id)
    kinds = (PoolKind.ROOM, PoolKind.CHAIRS)
    assert broken() == {COUNTED: [f"pool:{pool(run, kind).id}" for kind in kinds]}


def test_a_place_that_is_in_no_pool() -> None:
    run = make_run()
    make_run()
    without_guards()
    say("UPDATE run SET capacity = 13 WHERE id = :run", run=run.id)
    assert broken() == {SHARED: [f"run:{run.id}"]}


@pytest.mark.usefixtures("checks_are_back")
def test_an_offer_without_an_end() -> None:
    run, ada = make_run(capacity=1), make_person()
    first, second = ask(ada, run), ask(make_person(), run)
    give_up(ada, first, the_college())
    assert broken() == {}
    unchecked()
    say("UPDATE enrolment SET answer_by = NULL WHERE id = :id", id=second.id)
    assert broken() == {ENDS: [f"enrolment:{second.id}"]}


def test_a_free_place_while_somebody_waits_but_not_after_the_cut_off() -> None:
    run = make_run(capacity=1)
    ask(make_person(), run)
    ask(make_person(), run)
    say("UPDATE pool SET capacity = 2 WHERE id = :id", id=pool(run, PoolKind.ROOM).id)
    rows = [f"run:{run.id}"]
    assert broken() == {FREE: rows, SHARED: rows}
    with time_machine.travel("2027-06-06T09:00Z", tick=False):  # it begins at 10 the day after
        assert broken() == {SHARED: rows}


@pytest.mark.usefixtures("checks_are_back")
def test_somebody_twice_on_one_run() -> None:
    run, ada = make_run(), make_person()
    ask(ada, run)
    other = ask(make_person(), run)
    unchecked()
    say("UPDATE enrolment SET person_id = :ada WHERE id = :id", ada=ada.id, id=other.id)
    assert broken() == {TWICE: [f"run:{run.id}"]}


def test_a_state_that_no_step_led_to() -> None:
    run = make_run()
    kept, bare, jumped = (ask(make_person(), run) for _ in range(3))
    say("DELETE FROM enrolment_step WHERE enrolment_id = :id", id=bare.id)
    say("UPDATE enrolment_step SET state = 'given_up' WHERE enrolment_id = :id", id=jumped.id)
    say("UPDATE enrolment SET state = 'given_up' WHERE id = :id", id=jumped.id)
    assert broken() == {STEPS: [f"enrolment:{bare.id}", f"enrolment:{jumped.id}"]}
    say("UPDATE enrolment SET state = 'given_up' WHERE id = :id", id=kept.id)
    rows = [f"enrolment:{each.id}" for each in (kept, bare, jumped)]
    assert (broken(), kept.state) == ({STEPS: rows}, State.GIVEN_UP)


def test_a_place_that_nobody_was_told_of_unless_it_was_imported() -> None:
    run = make_run()
    told, imported = ask(make_person(), run), ask(make_person(), run)
    say("DELETE FROM outbox_message")
    say("UPDATE enrolment_step SET why = 'workbook' WHERE enrolment_id = :id", id=imported.id)
    assert broken() == {TOLD: [f"enrolment:{told.id}"]}


def test_an_entry_that_says_something_else_than_its_session_unless_it_is_about_to_follow() -> None:
    ask(make_person(email="ada@example.org"), make_run(sessions=2))
    keep_up()
    assert broken() == {}
    say("UPDATE session SET link = 'https://example.org' WHERE number = 2")
    (entry,) = db.session.scalars(
        select(Entry).where(Entry.link == "").order_by(Entry.starts_at).offset(1)
    ).all()
    assert broken() == {SAID: [f"calendar_entry:{entry.id}"]}
    say("UPDATE enrolment SET behind = :behind", behind=True)
    assert broken() == {}


@pytest.mark.usefixtures("checks_are_back")
def test_a_need_that_was_settled_without_words_or_stands_after_a_no() -> None:
    dee, places = (
        make_person(),
        [ask(make_person(needs="Quiet", needs_shared=True), make_run()) for _ in range(2)],
    )
    for each in places:
        settle(dee, each, Settled.ARRANGED, "A quiet room", seen=what_stands(each))
        agree(dee, each)
    assert broken() == {}
    unchecked()
    say("UPDATE adjustment SET how = '' WHERE enrolment_id = :id", id=places[0].id)
    say("UPDATE adjustment SET agreed = :no WHERE enrolment_id = :id", no=False, id=places[1].id)
    assert broken() == {HOW: [f"enrolment:{places[0].id}"], ANSWERED: [f"enrolment:{places[1].id}"]}
