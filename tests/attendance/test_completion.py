"""When a run is completed: the rule in whole numbers, and what registers say of somebody."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from recovery_college import clock
from recovery_college.accounts.rules import Side
from recovery_college.attendance import completion
from recovery_college.attendance.commands.welcoming import settle, welcome
from recovery_college.attendance.completion import Part, parts_of, parts_on
from recovery_college.attendance.rules.completion import (
    LETTERS,
    WRONG,
    Held,
    dates_words,
    fresh_code,
    in_fours,
    is_complete,
    is_over,
    ran,
    read_code,
    taught_by,
)
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import SessionState
from tests.attendance.completing import make_ran, mark, over
from tests.attendance.registering import place_for
from tests.conftest import counted
from tests.factories import make_person

START = datetime(2027, 6, 7, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
HOURS = timedelta(hours=2)


def held(*taken: bool) -> list[Held]:
    starts = (START + number * WEEK for number in range(len(taken)))
    return [Held(n, at, at + HOURS, t) for n, (at, t) in enumerate(zip(starts, taken, strict=True))]


@given(st.integers(0, 60), st.integers(1, 60), st.integers(1, 100))
def test_the_share_is_exact_however_many_sessions_there_are(
    came: int, ran: int, percent: int
) -> None:
    enough = came > 0 and Fraction(came, ran) >= Fraction(percent, 100)
    assert is_complete(came, ran, percent) is enough


def test_seven_of_ten_are_seventy_percent_and_six_are_not() -> None:
    assert [is_complete(came, 10, 70) for came in (6, 7)] == [False, True]
    assert not is_complete(0, 0, 1)


def test_only_a_session_that_is_over_and_has_a_register_ran() -> None:
    sessions = held(True, False, True)
    assert [each.id for each in ran(sessions, START + 3 * WEEK)] == [0, 2]
    assert [each.id for each in ran(sessions, sessions[2].ends_at)] == [0, 2]
    assert [each.id for each in ran(sessions, sessions[2].starts_at)] == [0]


def test_a_run_is_judged_when_all_registers_are_taken_or_a_week_after_the_last() -> None:
    all_taken, one_open = held(True, True), held(False, True)
    ends = all_taken[-1].ends_at
    assert not is_over(all_taken, ends - timedelta(seconds=1))
    assert is_over(all_taken, ends)
    assert not is_over(one_open, ends + WEEK - timedelta(seconds=1))
    assert is_over(one_open, ends + WEEK)
    assert not is_over([], ends)


def test_a_code_is_long_reads_back_as_typed_and_nothing_else_reads_as_one() -> None:
    codes = {fresh_code() for _ in range(200)}
    assert len(codes) == 200
    assert len(LETTERS) ** len(next(iter(codes))) >= 2**60
    code = codes.pop()
    assert {read_code(each) for each in (code, in_fours(code), f" {code.lower()} ")} == {code}
    for wrong in (
        "",
        code[:-1],
        f"{code}A",
        code[:-1] + "0",
        "\x00" * 16,
        "\u00b2" * 16,
        "A" * 999,
    ):
        assert read_code(wrong) == WRONG


def test_its_words() -> None:
    assert dates_words(date(2027, 6, 7), date(2027, 6, 7)) == "on 7 June 2027"
    assert dates_words(date(2027, 6, 7), date(2027, 7, 5)) == "from 7 June 2027 to 5 July 2027"
    lived, professional = (Side.LIVED, "Ash Reed"), (Side.PROFESSIONAL, "")
    assert taught_by([professional, lived, lived, professional]) == (
        "Ash Reed (lived experience) and a professional tutor"
    )
    assert taught_by([]) == ""


def on(run: Run) -> dict[int, Part]:
    return {each.person_id: each for each in parts_on(run, the_college(), clock.now())}


@pytest.mark.usefixtures("app")
def test_all_ways_of_coming_count_and_what_was_missed_does_not() -> None:
    ada, cy, kit = make_person("Ada"), make_person("Cy"), make_person("Kit")
    run, places = make_ran({ada: "pleppppuut", cy: "ppppppuuuu", kit: "uuuuuuuuuu"})
    with over(run):
        assert {id: (each.came, each.ran, each.minutes) for id, each in on(run).items()} == {
            ada.id: (7, 10, 840),
            cy.id: (6, 10, 720),
        }
        assert (on(run)[ada.id].is_complete, on(run)[cy.id].is_complete) == (True, False)
        assert on(run)[ada.id].enrolment_id == places[0].id
        assert parts_of(ada, the_college(), clock.now()) == [on(run)[ada.id]]
        assert parts_of(kit, the_college(), clock.now()) == []
    with time_machine.travel(run.sessions[-1].starts_at, tick=False):
        assert not on(run)[ada.id].is_over


@pytest.mark.usefixtures("app")
def test_what_was_called_off_or_not_marked_did_not_run() -> None:
    ada = make_person("Ada")
    run, _places = make_ran({ada: "ppp--uuup-"})
    with over(run):
        assert on(run)[ada.id].is_over is False
        with transaction():
            off = run.sessions[5]
            off.state, off.live, off.cancelled_at = SessionState.CANCELLED, False, clock.now()
    with time_machine.travel(run.sessions[-1].ends_at + WEEK, tick=False):
        part = on(run)[ada.id]
        assert (part.is_over, part.came, part.ran) == (True, 4, 6)
        assert (part.starts_on, part.ends_on) == (date(2027, 6, 7), date(2027, 8, 2))


@pytest.mark.usefixtures("app")
def test_one_who_came_back_or_first_came_without_a_place_is_one_person() -> None:
    ada, others = make_person("Ada"), make_person("Cy")
    run, places = make_ran({ada: "p---", others: "uppp"})
    with time_machine.travel(run.sessions[0].ends_at, tick=False):
        give_up(ada, places[0], the_college())
    actor = run.sessions[1].accepted[0].tutor.person
    with time_machine.travel(run.sessions[1].starts_at, tick=False):
        settle(actor, welcome(actor, run.sessions[1], "Ada"), ada)
        with transaction():
            run.joins_late = True
    again = place_for(ada, run)
    mark(run.sessions[2], {again: "p"})
    with over(run):
        part = on(run)[ada.id]
        assert (part.came, part.ran, part.enrolment_id) == (3, 4, again.id)
        assert part.is_complete


@pytest.mark.usefixtures("app")
def test_a_record_of_many_courses_costs_as_much_as_one_of_few() -> None:
    ada = make_person("Ada")

    def cost() -> int:
        db.session.expire_all()
        with counted() as statements:
            parts = parts_of(ada, the_college(), clock.now())
            completion.titles_of([each.run_id for each in parts])
            completion.certificates_of(ada)
        return len(statements)

    run, _ = make_ran({ada: "pp"}, "Sleeping well")
    with over(run):
        few = cost()
    for number in range(4):
        make_ran({ada: "pp"}, f"Course {number}")
    with over(run):
        assert (cost(), few) == (few, few)
