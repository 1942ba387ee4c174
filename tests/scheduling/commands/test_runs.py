"""Planning a run, promising its pairs, publishing it."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college.accounts.rules import Side
from recovery_college.audit.models import AuditEntry
from recovery_college.college.rules import College
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling.commands import runs as commands
from recovery_college.scheduling.commands import sessions
from recovery_college.scheduling.commands.runs import Plan
from recovery_college.scheduling.models import Delivery, Room, Run, Session
from recovery_college.scheduling.rules import (
    NoSessions,
    NoSuchStep,
    NotOffered,
    NotPaired,
    RoomTaken,
    RoomTooSmall,
    RunState,
    StillRunning,
    Visibility,
)
from recovery_college.scheduling.rules.changing import Begun, InProspectus
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


def typed(run: Run, **values: object) -> Edit:
    fields = ("term_id", "capacity", "mode", "visibility")
    shown = {field: getattr(run, field) for field in fields}
    return Edit(shown | values, prints_of(run, fields))


def test_a_run_may_be_planned_before_its_room_is_known() -> None:
    spans = weekly_series(FIRST, time(10), time(12), count=1)
    run = commands.plan_run(make_person(), Plan(make_course(), make_term(), None, spans, 500))
    assert (run.venue_id, run.sessions[0].room) == (None, None)


def test_a_run_s_places_fit_into_its_rooms_and_two_editors_take_turns() -> None:
    office, run = make_person(), make_run()
    for capacity in (0, 21):
        with pytest.raises(RoomTooSmall) as refused:
            commands.edit_run(office, run, typed(run, capacity=capacity))
        assert refused.value.field == "capacity"
    first, second = typed(run, capacity=20, mode=Mode.HYBRID), typed(run, capacity=15)
    commands.edit_run(office, run, first)
    with pytest.raises(Overtaken) as overtaken:
        commands.edit_run(office, run, second)
    assert overtaken.value.fields == ("capacity", "mode")
    db.session.expire_all()
    assert (run.capacity, run.mode) == (20, Mode.HYBRID)


def test_a_run_goes_to_another_term_that_is_there() -> None:
    office, run, term = make_person(), make_run(), make_term()
    commands.edit_run(office, run, typed(run, term_id=term.id, visibility=Visibility.OFFICE))
    db.session.expire_all()
    assert (run.term, run.visibility) == (term, Visibility.OFFICE)
    with pytest.raises(NotFound):
        commands.edit_run(office, run, typed(run, term_id=10**8))


def test_a_run_leaves_the_prospectus_and_a_draft_is_deleted_with_its_sessions() -> None:
    office, run = make_person(), make_run(sessions=2, tutors=(make_tutor(),))
    with pytest.raises(InProspectus):
        commands.delete_run(office, run)
    commands.unpublish_run(office, run)
    with time_machine.travel("2027-06-07T09:00Z"), pytest.raises(Begun):
        commands.delete_run(office, run)
    commands.delete_run(office, run)
    tables = (Run, Session, Delivery)
    assert [db.session.scalar(select(func.count()).select_from(each)) for each in tables] == [0] * 3
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [line.verb for line in lines] == ["unpublished", "deleted"]


def test_a_run_moves_by_weeks_past_itself_with_its_tutors_and_promises() -> None:
    office, tutor = make_person(), make_tutor()
    run = make_run(sessions=3, tutors=(tutor,), first=date(2027, 10, 11))
    sessions.promise_pairs(office, run, COLLEGE)
    commands.move_run(office, run, 2, COLLEGE)
    db.session.expire_all()
    days = [date(2027, 10, 25), date(2027, 11, 1), date(2027, 11, 8)]
    assert [(s.day, s.starts, s.live) for s in run.sessions] == [(d, time(10), True) for d in days]
    assert [s.pair_by_on for s in run.sessions] == [d - timedelta(weeks=4) for d in days]
    assert [d.starts_at for s in run.sessions for d in s.deliveries] == [
        s.starts_at for s in run.sessions
    ]
    assert (run.starts_at, run.regular) == (run.sessions[0].starts_at, True)


def test_only_what_is_to_come_moves_and_never_into_the_past() -> None:
    office, run = make_person(), make_run(sessions=2)
    with time_machine.travel("2027-06-07T12:00Z"):
        commands.move_run(office, run, 1, COLLEGE)
        assert [session.day for session in run.sessions] == [FIRST, date(2027, 6, 21)]
        with pytest.raises(Refusal, match="That time has passed"):
            commands.move_run(office, run, -3, COLLEGE)
    with time_machine.travel("2027-06-22T12:00Z"), pytest.raises(Refusal, match="nothing to move"):
        commands.move_run(office, run, 1, COLLEGE)


def test_a_move_into_a_taken_room_changes_nothing() -> None:
    office, room = make_person(), make_room()
    run = make_run(room=room, sessions=2)
    make_run(room=room, first=date(2027, 6, 21))
    with pytest.raises(RoomTaken):
        commands.move_run(office, run, 1, COLLEGE)
    db.session.expire_all()
    assert [(s.day, s.live) for s in run.sessions] == [(FIRST, True), (date(2027, 6, 14), True)]
