"""Tutors out of the workbook: nobody is taken for somebody else."""

from collections.abc import Sequence

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.database import db
from recovery_college.tutors.models import Tutor
from tests.intake.workbooks import COURSES, FROZEN, TUTORS, Cell, Rows, college, meets, take

pytestmark = pytest.mark.usefixtures("app")

HEADINGS = ["Name", "Side", "Email", "Role"]
UNA = ["Una Jones", "Peer", "una@example.org", "Peer trainer"]


def tutors() -> list[Tutor]:
    db.session.expire_all()
    return list(db.session.scalars(select(Tutor).order_by(Tutor.id)))


def who() -> list[tuple[str, str | None]]:
    return [(tutor.person.name, tutor.person.email) for tutor in tutors()]


def why(*rows: Sequence[Cell]) -> list[tuple[str, str]]:
    report = take(college(Tutors=[HEADINGS, *rows]))
    return [(fault.cell, fault.reason) for fault in report.faults]


def test_a_tutor_arrives_with_all_that_the_file_says_and_not_named_in_public() -> None:
    headings = ["Name", "Side", "Email", "Can teach", "Days", "Sessions a week at most", "Role"]
    row = ["Una Jones", "Both", "Una@Example.org", "Sleep well", "Thu, Mon", "2 max", "Trainer"]
    take(college(Tutors=[headings, row]))
    (una,) = tutors()
    assert (una.person.name, una.person.email, una.role, una.sessions_a_week, una.shown_as) == (
        "Una Jones",
        "Una@Example.org",
        "Trainer",
        2,
        ShownAs.NOT_NAMED,
    )
    assert [each.side for each in una.sides] == [Side.LIVED, Side.PROFESSIONAL]
    assert [each.weekday for each in una.windows] == [0, 3]
    assert len(una.teaches) == 1


def test_a_tutor_without_a_name_is_refused() -> None:
    assert why([None, "Peer"]) == [
        ("A2", "This cell is empty. The row can't be taken without its name.")
    ]


def test_an_address_that_is_none_is_refused() -> None:
    assert why(["Una Jones", "Peer", "una at example"]) == [
        ("C2", "This is not an e-mail address. Check how it is spelt.")
    ]


def test_two_people_may_share_a_name_or_an_address() -> None:
    rows: Rows = [
        UNA,
        ["Una Jones", "Professional", "una2@example.org", "Nurse"],
        ["Al Jones", "Peer", "UNA@example.org", None],
    ]
    assert why(*rows) == []
    assert why(*rows) == []
    assert who() == [
        ("Una Jones", "una@example.org"),
        ("Una Jones", "una2@example.org"),
        ("Al Jones", "UNA@example.org"),
    ]


def test_a_name_alone_is_the_one_tutor_who_has_it() -> None:
    take(college(Tutors=[HEADINGS, UNA]))
    assert why(["una  jones", "Peer"]) == []
    assert who() == [("Una Jones", "una@example.org")]


def test_a_name_alone_that_two_share_is_refused_with_both_named() -> None:
    two = [UNA, ["Una Jones", "Professional", "una2@example.org", "Nurse"]]
    take(college(Tutors=[HEADINGS, *two]))
    assert why(["Una Jones", "Peer"]) == [
        (
            "A2",
            "Is this somebody whom the college has? There is Una Jones (una@example.org) and "
            "Una Jones (una2@example.org). Write the same e-mail address in both places, or none, "
            "if they are one person. If they are two, list both with their addresses.",
        )
    ]


@pytest.mark.parametrize(
    ("there", "here"),
    [
        (["Una Jones", "Peer", None, "Nurse"], UNA),
        (["Una Jones", "Peer", "old@example.org"], UNA),
    ],
)
def test_a_new_address_may_be_a_new_person_so_it_is_refused(
    there: list[Cell], here: list[Cell]
) -> None:
    take(college(Tutors=[HEADINGS, there]))
    ((cell, reason),) = why(here)
    assert (cell, reason[:38]) == ("A2", "Is this somebody whom the college has?")
    assert len(tutors()) == 1


def test_the_same_tutor_twice_in_a_file_is_refused() -> None:
    assert why(UNA, UNA) == [
        (
            "A3",
            "Una Jones stands in row 2 too. If they are two people, give each an e-mail address "
            "of their own.",
        )
    ]


def test_what_differs_is_said_and_what_is_missing_is_filled() -> None:
    take(college(Tutors=[HEADINGS, [*UNA[:3], None]]))
    headings = [*HEADINGS, "Days"]
    report = take(college(Tutors=[headings, [*UNA, "Mon"]]))
    assert report.filled == {"detail": 2}
    report = take(college(Tutors=[headings, ["Una Jones", "Professional", UNA[2], "Nurse", "Tue"]]))
    assert report.differs == [
        'Tutor Una Jones: role is "Peer trainer" in the college, "Nurse" in the file.',
        "Tutor Una Jones: the days are not the same.",
        'Tutor Una Jones: side of the pair is "lived experience" in the college, '
        '"professional" in the file.',
    ]
    assert not report.changed


