"""What an import says, word for word."""

from collections import Counter

from recovery_college.intake.rules.report import (
    LONGEST_LIST,
    Fault,
    Report,
    Understood,
    findings,
    letter,
    things,
    understanding,
)


def test_a_fault_names_tab_row_cell_and_reason() -> None:
    assert str(Fault("Dates", 9, "No such day.", "C9", "Date", "31/02/2027")) == (
        'Dates row 9, cell C9 (Date): "31/02/2027". No such day.'
    )
    assert str(Fault("Dates", 9, "This cell is empty.", "C9", "Date")) == (
        "Dates row 9, cell C9 (Date). This cell is empty."
    )
    assert str(Fault("Dates", 9, "No.")) == "Dates row 9. No."


def test_columns_have_the_names_that_a_spreadsheet_gives_them() -> None:
    assert [letter(i) for i in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_what_was_understood_is_said_column_by_column() -> None:
    understood = [
        Understood("Timetable", "dates", (("When", "date"),), ('"Colour" (column B)',), 2),
        Understood("Notes", "ignored, because it holds nothing that the import knows"),
    ]
    assert understanding(understood) == [
        "What the import understood:",
        '  The tab "Timetable": dates, 2 rows',
        '    the column "When": date',
        '    ignored: "Colour" (column B)',
        '  The tab "Notes": ignored, because it holds nothing that the import knows',
    ]


def test_first_what_is_refused_then_what_is_taken() -> None:
    report = Report(
        faults=[
            Fault("Dates", 9, "B.", "C9"),
            Fault("Dates", 9, "A.", "A9"),
            Fault("Dates", 2, "C."),
        ],
        notes=["A note."],
        differs=["Another room."],
        absent=["Course X"],
        taken=Counter(courses=1, rooms=2, venues=1, sessions=1_000, lacking=1),
        standing=Counter(rooms=1, runs=3),
        filled=Counter({"half of a pair": 2, "detail": 1}),
    )
    assert findings(report, checking=False) == [
        "",
        "2 rows can't be taken:",
        "  Dates row 2. C.",
        "  Dates row 9, cell A9 (). A.",
        "  Dates row 9, cell C9 (). B.",
        "",
        "Please note:",
        "  A note.",
        "",
        "Different in the college, and left there as it is:",
        "  Another room.",
        "",
        "Taken: 1 course, 2 rooms in 1 venue, 1,000 sessions, 1 session lacking half of the pair.",
        "Taken to fill gaps: 1 detail, 2 halves of pairs.",
        "In the college already: 1 room, 3 runs.",
        "",
        "In the college, not in this file:",
        "  Course X",
    ]


def test_a_check_says_what_would_be_taken() -> None:
    assert findings(Report(taken=Counter(terms=1)), checking=True) == [
        "",
        "Would be taken: 1 term.",
    ]
    assert findings(Report(), checking=True) == ["", "Would be taken: nothing new."]


def test_a_long_list_is_cut() -> None:
    report = Report(absent=["x"] * (LONGEST_LIST + 5))
    assert findings(report, checking=False)[-1] == "  and 5 more"


def test_a_report_knows_whether_anything_changed() -> None:
    assert [
        Report(standing=Counter(runs=1)).changed,
        Report(taken=Counter(runs=1)).changed,
        Report(filled=Counter(detail=1)).changed,
    ] == [False, True, True]
    assert things(Counter()) == ""


def test_places_and_those_who_wait_are_counted_last() -> None:
    counted = Counter(sessions=2, lacking=1, places=843, waiting=12)
    assert things(counted) == (
        "2 sessions, 1 session lacking half of the pair, 843 places, 12 people waiting"
    )
    assert things(Counter(places=1, waiting=1)) == "1 place, 1 person waiting"
