"""What the pages do not show of a month: the database's own word on it, and pressing twice."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.editing import print_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.tutors.commands import hours as commands
from recovery_college.tutors.models import HoursSheet, Tutor
from recovery_college.tutors.rules.hours import ConfirmedAnew, MonthConfirmed
from tests.factories import NOW, make_person, make_tutor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_sheet(tutor: Tutor) -> HoursSheet:
    sheet = HoursSheet(
        tutor=tutor, month=date(2027, 4, 1), minutes=60, lines=[], confirmed_at=clock.now()
    )
    with transaction():
        db.session.add(sheet)
    return sheet


def test_the_database_refuses_a_month_that_is_confirmed_twice_in_the_rule_s_words() -> None:
    ash = make_tutor()
    make_sheet(ash)
    with pytest.raises(MonthConfirmed):
        make_sheet(ash)


def test_pressing_twice_approves_once_what_was_seen() -> None:
    first, second = make_person("", Role.MANAGER), make_person("", Role.MANAGER)
    sheet = make_sheet(make_tutor())
    with pytest.raises(ConfirmedAnew):
        commands.approve_month(first, sheet, seen=print_of(clock.now() - timedelta(minutes=1)))
    commands.approve_month(first, sheet, seen=print_of(clock.now()))
    commands.approve_month(second, sheet, seen=print_of(clock.now()))
    assert sheet.approved_by_id == first.id
    commands.open_month(second, sheet)
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["approved the hours of", "opened again the hours of"]
    assert db.session.scalars(select(OutboxMessage)).all() == []  # nobody without e-mail
