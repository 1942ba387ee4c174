"""A workbook is read by its descriptions; what can't be read is named."""

from dataclasses import replace

import pytest

from recovery_college.errors import Refusal
from recovery_college.intake.rules.cells import Formula
from recovery_college.intake.rules.headings import Sheet
from recovery_college.intake.rules.reading import Reading, read_sheets
from recovery_college.intake.rules.tabs.courses import COURSES
from recovery_college.intake.rules.tabs.dates import DATES
from recovery_college.intake.rules.tabs.tutors import TUTORS
from recovery_college.intake.rules.tabs.venues import VENUES
from tests.intake.workbooks import DATE_HEADINGS, Rows, college, meets, read
from tests.intake.workbooks import TUTORS as TUTOR_ROWS


def faults(reading: Reading) -> list[str]:
    return [str(fault) for fault in reading.faults]


def test_a_small_college_is_read_whole() -> None:
    reading = read(college(meets(), meets("25/01/2027")))
    assert [len(reading.of(tab)) for tab in (COURSES, VENUES, TUTORS, DATES)] == [2, 3, 2, 2]
    assert (reading.faults, reading.notes) == ([], [])


def test_blank_rows_and_repeated_headings_are_passed_over() -> None:
    dates = [DATE_HEADINGS, [None] * 11, meets(), DATE_HEADINGS, ["", "TBC"], meets("25/01/2027")]
    reading = read(college() | {"Dates": dates})
    assert [row.source.number for row in reading.of(DATES)] == [3, 6]
    assert reading.faults == []


def test_dates_may_stand_in_several_tabs() -> None:
    reading = read(college(meets()) | {"Summer dates": [DATE_HEADINGS, meets("19/04/2027")]})
    assert [str(row.source) for row in reading.of(DATES)] == ["Dates row 2", "Summer dates row 2"]


def test_every_bad_cell_of_a_row_is_named_and_the_row_left() -> None:
    reading = read(college(meets("31/02/2027", start="late"), meets()))
    assert len(reading.of(DATES)) == 1
    assert faults(reading) == [
        'Dates row 2, cell C2 (Date): "31/02/2027". This day does not exist: '
        "February 2027 has 28 days.",
        'Dates row 2, cell D2 (Start): "late". Write a time here, as in "10:30" or "6pm".',
    ]


def test_a_needed_cell_is_empty_or_not_known_yet() -> None:
    reading = read(college(meets(None), meets("TBC")))
    assert faults(reading) == [
        "Dates row 2, cell C2 (Date). This cell is empty. The row can't be taken without its date.",
        'Dates row 3, cell C3 (Date): "TBC". This is not known yet. '
        "The row can't be taken without its date.",
    ]


def test_a_spare_cell_that_can_not_be_read_is_left_out_and_said() -> None:
    tutors = [[*TUTOR_ROWS[0], "Days"], [*TUTOR_ROWS[1], "Mon, someday"]]
    reading = read(college(Tutors=tutors))
    assert [row.days for row in reading.of(TUTORS)] == [()]
    assert reading.notes == [
        'Tutors row 2, cell F2 (Days): "Mon, someday". Write days of the week here, as in '
        '"Mon, Thu". The row is taken without it.'
    ]


def test_a_room_with_a_number_that_can_not_be_right_is_taken_without_it() -> None:
    reading = read(college(Venues=[["Venue", "Room we use", "Max people"], ["Hall", "A", "lots"]]))
    assert [(row.room, row.places) for row in reading.of(VENUES)] == [("A", None)]
    assert reading.notes == [
        'Venues row 2, cell C2 (Max people): "lots". Write one whole number here, as in "12". '
        "The row is taken without it."
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "taken"),
    [
        ("Status", "CANCELLED", False),
        ("State", "Postponed to May", False),
        ("Cancelled?", "yes", False),
        ("Cancelled?", "Postponed", False),
        ("Cancelled?", "no", True),
        ("Status", "Not cancelled", True),
        ("Status", "Confirmed", True),
        ("Status", "yes", True),
    ],
)
def test_a_date_that_is_called_off_is_left_out_and_said(
    heading: str, cell: str, *, taken: bool
) -> None:
    reading = read(college() | {"Dates": [[*DATE_HEADINGS, heading], [*meets(), cell]]})
    assert len(reading.of(DATES)) == taken
    assert (reading.faults, reading.notes) == (
        [],
        [] if taken else ["Dates row 2 is left out: it says that it is cancelled or postponed."],
    )


def test_what_is_called_off_needs_no_date() -> None:
    rows = [[*DATE_HEADINGS, "Status"], [*meets("TBC"), "Cancelled"]]
    assert read(college() | {"Dates": rows}).faults == []


