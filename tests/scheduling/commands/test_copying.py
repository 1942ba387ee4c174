"""A run, or all runs of a term, copied: drafts in the same rooms where these are free."""

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college.audit.models import AuditEntry
from recovery_college.college.rules import College
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.database import db, transaction
from recovery_college.errors import Refusal
from recovery_college.scheduling.commands import copying
from recovery_college.scheduling.commands.copying import Target
from recovery_college.scheduling.models import Run, Session, Term
from recovery_college.scheduling.rules import RunState, SessionState, Visibility
from tests.factories import (
    NOW,
    make_course,
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


AUTUMN = date(2027, 9, 6)


def autumn(name: str = "Autumn 2027") -> Term:
    term = make_term(name)
    with transaction():
        term.starts_on, term.ends_on = date(2027, 9, 1), date(2027, 12, 10)
    return term


def layout(run: Run) -> list[str]:
    db.session.expire_all()
    return [
        f"{s.day:%d %b} {s.starts:%H:%M} {s.room.name if s.room else 'no room'}"
        for s in run.planned
    ]


def test_a_copy_is_a_draft_of_the_same_shape_without_tutors_links_or_promises() -> None:
    office, run, term = make_person(), make_run(sessions=3, tutors=(make_tutor(),)), autumn()
    with transaction():
        run.mode, run.visibility = Mode.HYBRID, Visibility.BY_LINK
        run.sessions[0].link, run.sessions[0].pair_by_on = "https://example.org/1", date(2027, 5, 5)
    made = copying.copy_run(office, run, Target(term), AUTUMN)
    room, copy = run.sessions[0].room, made.run
    assert room is not None
    assert layout(copy) == [f"{day} 10:00 {room.name}" for day in ("06 Sep", "13 Sep", "20 Sep")]
    assert (copy.state, copy.term, copy.capacity, copy.mode, copy.visibility) == (
        RunState.DRAFT,
        term,
        12,
        Mode.HYBRID,
        Visibility.BY_LINK,
    )
    assert copy.link_key != run.link_key
    assert {(s.link, s.pair_by_on, len(s.deliveries)) for s in copy.sessions} == {("", None, 0)}
    assert (copy.session_count, copy.starts_at) == (3, copy.sessions[0].starts_at)
    assert made.without_room == []
    line = db.session.scalars(select(AuditEntry)).one()
    assert (line.verb, line.subject) == ("copied", f"run:{copy.id}")


def test_ten_o_clock_stays_ten_o_clock_on_the_other_side_of_the_change() -> None:
    run, term = make_run(sessions=2), autumn()
    copy = copying.copy_run(make_person(), run, Target(term), date(2027, 10, 25)).run
    assert [session.starts_at.hour for session in copy.sessions] == [9, 10]
    copy = copying.copy_run(make_person(), run, Target(term), date(2028, 3, 20)).run
    assert [session.starts_at.hour for session in copy.sessions] == [10, 9]


def test_a_copy_leaves_out_days_and_what_was_cancelled() -> None:
    office, run, term = make_person(), make_run(sessions=4), autumn()
    with transaction():
        run.sessions[1].state, run.sessions[1].live = SessionState.CANCELLED, False
    skipping = COLLEGE.closed_between(date(2027, 8, 1), date(2027, 12, 31))
    copy = copying.copy_run(office, run, Target(term, skipping), date(2027, 8, 23)).run
    assert [line[:6] for line in layout(copy)] == ["23 Aug", "06 Sep", "13 Sep"]


def test_a_room_that_is_taken_or_too_small_now_is_left_open_and_told_of() -> None:
    office, room, term = make_person(), make_room(), autumn()
    run = make_run(room=room, sessions=3)
    make_run(room=room, first=date(2027, 9, 13), at=time(11))
    made = copying.copy_run(office, run, Target(term), AUTUMN)
    assert layout(made.run) == [
        f"06 Sep 10:00 {room.name}",
        "13 Sep 10:00 no room",
        f"20 Sep 10:00 {room.name}",
    ]
    assert [session.day for session in made.without_room] == [date(2027, 9, 13)]
    with transaction():
        room.places = 5
    small = copying.copy_run(office, run, Target(term), date(2027, 10, 4))
    assert len(small.without_room) == 3


def test_nothing_is_half_done_when_the_hour_does_not_exist() -> None:
    office, term, room = make_person(), autumn(), make_room()
    run = make_run(room=room, first=date(2027, 6, 6), at=time(1, 30), sessions=2)
    with pytest.raises(Refusal, match="clocks change"):
        copying.copy_run(office, run, Target(term), date(2027, 10, 24))
    assert db.session.scalar(select(func.count(Run.id))) == 1


def test_the_wrong_weekday_or_no_dates_are_refused() -> None:
    office, run, term = make_person(), make_run(), autumn()
    with pytest.raises(Refusal, match="begins on a Monday"):
        copying.copy_run(office, run, Target(term), date(2027, 9, 7))
    with transaction():
        run.sessions = []
        run.follow_sessions()
    with pytest.raises(Refusal, match="no dates"):
        copying.copy_run(office, run, Target(term), AUTUMN)


def test_a_whole_term_is_copied_week_by_week_and_a_second_time_adds_nothing() -> None:
    office, summer, new = make_person(), make_term("Summer 2027"), autumn()
    with transaction():
        summer.starts_on = date(2027, 6, 1)
    room = make_room()
    make_run(term=summer, room=room, sessions=2)
    make_run(term=summer, room=room, at=time(14))
    gone = make_run(term=summer, first=date(2027, 6, 8))
    cancelled = make_run(term=summer)
    dateless = make_run(term=summer)
    with transaction():
        gone.course.state = CourseState.ARCHIVED
        cancelled.state = RunState.CANCELLED
        dateless.sessions = []
        dateless.follow_sessions()
    made = copying.copy_term(office, summer, Target(new))
    assert [layout(each.run) for each in made.copied] == [
        [f"06 Sep 10:00 {room.name}", f"13 Sep 10:00 {room.name}"],
        [f"06 Sep 14:00 {room.name}"],
    ]
    assert (made.there, {run.id for run in made.left}) == ([], {gone.id, dateless.id})
    again = copying.copy_term(office, summer, Target(new))
    assert (again.copied, len(again.there)) == ([], 2)
    assert db.session.scalar(select(func.count(Session.id))) == 3 + 3 + 2


def test_two_runs_of_one_course_side_by_side_are_both_copied() -> None:
    office, summer, course = make_person(), make_term(), make_course()
    for _ in range(2):
        make_run(course, term=summer)
    assert len(copying.copy_term(office, summer, Target(autumn())).copied) == 2


def test_copies_that_want_one_room_at_once_leave_the_second_open() -> None:
    office, summer, room = make_person(), make_term(), make_room()
    make_run(term=summer, room=room)
    make_run(term=summer, room=room, first=date(2027, 6, 14))
    skipping = [date(2027, 9, 13)]
    with transaction():
        summer.starts_on = date(2027, 6, 7)
    made = copying.copy_term(office, summer, Target(autumn(), skipping))
    assert [len(each.without_room) for each in made.copied] == [0, 0]
    more = copying.copy_term(office, summer, Target(autumn("Autumn again"), skipping))
    assert [len(each.without_room) for each in more.copied] == [1, 1]
