"""Tabs and columns are known by the words that a college uses for them."""

import pytest

from recovery_college.intake.rules.headings import Found, Line, Sheet, closeness, recognise
from recovery_college.intake.rules.tabs import KNOWN
from recovery_college.intake.workbook import read_workbook
from tests.intake.workbooks import HARBOUR, quiet


def sheet(title: str, *rows: str, hidden_columns: frozenset[int] = frozenset()) -> Sheet:
    lines: list[Line] = [
        (n, tuple(cell or None for cell in row.split("|"))) for n, row in enumerate(rows, 1)
    ]
    return Sheet(title, lines, hidden_columns=hidden_columns)


def known(found: Found | None) -> tuple[str, dict[str, str]]:
    assert found
    return found.tab.holds, {key: place.heading for key, place in found.places.items()}


@pytest.mark.parametrize(
    ("name", "heading", "close"),
    [
        ("made with lived experience", "Made with (lived experience)", 1),
        ("tutor name", "Name of the tutor", 1),
        ("can teach", "Courses can teach", 2 / 3),
        ("end", "End date", 0),
        ("start", "Finish", 0),
    ],
)
def test_headings_are_compared_by_their_words(name: str, heading: str, close: float) -> None:
    assert closeness(name, heading) == close


@pytest.mark.parametrize(
    ("title", "headings", "holds"),
    [
        ("Our courses", "Workshop|Strand|About", "courses"),
        ("Where we meet", "Place|Street|Max", "venues and rooms"),
        ("Trainers", "Full name|Peer or professional|E-mail", "tutors"),
        ("Timetable", "Workshop|Start date|From|To|Where|Lived facilitator|Clinician", "dates"),
        ("Sessions 2027", "Course title|Date|Time|Venue", "dates"),
        ("People", "Name|Phone|Email|How to contact", "students"),
        ("Enrolments", "Learner|Workshop|Status", "bookings"),
        ("Registers", "Student|Course|Date|Attended", "attendance"),
        ("Workshops", "Workshop name|What it's about|Must attend session 1", "courses"),
        ("Diary", "Workshop name|When|Times|Room we use|Max people", "dates"),
        ("Sheet1", "Name|Side|Role|Can teach", "tutors"),
    ],
)
def test_a_tab_is_known_by_its_name_and_headings(title: str, headings: str, holds: str) -> None:
    found = recognise(sheet(title, headings), KNOWN)
    assert found
    assert (found.tab.holds, found.missing) == (holds, [])


def test_the_headings_may_stand_below_banners() -> None:
    found = recognise(
        sheet("Dates", "Harbour College|", "Spring, all dates", "Course|Date|Start"), KNOWN
    )
    assert found
    assert found.row == 3


def test_headings_in_the_words_of_a_person() -> None:
    found = recognise(sheet("Diary", "Workshop name|When|Times|Room we use|Max people"), KNOWN)
    assert known(found)[1] == {
        "course": "Workshop name",
        "day": "When",
        "starts": "Times",
        "room": "Room we use",
        "capacity": "Max people",
    }
    found = recognise(sheet("List", "Workshop name|What it's about|Must attend session 1"), KNOWN)
    assert known(found)[1] == {
        "title": "Workshop name",
        "description": "What it's about",
        "first_session_needed": "Must attend session 1",
    }


def test_the_best_heading_has_the_column_and_the_rest_is_ignored_by_name() -> None:
    found = recognise(sheet("Dates", "Workshop|Course|Date|Start|Weather"), KNOWN)
    assert known(found) == ("dates", {"course": "Course", "day": "Date", "starts": "Start"})
    assert found
    assert found.ignored == ('"Workshop" (column A)', '"Weather" (column E)')


def test_a_hidden_column_is_none_of_ours() -> None:
    found = recognise(
        sheet("Dates", "Course|Date|Start date|Start", hidden_columns=frozenset({1})), KNOWN
    )
    assert known(found) == ("dates", {"course": "Course", "day": "Start date", "starts": "Start"})
    assert found
    assert found.ignored == ('"Date" (column B, which is hidden)',)


@pytest.mark.parametrize(
    "strange",
    [
        sheet("Notes on courses", "Title|Strand|About"),
        sheet("Colours", "Red|Green|Blue"),
        sheet("Dates", "Course"),
        sheet("Empty"),
        Sheet("Courses", [(1, ("Title", "Strand"))], hidden=True),
    ],
    ids=["notes", "strange", "too little", "empty", "hidden"],
)
def test_a_tab_that_is_nothing_we_know(strange: Sheet) -> None:
    assert recognise(strange, KNOWN) is None


def test_a_tab_without_a_column_that_is_needed_says_which() -> None:
    found = recognise(sheet("Tutors", "Name|Email|Can teach"), KNOWN[:4])
    assert found
    assert (found.tab.holds, found.missing) == ("tutors", ["side of the pair"])


def test_every_heading_of_the_sample_is_understood() -> None:
    finds = [recognise(each, KNOWN) for each in read_workbook(HARBOUR, quiet).sheets]
    assert [(found.tab.holds, found.ignored) for found in finds if found] == [
        (tab.holds, ()) for tab in KNOWN
    ]
