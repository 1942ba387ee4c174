"""Who loses the role of a tutor, or a side, and the sessions that they promised."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.database import db, transaction
from recovery_college.desks.today import pairs
from recovery_college.editing import Edit, prints_of
from recovery_college.scheduling.checks import CHECKS
from recovery_college.scheduling.commands.roles import (
    StillTeaching,
    change_sides,
    set_roles,
    sides_of,
)
from recovery_college.scheduling.models import Delivery, Session
from recovery_college.scheduling.rules import DeliveryState, PairState, SessionState
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.queries import tutor_of
from tests.factories import FIRST, make_delivery, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2027, 6, 10)  # after the first of two weekly sessions


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel("2027-06-10T09:00Z", tick=False):
        yield


@pytest.fixture
def olu(app: object) -> Person:
    return make_person("Olu", Role.MANAGER, email="olu@example.org")


def peer() -> Tutor:
    made = make_tutor(Side.LIVED, name="Ash Reed")
    with transaction():
        made.person.role_rows = [RoleGiven(role=Role.TUTOR)]
    return made


def states() -> list[tuple[DeliveryState, Side]]:
    rows = db.session.scalars(select(Delivery).order_by(Delivery.starts_at, Delivery.side))
    return [(row.state, row.side) for row in rows]


ACCEPTED, GONE = DeliveryState.ACCEPTED, DeliveryState.STOOD_DOWN


def test_who_is_no_tutor_any_more_leaves_what_is_to_come_and_the_office_sees_it(
    olu: Person,
) -> None:
    ash = peer()
    make_run(tutors=(ash, make_tutor(Side.PROFESSIONAL)), first=FIRST, sessions=2)
    assert set_roles(olu, ash.person, []) == 1
    assert states() == [
        (ACCEPTED, Side.LIVED),
        (ACCEPTED, Side.PROFESSIONAL),
        (GONE, Side.LIVED),
        (ACCEPTED, Side.PROFESSIONAL),
    ]
    db.session.expire_all()
    last = db.session.scalars(select(Session).order_by(Session.starts_at.desc())).first()
    assert last is not None
    assert (last.pair, last.paired, last.pair_by_on) == (PairState.NEEDS_LIVED, False, TODAY)
    late, lacking = pairs(last.starts_at.replace(day=11), TODAY, most=5)
    assert (late.total, lacking.total) == (0, 1)
    assert [name for name, check in CHECKS.items() if check()] == []


def test_a_request_that_waits_for_them_waits_no_more(olu: Person) -> None:
    ash = peer()
    run = make_run(first=date(2027, 7, 1))
    make_delivery(run.sessions[0], ash, DeliveryState.ASKED)
    assert set_roles(olu, ash.person, [Role.DESK]) == 1
    assert states() == [(GONE, Side.LIVED)]


def test_a_session_that_is_cancelled_stands_in_nobody_s_way(olu: Person) -> None:
    ash = peer()
    run = make_run(tutors=(ash,), first=date(2027, 7, 1))
    with transaction():
        run.sessions[0].live = False
        run.sessions[0].state = SessionState.CANCELLED
    assert set_roles(olu, ash.person, []) == 0
    assert states() == [(ACCEPTED, Side.LIVED)]


def test_other_roles_come_and_go_without_a_word_about_teaching(olu: Person) -> None:
    ash = peer()
    make_run(tutors=(ash,), first=date(2027, 7, 1))
    assert set_roles(olu, ash.person, [Role.TUTOR, Role.DESK]) == 0
    assert set_roles(olu, ash.person, [Role.TUTOR]) == 0
    assert states() == [(ACCEPTED, Side.LIVED)]


def test_who_becomes_a_tutor_has_something_to_teach_as(olu: Person) -> None:
    ada = make_person("Ada")
    set_roles(olu, ada, [Role.TUTOR])
    assert tutor_of(ada) is not None


def edited(tutor: Tutor, **values: object) -> Edit:
    shown = sides_of(tutor)
    return Edit(vars(shown) | values, prints_of(shown, vars(shown)))


def test_sides_are_decided_with_them(olu: Person) -> None:
    ash = peer()
    change_sides(olu, ash, edited(ash, sides=[Side.PROFESSIONAL, Side.LIVED], role="Nurse"))
    assert sides_of(ash) == sides_of(db.session.get_one(Tutor, ash.id))
    assert (ash.role, [each.side for each in ash.sides]) == ("Nurse", [*Side])


def test_a_side_stays_while_they_are_to_teach_on_it(olu: Person) -> None:
    ash = peer()
    make_run(tutors=(ash,), first=date(2027, 7, 1))
    with pytest.raises(StillTeaching) as raised:
        change_sides(olu, ash, edited(ash, sides=[Side.PROFESSIONAL]))
    assert raised.value.message == (
        "They are to teach as a peer tutor on 1 July 2027. Find somebody else first."
    )
    with transaction():
        db.session.scalars(select(Delivery)).one().state = DeliveryState.DECLINED
    change_sides(olu, ash, edited(ash, sides=[Side.PROFESSIONAL]))
    assert [each.side for each in ash.sides] == [Side.PROFESSIONAL]
