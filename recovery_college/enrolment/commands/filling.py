"""The steps of a place, and who is next when one is free. All of it behind the run's lock."""

from collections.abc import Sequence
from datetime import datetime

from recovery_college import audit
from recovery_college.accounts.models import Person
from recovery_college.accounts.reaching import is_reached_slowly
from recovery_college.college.rules import College
from recovery_college.database import db, write
from recovery_college.enrolment import notices, queries, rules
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import HELD, PoolKind, State, Supporter, capacity, offers
from recovery_college.enrolment.rules.offers import Terms
from recovery_college.enrolment.rules.queue import Unit
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState

FREED = {  # why the next hears of it; a party that has become smaller may fit by now
    State.CONFIRMED: Why.SOMEBODY_LEFT,
    State.OFFERED: Why.OFFER_NOT_TAKEN,
    State.WAITING: Why.SOMEBODY_LEFT,
}
IN_CALENDARS = frozenset({State.CONFIRMED, State.GIVEN_UP, State.CANCELLED})


def take_step(
    enrolment: Enrolment, state: State, why: Why, actor: Person | None, now: datetime
) -> None:
    """Only along the table of steps. None as `actor` is what comes by itself."""
    rules.check_step(enrolment.state, state)
    if enrolment.state in HELD:
        notices.take_back_reminders(enrolment)
    enrolment.state = state
    if state is not State.OFFERED:
        enrolment.answer_by = enrolment.offered_by = None
    write_step(enrolment, why, actor, now)


def write_step(enrolment: Enrolment, why: Why, actor: Person | None, now: datetime) -> None:
    """Where it stands now, in its own history and in the college's; its calendar is to follow."""
    enrolment.behind = enrolment.behind or enrolment.state in IN_CALENDARS
    db.session.flush()
    by = None if actor is None else actor.id
    step = {"enrolment_id": enrolment.id, "state": enrolment.state, "why": why, "at": now}
    write(EnrolmentStep, step | {"by_id": by})
    db.session.expire(enrolment, ["steps"])
    audit.record(actor, why.verb, enrolment, fields=("state",), at=now)


def fill(run: Run, why: Why, college: College, now: datetime) -> list[Enrolment]:
    """Offer what is free to whoever is next, in the transaction that freed it.

    From the cut-off on, nobody is offered anything by itself: the office has a list of calls.
    """
    return_released(run, now)
    offered: list[Enrolment] = []
    while _offers_by_itself(run, college, now):
        unit = queries.next_on(run, college)
        if unit is None:
            break
        offered += _offer(run, unit, why, college, now)
    return offered


def return_released(run: Run, now: datetime) -> Sequence[Pool]:
    """Places that are not kept for anybody any more are everybody's. Gives the run's pools."""
    pools = queries.pools_of(run)
    for pool in pools:
        over = pool.release_at is not None and pool.release_at <= now
        if over and pool.left:
            main = queries.main_of(run, pools)
            main.capacity = (main.capacity or 0) + pool.left
            pool.capacity = pool.held
            db.session.flush()
    return pools


def count_chairs(run: Run) -> Pool:
    """The chairs beside the places: what the smallest room holds, less all places in it."""
    pools = queries.pools_of(run)
    chairs = next(pool for pool in pools if pool.kind is PoolKind.CHAIRS)
    size = queries.room_of(run)
    in_room = (PoolKind.ROOM, PoolKind.SET_ASIDE)
    places = sum(pool.capacity or 0 for pool in pools if pool.kind in in_room)
    spare = None if size is None else max(size - places, 0)
    if chairs.capacity != spare:
        if spare is not None:
            capacity.check_chairs(spare, chairs.held)
        chairs.capacity = spare
        db.session.flush()
    return chairs


def leave_others(enrolment: Enrolment, college: College, now: datetime) -> None:
    """Of dates of which one was enough, or from which they moved; their runs are held."""
    for other in queries.others_of(enrolment):
        before = other.state
        moved = before is State.CONFIRMED
        take_step(other, State.GIVEN_UP, Why.MOVED if moved else Why.GOT_OTHER, None, now)
        fill(other.run, FREED[before], college, now)


def _offers_by_itself(run: Run, college: College, now: datetime) -> bool:
    """Not while messages are kept back: an offer would end before anybody heard of it."""
    begins = run.starts_at
    if college.mail_paused or run.state is not RunState.PUBLISHED or begins is None:
        return False
    return now < offers.cut_off(begins, college)


def _offer(run: Run, unit: Unit, why: Why, college: College, now: datetime) -> list[Enrolment]:
    seats = unit.seats(queries.free_of(queries.pools_of(run))) or {}
    made = [queries.enrolment(member.id) for member in unit.members]
    for enrolment in made:
        _hold_for(enrolment, seats[enrolment.id], _terms(enrolment, college, now))
        take_step(enrolment, State.OFFERED, why, None, now)
        notices.place_offered(enrolment, now)
    return made


def _hold_for(enrolment: Enrolment, sits: Supporter, terms: Terms) -> None:
    enrolment.supporter = sits
    enrolment.answer_by, enrolment.offered_by = terms.answer_by, terms.by


def _terms(enrolment: Enrolment, college: College, now: datetime) -> Terms:
    begins, person = enrolment.run.starts_at, enrolment.person
    slow = person is None or is_reached_slowly(person)
    terms = None if begins is None else offers.terms_of(now, begins, college, slow=slow)
    if terms is None:
        raise RuntimeError("nothing is offered by itself so late")
    return terms
