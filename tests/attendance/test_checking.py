"""The office asks whether they are OK: once, never by itself, and calls only where it should."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.attendance.commands.checking import ask_whether_ok
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.following import unheard_on
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import MarkState
from recovery_college.attendance.rules.checking import WhyCall, why_call
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.scheduling.models import Run, Session
from tests.attendance.registering import MORNING, OVER, make_taught, place_for
from tests.conftest import ON_SQLITE, Browse
from tests.enrolment.asking import change
from tests.factories import make_person
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app")
PRESENT, LATE, EARLY, TOLD, UNHEARD = MarkState
FIRST, SECOND = 0, 1


@pytest.fixture(autouse=True)
def clocks(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(OVER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run() -> Run:
    return make_taught()


@pytest.fixture
def dee() -> Person:
    return make_person("Dee", Role.DESK, email="dee@example.org")


def place(run: Run, name: str, **fields: object) -> Enrolment:
    return place_for(make_person(name, **fields), run)  # type: ignore[arg-type]


def mark(dee: Person, session: Session, **states: MarkState) -> None:
    """Of those with these names."""
    rows = db.session.execute(
        select(Person.name, Enrolment.id).join(Enrolment, Enrolment.person_id == Person.id)
    )
    ids = {row[0]: row[1] for row in rows}
    take(dee, session, [Word(Who("e", ids[name]), state) for name, state in states.items()])


def written() -> list[tuple[str, str, str]]:
    """To whom, how, and of what, as far as it goes still."""
    rows = db.session.execute(
        select(Person.name, OutboxMessage.channel, OutboxMessage.key)
        .join(Person, OutboxMessage.person_id == Person.id)
        .where(OutboxMessage.key.startswith("checking_"))
        .where(OutboxMessage.state != MessageState.DROPPED)
        .order_by(OutboxMessage.id)
    )
    return [(name, channel.value, key.split(":")[0]) for name, channel, key in rows]


def test_each_is_called_for_a_reason_and_for_none_besides() -> None:
    def why(*marks: MarkState, first: bool = False, asked: bool = False) -> WhyCall | None:
        return why_call(marks, is_first=first, asked=asked, college=College("Quay"))

    assert why(UNHEARD, first=True) is WhyCall.FIRST
    assert why(UNHEARD, asked=True) is WhyCall.ASKED
    assert why(UNHEARD, UNHEARD) is WhyCall.IN_A_ROW
    assert why(PRESENT, UNHEARD, UNHEARD) is WhyCall.IN_A_ROW
    assert why(UNHEARD, TOLD, UNHEARD) is None
    assert why(UNHEARD) is None
    three = College("Quay", call_after_missed=3)
    assert why_call([UNHEARD, UNHEARD], is_first=False, asked=False, college=three) is None


def test_one_press_writes_to_each_of_whom_we_did_not_hear_once(run: Run, dee: Person) -> None:
    session = run.sessions[FIRST]
    place(run, "Ada", email="ada@example.org", phone="01632 960 1")
    place(run, "Bo", address="9 Quay Street")
    place(run, "Cy", phone="01632 960 3")
    place(run, "Di", email="di@example.org")
    mark(dee, session, Ada=UNHEARD, Bo=UNHEARD, Cy=UNHEARD, Di=PRESENT)
    assert written() == []
    assert ask_whether_ok(dee, session, the_college()) == 3
    first = [
        ("Ada", "email", "checking_ok"),
        ("Ada", "call", "checking_call"),
        ("Bo", "letter", "checking_ok"),
        ("Cy", "call", "checking_ok"),
    ]
    assert written() == first
    assert ask_whether_ok(dee, session, the_college()) == 0
    assert written() == first
    mark(dee, session, Di=UNHEARD)
    assert ask_whether_ok(dee, session, the_college()) == 1


def test_after_a_later_session_only_who_asked_or_was_not_heard_twice_is_called(
    run: Run, dee: Person, clocks: time_machine.Traveller
) -> None:
    first, second = run.sessions
    for name in ("Ada", "Bo"):
        place(run, name, email=f"{name}@example.org", phone="01632 960 1")
    place(run, "Cy", email="cy@example.org", phone="01632 960 3", contact_by=ContactBy.PHONE)
    mark(dee, first, Ada=UNHEARD, Bo=PRESENT, Cy=PRESENT)
    clocks.move_to(OVER + timedelta(days=7), tick=False)
    mark(dee, second, Ada=UNHEARD, Bo=UNHEARD, Cy=UNHEARD)
    ask_whether_ok(dee, second, the_college())
    assert written() == [
        ("Ada", "email", "checking_ok"),
        ("Ada", "call", "checking_call"),
        ("Bo", "email", "checking_ok"),
        ("Cy", "call", "checking_ok"),
    ]
    whys = [each.why_call for each in unheard_on(second, the_college())]
    assert whys == [WhyCall.IN_A_ROW, None, WhyCall.ASKED]


def test_a_mark_that_is_put_right_takes_back_what_has_not_gone(run: Run, dee: Person) -> None:
    session = run.sessions[FIRST]
    for name in ("Ada", "Bo"):
        place(run, name, email=f"{name}@example.org", phone="01632 960 1")
    mark(dee, session, Ada=UNHEARD, Bo=UNHEARD)
    ask_whether_ok(dee, session, the_college())
    line = select(OutboxMessage).where(OutboxMessage.address == "Bo@example.org")
    change(
        db.session.scalars(line.where(OutboxMessage.key.startswith("checking_ok"))).one(),
        state=MessageState.SENT,
        sent_at=OVER,
    )
    mark(dee, session, Ada=LATE, Bo=TOLD)
    assert written() == [("Bo", "email", "checking_ok")]
    assert unheard_on(session, the_college()) == []
    mark(dee, session, Bo=UNHEARD)
    assert ask_whether_ok(dee, session, the_college()) == 1
    assert ask_whether_ok(dee, session, the_college()) == 0


@ON_SQLITE
def test_the_office_presses_on_the_register_and_reads_whom_to_call(
    run: Run, dee: Person, browse: Browse
) -> None:
    session_id = run.sessions[FIRST].id
    nia = make_person("Nia", Role.MANAGER)
    place(run, "Ada", email="ada@example.org", phone="01632 960 1")
    place(run, "Bo", email="bo@example.org", restricted_to_id=nia.id, phone="01632 960 2")
    place(run, "Cy", email="cy@example.org")
    office, here = browse(dee), f"/office/sessions/{session_id}"
    assert "Checking they are OK" not in office.get(f"{here}/register").text
    session = db.session.get_one(Session, session_id)
    mark(db.session.merge(dee), session, Ada=UNHEARD, Bo=UNHEARD, Cy=UNHEARD)
    assert f'action="{here}/checking"' in office.get(f"{here}/register").text
    answer = office.post(f"{here}/checking", follow_redirects=True)
    page = words_of(answer.text)
    assert "3 people asked." in page
    assert "3 people were written to" in page
    assert "3 people are to be called" in page
    assert "Somebody whose record is with one manager" in page
    assert "There is no phone number in their record." in page
    assert "Bo" not in page.split()
    calls = words_of(office.get("/office/contacts").text)
    assert "Sleeping well: checking they are OK" in calls


@ON_SQLITE
def test_a_call_is_made_or_tried_or_left_be(run: Run, dee: Person, browse: Browse) -> None:
    session = run.sessions[FIRST]
    place(run, "Ada", email="ada@example.org", phone="01632 960 1")
    mark(dee, session, Ada=UNHEARD)
    ask_whether_ok(dee, session, the_college())
    asked = select(OutboxMessage).where(OutboxMessage.key.startswith("checking_call"))
    id = db.session.scalars(asked).one().id
    office = browse(dee)
    assert "What to tell them" in office.get(f"/office/contacts/{id}").text
    for _twice in range(2):
        office.post(f"/office/contacts/{id}/tried")
    assert "not reached, 2 times" in words_of(office.get("/office/contacts").text)
    assert office.post(f"/office/contacts/{id}/leave").status_code == 302
    assert "checking they are OK" not in office.get("/office/contacts").text
    assert office.post(f"/office/contacts/{id}/tried").status_code == 409
    states = db.session.scalars(select(OutboxMessage.state).where(OutboxMessage.id == id))
    assert states.one() is MessageState.DROPPED


def test_nothing_is_asked_by_itself(run: Run, dee: Person) -> None:
    place(run, "Ada", email="ada@example.org")
    with time_machine.travel(MORNING, tick=False):
        mark(dee, run.sessions[FIRST], Ada=UNHEARD)
    assert written() == []
