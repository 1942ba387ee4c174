"""What is written in a cell means what a person would say it means."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college.accounts.rules import Side
from recovery_college.courses.rules import Mode, Theme
from recovery_college.errors import Refusal
from recovery_college.intake.rules import cells
from recovery_college.intake.rules.cells import Broken, Formula, Part, Raw

A_DATE = datetime(2027, 1, 12)  # noqa: DTZ001
READERS: list[Callable[[Raw], object]] = [
    cells.text,
    cells.prose,
    cells.bullets,
    cells.number,
    cells.yes_no,
    cells.part,
    cells.names,
    cells.person,
    cells.email,
    cells.sides,
    cells.weekdays,
    cells.themes,
    cells.mode,
    cells.link,
]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "  ",
        "TBC",
        "tba",
        "?",
        " to be  confirmed ",
        "-",
        "(vacant)",
        "[TBC]",
        "n/a",
        "\u200d",
    ],
)
def test_what_is_not_known_is_blank(raw: Raw) -> None:
    assert cells.is_blank(raw)


def test_joined_emoji_stay_together() -> None:
    assert cells.text("Family \U0001f469\u200d\U0001f467 day\u200b") == (
        "Family \U0001f469\u200d\U0001f467 day"
    )


def test_nobody_is_called_not_available() -> None:
    assert cells.names("Una Jones / n/a") == ("Una Jones",)


@pytest.mark.parametrize("reader", READERS)
def test_a_cell_of_thirty_megabytes_is_refused_at_once(reader: Callable[[Raw], object]) -> None:
    enormous = "a b, " * 6_000_000
    before = process_time()
    assert not cells.is_blank(enormous)
    assert cells.shown(enormous).endswith("...")
    with pytest.raises(Refusal, match="too long"):
        reader(enormous)
    assert process_time() - before < 0.5


def test_prose_is_as_long_as_a_spreadsheet_lets_it_be() -> None:
    assert cells.prose("x" * 32_767) == "x" * 32_767


def test_a_long_list_of_what_is_no_title_is_read_at_once() -> None:
    before = process_time()
    assert cells.titles("ab," * 10_000, lambda _title: False) == ([], ["ab"] * 10_000)
    assert process_time() - before < 2


@pytest.mark.parametrize("raw", [0, "No", "TBC Jones", Formula("=A1"), Broken("#N/A")])
def test_what_says_something_is_not(raw: Raw) -> None:
    assert not cells.is_blank(raw)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (Formula("=1+1"), "This cell holds a formula. Type its value instead."),
        (Broken("#N/A"), "This cell shows the mistake #N/A. Type its value instead."),
    ],
)
def test_a_formula_is_refused_and_so_is_a_mistake(raw: Raw, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        cells.read(cells.text, raw)
    assert refused.value.message == why


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" Sleep\u00a0 well \n", "Sleep well"),
        (12.0, "12"),
        (7, "7"),
        ("bell\x07 and \u202eall", "bell and all"),
        ("line\nbreak", "line break"),
    ],
)
def test_words_are_squashed_into_one_line(raw: Raw, value: str) -> None:
    assert cells.text(raw) == value


def test_a_line_is_no_longer_than_an_index_can_hold() -> None:
    assert cells.text("x" * 200) == "x" * 200
    with pytest.raises(Refusal, match="This is too long: use at most 200 characters"):
        cells.text("x" * 501)


def test_prose_keeps_its_paragraphs() -> None:
    assert cells.prose("One.\r\n\r\n Two.\nThree. ") == "One.\n\nTwo.\n\nThree."


def test_lines_become_a_list_and_one_line_stays_as_it_is() -> None:
    assert cells.bullets("* why we wake\n\u2022 what helps") == "- why we wake\n- what helps"
    assert cells.bullets("- why we wake") == "why we wake"


@pytest.mark.parametrize("raw", [A_DATE, time(10)])
def test_a_date_is_no_words(raw: Raw) -> None:
    with pytest.raises(Refusal, match="holds a date or a time"):
        cells.text(raw)


@pytest.mark.parametrize("raw", [12, 12.0, "12", "12 max", "max. 12", "up to 12 people", "12.0"])
def test_a_number_may_have_words_around_it(raw: Raw) -> None:
    assert cells.number(raw) == 12


@pytest.mark.parametrize(
    "raw", ["8-12", "8 to 12", 12.5, "twelve", "0", -3, "9" * 400, "\u00b2", True]
)
def test_no_number_is_guessed(raw: Raw) -> None:
    with pytest.raises(Refusal):
        cells.number(raw)


@pytest.mark.parametrize("raw", ["Y", "yes", "Yes - by the ramp", "TRUE", True, 1, "\u2713"])
def test_yes(raw: Raw) -> None:
    assert cells.yes_no(raw) is True


@pytest.mark.parametrize("raw", ["N", "no", "No, two steps", False, 0])
def test_no(raw: Raw) -> None:
    assert cells.yes_no(raw) is False


def test_neither_yes_nor_no() -> None:
    with pytest.raises(Refusal, match="yes"):
        cells.yes_no("partly")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2 of 6", Part(2, 6)),
        ("2/6", Part(2, 6)),
        ("Session 2 of 6", Part(2, 6)),
        ("week 2", Part(2, None)),
        (2, Part(2, None)),
    ],
)
def test_which_session_of_how_many(raw: Raw, value: Part) -> None:
    assert cells.part(raw) == value


@pytest.mark.parametrize("raw", ["7 of 6", "0 of 6", "first", A_DATE, "2 of 6 of 8"])
def test_no_such_session(raw: Raw) -> None:
    with pytest.raises(Refusal):
        cells.part(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Una Jones", ("Una Jones",)),
        ("Una Jones; Sandy Anderson", ("Una Jones", "Sandy Anderson")),
        ("Una Jones & Al Dean\nUna Jones", ("Una Jones", "Al Dean")),
        ("Una Jones and TBC", ("Una Jones",)),
    ],
)
def test_one_name_or_several(raw: Raw, value: tuple[str, ...]) -> None:
    assert cells.names(raw) == value


@pytest.mark.parametrize("raw", ["12", "..."])
def test_no_name(raw: Raw) -> None:
    with pytest.raises(Refusal, match="not a person's name"):
        cells.person(raw)


def test_an_address_is_kept_as_typed() -> None:
    assert cells.email(" Una.Jones@Example.ORG ") == "Una.Jones@Example.ORG"
    with pytest.raises(Refusal, match="not an e-mail address"):
        cells.email("not-an-email")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Peer", (Side.LIVED,)),
        ("Lived experience", (Side.LIVED,)),
        ("Expert by experience", (Side.LIVED,)),
        ("Professional", (Side.PROFESSIONAL,)),
        ("Clinician", (Side.PROFESSIONAL,)),
        ("Both", (Side.LIVED, Side.PROFESSIONAL)),
        ("Peer / staff", (Side.LIVED, Side.PROFESSIONAL)),
    ],
)
def test_sides_of_the_pair(raw: Raw, value: tuple[Side, ...]) -> None:
    assert cells.sides(raw) == value


def test_a_side_is_never_inferred_from_a_job() -> None:
    with pytest.raises(Refusal, match="peer"):
        cells.sides("Nurse")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Mon, Thu", (0, 3)),
        ("Thurs/Tues & weds", (1, 2, 3)),
        ("Monday to Wednesday", (0, 1, 2)),
        ("Tue-Fri, Sun", (1, 2, 3, 4, 6)),
        ("weekdays", (0, 1, 2, 3, 4)),
        ("any day", (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_days_of_the_week(raw: Raw, value: tuple[int, ...]) -> None:
    assert cells.weekdays(raw) == value


@pytest.mark.parametrize("raw", ["T", "Mon am", "someday", "not Fri"])
def test_no_day_is_guessed(raw: Raw) -> None:
    with pytest.raises(Refusal):
        cells.weekdays(raw)


def test_themes_by_name_or_in_plain_words() -> None:
    assert cells.themes("Hope, Meet people; empowerment") == (
        Theme.HOPE,
        Theme.CONNECTEDNESS,
        Theme.EMPOWERMENT,
    )
    with pytest.raises(Refusal, match='"Wealth" is none'):
        cells.themes("Hope, Wealth")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Online (Zoom)", Mode.ONLINE),
        ("face-to-face", Mode.IN_PERSON),
        ("In person or online", Mode.HYBRID),
        ("Blended", Mode.HYBRID),
    ],
)
def test_how_people_meet(raw: Raw, value: Mode) -> None:
    assert cells.mode(raw) is value


def test_how_people_meet_is_not_guessed() -> None:
    with pytest.raises(Refusal, match="hybrid"):
        cells.mode("nicely")


def test_a_link_is_a_whole_address() -> None:
    assert cells.link(" https://meet.example.org/x?y=1 ") == "https://meet.example.org/x?y=1"
    for wrong in ("meet.example.org", "javascript:alert(1)", 'https://x"onclick'):
        with pytest.raises(Refusal):
            cells.link(wrong)


@pytest.mark.parametrize(
    ("name", "online"),
    [
        ("Online", True),
        ("MS Teams", True),
        ("Zoom call", True),
        ("Team room", False),
        ("Hub", False),
    ],
)
def test_a_venue_that_is_no_place(name: str, online: bool) -> None:
    assert cells.is_online(name) is online


def test_a_comma_may_be_part_of_a_title() -> None:
    known = {"Worry less, live more", "Sleep well"}.__contains__
    assert cells.titles("Sleep well; Worry less, live more", known) == (
        ["Sleep well", "Worry less, live more"],
        [],
    )
    assert cells.titles("Worry less, live more, Sleep well, Juggling", known) == (
        ["Worry less, live more", "Sleep well"],
        ["Juggling"],
    )


def test_a_cell_is_shown_as_a_person_sees_it() -> None:
    assert [cells.shown(raw) for raw in (A_DATE, time(9, 5), 12.0, None, "x" * 99)] == [
        "12/01/2027",
        "09:05",
        "12",
        "",
        "x" * 57 + "...",
    ]


@given(st.sampled_from(READERS), st.text() | st.floats() | st.integers() | st.times())
def test_any_cell_is_read_or_refused(reader: Callable[[Raw], object], raw: Raw) -> None:
    if not cells.is_blank(raw):
        with suppress(Refusal):
            cells.read(reader, raw)
