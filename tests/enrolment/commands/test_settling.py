"""Every shared need ends: arranged, or talked about; and the student has the last word."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment import queries
from recovery_college.enrolment.checks import CHECKS
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.settling import agree, ask_again, settle, what_stands
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.rules.needs import Settled, Stage
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState
from recovery_college.privacy.commands.erasing import erase
from recovery_college.privacy.commands.joining_records import merge
from recovery_college.privacy.commands.retaining import keep_no_longer
from recovery_college.privacy.merging import state_of
from tests.enrolment.asking import ask, change
from tests.factories import NOW, make_course, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
NEED, HOW = "A chair by the door", "The chair by the door is hers."


@pytest.fixture(autouse=True)
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Marsh", Role.DESK)


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email="ada@example.org", needs=NEED, needs_shared=True)


@pytest.fixture
def place(ada: Person) -> Enrolment:
    return ask(ada, make_run(make_course("Sleeping well")))


def arranged(by: Person, place: Enrolment, how: str = HOW) -> None:
    settle(by, place, Settled.ARRANGED, how, seen=what_stands(place))


def kept(place: Enrolment) -> tuple[Stage, str, bool | None]:
    db.session.expire_all()
    found = db.session.get(Adjustment, place.id)
    assert found
    return queries.stage_of_need(found), found.how, found.agreed


def open_ones() -> list[int]:
    db.session.expire_all()
    rows = queries.page_of_open_needs(clock.now(), first=0, size=9)
    assert len(rows) == queries.count_open_needs(clock.now())
    return [row[0].id for row in rows]


def told(state: MessageState = MessageState.WAITING) -> list[tuple[Channel, str]]:
    asked = select(OutboxMessage).where(OutboxMessage.key.startswith("need_settled:"))
    rows = db.session.scalars(asked.where(OutboxMessage.state == state).order_by(OutboxMessage.id))
    return [(each.channel, each.body) for each in rows]


def all_is_well() -> bool:
    return not any(check() for check in CHECKS.values())


def test_it_is_open_until_it_is_settled_and_the_student_has_the_last_word(
    dee: Person, ada: Person, place: Enrolment
) -> None:
    assert open_ones() == [place.id]
    arranged(dee, place)
    assert (kept(place), open_ones()) == ((Stage.WAITS, HOW, None), [])
    assert queries.waiting_for_word(ada) == {place.id}
    agree(ada, place)
    assert (kept(place), queries.waiting_for_word(ada)) == ((Stage.AGREED, HOW, True), set())
    ask_again(ada, place)
    ask_again(ada, place)
    assert (kept(place), open_ones()) == ((Stage.ASKED_AGAIN, HOW, False), [place.id])
    settle(dee, place, Settled.NOT_POSSIBLE, "We talked.", seen=what_stands(place))
    assert kept(place) == (Stage.WAITS, "We talked.", None)
    said = db.session.execute(
        select(AuditEntry.actor_id, AuditEntry.verb, AuditEntry.fields)
        .where(AuditEntry.subject == f"enrolment:{place.id}", AuditEntry.verb.contains("on"))
        .where(AuditEntry.verb.contains("what helps") | AuditEntry.verb.contains("again"))
        .order_by(AuditEntry.id)
    )
    assert [tuple(row) for row in said] == [
        (dee.id, "settled what helps on", "arranged"),
        (ada.id, "said yes to what helps on", ""),
        (ada.id, "asked again on", ""),
        (dee.id, "settled what helps on", "not_possible"),
    ]
    assert all_is_well()


def test_other_words_of_theirs_open_it_again_and_taking_them_back_takes_the_answer_too(
    dee: Person, ada: Person, place: Enrolment
) -> None:
    arranged(dee, place)
    change(ada, phone="01632 960 001", needs=NEED)
    assert kept(place)[0] is Stage.WAITS
    change(ada, needs="A chair by the window")
    assert (kept(place), open_ones()) == ((Stage.CHANGED, HOW, None), [place.id])
    with pytest.raises(Refusal, match="Nothing is settled just now"):
        agree(ada, place)
    arranged(dee, place, "By the window.")
    change(ada, needs_shared=False)
    assert (kept(place), open_ones()) == ((Stage.CHANGED, "", None), [])
    with pytest.raises(Refusal, match="do not share"):
        arranged(dee, place)
    assert all_is_well()


def test_what_somebody_answered_without_having_read_it_is_not_kept(
    dee: Person, ada: Person, place: Enrolment
) -> None:
    seen = what_stands(place)
    change(ada, needs="A chair by the window")
    with pytest.raises(Refusal, match="changed meanwhile"):
        settle(dee, place, Settled.ARRANGED, HOW, seen=seen)
    arranged(dee, place)
    seen = what_stands(place)
    ask_again(ada, place)
    with pytest.raises(Refusal, match="changed meanwhile"):
        settle(dee, place, Settled.ARRANGED, "Another", seen=seen)


def test_both_need_words_and_a_place_on_a_run_that_is_not_over(
    dee: Person, place: Enrolment, clocks: time_machine.Traveller
) -> None:
    with pytest.raises(Refusal) as refused:
        arranged(dee, place, " \n")
    assert refused.value.field == "how"
    clocks.move_to(place.run.ends_at)
    assert open_ones() == []
    with pytest.raises(Refusal, match="over"):
        arranged(dee, place)
    clocks.move_to(NOW)
    give_up(dee, place, the_college())
    assert open_ones() == []
    with pytest.raises(Refusal, match="no place"):
        arranged(dee, place)


def test_they_hear_of_it_once_the_way_they_wish_and_a_mail_does_not_say_what(
    dee: Person, place: Enrolment, clocks: time_machine.Traveller
) -> None:
    arranged(dee, place)
    arranged(dee, place)
    [(channel, body)] = told()
    assert channel is Channel.EMAIL
    assert f"/enrolments/{place.id}/need" in body
    assert HOW not in body
    clocks.shift(1)
    arranged(dee, place, "Another chair.")
    assert (len(told()), len(told(MessageState.DROPPED))) == (1, 1)
    agree(dee, place)
    assert told() == []


@pytest.mark.parametrize(
    ("by", "at"), [(ContactBy.POST, {"address": "9 Lane"}), (ContactBy.PHONE, {"phone": "01632"})]
)
def test_a_letter_and_a_call_say_what_unless_everything_is_neutral(
    dee: Person, by: ContactBy, at: dict[str, str]
) -> None:
    run = make_run()
    for neutral in (False, True):
        person = make_person(needs=NEED, needs_shared=True, contact_by=by, neutral=neutral, **at)
        arranged(dee, ask(person, run))
    assert [(HOW in body, "/need" in body) for _channel, body in told()] == [
        (True, False),
        (False, False),
    ]


def test_what_was_arranged_goes_ninety_days_after_the_run_with_the_letter_that_said_it(
    dee: Person, clocks: time_machine.Traveller
) -> None:
    bo = make_person(needs=NEED, needs_shared=True, address="9 Lane")
    place = ask(bo, make_run())
    arranged(dee, place)
    agree(bo, place)
    ask(bo, make_run(first=clock.now().date() + timedelta(days=300)))
    ends_at = place.run.ends_at
    assert ends_at
    clocks.move_to(ends_at + timedelta(days=90) - timedelta(seconds=1))
    keep_no_longer()
    assert kept(place) == (Stage.AGREED, HOW, True)
    clocks.move_to(ends_at + timedelta(days=90))
    assert keep_no_longer() == {"what was arranged": 1}
    assert kept(place) == (Stage.CHANGED, "", True)
    assert [HOW in body for _channel, body in told(MessageState.DROPPED)] == []
    assert db.session.get_one(Person, bo.id).needs == NEED


def test_who_is_forgotten_leaves_that_it_was_settled_and_no_words(
    dee: Person, ada: Person, place: Enrolment
) -> None:
    arranged(dee, place)
    agree(ada, place)
    erase(None, ada)
    erase(None, dee)
    db.session.expire_all()
    found = db.session.get_one(Adjustment, place.id)
    assert (found.state, found.how, found.agreed, found.settled_by_id) == (
        Settled.ARRANGED,
        "",
        True,
        None,
    )
    assert all_is_well()


def test_of_two_records_that_become_one_only_what_answers_its_needs_stands(
    dee: Person, ada: Person, place: Enrolment
) -> None:
    olu = make_person("Olu", Role.MANAGER)
    same = make_person("Ada O", needs=NEED, needs_shared=True)
    differs = make_person("A Osei", needs="Quiet", needs_shared=True)
    theirs = [ask(each, make_run()) for each in (same, differs)]
    for each in (place, *theirs):
        arranged(dee, each)
    for other in (same, differs):
        merge(olu, ada, other, (), seen=state_of(ada, other))
    stages = [kept(each)[0] for each in (place, *theirs)]
    assert stages == [Stage.WAITS, Stage.WAITS, Stage.CHANGED]
    assert open_ones() == [theirs[1].id]
