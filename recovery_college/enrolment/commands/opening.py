"""Enrolment opens: lots decide the order of what was asked for before."""

from datetime import datetime
from secrets import randbelow

from recovery_college import audit, clock
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.commands.filling import fill, leave_others, take_step
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.queue import Unit
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.models import Run

LOTS = 1_000_000_000  # so many that two are hardly ever the same


def draw_lot() -> int:
    return 1 + randbelow(LOTS)


def draw_lots(run: Run, college: College) -> int:
    """Of all requests from before the opening; gives how many there were.

    Each then has a place, as far as there are places, or is told that they wait.
    """
    now = clock.now()
    with transaction():
        early = queries.early_on(run)
        others = [other.run for each in early for other in queries.others_of(each)]
        hold(*(each.person for each in early if each.person), run, *others)
        if now < run.term.enrolment_opens_at:
            return 0
        early = queries.early_on(run)
        if not early:
            return 0
        for each in early:
            each.lot = draw_lot()
        db.session.flush()
        audit.record(None, "drew lots for", run, fields=("lot",), at=now)
        drawn = {each.id for each in early}
        while (unit := queries.next_on(run, college)) is not None and _is_of(unit, drawn):
            _confirm(run, unit, college, now)
        fill(run, Why.SOMEBODY_LEFT, college, now)
        for each in early:
            if each.state is State.WAITING:
                notices.request_waits(each, now)
    return len(early)


def _is_of(unit: Unit, drawn: set[int]) -> bool:
    return all(member.id in drawn for member in unit.members)


def _confirm(run: Run, unit: Unit, college: College, now: datetime) -> None:
    seats = unit.seats(queries.free_of(queries.pools_of(run))) or {}
    for member in unit.members:
        enrolment = queries.enrolment(member.id)
        enrolment.supporter = seats[enrolment.id]
        take_step(enrolment, State.CONFIRMED, Why.LOTS, None, now)
        leave_others(enrolment, college, now)
        notices.place_confirmed(enrolment, now)