def test_an_unknown_course_is_left_out_and_said_and_a_later_one_is_added() -> None:
    headings = ["Name", "Side", "Can teach"]
    report = take(college(Tutors=[headings, ["Una Jones", "Peer", "Sleep wel; Juggling"]]))
    assert report.notes == [
        'Tutors row 2, cell C2 (Can teach): "Sleep wel; Juggling". "Sleep wel" is not in the '
        'list of courses. Did you mean "Sleep well"? The tutor is taken without it.',
        'Tutors row 2, cell C2 (Can teach): "Sleep wel; Juggling". "Juggling" is not in the '
        "list of courses. The tutor is taken without it.",
        *report.notes[2:],
    ]
    report = take(
        college(
            Courses=[*COURSES, ["Juggling", "Play", None, None, None]],
            Tutors=[headings, ["Una Jones", "Peer", "Sleep well; Juggling; Juggling"]],
        )
    )
    assert report.filled["course that a tutor can teach"] == 2


@time_machine.travel(FROZEN, tick=False)
@pytest.mark.parametrize(
    ("pair", "cell", "reason"),
    [
        (
            ("Una Jnes", "Sam Ahmed"),
            "I2",
            '"Una Jnes" is not in the list of tutors. Did you mean "Una Jones"?',
        ),
        (("Sam Ahmed", None), "I2", "In the list of tutors, Sam Ahmed is not a peer tutor."),
        (
            (None, "Una Jones"),
            "J2",
            "In the list of tutors, Una Jones is not a professional tutor.",
        ),
        (("Lee Fox", None), "I2", "Lee Fox was not taken as a tutor: see Tutors row 4."),
        (
            ("Pat Lee", None),
            "I2",
            "There is more than one tutor called Pat Lee: Pat Lee (pat1@example.org) and Pat Lee "
            "(pat2@example.org). Write the e-mail address instead of the name.",
        ),
        (
            ("dee@example.org", None),
            "I2",
            "There is more than one tutor with the address dee@example.org: Dee Ash "
            "(dee@example.org) and Dee Oak (dee@example.org). Write the name instead.",
        ),
        (("Bo Lund", "Bo Lund"), "J2", "One tutor can't be both halves of the pair."),
    ],
)
def test_no_tutor_of_a_date_is_guessed(pair: tuple[Cell, Cell], cell: str, reason: str) -> None:
    more: list[list[Cell]] = [
        ["Lee Fox", "Peer", "not-an-email"],
        ["Pat Lee", "Peer", "pat1@example.org"],
        ["Pat Lee", "Peer", "pat2@example.org"],
        ["Pat Lee", "Professional", "pat3@example.org"],
        ["Bo Lund", "Both", None],
        ["Dee Ash", "Peer", "dee@example.org"],
        ["Dee Oak", "Peer", "dee@example.org"],
    ]
    report = take(college(meets(pair=pair), Tutors=[*TUTORS, *more]))
    assert [(f.cell, f.reason) for f in report.faults if f.tab == "Dates"] == [(cell, reason)]


@time_machine.travel(FROZEN, tick=False)
def test_a_shared_name_is_told_apart_by_side_or_address() -> None:
    more = [
        ["Pat Lee", "Peer", "pat1@example.org"],
        ["Pat Lee", "Professional", "pat2@example.org"],
    ]
    rows = [
        meets(pair=("Pat Lee", "Pat Lee")),
        meets("19/01/2027", pair=("pat1@example.org", "PAT2@example.org")),
    ]
    report = take(college(*rows, Tutors=[*TUTORS, *more]))
    assert (report.faults, report.taken["sessions"], report.taken["lacking"]) == ([], 2, 0)


@time_machine.travel(FROZEN, tick=False)
def test_one_column_of_tutors_is_enough_when_each_has_one_side() -> None:
    headings = ["Course", "Date", "Time", "Venue", "Tutors"]
    row = ["Sleep well", "18/01/2027", "10:00-12:00", "Online", "Una Jones & Sam Ahmed"]
    tabs = college() | {"Dates": [headings, row]}
    assert take(tabs).taken["lacking"] == 0
    tabs = college(Tutors=[*TUTORS, ["Bo Lund", "Both"]]) | {
        "Dates": [headings, [*row[:4], "Bo Lund"]]
    }
    assert [fault.reason for fault in take(tabs).faults] == [
        "Bo Lund can be either half of the pair. Use two columns, one for the peer tutor and one "
        "for the professional tutor."
    ]
