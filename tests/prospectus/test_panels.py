"""What a course's page says of its runs, on rows that no database has seen."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.prospectus.booking import Beside, Button, Left, Places
from recovery_college.prospectus.panels import (
    Offer,
    Pair,
    Panel,
    Place,
    course_before,
    offer_of,
    open_of,
    teachers_of,
    where,
)
from recovery_college.prospectus.rules import Half
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState, SessionState
from recovery_college.scheduling.rules.timetable import weekly_series
from recovery_college.tutors.models import Tutor

NOW = datetime(2027, 1, 1, tzinfo=UTC)
LEFT = {1: Places(room=12, in_all=12)}
FIRST = date(2027, 1, 12)
HOUSE = Venue(name="Harbour House", address="12 Quay Street", online=False)
LANTERN = Room(id=1, name="Lantern Room", venue=HOUSE)
TIDE = Room(id=2, name="Tide Room", venue=HOUSE)
ONLINE = Room(id=3, name="Online", venue=Venue(name="Online", address="", online=True))
ESTHER = (Side.LIVED, "Esther Patel", ShownAs.FULL_NAME)
TOM = (Side.PROFESSIONAL, "Tom Evans", ShownAs.FIRST_NAME)
UNNAMED = (Side.PROFESSIONAL, "Grace Hughes", ShownAs.NOT_NAMED)
BOTH = (Half("Esther Patel", "lived experience"), Half("Tom", "professional"))
PLACE = "Lantern Room, Harbour House, 12 Quay Street."

Who = tuple[Side, str, ShownAs]


def a_run(
    count: int = 1,
    *,
    first: date = FIRST,
    skipping: tuple[date, ...] = (),
    room: Room | None = LANTERN,
    tutors: tuple[Who, ...] = (ESTHER, TOM),
    mode: Mode = Mode.IN_PERSON,
) -> Run:
    run = Run(id=1, capacity=12, mode=mode, term=Term(enrolment_opens_at=NOW))
    for span in weekly_series(first, time(10), time(12, 30), count=count, skipping=skipping):
        session = a_session(span.starts_at, span.ends_at, room)
        session.deliveries = [taught_by(*tutor) for tutor in tutors]
        run.sessions.append(session)
    run.follow_sessions()
    return run


def a_session(starts_at: datetime, ends_at: datetime, room: Room | None) -> Session:
    return Session(
        starts_at=starts_at,
        ends_at=ends_at,
        room=room,
        room_id=room.id if room else None,
        state=SessionState.PLANNED,
    )


def taught_by(
    side: Side, name: str, shown_as: ShownAs, state: DeliveryState = DeliveryState.ACCEPTED
) -> Delivery:
    tutor = Tutor(person=Person(name=name), shown_as=shown_as)
    return Delivery(tutor=tutor, side=side, state=state)


def offered(runs: list[Run], left: Mapping[int, Places] = LEFT, most: int = 20) -> Offer:
    taught = teachers_of(session for run in runs for session in run.sessions)
    return offer_of(runs, Beside(left, taught), NOW, most=most)


def panel_of(run: Run) -> Panel:
    (panel,) = offered([run]).panels
    return panel


def test_a_weekly_run_is_its_weekday_its_place_its_dates_and_its_pair() -> None:
    assert panel_of(a_run(3)) == Panel(
        heading="Tuesdays, 10am to 12:30pm",
        facts=f"{PLACE} 3 sessions, January 2027.",
        tiles=[date(2027, 1, 12), date(2027, 1, 19), date(2027, 1, 26)],
        lines=[],
        pairs=[Pair("", BOTH)],
        left=[Left("12", "places left")],
        notes=[],
        buttons=[Button("Enrol", "/runs/1/enrol", enrols=True)],
    )


def test_a_single_date_is_written_out_and_is_no_tile() -> None:
    assert panel_of(a_run()) == Panel(
        heading="Tuesday 12 January 2027, 10am to 12:30pm",
        facts=f"{PLACE} One workshop.",
        tiles=[],
        lines=[],
        pairs=[Pair("", BOTH)],
        left=[Left("12", "places left")],
        notes=[],
        buttons=[Button("Enrol", "/runs/1/enrol", enrols=True)],
    )


def test_a_week_left_out_is_said() -> None:
    panel = panel_of(a_run(6, skipping=(date(2027, 2, 16),)))
    assert panel.facts == (
        f"{PLACE} 6 sessions, January and February 2027. No session on 16 February."
    )


def test_a_cancelled_session_is_a_week_left_out() -> None:
    run = a_run(4)
    run.sessions[1].state = SessionState.CANCELLED
    run.follow_sessions()
    panel = panel_of(run)
    assert panel.facts == (
        f"{PLACE} 3 sessions, January and February 2027. No session on 19 January."
    )
    assert panel.tiles == [date(2027, 1, 12), date(2027, 1, 26), date(2027, 2, 2)]


def test_every_second_week_leaves_nothing_out() -> None:
    run = a_run(3, skipping=(date(2027, 1, 19), date(2027, 2, 2)))
    assert panel_of(run).facts == f"{PLACE} 3 sessions, January and February 2027."


def test_the_clocks_change_and_the_hours_stay() -> None:
    assert panel_of(a_run(3, first=date(2027, 3, 23))).heading == "Tuesdays, 10am to 12:30pm"


def test_sessions_that_differ_are_a_line_each() -> None:
    run = a_run(2)
    second = run.sessions[1]
    second.room, second.room_id = TIDE, TIDE.id
    second.starts_at, second.ends_at = (
        second.starts_at + timedelta(hours=4),
        second.ends_at + timedelta(hours=4),
    )
    panel = panel_of(run)
    assert (panel.heading, panel.tiles) == ("Tuesdays, at different times", [])
    assert panel.facts == "Not always in the same room. 2 sessions, January 2027."
    assert panel.lines == [
        f"Tuesday 12 January 2027, 10am to 12:30pm. {PLACE}",
        "Tuesday 19 January 2027, 2pm to 4:30pm. Tide Room, Harbour House, 12 Quay Street.",
    ]


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (LANTERN, "Lantern Room, Harbour House, 12 Quay Street"),
        (ONLINE, "Online. We send you the link"),
        (None, "We are still finding a room"),
    ],
)
def test_where(room: Room | None, words: str) -> None:
    assert where(room) == words


def test_a_run_that_meets_both_ways_says_so() -> None:
    panel = panel_of(a_run(mode=Mode.HYBRID))
    assert panel.facts == f"{PLACE} You can come, or join online. One workshop."


def test_an_open_half_is_being_confirmed_and_an_unnamed_one_says_what_it_brings() -> None:
    assert panel_of(a_run(tutors=(UNNAMED,))).pairs == [
        Pair(
            "",
            (
                Half("Being confirmed", "lived experience", is_open=True),
                Half("Professional", "tutor"),
            ),
        )
    ]


def test_who_was_only_asked_or_stepped_back_is_not_shown() -> None:
    run = a_run()
    run.sessions[0].deliveries[1].state = DeliveryState.ASKED
    half = panel_of(run).pairs[0].halves[1]
    assert half == Half("Being confirmed", "professional", is_open=True)


def test_pairs_that_change_are_shown_with_their_dates() -> None:
    run = a_run(3)
    run.sessions[1].deliveries = [taught_by(*ESTHER), taught_by(*UNNAMED)]
    assert panel_of(run).pairs == [
        Pair("12 and 26 January", BOTH),
        Pair("19 January", (BOTH[0], Half("Professional", "tutor"))),
    ]


def test_those_under_way_are_counted_and_not_shown() -> None:
    under_way, coming = a_run(3, first=date(2026, 12, 22)), a_run()
    offer = offered([under_way, coming])
    assert (offer.started, len(offer.panels), open_of([under_way, coming], NOW)) == (
        1,
        1,
        [coming],
    )


def test_the_way_to_the_next_run_that_has_places_stands_out() -> None:
    runs = [a_run(3, first=date(2026, 12, 29)), a_run(), a_run(), a_run()]
    for id, run in enumerate(runs, 1):
        run.id = id
    runs[0].joins_late = True
    left = {1: Places(room=2), 2: Places(room=0), 3: Places(room=5), 4: Places(room=5)}
    offer = offered(runs, left)
    assert [[each.enrols for each in panel.buttons] for panel in offer.panels] == [
        [True],
        [False],
        [True],
        [True],
    ]
    assert offer.first == Button("Enrol", "/runs/3/enrol", enrols=True)
    assert offered(runs[:2], left).first is None


def test_of_a_run_that_has_begun_the_dates_to_come_are_shown() -> None:
    run = a_run(3, first=date(2026, 12, 29))
    run.joins_late = True
    panel = panel_of(run)
    assert (panel.heading, panel.tiles) == (
        "Tuesdays, 10am to 12:30pm",
        [date(2027, 1, 5), date(2027, 1, 12)],
    )


@pytest.mark.parametrize("state", CourseState)
def test_what_most_people_take_before_is_shown_if_anybody_can_find_it(state: CourseState) -> None:
    first = Course(title="First steps", state=state)
    before = course_before(Course(title="Next steps", first_course=first))
    assert before is (first if state is CourseState.PUBLISHED else None)
    assert course_before(first) is None


def test_more_than_a_page_holds_is_said() -> None:
    offer = offered([a_run(), a_run(), a_run()], most=2)
    assert (len(offer.panels), offer.has_more) == (2, True)


def test_each_room_that_is_used_stands_once_under_its_venue() -> None:
    runs = [a_run(2), a_run(room=TIDE), a_run(room=ONLINE), a_run(), a_run(room=None)]
    assert offered(runs).places == [
        Place(HOUSE, [LANTERN, TIDE]),
        Place(ONLINE.venue, [ONLINE]),
    ]


def test_a_course_without_runs_offers_nothing_and_breaks_nothing() -> None:
    nothing = Offer(panels=[], first=None, started=0, places=[], has_more=False)
    assert offered([]) == nothing
    assert offered([Run(capacity=1)]).panels == []
