"""Meetings of those who teach a run: proposed, agreed, called off; in nobody's way until then."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from recovery_college import clock
from recovery_college.accounts.rules import Side
from recovery_college.database import db
from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling import pairing, proposals, together
from recovery_college.scheduling.checks import CHECKS
from recovery_college.scheduling.commands import meetings, moving
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import SessionKind, SessionState
from recovery_college.tutors.models import Tutor
from tests.factories import NOW, make_run
from tests.scheduling.commands.test_asking import QUAY, letters, teacher

pytestmark = pytest.mark.usefixtures("app")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ash() -> Tutor:
    return teacher(name="Ash Reed")


@pytest.fixture
def bo() -> Tutor:
    return teacher(Side.PROFESSIONAL, name="Bo Lind")


@pytest.fixture
def run(ash: Tutor, bo: Tutor) -> Run:
    return make_run(tutors=(ash, bo), sessions=2)


def proposed(run: Run, ash: Tutor) -> Session:
    slots = together.times_to_meet(run, together.pair_of(run), HOUR, QUAY, clock.now())
    return meetings.propose_meeting(ash.person, run, SessionKind.PLANNING, slots[:3])


def week(tutor: Tutor) -> list[SessionKind]:
    found = pairing.sessions_taught_by(tutor.person, clock.now(), clock.now() + 99 * DAY, most=9)
    return [each.kind for each in found]


def test_a_meeting_is_in_nobodys_way_until_another_picks_its_time(
    run: Run, ash: Tutor, bo: Tutor
) -> None:
    meeting = proposed(run, ash)
    teaching = [SessionKind.TEACHING] * 2
    assert (meeting.is_held_open, week(ash), week(bo)) == (True, teaching, teaching)
    assert pairing.requests_to(bo.person, clock.now()) == []
    assert proposals.waiting_for(bo.person, clock.now()) == (0, 1)
    assert proposals.waiting_for(ash.person, clock.now()) == (0, 0)
    assert "a meeting to plan" in letters(bo)[0]
    proposal = meeting.proposal
    assert proposal
    moving.pick_time(bo.person, proposal.slots[2], QUAY)
    assert (meeting.live, meeting.starts_at) == (True, proposal.slots[2].starts_at)
    assert week(bo) == [SessionKind.PLANNING, *teaching]
    assert "is when you meet" in letters(ash)[-1]
    assert [each() for each in CHECKS.values()] == [[]] * len(CHECKS)
    assert (run.session_count, len(run.sessions), len(run.meetings)) == (2, 2, 1)


def test_when_no_time_suits_there_is_no_meeting(run: Run, ash: Tutor, bo: Tutor) -> None:
    meeting = proposed(run, ash)
    number = meeting.id
    assert meeting.proposal
    moving.leave_as_it_was(bo.person, meeting.proposal)
    assert "is not going to be" in letters(ash)[-1]
    assert db.session.get(Session, number) is None


def test_a_meeting_is_called_off_by_one_of_those_who_meet_and_a_session_is_not(
    run: Run, ash: Tutor, bo: Tutor
) -> None:
    meeting = proposed(run, ash)
    assert meeting.proposal
    moving.pick_time(bo.person, meeting.proposal.slots[0], QUAY)
    with pytest.raises(NotFound):
        meetings.call_off(teacher().person, meeting)
    meetings.call_off(ash.person, meeting)
    assert (meeting.state, meeting.live) == (SessionState.CANCELLED, False)
    assert "A meeting of yours is called off" in letters(bo)[-1]
    with pytest.raises(Refusal, match="Students come to this session"):
        meetings.call_off(ash.person, run.sessions[0])


def test_it_is_for_those_who_teach_the_run_together(run: Run, ash: Tutor) -> None:
    slots = together.times_to_meet(run, together.pair_of(run), HOUR, QUAY, clock.now())
    with pytest.raises(NotFound):
        meetings.propose_meeting(teacher().person, run, SessionKind.PLANNING, slots[:1])
    cy = teacher(name="Cy Wood")
    alone = make_run(tutors=(cy,))
    with pytest.raises(Refusal, match="Nobody else teaches it yet"):
        meetings.propose_meeting(cy.person, alone, SessionKind.DEBRIEF, slots[:1])
