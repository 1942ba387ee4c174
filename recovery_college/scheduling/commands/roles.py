"""Roles and sides, and what they mean for sessions to come: nobody teaches as what they aren't."""

from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from recovery_college import audit, clock
from recovery_college.accounts.commands import people
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, changes
from recovery_college.errors import Refusal
from recovery_college.formatting import short_day
from recovery_college.scheduling.commands import asking
from recovery_college.scheduling.models import Delivery, Session
from recovery_college.scheduling.rules import DeliveryState, SessionState
from recovery_college.tutors.commands.becoming import as_tutor
from recovery_college.tutors.models import Tutor, TutorSide
from recovery_college.tutors.queries import tutor_of


class StillTeaching(Refusal):
    """They have promised to, on that side."""


WHO = {Side.LIVED: "a peer tutor", Side.PROFESSIONAL: "a professional tutor"}
STANDING = (DeliveryState.ASKED, DeliveryState.ACCEPTED)


def set_roles(actor: Person, person: Person, roles: Collection[Role]) -> int:
    """Gives how many sessions lack them now: each is half at once, and alarms from today on."""
    now = clock.now()
    with transaction():
        was_tutor = person.is_tutor
        people.set_roles(actor, person, roles)
        if Role.TUTOR in roles:
            as_tutor(person)
        tutor = tutor_of(person)
        gone = was_tutor and Role.TUTOR not in roles and tutor is not None
        return _stand_down(actor, tutor, now) if gone and tutor is not None else 0


def change_sides(actor: Person, tutor: Tutor, edit: Edit) -> None:
    """What they bring to a pair, and their job in their own words.

    A side stays while they are to teach on it.
    """
    now = clock.now()
    with transaction():
        hold(tutor.person)
        changed = changes(sides_of(tutor), edit)
        if "sides" in changed:
            sides = {Side(str(each)) for each in cast(list[object], edit.values["sides"])}
            there = {each.side: each for each in tutor.sides}
            _check_needed_on_none(tutor, there.keys() - sides, now)
            tutor.sides = [there.get(side) or TutorSide(side=side) for side in sorted(sides)]
        if "role" in changed:
            tutor.role = str(edit.values["role"])
        if changed:
            audit.record(actor, "changed", tutor.person, fields=changed, at=now)


@dataclass
class Sides:
    """As a form shows them."""

    role: str
    sides: list[Side]


def sides_of(tutor: Tutor) -> Sides:
    return Sides(tutor.role, sorted(each.side for each in tutor.sides))


def _check_needed_on_none(tutor: Tutor, gone: Set[Side], now: datetime) -> None:
    needed = [each for each in db.session.scalars(_to_come(tutor, now)) if each.side in gone]
    if needed:
        day = short_day(min(each.starts_at for each in needed))
        raise StillTeaching(
            f"They are to teach as {WHO[needed[0].side]} on {day}. Find somebody else first.",
            field="sides",
        )


def _stand_down(actor: Person, tutor: Tutor, now: datetime) -> int:
    deliveries = db.session.scalars(_to_come(tutor, now)).all()
    sessions = {each.session for each in deliveries}
    hold(tutor, *{session.run for session in sessions}, *sessions)
    for delivery in db.session.scalars(_to_come(tutor, now)).all():
        asking.stand_down(actor, delivery)
    return len(sessions)


def _to_come(tutor: Tutor, now: datetime) -> Select[Delivery]:
    return (
        select(Delivery)
        .join(Session, Delivery.session_id == Session.id)
        .where(
            Delivery.tutor_id == tutor.id,
            Delivery.state.in_(STANDING),
            Session.state == SessionState.PLANNED,
            Session.starts_at > now,
        )
        .options(contains_eager(Delivery.session).joinedload(Session.run))
        .order_by(Delivery.id)
    )
