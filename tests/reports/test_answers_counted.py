"""Answers that are added up are those of the rows, whatever becomes of people and places."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from threading import Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, event, func, insert, select, text, update
from sqlalchemy.sql.base import Executable

from recovery_college import clock
from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.accounts.rules import Role
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment
from recovery_college.privacy.commands.erasing import erase
from recovery_college.reports.answers_counted import answers_counted
from recovery_college.reports.checks import CHECKS
from recovery_college.reports.commands import add_up_people
from recovery_college.reports.models import AnswerTally, StudentTally
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState
from tests.attendance.registering import place_for
from tests.factories import make_course, make_person, make_run, make_term
from tests.reports.colleges import NOW, make_college

pytestmark = pytest.mark.usefixtures("app")
_, PEOPLE_RIGHT, ANSWERS_RIGHT = CHECKS.values()
COLLEGES = range(20 if os.environ.get("PROOF") == "full" else 1)


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def of_the_rows() -> dict[tuple[int, str, str], int]:
    """By hand: each student of a term once, and with all terms as 0."""
    said: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for why in db.session.execute(select(ComingAs.person_id, ComingAs.reason)):
        said[why.person_id]["coming_as"].append(why.reason.value)
    for one in db.session.execute(select(*EqualityAnswer.__table__.columns)):
        said[one.person_id][one.question.value].append(one.answer)
    found: Counter[tuple[int, str, str]] = Counter()
    for term, person in _students():
        found[term, "", ""] += 1
        for question, answers in said[person].items():
            found[term, question, answers[0] if len(answers) == 1 else ""] += 1
    return dict(found)


def _students() -> set[tuple[int, int]]:
    place = (Enrolment.person_id, Enrolment.held_from, Enrolment.ended_at)
    run = (Run.term_id, Run.starts_at, Run.drop_in, Run.state)
    rows = db.session.execute(select(*place, *run).join(Run, Run.id == Enrolment.run_id))
    held = {
        (each.term_id, each.person_id)
        for each in rows
        if each.person_id and each.state == RunState.PUBLISHED and not each.drop_in
        if each.starts_at and each.starts_at <= NOW
        if _held(each.held_from, each.ended_at, each.starts_at)
    }
    return held | {(0, person) for _, person in held}


def _held(since: datetime | None, until: datetime | None, at: datetime) -> bool:
    return since is not None and since <= at and (until is None or until >= at)


def told() -> dict[tuple[int, str, str], int]:
    return {key: number for key, number in answers_counted(clock.now()).items() if number}


def change(number: int, chance: Random) -> None:
    """One of all that can happen to a student, a place, an answer, or what is kept of them."""
    people = db.session.scalars(select(Person.id)).all()
    students = sorted(person for term, person in _students() if term == 0) or people
    who, other = chance.choice(students), chance.choice(people)
    run = chance.choice(db.session.scalars(select(Run.id)).all())
    why, them, kept = ComingAs.person_id == who, EqualityAnswer.person_id == who, StudentTally
    reason, question = chance.choice(list(Reason)), chance.choice(list(Question))
    place, on = Enrolment.person_id == who, Enrolment.run_id == run
    deeds: list[list[Executable]] = [
        [delete(ComingAs).where(ComingAs.person_id.in_(students[::2]))],
        [delete(ComingAs).where(why), insert(ComingAs).values(person_id=who, reason=reason)],
        [update(EqualityAnswer).where(them).values(answer=EqualityAnswer.answer + "+")],
        [delete(EqualityAnswer).where(them, EqualityAnswer.question == question)],
        [
            insert(EqualityAnswer).values(
                person_id=who, question=question, answer=str(chance.random())
            )
        ],
        [
            update(Enrolment)
            .where(place)
            .values(held_from=chance.choice((None, Enrolment.requested_at)))
        ],
        [
            update(Enrolment)
            .where(on)
            .values(ended_at=chance.choice((None, Enrolment.requested_at)))
        ],
        [update(Run).where(Run.id == run).values(drop_in=~Run.drop_in)],
        [delete(kept).where(kept.person_id == who), *_forgotten(who)],
        _moved(who, other),
        [update(kept).where(kept.person_id == who).values(said=None)],
    ]
    for statement in deeds[number % len(deeds)]:
        db.session.execute(statement)


def _forgotten(who: int) -> list[Executable]:
    return [
        update(Enrolment).where(Enrolment.person_id == who).values(person_id=None),
        *(delete(each).where(each.person_id == who) for each in (ComingAs, EqualityAnswer)),
    ]


def _moved(who: int, other: int) -> list[Executable]:
    """As of two records of one person."""
    if who == other or _both_hold_one(who, other):
        return []
    kept = StudentTally
    terms = select(kept.term_id).where(kept.person_id == other)
    twice = delete(kept).where(kept.person_id == who, kept.term_id.in_(terms))
    moved = [
        update(each).where(each.person_id == who).values(person_id=other)
        for each in (Enrolment, kept)
    ]
    return [twice, *moved, *_forgotten(who)[1:]]


def _both_hold_one(who: int, other: int) -> bool:
    runs = select(Enrolment.run_id).where(Enrolment.person_id == other)
    asked = select(Enrolment.id).where(Enrolment.person_id == who, Enrolment.run_id.in_(runs))
    return db.session.scalar(asked.limit(1)) is not None


@pytest.mark.parametrize("seed", COLLEGES)
def test_whatever_happens_they_are_those_of_the_rows(seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    make_college(chance, runs=8, people=8, most=5)
    assert told() == of_the_rows()
    add_up_people()
    for number in range(11):
        with transaction():
            change(number, chance)
        assert told() == of_the_rows()
        if chance.random() < 0.7:
            add_up_people(most=5)
            assert (PEOPLE_RIGHT(), ANSWERS_RIGHT()) == ([], [])
    while add_up_people(most=3):
        pass
    one = AnswerTally
    rows = db.session.execute(select(one.term_id, one.question, one.answer, one.students)).all()
    assert {tuple(row[:3]): row.students for row in rows} == of_the_rows()
    assert len(rows) == len(of_the_rows())  # one of each


def _student(run: Run) -> Person:
    person = make_person()
    place_for(person, run)
    with transaction():
        db.session.add(ComingAs(person_id=person.id, reason=Reason.FAMILY))
    return person


def test_who_is_forgotten_leaves_no_answer_behind() -> None:
    make_person("Olu", Role.MANAGER)
    run = make_run(make_course(), term=make_term(), capacity=9)
    ada, _ = _student(run), _student(run)
    add_up_people()
    assert told()[0, "coming_as", "family"] == 2
    erase(None, ada)
    kept = select(func.sum(AnswerTally.students)).where(AnswerTally.answer == "family")
    assert db.session.scalars(kept).one() == 2  # one of the term, and one of all
    assert ANSWERS_RIGHT() == []
    assert told()[0, "coming_as", "family"] == 1


def at_once(app: Flask, *deeds: Callable[[], None]) -> list[BaseException]:
    """What went wrong."""
    faults: list[BaseException] = []

    def done(deed: Callable[[], None]) -> None:
        try:
            with app.app_context():
                deed()
                db.session.remove()
        except BaseException as fault:  # a thread's fault is nobody's, unless it is handed on
            faults.append(fault)

    threads = [Thread(target=done, args=(each,)) for each in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def add_up() -> None:
    while add_up_people(most=2):
        pass


def plan() -> str:
    """By which tables and indexes the database goes."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, said: str, given: Any, *_rest: object) -> None:
        sent.append((said, given))

    connection, is_sqlite = db.session.connection(), db.engine.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    event.listen(db.engine, "before_cursor_execute", note)
    answers_counted(clock.now())
    event.remove(db.engine, "before_cursor_execute", note)
    [(said, given)] = sent
    assert f"'{NOW:%Y-%m-%d}" in said  # or PostgreSQL would plan it for any moment
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(explain + said, given))


def test_only_who_has_changed_is_looked_up_and_each_by_an_index() -> None:
    walked = plan()
    for index in ("unsaid", "until"):
        assert f"ix_student_tally_{index}" in walked, walked
    whole = re.findall(r"(?:Seq Scan on|SCAN) (\w+\b)(?! USING INDEX ix_\w+_unsaid)", walked)
    assert {"student_tally", "enrolment", "person", "equality_answer"}.isdisjoint(whole), walked


@pytest.mark.for_real
def test_two_who_add_up_and_one_who_forgets_meanwhile_lose_nothing(app: Flask) -> None:
    run = make_run(make_course(), term=make_term(), capacity=30)
    people = [_student(run).id for _ in range(16)]
    db.session.remove()

    def forget() -> None:
        for who in people[::2]:
            with transaction():
                kept = delete(StudentTally).where(StudentTally.person_id == who)
                for statement in (kept, *_forgotten(who)):
                    db.session.execute(statement)

    assert at_once(app, add_up, add_up, forget) == []
    assert (ANSWERS_RIGHT(), told()[0, "", ""]) == ([], 8)
    add_up()
    assert (PEOPLE_RIGHT(), ANSWERS_RIGHT(), told()) == ([], [], of_the_rows())
