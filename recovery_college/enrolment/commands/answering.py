"""Saying yes or no to an offer, and giving up a place; what comes free goes to the next at once."""

from collections.abc import Sequence

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.enrolment import notices, queries, rules
from recovery_college.enrolment.commands.filling import (
    FREED,
    fill,
    leave_others,
    take_step,
)
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State, asking, calling, offers
from recovery_college.enrolment.rules.queue import Unit, seat
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import NotFound

ENDED = {
    State.CONFIRMED: Why.GAVE_UP,
    State.OFFERED: Why.DECLINED,
    State.WAITING: Why.LEFT_LIST,
}


def accept(actor: Person, enrolment: Enrolment, college: College) -> None:
    """The place is theirs. Pressing twice is saying yes once."""
    _confirm(actor, enrolment, Why.ACCEPTED, college)


def accept_by_phone(actor: Person, enrolment: Enrolment, college: College) -> None:
    """The office writes down what they said."""
    _confirm(actor, enrolment, Why.BY_PHONE, college)


def give_up(actor: Person, enrolment: Enrolment, college: College) -> None:
    """A place, an offer, or a place on the waiting list. No reason is asked."""
    now = clock.now()
    with transaction():
        run = enrolment.run
        hold(run, enrolment)
        if enrolment.state is State.GIVEN_UP:
            return
        rules.check_not_over(run.ends_at, now)
        before = enrolment.state
        rules.check_step(before, State.GIVEN_UP)
        take_step(enrolment, State.GIVEN_UP, ENDED[before], actor, now)
        notices.place_given_up(enrolment, before, now)
        fill(run, FREED[before], college, now)


def decline(actor: Person, enrolment: Enrolment, college: College) -> None:
    """No to an offer, or while they wait. A yes that was said meanwhile stands."""
    with transaction():
        hold(enrolment.run, enrolment)
        offers.check_declinable(enrolment.state)
        give_up(actor, enrolment, college)


def leave(actor: Person | None, enrolment: Enrolment, why: Why, college: College) -> None:
    """As giving up, for a reason of the records alone: nobody is told of it."""
    now = clock.now()
    with transaction():
        hold(enrolment.run, enrolment)
        before = enrolment.state
        take_step(enrolment, State.GIVEN_UP, why, actor, now)
        fill(enrolment.run, FREED[before], college, now)


def write_down_call(actor: Person, enrolment: Enrolment) -> None:
    """They were called, and could not be reached: then it is the next person's turn."""
    now = clock.now()
    with transaction():
        hold(enrolment.run, enrolment)
        calling.check_callable(enrolment.state)
        enrolment.called_at = now
        audit.record(actor, "called, and did not reach, about", enrolment, fields=(), at=now)


def place_by_phone(actor: Person, enrolment: Enrolment, college: College) -> None:
    """After the cut-off: whoever is first, or was not reached, is called, and says yes."""
    now = clock.now()
    with transaction():
        run = enrolment.run
        _hold_whole(enrolment)
        if enrolment.state is State.CONFIRMED:
            return
        closes = queries.closes_at(run)
        asking.check_open(run.term.enrolment_opens_at, closes, now)
        _check_still_theirs(actor, enrolment, college)
        free = queries.free_of(queries.pools_of(run))
        able = [unit for unit in queries.able_on(run, college) if unit.seats(free) is not None]
        ahead = [unit for unit in able if unit.place < enrolment.asking.place]
        calling.check_turn(_not_called(ahead))
        needs_chair = enrolment.with_supporter and enrolment.pool_id not in free.chairless
        enrolment.supporter = seat(needs_chair, free.chairs)
        calling.check_free(free.places.get(enrolment.pool_id, 0))
        take_step(enrolment, State.CONFIRMED, Why.BY_PHONE, actor, now)
        leave_others(enrolment, college, now)
        notices.place_confirmed(enrolment, now)


def _confirm(actor: Person, enrolment: Enrolment, why: Why, college: College) -> None:
    now = clock.now()
    with transaction():
        _hold_whole(enrolment)
        if enrolment.state is State.CONFIRMED:
            return
        offers.check_answerable(enrolment.state, enrolment.answer_by, now)
        _check_still_theirs(actor, enrolment, college)
        take_step(enrolment, State.CONFIRMED, why, actor, now)
        leave_others(enrolment, college, now)
        notices.place_confirmed(enrolment, now)


def _hold_whole(enrolment: Enrolment) -> None:
    """Its person too, for a rule is about them, and the runs that it would be instead of."""
    hold(_person(enrolment))
    db.session.refresh(enrolment)  # another date may have been asked for meanwhile
    others = queries.others_of(enrolment)
    hold(enrolment.run, *(other.run for other in others), enrolment)


def _person(enrolment: Enrolment) -> Person:
    if enrolment.person is None:
        raise NotFound
    return enrolment.person


def _check_still_theirs(actor: Person, enrolment: Enrolment, college: College) -> None:
    """What may have changed since they asked."""
    person = _person(enrolment)
    seen = queries.look(person, enrolment.run, form_key=None, wish=enrolment.wish)
    by_office = actor.id != person.id
    words, walled = college.ring_first_words, queries.is_apart(person, enrolment.run)
    asking.check_wall(words, walled=walled, by_office=by_office, actor=actor.roles)
    asking.check_cap(seen.runs_this_term, college.booking_cap_runs)


def _not_called(ahead: Sequence[Unit]) -> int:
    """How many of those who come first nobody has tried to reach yet."""
    ids = [member.id for unit in ahead for member in unit.members]
    return sum(queries.enrolment(id).called_at is None for id in ids)
