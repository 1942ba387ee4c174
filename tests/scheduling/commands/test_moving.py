"""A pair finds another time: proposed, picked, confirmed; and what becomes of it on the way."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, print_of
from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling import pairing, together
from recovery_college.scheduling.commands import asking, moving, runs, sessions
from recovery_college.scheduling.models import ProposedSlot, Run, Session, TimeProposal
from recovery_college.scheduling.rules import ProposalState, RunState
from recovery_college.scheduling.rules.together import ProposalOver, Slot
from recovery_college.tutors.models import Tutor
from tests.at_once import at_once
from tests.factories import NOW, make_delivery, make_person, make_room, make_run
from tests.scheduling.commands.test_asking import QUAY, letters, teacher

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Hart", Role.DESK, email="dee@example.org")


@pytest.fixture
def ash() -> Tutor:
    return teacher(name="Ash Reed")


@pytest.fixture
def bo() -> Tutor:
    return teacher(Side.PROFESSIONAL, name="Bo Lind")


@pytest.fixture
def run(ash: Tutor, bo: Tutor) -> Run:
    return make_run(tutors=(ash, bo), sessions=3)


def hidden(run: Run) -> Run:
    with transaction():
        run.state = RunState.DRAFT
    return run


def times(session: Session) -> list[Slot]:
    return together.times_for(session, QUAY, clock.now())


def proposed(ash: Tutor, session: Session) -> TimeProposal:
    slots = times(session)
    return moving.propose_times(ash.person, session, [slots[0], slots[5]])


def verbs() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))


def test_what_nobody_can_see_yet_moves_at_once_and_is_the_same_session(
    run: Run, ash: Tutor, bo: Tutor
) -> None:
    session = hidden(run).sessions[0]
    made = proposed(ash, session)
    assert "- Monday 10 May 2027, 10am to midday" in letters(bo)[0]
    assert f"/tutor/sessions/{session.id}" in letters(bo)[0]
    slot = made.slots[1]
    done = moving.pick_time(bo.person, slot, QUAY)
    moved = db.session.get_one(Session, session.id)
    assert (done.state, moved.starts_at, moved.ends_at, moved.number) == (
        ProposalState.DONE,
        slot.starts_at,
        slot.ends_at,
        1,
    )
    assert (run.starts_at, {each.starts_at for each in moved.deliveries}) == (
        slot.starts_at,
        {slot.starts_at},
    )
    assert [len(letters(each)) for each in (ash, bo)] == [1, 2]
    assert verbs() == ["proposed times for", "picked a time for", "moved"]


def test_what_is_in_the_prospectus_moves_when_the_office_confirms(
    run: Run, ash: Tutor, bo: Tutor, dee: Person
) -> None:
    session = run.sessions[0]
    before = session.starts_at
    made = proposed(ash, session)
    with pytest.raises(ProposalOver, match="Nobody has picked one of these times yet"):
        moving.confirm_time(dee, made, QUAY)
    moving.pick_time(bo.person, made.slots[0], QUAY)
    assert (made.state, session.starts_at) == (ProposalState.PICKED, before)
    assert "the office confirms it first" in letters(ash)[-1]
    assert [row.kind for row in pairing.matters(clock.now(), most=5)] == ["picked"]
    with pytest.raises(ProposalOver, match="The office is about to confirm it"):
        proposed(ash, session)
    moving.confirm_time(dee, made, QUAY)
    assert (made.state, session.starts_at) == (ProposalState.DONE, made.slots[0].starts_at)
    assert pairing.matters(clock.now(), most=5) == []
    with pytest.raises(ProposalOver, match="it has moved there"):
        moving.confirm_time(dee, made, QUAY)


def test_the_office_or_one_of_them_can_leave_it_as_it_was(
    run: Run, ash: Tutor, bo: Tutor, dee: Person
) -> None:
    session = run.sessions[0]
    before = session.starts_at
    moving.leave_as_it_was(bo.person, proposed(ash, session))
    assert "stays on Monday 7 June 2027, 10am" in letters(ash)[-1]
    made = proposed(ash, session)
    moving.pick_time(bo.person, made.slots[0], QUAY)
    moving.leave_as_it_was(dee, made)
    assert (made.state, session.starts_at, session.proposal) == (
        ProposalState.DROPPED,
        before,
        None,
    )


def test_only_another_of_those_who_teach_it_picks_and_only_who_teaches_it_proposes(
    run: Run, ash: Tutor, bo: Tutor, dee: Person
) -> None:
    session, stranger = run.sessions[0], teacher()
    made = proposed(ash, session)
    with pytest.raises(ProposalOver, match="You proposed these times yourself"):
        moving.pick_time(ash.person, made.slots[0], QUAY)
    with pytest.raises(NotFound):
        moving.pick_time(stranger.person, made.slots[0], QUAY)
    with pytest.raises(NotFound):
        moving.propose_times(stranger.person, session, times(session)[:1])
    moving.pick_by_phone(dee, made.slots[0], QUAY)
    assert made.state is ProposalState.PICKED
    alone = make_run(tutors=(stranger,)).sessions[0]
    with pytest.raises(Refusal, match="Nobody else teaches it yet"):
        moving.propose_times(stranger.person, alone, times(alone)[:1])


def test_new_times_take_the_place_of_those_before(run: Run, ash: Tutor, bo: Tutor) -> None:
    session = run.sessions[0]
    old = proposed(ash, session)
    new = proposed(bo, session)
    assert (old.state, session.proposal) == (ProposalState.DROPPED, new)
    with pytest.raises(ProposalOver, match="not open any more"):
        moving.pick_time(bo.person, old.slots[0], QUAY)


@pytest.mark.parametrize("what", ["moved", "run moved", "off", "left"])
def test_times_are_over_when_it_moves_is_off_or_the_pair_is_another(
    run: Run, ash: Tutor, bo: Tutor, dee: Person, what: str
) -> None:
    session = run.sessions[1]
    made = proposed(ash, session)
    if what == "moved":
        moving.move_to_slot(dee, session, times(session)[0], QUAY)
    elif what == "run moved":
        runs.move_run(dee, run, 1, QUAY)
    elif what == "off":
        sessions.cancel_session(dee, session, "Something else")
    else:
        asking.step_back(bo.person, next(d for d in session.accepted if d.tutor_id == bo.id))
    assert made.state is ProposalState.DROPPED
    assert ("moved" in verbs()) is ("moved" in what)


def test_times_stay_when_the_office_only_writes_down_a_link(
    run: Run, ash: Tutor, dee: Person
) -> None:
    session = run.sessions[0]
    made = proposed(ash, session)
    shown = {"day": session.day, "starts": session.starts, "ends": session.ends}
    shown |= {"room_id": session.room_id, "link": session.link}
    seen = {field: print_of(value) for field, value in shown.items()}
    sessions.move_session(dee, session, Edit(shown | {"link": "https://x.example"}, seen), QUAY)
    assert (session.link, made.state) == ("https://x.example", ProposalState.OPEN)


def test_a_room_or_a_tutor_that_was_taken_meanwhile_stops_it_and_changes_nothing(
    run: Run, ash: Tutor, bo: Tutor
) -> None:
    session = hidden(run).sessions[0]
    made = proposed(ash, session)
    slot = made.slots[0]
    other = make_run(room=session.room, first=slot.starts_at.date(), sessions=1).sessions[0]
    with pytest.raises(Refusal, match="This room is already in use"):
        moving.pick_time(bo.person, slot, QUAY)
    with transaction():
        other.room = make_room()
    make_delivery(other, ash)
    with pytest.raises(Refusal, match="already teaching another session"):
        moving.pick_time(bo.person, slot, QUAY)
    assert (made.state, session.starts_at.day, slot.picked) == (ProposalState.OPEN, 7, False)


def test_a_session_stays_between_its_neighbours_and_away_from_closed_days(
    run: Run, ash: Tutor, bo: Tutor
) -> None:
    first, second, third = run.sessions
    assert {each.starts_at.date() for each in times(second)} <= {
        first.starts_at.date() + timedelta(days=n) for n in range(15)
    }
    assert all(first.ends_at <= s.starts_at and s.ends_at <= third.starts_at for s in times(second))
    assert not any(each.starts_at.date().isoformat() == "2027-05-31" for each in times(first))
    busy = Slot(times(second)[0].starts_at, times(second)[3].ends_at)
    left = together.times_for(second, QUAY, clock.now(), also_busy=[busy])
    assert left == [each for each in times(second) if each.starts_at >= busy.ends_at]


@pytest.mark.for_real
def test_of_two_who_pick_in_the_same_moment_one_has_moved_it(
    app: Flask, run: Run, ash: Tutor, bo: Tutor
) -> None:
    cy = teacher(name="Cy Wood")
    session = hidden(run).sessions[0]
    make_delivery(session, cy)
    slots = [slot.id for slot in proposed(ash, session).slots]

    def picking(tutor_id: int, slot_id: int) -> Callable[[], object]:
        def pick() -> object:
            who = db.session.get_one(Tutor, tutor_id).person
            return moving.pick_time(who, db.session.get_one(ProposedSlot, slot_id), QUAY).state

        return pick

    came = at_once(app, picking(bo.id, slots[0]), picking(cy.id, slots[1]))
    assert sorted(type(each).__name__ for each in came) == ["ProposalOver", "ProposalState"]
