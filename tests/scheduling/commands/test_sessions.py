"""Sessions: added, moved, cancelled, and the day by which their pair is known."""

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Side
from recovery_college.audit.models import AuditEntry
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling.commands import sessions
from recovery_college.scheduling.commands.sessions import Meeting
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import (
    NotPaired,
    RoomTaken,
    RoomTooSmall,
    RunState,
    SessionState,
    TutorTaken,
)
from recovery_college.scheduling.rules.changing import Begun, InProspectus
from tests.conftest import counted, held
from tests.factories import (
    FIRST,
    NOW,
    make_person,
    make_room,
    make_run,
    make_tutor,
)

pytestmark = pytest.mark.usefixtures("app")
COLLEGE = College(name="A college")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def draft(**asked: object) -> Run:
    run = make_run(**asked)  # type: ignore[arg-type]
    with transaction():
        run.state = RunState.DRAFT
    return run


def moved(session: Session, **values: object) -> Edit:
    fields = ("day", "starts", "ends", "room_id", "link")
    shown = {field: getattr(session, field) for field in fields}
    return Edit(shown | values, prints_of(session, fields))


def days(run: Run) -> list[str]:
    db.session.expire_all()
    return [f"{session.day:%d %b} {session.starts:%H:%M}" for session in run.planned]


def test_one_more_session_makes_the_run_longer() -> None:
    office, run, room = make_person(), draft(), make_room()
    sessions.add_session(office, run, Meeting(date(2027, 6, 15), time(14), time(16), room), COLLEGE)
    sessions.add_session(office, run, Meeting(date(2027, 6, 1), time(14), time(16), None), COLLEGE)
    assert days(run) == ["01 Jun 14:00", "07 Jun 10:00", "15 Jun 14:00"]
    assert (run.session_count, run.regular, run.weekday) == (3, False, 1)
    assert {session.pair_by_on for session in run.sessions} == {None}
    assert sorted(session.number for session in run.sessions) == [1, 2, 3]


def test_one_more_session_of_a_published_run_promises_its_pair_or_is_refused() -> None:
    office, run = make_person(), make_run()
    late = Meeting(date(2027, 6, 14), time(10), time(12), None)
    made = sessions.add_session(office, run, late, COLLEGE)
    assert made.pair_by_on == date(2027, 5, 17)
    soon = Meeting(date(2027, 5, 20), time(10), time(12), None)
    with pytest.raises(NotPaired, match="less than 28 days away"):
        sessions.add_session(office, run, soon, COLLEGE)
    assert days(run) == ["07 Jun 10:00", "14 Jun 10:00"]


def test_a_session_moves_in_time_and_room_and_its_run_and_tutors_follow() -> None:
    office, tutor, room = make_person(), make_tutor(), make_room()
    run = draft(tutors=(tutor,))
    session = run.sessions[0]
    edit = moved(session, day=date(2027, 6, 8), starts=time(18), ends=time(20), room_id=room.id)
    sessions.move_session(office, session, edit, COLLEGE)
    assert days(run) == ["08 Jun 18:00"]
    assert (run.venue_id, run.starts_at) == (room.venue_id, session.starts_at)
    assert [each.starts_at for each in session.deliveries] == [session.starts_at]
    line = db.session.scalars(select(AuditEntry)).one()
    assert (line.verb, line.fields) == ("moved", "day starts ends room_id")


def test_a_session_may_lose_its_room() -> None:
    office, run = make_person(), draft()
    sessions.move_session(office, run.sessions[0], moved(run.sessions[0], room_id=None), COLLEGE)
    db.session.expire_all()
    assert (run.sessions[0].room, run.venue_id) == (None, None)


def test_what_is_taken_too_small_or_past_refuses_the_move_and_nothing_changes() -> None:
    office, tutor, taken = make_person(), make_tutor(), make_room()
    make_run(room=taken, tutors=(tutor,))
    run = draft(at=time(14), tutors=(tutor,))
    session, small = run.sessions[0], make_room()
    with transaction():
        small.places = 11
    morning: dict[str, object] = {"starts": time(11), "ends": time(13)}
    for wrong, refusal in (
        (morning, TutorTaken),
        ({"room_id": small.id}, RoomTooSmall),
        ({"day": date(2027, 5, 2)}, Refusal),
        ({"room_id": 10**8}, NotFound),
        ({"day": date(2028, 3, 26), "starts": time(1, 30), "ends": time(3)}, Refusal),
    ):
        with pytest.raises(refusal):
            sessions.move_session(office, session, moved(session, **wrong), COLLEGE)
        assert days(run) == ["07 Jun 14:00"]
    elsewhere = draft(at=time(14))
    edit = moved(elsewhere.sessions[0], **morning, room_id=taken.id)
    with pytest.raises(RoomTaken):
        sessions.move_session(office, elsewhere.sessions[0], edit, COLLEGE)


