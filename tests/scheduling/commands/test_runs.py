"""Planning a run, promising its pairs, publishing it."""

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college.accounts.rules import Side
from recovery_college.college.rules import College
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, transaction
from recovery_college.scheduling.commands import runs as commands
from recovery_college.scheduling.commands import sessions
from recovery_college.scheduling.commands.runs import Plan
from recovery_college.scheduling.models import Room, Run
from recovery_college.scheduling.rules import (
    NoSessions,
    NoSuchStep,
    NotOffered,
    NotPaired,
    RoomTaken,
    RoomTooSmall,
    RunState,
    StillRunning,
)
from recovery_college.scheduling.rules.timetable import PartOfDay, weekly_series
from tests.conftest import counted, held
from tests.factories import (
    FIRST,
    NOW,
    make_course,
    make_delivery,
    make_person,
    make_room,
    make_run,
    make_term,
    make_tutor,
)

pytestmark = pytest.mark.usefixtures("app")
COLLEGE = College(name="A college")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def plan(room: Room | None = None, *, count: int = 2, capacity: int = 12) -> Plan:
    spans = weekly_series(FIRST, time(10), time(12), count=count)
    return Plan(make_course(), make_term(), room or make_room(), spans, capacity)


def test_a_planned_run_knows_its_timetable_in_one_line() -> None:
    room = make_room()
    run = commands.plan_run(make_person(), plan(room, count=3))
    assert (run.state, run.weekday, run.part, run.session_count, run.venue_id, run.regular) == (
        RunState.DRAFT,
        0,
        PartOfDay.MORNING,
        3,
        room.venue_id,
        True,
    )
    assert (run.starts_at, run.ends_at) == (run.sessions[0].starts_at, run.sessions[-1].ends_at)


def test_a_room_that_is_taken_or_too_small_leaves_nothing_behind() -> None:
    office, room = make_person(), make_room()
    commands.plan_run(office, plan(room))
    with pytest.raises(RoomTaken):
        commands.plan_run(office, plan(room, count=1))
    with pytest.raises(RoomTooSmall, match="holds 20 people"):
        commands.plan_run(office, plan(capacity=21))
    assert db.session.scalar(select(func.count(Run.id))) == 1


def test_a_run_is_published_when_each_session_is_paired_or_has_a_date_for_it() -> None:
    office = make_person()
    run = commands.plan_run(office, plan())
    first, second = run.sessions
    for side in Side:
        make_delivery(first, make_tutor(side))
    with pytest.raises(NotPaired, match=r"for the sessions on: 14 June 2027\."):
        commands.publish_run(office, run, COLLEGE)
    sessions.set_pair_by(office, second, date(2027, 5, 17), COLLEGE)
    commands.publish_run(office, run, COLLEGE)
    assert run.state is RunState.PUBLISHED
    with pytest.raises(NoSuchStep):
        commands.publish_run(office, run, COLLEGE)


def test_a_pair_by_date_is_four_weeks_before_at_the_latest() -> None:
    office = make_person()
    session = commands.plan_run(office, plan()).sessions[1]
    with pytest.raises(NotPaired, match="Choose 17 May 2027 or an earlier day") as refused:
        sessions.set_pair_by(office, session, date(2027, 5, 18), COLLEGE)
    assert (refused.value.field, session.pair_by_on) == ("pair_by_on", None)


def test_a_date_that_was_early_enough_once_is_looked_at_again() -> None:
    office = make_person()
    run = commands.plan_run(office, plan(count=1))
    sessions.set_pair_by(office, run.sessions[0], date(2027, 5, 10), COLLEGE)
    with pytest.raises(NotPaired, match="less than 44 days away"):
        commands.publish_run(office, run, College(name="A college", pair_by_days=44))


def test_a_run_follows_its_course_and_ends_with_its_last_session() -> None:
    office = make_person()
    run = commands.plan_run(office, plan(count=1))
    for side in Side:
        make_delivery(run.sessions[0], make_tutor(side))
    with transaction():
        run.course.state = CourseState.DRAFT
    with pytest.raises(NotOffered, match="Publish the course first"):
        commands.publish_run(office, run, COLLEGE)
    with transaction():
        run.course.state = CourseState.PUBLISHED
    with time_machine.travel("2027-06-07T11:00Z"), pytest.raises(NotOffered, match="are over"):
        commands.publish_run(office, run, COLLEGE)


def test_a_course_with_runs_to_come_is_not_archived() -> None:
    office, run = make_person(), make_run()
    with pytest.raises(StillRunning):
        commands.archive_course(office, run.course)
    with time_machine.travel("2027-06-07T11:00Z"):
        commands.archive_course(office, run.course)
    assert run.course.state is CourseState.ARCHIVED


def test_a_run_without_dates_is_not_published() -> None:
    office = make_person()
    run = commands.plan_run(office, plan(count=0))
    with pytest.raises(NoSessions):
        commands.publish_run(office, run, COLLEGE)
    with transaction():
        assert run.starts_at is None


def test_every_command_holds_what_it_decides_on_so_that_two_people_take_turns() -> None:
    actor, run = make_person(), commands.plan_run(make_person(), plan())
    with counted() as promising:
        sessions.set_pair_by(actor, run.sessions[0], date(2027, 5, 10), COLLEGE)
    sessions.set_pair_by(actor, run.sessions[1], date(2027, 5, 10), COLLEGE)
    with counted() as publishing:
        commands.publish_run(actor, run, COLLEGE)
    sqlite = db.engine.dialect.name == "sqlite"
    assert (held(promising), held(publishing)) == (
        ([], []) if sqlite else (["run", "session"], ["run"])
    )
