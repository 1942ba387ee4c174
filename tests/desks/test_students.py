"""What the pair of a session may know of its students, and when."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.equality import Reason
from recovery_college.accounts.models import ComingAs, Person
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.desks.students import Student, students_of
from recovery_college.enrolment.commands.coming import cannot_come
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.commands.settling import ask_again, settle, what_stands
from recovery_college.enrolment.queries import place_on
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.enrolment.teaching import Coming
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import DeliveryState, SessionState
from recovery_college.tutors.models import Tutor
from tests.factories import NOW, make_delivery, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADA = Student("Ada Osei, called Addie (she)", "A chair by the door")
BO = Student("Bo Lind", "")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ash() -> Tutor:
    return make_tutor(name="Ash Reed")


@pytest.fixture
def session(ash: Tutor) -> Session:
    """Ada shares what helps her, and comes with somebody; Bo keeps it to himself; Cy waits."""
    run = make_run(tutors=(ash,), capacity=2)
    ada = make_person(
        "Ada Osei", needs=ADA.needs, needs_shared=True, called="Addie", pronouns="she"
    )
    with transaction():
        db.session.add(ComingAs(person_id=ada.id, reason=next(iter(Reason))))
    people = (ada, make_person("Bo Lind", needs="Quiet"), make_person("Cy"))
    for person in people:
        asked = Request(run, with_supporter=person is ada)
        enrol(person, person, asked, the_college())
    return run.sessions[0]


def known(session: Session, viewer: Person, before: timedelta) -> tuple[list[str], list[Student]]:
    found = students_of(session, viewer, session.starts_at - before)
    assert found
    assert found.coming == Coming(students=2, supporters=1)
    return found.needs, found.named


def test_what_helps_comes_first_then_names_and_then_both_go(session: Session, ash: Tutor) -> None:
    lasts = session.ends_at - session.starts_at
    assert [
        known(session, ash.person, 14 * DAY + HOUR),
        known(session, ash.person, 14 * DAY),
        known(session, ash.person, DAY + HOUR),
        known(session, ash.person, DAY),
        known(session, ash.person, -lasts - 2 * DAY),
        known(session, ash.person, -lasts - 2 * DAY - HOUR),
        known(session, ash.person, -lasts - 7 * DAY - HOUR),
    ] == [
        ([], []),
        ([ADA.needs], []),
        ([ADA.needs], []),
        ([], [ADA, BO]),
        ([], [ADA, BO]),
        ([], [Student(ADA.name, ""), BO]),
        ([], []),
    ]


def test_what_is_arranged_stands_under_what_helps_and_nowhere_without_it(
    session: Session, ash: Tutor
) -> None:
    ada = db.session.scalars(select(Person).where(Person.name == "Ada Osei")).one()
    place = place_on(ada, session.id)
    settle(make_person(), place, Settled.ARRANGED, "It is hers.", seen=what_stands(place))
    both = "A chair by the door\nArranged: It is hers."
    for before in (14 * DAY, HOUR):
        needs, named = known(session, ash.person, before)
        assert (needs or [named[0].needs]) == [both]
    over = session.starts_at - session.ends_at - 3 * DAY
    assert known(session, ash.person, over)[1][0].needs == ""
    ask_again(ada, place)
    assert known(session, ash.person, 14 * DAY)[0] == [ADA.needs]
    with transaction():
        ada.needs_shared = False
    assert known(session, ash.person, 14 * DAY)[0] == []


def test_nobody_but_the_pair_sees_any_of_it(session: Session) -> None:
    asked, other = make_tutor(name="Di"), make_tutor(name="Eve")
    make_delivery(session, asked, DeliveryState.ASKED)
    db.session.refresh(session)
    for tutor in (asked, other):
        assert students_of(session, tutor.person, session.starts_at) is None


def test_what_is_called_off_tells_nothing(session: Session, ash: Tutor) -> None:
    with transaction():
        session.live, session.state = False, SessionState.CANCELLED
    assert students_of(session, ash.person, session.starts_at) is None


def test_they_read_who_told_us_that_they_can_not_make_it(session: Session, ash: Tutor) -> None:
    bo = db.session.scalars(select(Person).where(Person.name == "Bo Lind")).one()
    cannot_come(bo, place_on(bo, session.id), session)
    found = students_of(session, ash.person, session.starts_at)
    assert found
    assert {each.name: each.told for each in found.named} == {ADA.name: False, BO.name: True}