def test_the_second_of_two_who_move_one_session_is_told() -> None:
    office, run = make_person(), draft()
    session = run.sessions[0]
    first, second = (moved(session, day=date(2027, 6, day)) for day in (8, 9))
    sessions.move_session(office, session, first, COLLEGE)
    with pytest.raises(Overtaken) as refused:
        sessions.move_session(office, session, second, COLLEGE)
    assert refused.value.fields == ("day",)
    assert days(run) == ["08 Jun 10:00"]


def test_a_promise_moves_along_when_the_session_comes_nearer() -> None:
    office, run = make_person(), make_run()
    session = run.sessions[0]
    sessions.set_pair_by(office, session, date(2027, 5, 10), COLLEGE)
    sessions.move_session(office, session, moved(session, day=date(2027, 6, 4)), COLLEGE)
    assert session.pair_by_on == date(2027, 5, 7)


def test_what_has_begun_stays_as_it_was() -> None:
    office, run = make_person(), make_run(sessions=2)
    session = run.sessions[0]
    with time_machine.travel("2027-06-07T09:00Z"):
        with pytest.raises(Begun):
            sessions.move_session(office, session, moved(session), COLLEGE)
        with pytest.raises(Begun):
            sessions.cancel_session(office, session, "Something else")


def test_a_cancelled_session_frees_its_room_and_its_tutors_and_the_run_ends_earlier() -> None:
    office, tutor, room = make_person(), make_tutor(Side.LIVED), make_room()
    run = make_run(room=room, tutors=(tutor,), sessions=2)
    sessions.cancel_session(office, run.sessions[1], "Something else")
    assert days(run) == ["07 Jun 10:00"]
    assert (run.session_count, run.sessions[1].state) == (1, SessionState.CANCELLED)
    make_run(room=room, tutors=(tutor,), first=date(2027, 6, 14))
    with pytest.raises(InProspectus):
        sessions.cancel_session(office, run.sessions[0], "Something else")
    with pytest.raises(Refusal, match="is cancelled"):
        sessions.cancel_session(office, run.sessions[1], "Something else")


def test_a_session_is_taken_out_of_a_draft_as_if_it_had_never_been() -> None:
    office, run, shown = make_person(), draft(sessions=2, tutors=(make_tutor(),)), make_run()
    sessions.remove_session(office, run.sessions[1])
    assert (days(run), run.session_count) == (["07 Jun 10:00"], 1)
    with pytest.raises(InProspectus):
        sessions.remove_session(office, shown.sessions[0])


def test_all_open_pairs_are_promised_by_the_last_possible_day_where_there_is_time() -> None:
    office, both = make_person(), tuple(make_tutor(side) for side in Side)
    run = draft(first=date(2027, 5, 24), sessions=3)
    paired = make_run(tutors=both)
    assert sessions.promise_pairs(office, run, COLLEGE) == 2
    db.session.expire_all()
    assert [session.pair_by_on for session in run.sessions] == [
        None,
        date(2027, 5, 3),
        date(2027, 5, 10),
    ]
    assert sessions.promise_pairs(office, run, COLLEGE) == 0
    assert sessions.promise_pairs(office, paired, COLLEGE) == 0


def test_every_command_holds_what_it_decides_on_so_that_two_people_take_turns() -> None:
    actor, run = make_person(), make_run(sessions=3)
    one, two, three = run.sessions
    held_by = []
    edit = moved(one, day=date(2027, 6, 8))
    meeting = Meeting(FIRST, time(18), time(20), make_room())
    for command in (
        lambda: sessions.move_session(actor, one, edit, COLLEGE),
        lambda: sessions.cancel_session(actor, two, "Something else"),
        lambda: sessions.set_pair_by(actor, three, date(2027, 5, 10), COLLEGE),
        lambda: sessions.add_session(actor, run, meeting, COLLEGE),
    ):
        with counted() as statements:
            command()
        held_by.append(held(statements))
    rows = [["run", "session", "room"], ["run", "session"], ["run", "session"], ["run", "room"]]
    assert held_by == ([[]] * 4 if db.engine.dialect.name == "sqlite" else rows)
