"""The descriptions of the tabs are sound."""

from dataclasses import fields
from typing import Any, cast

import pytest

from recovery_college.attendance.rules import MarkState
from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal
from recovery_college.intake.rules.cells import Raw
from recovery_college.intake.rules.describing import Place, Source
from recovery_college.intake.rules.headings import closeness
from recovery_college.intake.rules.tabs import KNOWN
from recovery_college.intake.rules.tabs.attendance import mark
from recovery_college.intake.rules.tabs.bookings import BookingRow, status, who


def test_every_column_fills_a_field_of_its_row() -> None:
    for tab in KNOWN:
        kinds = {field.name for field in fields(cast(Any, tab.row))} - {"source"}
        assert {column.key for column in tab.columns} == kinds


def test_no_heading_means_two_columns_of_a_tab() -> None:
    for tab in KNOWN:
        said = [
            (frozenset(name.split()), column.key)
            for column in tab.columns
            for name in {column.name, *column.also}
        ]
        clashes = [(a, b) for a, key in said for b, other in said if a == b and key != other]
        assert (tab.holds, clashes) == (tab.holds, [])


def test_every_column_is_found_under_its_own_name() -> None:
    assert all(closeness(column.name, column.name) == 1 for tab in KNOWN for column in tab.columns)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("booked", State.CONFIRMED),
        ("Confirmed by phone", State.CONFIRMED),
        ("ENROLLED", State.CONFIRMED),
        ("Yes", State.CONFIRMED),
        ("\u2713", State.CONFIRMED),
        ("has a place", State.CONFIRMED),
        ("waiting", State.WAITING),
        ("Waiting list, no. 3", State.WAITING),
        ("On waiting list", State.WAITING),
        ("wait-list", State.WAITING),
        ("waitlisted", State.WAITING),
        ("Reserve", State.WAITING),
        ("cancelled", State.GIVEN_UP),
        ("Canceled 3/2", State.GIVEN_UP),
        ("withdrew", State.GIVEN_UP),
        ("withdrawn", State.GIVEN_UP),
        ("gave it up", State.GIVEN_UP),
        ("dropped out", State.GIVEN_UP),
        ("no longer coming", State.GIVEN_UP),
        ("not booked", None),
        ("hasn\u2019t booked", None),
        ("not cancelled", None),
        ("booked, then cancelled", None),
        ("no", None),
        ("maybe", None),
        ("unconfirmed", None),
    ],
)
def test_a_status_is_read_in_the_words_of_coordinators_and_never_guessed(
    said: str, state: State | None
) -> None:
    if state:
        assert status(said) is state
    else:
        with pytest.raises(Refusal, match='Write "booked", "waiting list" or "canc'):
            status(said)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Ada  Osei", "Ada Osei"),
        ("ada@example.org", "ada@example.org"),
        ("Ada Osei <ada@example.org>", "ada@example.org"),
        ("Ada Osei (mailto:ada@example.org)", "ada@example.org"),
    ],
)
def test_a_student_is_a_name_or_the_address_beside_it(cell: str, said: str) -> None:
    assert who(cell) == said


def test_an_empty_status_is_a_place_and_a_question_mark_is_not() -> None:
    def row(*cells: str | None, status: State | None = None) -> BookingRow:
        source = Source("Bookings", 2, {"status": Place(1, "Status")}, cells)
        return BookingRow(source=source, student="Ada", course="Sleep well", status=status)

    assert [row("Ada").state, row("Ada", None).state, row("Ada", " ").state] == [
        State.CONFIRMED
    ] * 3
    assert row("Ada", "waiting", status=State.WAITING).state is State.WAITING
    with pytest.raises(Refusal, match="This is not known yet"):
        _ = row("Ada", "?").state


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("late 10", (MarkState.LATE, 10)),
        ("Late (15 min)", (MarkState.LATE, 15)),
        ("5 mins late", (MarkState.LATE, 5)),
        ("left early, 20", (MarkState.EARLY, 20)),
        *((said, None) for said in ("late 10:15", "present 10", "late 900", "10", "late 0")),
    ],
)
def test_minutes_beside_late_and_early_are_read(
    said: Raw, meant: tuple[MarkState, int] | None
) -> None:
    if meant is None:
        with pytest.raises(Refusal):
            mark(said)
    else:
        assert mark(said) == meant


@pytest.mark.parametrize(
    ("said", "state"),
    [
        *((said, MarkState.PRESENT) for said in ("Present", "came", "y", "attended", "\u2713", 1)),
        *((said, MarkState.LATE) for said in ("late", "Arrived late.", "present, but late")),
        *((said, MarkState.EARLY) for said in ("left early", "Present (left early)")),
        *((said, MarkState.TOLD) for said in ("told us", "Apologies", "sent their apologies")),
        *((said, MarkState.TOLD) for said in ("cancelled", "Absent, with apologies")),
        *((said, MarkState.TOLD) for said in ("couldn\u2019t come", "Did not attend (apologies)")),
        *((said, MarkState.UNHEARD) for said in ("not heard", "absent", "DNA", "N", "no show")),
        *((said, MarkState.UNHEARD) for said in ("didn\u2019t turn up", "No-show", "not present")),
        *(
            (said, None)
            for said in ("maybe", "x", "late, then apologies", "not late", "early", "a")
        ),
    ],
)
def test_a_mark_is_read_in_the_words_of_tutors_and_never_guessed(
    said: Raw, state: MarkState | None
) -> None:
    if state:
        assert mark(said) == (state, None)
    else:
        with pytest.raises(Refusal, match="This is not a mark that the college knows"):
            mark(said)
