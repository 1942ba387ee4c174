"""What a run's panel says of its places, and where its buttons lead."""

from datetime import UTC, datetime, timedelta

import pytest

from recovery_college.courses.rules import Mode
from recovery_college.prospectus.booking import (
    Button,
    Left,
    Places,
    buttons,
    each_left,
    is_open,
    left_of,
    notes,
)
from recovery_college.scheduling.models import Run, Session, Term
from recovery_college.scheduling.rules import SessionState, Visibility

FIRST = datetime(2027, 6, 7, 9, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(weeks=1), FIRST + timedelta(weeks=2)
BEFORE = datetime(2027, 5, 3, 9, tzinfo=UTC)
OPENS = datetime(2027, 5, 1, 8, tzinfo=UTC)
KEPT = datetime(2027, 5, 31, 23, tzinfo=UTC)  # the first minute of June in London
HOUR = timedelta(hours=1)


def a_run(**fields: object) -> Run:
    run = Run(
        id=7,
        mode=Mode.IN_PERSON,
        visibility=Visibility.PUBLIC,
        link_key="k&y",
        term=Term(enrolment_opens_at=OPENS),
        sessions=[
            Session(starts_at=at, ends_at=at + 2 * HOUR, state=SessionState.PLANNED)
            for at in (FIRST, SECOND, THIRD)
        ],
    )
    for name, value in fields.items():
        setattr(run, name, value)
    run.follow_sessions()
    return run


def test_what_is_left_in_short() -> None:
    assert [left_of(number, drop_in=False) for number in (0, 1, 1200)] == [
        Left("Full", "there is a waiting list"),
        Left("1", "place left"),
        Left("1,200", "places left"),
    ]
    assert left_of(0, drop_in=True) == Left("Just come", "no need to enrol")


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (Places(room=4), "4 places left"),
        (Places(link=1), "1 place left"),
        (Places(room=4, link=6), "4 places in the room, 6 by link"),
        (Places(room=1, link=0), "1 place in the room, 0 by link"),
        (Places(room=0, link=0), "Full there is a waiting list"),
    ],
)
def test_room_and_link_are_counted_separately_where_a_run_has_both(
    places: Places, said: str
) -> None:
    assert " ".join(f"{big} {small}" for big, small in each_left(places, drop_in=False)) == said
    assert each_left(places, drop_in=True) == [Left("Just come", "no need to enrol")]


def test_a_button_leads_to_a_place_or_to_the_waiting_list() -> None:
    assert [buttons(a_run(), Places(room=left), BEFORE) for left in (3, 0)] == [
        [Button("Enrol", "/runs/7/enrol", enrols=True)],
        [Button("Join the waiting list", "/runs/7/enrol", enrols=False)],
    ]


def test_each_way_to_take_part_has_its_own_button() -> None:
    assert buttons(a_run(mode=Mode.HYBRID), Places(room=0, link=2), BEFORE) == [
        Button("Join the waiting list for the room", "/runs/7/enrol", enrols=False),
        Button("Enrol to join by link", "/runs/7/enrol?by=link", enrols=True),
    ]


def test_the_key_of_a_run_that_only_its_link_finds_goes_along() -> None:
    run = a_run(visibility=Visibility.BY_LINK)
    assert [button.address for button in buttons(run, Places(room=1, link=1), BEFORE)] == [
        "/runs/7/enrol?run=k%26y",
        "/runs/7/enrol?run=k%26y&by=link",
    ]


def test_before_enrolment_opens_there_is_a_sentence_and_no_button() -> None:
    early = OPENS - HOUR
    assert buttons(a_run(), Places(room=3), early) == []
    assert notes(a_run(), Places(room=3), early) == [
        "Enrolment opens on Saturday 1 May 2027, 9am. If you phone before then, we write down "
        "what you would like. Lots decide the order."
    ]
    assert len(buttons(a_run(), Places(room=3), OPENS)) == 1
    assert notes(a_run(), Places(room=3), OPENS) == []


def test_to_a_drop_in_one_just_comes_until_it_is_over() -> None:
    run = a_run(drop_in=True)
    assert buttons(run, Places(room=3), OPENS - HOUR) == []
    assert notes(run, Places(room=3), BEFORE) == ["Come to any of these dates."]
    assert notes(a_run(drop_in=True, sessions=run.sessions[:1]), Places(), BEFORE) == []
    assert [is_open(run, at) for at in (SECOND, THIRD, THIRD + 2 * HOUR)] == [True, True, False]


def test_a_run_is_open_until_it_begins_or_until_its_second_session() -> None:
    moments = (FIRST - HOUR, FIRST, SECOND - HOUR, SECOND)
    assert [is_open(a_run(), at) for at in moments] == [True, False, False, False]
    late = a_run(joins_late=True)
    assert [is_open(late, at) for at in moments] == [True, True, True, False]
    assert notes(late, Places(room=1), FIRST) == [
        "It has already started. You can still join until Monday 14 June 2027, 10am."
    ]
    assert notes(late, Places(room=1), FIRST - HOUR) == []
    assert not is_open(Run(), BEFORE)


def test_places_that_are_kept_say_when_they_come_free_and_not_for_whom() -> None:
    kept = ((KEPT, 1), (KEPT + timedelta(days=1), 2))
    assert notes(a_run(), Places(room=3, kept=kept), BEFORE) == [
        "1 more place comes free on 1 June.",
        "2 more places come free on 2 June.",
    ]
    assert notes(a_run(), Places(room=0, kept=kept), KEPT) == [
        "2 more places come free on 2 June. Those who wait come first."
    ]
