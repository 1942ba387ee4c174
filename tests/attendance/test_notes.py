"""The notes of a pair: of one session, for the tutors of its run alone, and of nobody by name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.attendance import notes
from recovery_college.attendance.commands.noting import write_note
from recovery_college.attendance.commands.welcoming import welcome
from recovery_college.attendance.models import PairNote
from recovery_college.database import db
from recovery_college.errors import NotFound, Refusal
from recovery_college.privacy.commands.erasing import erase
from recovery_college.privacy.commands.joining_records import merge
from recovery_college.privacy.commands.retaining import keep_no_longer
from recovery_college.privacy.merging import state_of
from recovery_college.privacy.rules import SOMEBODY, YEAR
from recovery_college.scheduling.models import Run
from tests.attendance.registering import MORNING, OVER, make_taught, pair_of, place_for
from tests.factories import make_delivery, make_person
from tests.scheduling.commands.test_asking import teacher

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clocks(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run() -> Run:
    return make_taught()


@pytest.fixture
def ash(run: Run) -> Person:
    return pair_of(run)[0]


def kept() -> list[tuple[str, str, str]]:
    found = db.session.scalars(select(PairNote).order_by(PairNote.id))
    return [(each.tutor.person.name, each.went_well, each.to_change) for each in found]


def test_each_writes_one_that_can_be_changed_and_taken_away(run: Run, ash: Person) -> None:
    first, bo = run.sessions[0], pair_of(run)[1]
    write_note(ash, first, "The tea", "")
    write_note(bo, first, "", "More breaks")
    write_note(ash, first, " The tea, and the cake ", "")
    assert kept() == [("Ash Reed", "The tea, and the cake", ""), ("Bo Lind", "", "More breaks")]
    write_note(ash, first, "", " ")
    assert kept() == [("Bo Lind", "", "More breaks")]
    with pytest.raises(Refusal) as refused:
        write_note(ash, first, "", " ")
    assert refused.value.field == "went_well"


def test_it_opens_half_an_hour_before_and_only_for_who_teaches_that_session(
    run: Run, ash: Person, clocks: time_machine.Traveller
) -> None:
    first = run.sessions[0]
    cy = teacher(name="Cy Moor")
    make_delivery(run.sessions[1], cy)
    assert notes.session_with_notes(cy.person, first.id) == first
    with pytest.raises(NotFound):
        write_note(cy.person, first, "Mine", "")
    clocks.move_to(first.starts_at - timedelta(minutes=31))
    with pytest.raises(Refusal, match="half an hour before"):
        write_note(ash, first, "Early", "")
    for stranger in (teacher().person, make_person("Olu", Role.MANAGER)):
        with pytest.raises(NotFound):
            notes.session_with_notes(stranger, first.id)


@pytest.mark.parametrize(
    ("words", "goes"),
    [
        ("Ada Osei was quiet", False),
        ("We missed ADA  OSEI's jokes", False),
        ("Dr. Ada-Osei", False),
        ("Addie O. helped", False),
        ("Sam Who came by", False),
        ("Canada Oseille soup", True),
        ("Ada, and then Osei", True),
        ("Will it be joy? We will see, Ada", True),
    ],
)
def test_nobody_on_the_register_is_named(run: Run, ash: Person, words: str, goes: bool) -> None:
    place_for(make_person("Dr Ada Osei", called="Addie O"), run)
    place_for(make_person("Will"), run)
    welcome(ash, run.sessions[0], "Sam Who")
    if goes:
        write_note(ash, run.sessions[0], "", words)
        return
    with pytest.raises(Refusal, match="name of somebody on the register") as refused:
        write_note(ash, run.sessions[0], "The tea", words)
    assert refused.value.field == "to_change"
    assert kept() == []


def test_a_name_of_another_run_is_any_word(run: Run, ash: Person) -> None:
    place_for(make_person("Mair Rees"), make_taught(title="Rest", first=run.sessions[1].starts_at))
    write_note(ash, run.sessions[0], "We read Mair Rees", "")
    assert len(kept()) == 1


def test_they_go_when_messages_do(ash: Person, run: Run, clocks: time_machine.Traveller) -> None:
    write_note(ash, run.sessions[0], "The tea", "")
    clocks.move_to(MORNING + 3 * YEAR - timedelta(seconds=1))
    keep_no_longer()
    assert len(kept()) == 1
    clocks.move_to(MORNING + 3 * YEAR)
    assert keep_no_longer()["notes of pairs"] == 1
    assert kept() == []


def test_who_is_forgotten_leaves_what_was_said_of_the_session_and_no_name(
    run: Run, ash: Person, clocks: time_machine.Traveller
) -> None:
    write_note(ash, run.sessions[0], "The tea", "")
    clocks.move_to(OVER)
    erase(None, ash)
    assert kept() == [(SOMEBODY, "The tea", "")]


def test_of_two_records_of_one_tutor_no_word_is_lost(run: Run, ash: Person) -> None:
    again, olu = teacher(name="Ash R"), make_person("Olu", Role.MANAGER)
    for session in run.sessions:
        make_delivery(session, again)
    db.session.expire_all()
    write_note(ash, run.sessions[0], "The tea", "")
    write_note(again.person, run.sessions[0], "The cake", "Breaks")
    merge(olu, ash, again.person, (), seen=state_of(ash, again.person))
    assert kept() == [("Ash Reed", "The tea\nThe cake", "Breaks")]
