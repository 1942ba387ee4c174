"""A tutor confirms a month of hours, and says which sessions are released time."""

from datetime import date, datetime

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Delivery
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.scheduling.worked import month_of_tutor
from recovery_college.tutors.commands.becoming import as_tutor
from recovery_college.tutors.commands.hours import check_open
from recovery_college.tutors.models import HoursSheet
from recovery_college.tutors.rules.hours import check_confirmable, in_address, kept_form


def confirm_month(person: Person, month: date, college: College) -> HoursSheet:
    """Its lines stand as they are now. Once: whoever presses twice hears that it is done."""
    now = clock.now()
    with transaction():
        hold(person)
        tutor = as_tutor(person)
        check_open(tutor, month)
        made = month_of_tutor(tutor, month, college, now)
        check_confirmable(made, clock.in_london(now).date())
        sheet = HoursSheet(
            tutor=tutor,
            month=month,
            minutes=made.paid,
            lines=kept_form(made.lines),
            confirmed_at=now,
        )
        db.session.add(sheet)
        audit.record(person, "confirmed hours", person, fields=(in_address(month),), at=now)
    return sheet


def mark_released(person: Person, delivery: Delivery) -> None:
    """The tutor's own employer gives them this time, so the college does not pay it."""
    _set_released(person, delivery, now=clock.now(), released=True)


def mark_paid(person: Person, delivery: Delivery) -> None:
    """It is no released time after all."""
    _set_released(person, delivery, now=clock.now(), released=False)


def _set_released(person: Person, delivery: Delivery, *, now: datetime, released: bool) -> None:
    with transaction():
        hold(person, delivery.session)
        db.session.expire(delivery)
        if delivery.state is not DeliveryState.ACCEPTED:
            raise NotFound
        check_open(delivery.tutor, clock.in_london(delivery.starts_at).date())
        if delivery.released is not released:
            delivery.released = released
            audit.record(person, "changed", delivery, fields=("released",), at=now)
