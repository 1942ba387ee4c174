"""A term as a board: its weeks, its rooms, its discs, and which halves are to be found."""

from datetime import date, datetime, time

import pytest

from recovery_college.accounts.rules import Side
from recovery_college.college.rules import College
from recovery_college.database import transaction
from recovery_college.desks.board import Board, Chip, Column, Missing, board_of
from recovery_college.scheduling.board import sessions_on_board
from recovery_college.scheduling.models import Term
from recovery_college.scheduling.rules import RunState
from tests.factories import (
    NOW,
    make_course,
    make_room,
    make_run,
    make_term,
    make_tutor,
    make_venue,
)

pytestmark = pytest.mark.usefixtures("app")
HALF_TERM = "\n".join(f"{day}/06/2027" for day in range(1, 5))  # the Monday is a bank holiday
QUAY = College("Quay College", closed_days=f"{HALF_TERM}\n24/06/2027")
LATER = "2027-06-08T09:00Z"


def board_on(term: Term, now: str = NOW) -> Board:
    return board_of(term, sessions_on_board(term), QUAY, datetime.fromisoformat(now))


@pytest.fixture
def term() -> Term:
    """Three weeks in June."""
    term = make_term("June")
    with transaction():
        term.starts_on, term.ends_on = date(2027, 6, 2), date(2027, 6, 18)
    return term


def test_the_weeks_say_their_closed_days_and_what_runs_over_has_weeks_of_its_own(
    term: Term,
) -> None:
    make_run(term=term, sessions=3)
    make_run(term=term, first=date(2027, 5, 28))
    assert board_on(term).columns == [
        Column("Before the term", "from 24 May", "", is_closed=False),
        Column("Week 1", "from 31 May", "Closed", is_closed=True),
        Column("Week 2", "from 7 Jun", "", is_closed=False),
        Column("Week 3", "from 14 Jun", "", is_closed=False),
        Column("After the term", "from 21 Jun", "Closed Thu 24 Jun", is_closed=False),
    ]


def test_rooms_of_one_venue_stand_together_then_online_then_what_has_no_room(term: Term) -> None:
    hall, online = make_venue("Hall"), make_venue("A call")
    rooms = [make_room(venue) for venue in (hall, online, make_venue("Quay"), hall, online)]
    with transaction():
        online.online = True
        rooms[0].name, rooms[3].name = "Lantern", "Garden"
    runs = [make_run(term=term, room=room) for room in rooms]
    late = make_run(term=term, room=rooms[0], at=time(14))
    early = make_run(term=term, room=rooms[0], at=time(8))
    with transaction():
        runs[4].sessions[0].room_id = runs[4].sessions[0].room_exclusive = None
    board = board_on(term)
    names = [[(line.venue, line.room) for line in lines] for lines in board.venues]
    assert names == [
        [("Hall", "Garden"), ("Hall", "Lantern")],
        [("Quay", rooms[2].name)],
        [("A call", rooms[1].name)],
        [("No room yet", "")],
    ]
    lantern = board.venues[0][1]
    assert [cell.is_closed for cell in lantern.cells] == [True, False, False]
    ids = [each.sessions[0].id for each in (early, runs[0], late)]
    assert [[chip.id for chip in cell.chips] for cell in lantern.cells] == [[], ids, []]


def test_chips_say_the_state_of_their_pair_before_and_after_they_begin(term: Term) -> None:
    lived, professional = make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL)
    course, room = make_course("Sleep"), make_room()
    pairs = [(lived, professional), (lived,), (professional,), ()]
    runs = [
        make_run(course, term=term, room=room, tutors=tutors, first=date(2027, 6, 7 + day))
        for day, tutors in enumerate(pairs)
    ]
    with transaction():
        runs[3].state = RunState.DRAFT
    look, ids = f"strand-{course.strand.look}", [run.sessions[0].id for run in runs]
    begun = board_on(term, LATER)
    chips = [chip for cell in begun.venues[0][0].cells for chip in cell.chips]
    half, both = "needs a peer tutor", "needs both tutors"
    without = "began without a professional tutor"
    assert chips == [
        Chip(ids[0], "Sleep", "Mon 10am", "12 places", look, "", "paired"),
        Chip(ids[1], "Sleep", "Tue 10am", "12 places", look, "c-disc--lived", without),
        Chip(ids[2], "Sleep", "Wed 10am", "12 places", f"{look} is-open", "c-disc--prof", half),
        Chip(
            ids[3], "Sleep", "Thu 10am", "12 places, draft", f"{look} is-open", "c-disc--none", both
        ),
    ]
    assert begun.words == "1 of 4 sessions are paired."
    assert begun.missing == [
        Missing(
            "c-disc--prof",
            "1 session needs a peer tutor",
            [(ids[2], f"Sleep, Wednesday 9 June 2027, 10am, {room.name}")],
            0,
        ),
        Missing(
            "c-disc--none",
            "1 session needs both tutors",
            [(ids[3], f"Sleep, Thursday 10 June 2027, 10am, {room.name}")],
            0,
        ),
    ]


def test_a_few_of_many_missing_halves_are_named_the_next_ones_first(term: Term) -> None:
    run = make_run(term=term, tutors=(make_tutor(Side.LIVED),), sessions=5)
    (missing,) = board_on(term).missing
    assert missing.words == "5 sessions need a professional tutor"
    assert [id for id, _words in missing.few] == [session.id for session in run.sessions[:3]]
    assert missing.more == 2


def test_a_term_in_which_nothing_is_planned(term: Term) -> None:
    board = board_on(term)
    assert (board.venues, board.missing, len(board.columns)) == ([], [], 3)