def test_a_total_is_no_course() -> None:
    rows: Rows = [["Title", "About"], ["Total calm", "Be still."], ["Total: 2 courses", None]]
    reading = read(college(Courses=rows))
    assert [row.title for row in reading.of(COURSES)] == ["Total calm"]
    assert reading.notes == ["Courses row 3 is left out: it is a total, not a course."]


def test_a_formula_is_refused_where_it_matters() -> None:
    row = meets()
    sheets = [
        Sheet("Courses", [(1, ("Title", "Strand"))]),
        Sheet("Venues", [(1, ("Venue", "Room"))]),
        Sheet("Tutors", [(1, ("Name", "Side"))]),
        Sheet("Dates", [(1, tuple(DATE_HEADINGS)), (2, (*row[:7], Formula("=5+5"), *row[8:]))]),
    ]
    assert faults(read_sheets(sheets)) == [
        'Dates row 2, cell H2 (Places): "=5+5". This cell holds a formula. Type its value instead.'
    ]


@pytest.mark.parametrize(
    ("tabs", "why"),
    [
        (
            {"Venues": [["Nothing"]]},
            "This workbook has no tab for venues and rooms. "
            'For venues and rooms, the tab "Venues" comes nearest, but it has no column for: '
            "venue. The import needs a tab each for courses, venues and rooms, tutors and dates.",
        ),
        (
            {"Courses": [["Strand", "About"]], "Dates": []},
            "This workbook has no tab for courses and dates. "
            'For courses, the tab "Courses" comes nearest, but it has no column for: title. '
            "The import needs a tab each for courses, venues and rooms, tutors and dates.",
        ),
        (
            {"Courses": [["Title"], ["Sleep well"]]},
            "This workbook has no tab for courses. "
            'For courses, the tab "Courses" comes nearest, but it has too few columns. '
            "The import needs a tab each for courses, venues and rooms, tutors and dates.",
        ),
        (
            {
                "READ ME FIRST": [["Course", "Date", "Start", "Room"]],
                "Notes": [["Course", "Date", "Start", "Room"]],
                "Dates": [],
                "Diary": [["Workshop name", "When", "Room we use"], ["a", "b", "c"]],
            },
            "This workbook has no tab for dates. "
            'For dates, the tab "Diary" comes nearest, but it has no column for: start. '
            "The import needs a tab each for courses, venues and rooms, tutors and dates.",
        ),
    ],
)
def test_a_workbook_without_a_tab_that_is_needed(tabs: dict[str, Rows], why: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(college() | tabs)
    assert refused.value.message == why


def test_hidden_rows_are_read_and_said() -> None:
    tabs = [
        Sheet("Courses", [(1, ("Title", "Strand")), (2, ("One", "")), (3, ("Two", ""))]),
        Sheet("Venues", [(1, ("Venue", "Room"))]),
        Sheet("Tutors", [(1, ("Name", "Side"))]),
        Sheet("Dates", [(1, tuple(DATE_HEADINGS))]),
    ]
    reading = read_sheets([replace(tabs[0], hidden_rows=frozenset({3, 4})), *tabs[1:]])
    assert len(reading.of(COURSES)) == 2
    assert reading.notes == ['In the tab "Courses", 1 hidden row was read too.']


def test_a_hidden_tab_is_not_read_and_the_refusal_says_so() -> None:
    with pytest.raises(Refusal, match='The tab "Courses" is hidden, so it was not read'):
        read_sheets([Sheet("Courses", [(1, ("Title", "Strand"))], hidden=True)])


def test_what_is_left_aside_is_said() -> None:
    reading = read(
        college(
            meets(),
            Notes=[["Title", "Strand"], ["x", "y"]],
            Students=[["Name", "Phone", "Email"]],
        )
    )
    assert [(each.tab, each.holds) for each in reading.understood] == [
        ("Courses", "courses"),
        ("Venues", "venues and rooms"),
        ("Tutors", "tutors"),
        ("Dates", "dates"),
        ("Notes", "ignored, because it holds nothing that the import knows"),
        ("Students", "students"),
    ]


def test_a_hidden_or_too_wide_tab_is_said() -> None:
    wide = Sheet("Courses", [(1, ("Title", "Strand"))], too_wide=True)
    rest = [
        Sheet("Venues", [(1, ("Venue", "Room"))]),
        Sheet("Tutors", [(1, ("Name", "Side"))]),
        Sheet("Dates", [(1, tuple(DATE_HEADINGS))]),
        Sheet("Old", [(1, ("Title", "Strand"))], hidden=True),
    ]
    understood = read_sheets([wide, *rest]).understood
    assert understood[0].ignored == ("all columns after the hundredth",)
    assert understood[-1].holds == "ignored, because it is hidden"
