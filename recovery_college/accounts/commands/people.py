"""What the office does about people: add them, keep their details, give roles, set walls."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import update

from recovery_college import audit, clock
from recovery_college.accounts import queries, rules
from recovery_college.accounts.models import Person, RingFirst, RoleGiven, Visit
from recovery_college.accounts.rules import Role
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply


def add_person(actor: Person | None, values: Mapping[str, object]) -> Person:
    """Somebody who phoned or wrote: a name is enough, and they are a whole student."""
    now = clock.now()
    with transaction():
        person = Person(**values, made_at=now, active_at=now, joined_at=now)
        rules.check_reachable(person.contact_by, person.email or "", person.phone, person.address)
        rules.check_safe_hours(person.safe_from, person.safe_until)
        db.session.add(person)
        db.session.flush()
        audit.record(actor, "added", person, fields=sorted(values), at=now)
    return person


def edit_person(actor: Person, person: Person, edit: Edit) -> None:
    """What the office was told by phone or letter."""
    now = clock.now()
    with transaction():
        hold(person)
        fields = apply(person, edit)
        rules.check_safe_hours(person.safe_from, person.safe_until)
        if rules.REACHES & set(fields):
            rules.check_reachable(
                person.contact_by, person.email or "", person.phone, person.address
            )
        if fields:
            audit.record(actor, "changed", person, fields=fields, at=now)


def give_role(actor: Person | None, person: Person, role: Role) -> None:
    """By a manager, or by the operator at the command line."""
    set_roles(actor, person, person.roles | {role})


def set_roles(actor: Person | None, person: Person, roles: Collection[Role]) -> None:
    """The last manager stays one, and nobody's wish is left without its manager."""
    now = clock.now()
    with transaction():
        hold(*{*queries.managers(), person})
        rules.check_not_oneself(_id(actor), person.id)
        gone, new = person.roles - set(roles), set(roles) - person.roles
        if Role.MANAGER in gone:
            rules.check_manager_may_go(len(queries.managers()), queries.restricted_to(person))
        person.role_rows = [row for row in person.role_rows if row.role not in gone] + [
            RoleGiven(role=role, given_by_id=_id(actor), given_at=now) for role in sorted(new)
        ]
        if new:
            _stay_shorter(person, now)
        for verb, which in (("gave a role to", new), ("took a role from", gone)):
            if which:
                audit.record(actor, verb, person, fields=sorted(which), at=now)


def _stay_shorter(person: Person, now: datetime) -> None:
    """Who sees other people's records stays signed in for a working day, on no device longer."""
    latest = now + rules.SHORT_VISIT
    longer = update(Visit).where(Visit.person_id == person.id, Visit.ends_at > latest)
    db.session.execute(longer.values(ends_at=latest))


def ask_to_ring_first(
    actor: Person, person: Person, other: Person | None, review_on: date
) -> RingFirst:
    """ "Speak to us first", or "not together" with the other. No reason is kept."""
    now = clock.now()
    with transaction():
        hold(*filter(None, {person, other}))
        rules.check_review(review_on, clock.in_london(now).date())
        rules.check_two_people(person.id, other.id if other else None)
        wall = RingFirst(
            person=person, other=other, review_on=review_on, set_by_id=actor.id, set_at=now
        )
        db.session.add(wall)
        db.session.flush()
        audit.record(actor, "set", wall, fields=("person", "other", "review_on"), at=now)
    return wall


def review_again(actor: Person, wall: RingFirst, review_on: date) -> None:
    now = clock.now()
    with transaction():
        hold(wall.person)
        rules.check_review(review_on, clock.in_london(now).date())
        wall.review_on = review_on
        audit.record(actor, "reviewed", wall, fields=("review_on",), at=now)


def no_longer_ring_first(actor: Person, wall: RingFirst) -> None:
    now = clock.now()
    with transaction():
        hold(wall.person)
        audit.record(actor, "lifted", wall, fields=("person", "other"), at=now)
        db.session.delete(wall)


def _id(actor: Person | None) -> int | None:
    return None if actor is None else actor.id
