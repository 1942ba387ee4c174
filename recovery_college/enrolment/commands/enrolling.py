"""Asking for a place: one path for everybody, whoever types it in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TypeVar

from recovery_college import clock
from recovery_college.accounts.commands import people
from recovery_college.accounts.models import Person
from recovery_college.college.queries import go_by
from recovery_college.college.rules import College
from recovery_college.database import db, hold, identity, transaction
from recovery_college.editing import Edit
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.commands.filling import (
    count_chairs,
    fill,
    leave_others,
    return_released,
    write_step,
)
from recovery_college.enrolment.commands.opening import draw_lot, draw_lots
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.queries import Look
from recovery_college.enrolment.rules import PoolKind, State, Supporter, Way, asking
from recovery_college.enrolment.rules.queue import seat, takes
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.models import Run

R = TypeVar("R")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Request:
    """What somebody asks for. `has_key` is that they hold the run's link, if it needs one.

    `arrived_at` is when their call or form came, `pool` places that are set aside for them,
    `instead_of` a date that this one would replace, `details` what they said of themself with it.
    Those of one `party` come together or not at all, so that `needs` places must be free at once.
    """

    run: Run
    by_link: bool = False
    has_key: bool = False
    with_supporter: bool = False
    form_key: str | None = None
    way: Way = Way.ONLINE
    arrived_at: datetime | None = None
    pool: Pool | None = None
    instead_of: Enrolment | None = None
    details: Edit | None = None
    party: str | None = None
    needs: int = 1


class _LotsFirst(Exception):
    """Enrolment has opened, and nobody has drawn the lots of those who asked before."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run


def enrol(actor: Person, student: Person, request: Request, college: College) -> Enrolment:
    """A place, or a place on the waiting list. Asking twice is asking once."""
    return _after_lots(college, lambda: _enrol(actor, student, request, college))


def enrol_oneself(
    student: Person,
    asked: Callable[[], Request],
    college: College,
    *,
    first: Enrolment | None = None,
) -> Enrolment:
    """The same, on a run that `asked` reads and holds; beside `first`, if they come together."""

    def ask() -> Enrolment:
        with transaction():
            hold(student)
            if first is not None:
                return _join_party(student, student, asked(), first, college)
            return _enrol(student, student, asked(), college)

    return _after_lots(college, ask)


def _after_lots(college: College, ask: Callable[[], R]) -> R:
    try:
        return ask()
    except _LotsFirst as early:
        draw_lots(early.run, college)
        return ask()


def _enrol(actor: Person, student: Person, request: Request, college: College) -> Enrolment:
    now = clock.now()
    with transaction():
        go_by(college)
        hold(student, *_runs_of(request))
        wish = _wish(request)
        seen = queries.look(student, request.run, form_key=request.form_key, wish=wish)
        known = seen.sent_id or seen.live_id
        if known is not None:
            return queries.enrolment(known)
        _check(actor, request, seen, college, now)
        if request.details is not None:
            people.edit_person(actor, student, request.details)
        if seen.has_early and now >= request.run.term.enrolment_opens_at:
            raise _LotsFirst(request.run)
        made = _ask(actor, student, request, seen, now)
        pool = _pool_for(request, seen, college, now)
        made.pool_id, made.supporter = pool.id, _seat(request, pool)
        if _has_place(request, made, pool, seen, college):
            made.state = State.CONFIRMED
        _note_activity(student, now)
        db.session.add(made)
        write_step(made, _why(made), actor, now)
        if made.state is State.CONFIRMED:
            leave_others(made, college, now)
        _tell(made, now)
    return made


def enrol_together(
    actor: Person, students: Sequence[Person], request: Request, college: College
) -> list[Enrolment]:
    """Several who come together or not at all: as long as there are not enough places, they wait.

    Each is a student of their own, and hears of it by themself. What is said of a person in the
    request is said of the first of them.
    """
    return _after_lots(college, lambda: _enrol_together(actor, students, request, college))


def _enrol_together(
    actor: Person, students: Sequence[Person], request: Request, college: College
) -> list[Enrolment]:
    """Who waits already is joined by the others; who has a place waits for nobody."""
    with transaction():
        hold(*students, request.run)
        there = queries.live_among(students, request.run)
        asked = {
            student.id: (student, _own(request, is_first=student is students[0]))
            for student in students
            if student.id not in there
        }
        waits = next((each for each in there.values() if each.state is State.WAITING), None)
        if waits is None:
            made = _enrol_party(actor, list(asked.values()), request, college)
        else:
            made = [
                _join_party(actor, student, own, waits, college) for student, own in asked.values()
            ]
        found = there | dict(zip(asked, made, strict=True))
    return [found[student.id] for student in students]


def _enrol_party(
    actor: Person, asked: Sequence[tuple[Person, Request]], request: Request, college: College
) -> list[Enrolment]:
    """Nobody of them is on the run. The first finds places for all, or all of them wait."""
    fill(request.run, Why.SOMEBODY_LEFT, college, clock.now())
    party = token_hex(16) if len(asked) > 1 else None
    needs = [_needs(request, len(asked)), *[1] * len(asked)]
    return [
        _enrol(actor, student, replace(own, party=party, needs=many), college)
        for (student, own), many in zip(asked, needs, strict=False)
    ]


def _own(request: Request, *, is_first: bool) -> Request:
    """What is said of a person is said of the first. One form may ask for several."""
    own = replace(request, form_key=None)
    return own if is_first else replace(own, details=None, with_supporter=False)


def _needs(request: Request, people: int) -> int:
    """How many places: whoever comes along with the first sits on one, if no chair is left."""
    if not request.with_supporter or request.by_link:
        return people
    chairs = count_chairs(request.run)
    return people if chairs.capacity is None or chairs.left else people + 1


def _join_party(
    actor: Person, student: Person, request: Request, first: Enrolment, college: College
) -> Enrolment:
    """Beside somebody who waits, and who gave them the link for it."""
    now = clock.now()
    with transaction():
        hold(student, *_runs_of(request))
        db.session.refresh(first)
        if first.state is not State.WAITING or first.person_id == student.id:
            return _enrol(actor, student, request, college)
        first.party = first.party or first.uid
        together = 2 + len(queries.party_of(first))
        own = replace(request, party=first.party, needs=together)
        made = _enrol(actor, student, own, college)
        fill(request.run, Why.SOMEBODY_LEFT, college, now)
    return made


def _runs_of(request: Request) -> list[Run]:
    """Also those of a date that this one would replace: getting one leaves the other."""
    runs = {identity(request.run): request.run}
    if request.instead_of is not None:
        for other in (request.instead_of, *queries.others_of(request.instead_of)):
            runs[other.run_id] = other.run
    return list(runs.values())


def _wish(request: Request) -> str | None:
    """What the alternatives of one wish have in common."""
    first = request.instead_of
    if first is None:
        return None
    if first.wish is None:
        first.wish = first.uid
        db.session.flush()
    return first.wish


def _check(actor: Person, request: Request, seen: Look, college: College, now: datetime) -> None:
    run, course = request.run, request.run.course
    by_office = request.way is not Way.ONLINE
    asking.check_findable(run.state, run.visibility, has_key=request.has_key or by_office)
    asking.check_enrolled(run.drop_in)
    opens = run.term.enrolment_opens_at
    closes = asking.closes_at(seen.starts, joins_late=run.joins_late)
    asking.check_open(min(opens, now) if by_office else opens, closes, now)
    if request.arrived_at is not None:
        asking.check_arrival(request.arrived_at, now)
    if seen.is_walled:
        words = college.ring_first_words
        asking.check_wall(words, walled=True, by_office=by_office, actor=actor.roles)
    title = course.first_course.title if course.first_course else ""
    asking.check_first_taken(title, needed=course.first_course_needed, taken=seen.took_first)
    asking.check_cap(seen.runs_this_term, college.booking_cap_runs)


def _ask(actor: Person, student: Person, request: Request, seen: Look, now: datetime) -> Enrolment:
    requested_at, lot = _instant(request, seen, now)
    return Enrolment(
        person=student,
        run=request.run,
        state=State.WAITING,
        with_supporter=request.with_supporter,
        requested_at=requested_at,
        lot=lot,
        came_by=request.way,
        arrived_at=request.arrived_at,
        asked_by_id=None if actor.id == student.id else actor.id,
        form_key=request.form_key,
        wish=request.instead_of.wish if request.instead_of else None,
        party=request.party,
    )


def _note_activity(student: Person, now: datetime) -> None:
    """Their record is kept from now on. Once a day will do, for each costs a write."""
    if now - student.active_at >= A_DAY:
        student.active_at = now


def _instant(request: Request, seen: Look, now: datetime) -> tuple[datetime, int | None]:
    """When the request counts from, and its lot.

    Online it is never before the run's last one, whatever the clock does. What came before the
    opening counts at the opening, and its lot is drawn then. Places that are set aside have
    no queue.
    """
    opens, arrived = request.run.term.enrolment_opens_at, request.arrived_at
    if request.pool is not None:
        return arrived or now, 0
    if now < opens:
        return opens, None
    if arrived is None:
        last = (seen.last_at or now, seen.last_lot or 0)
        return max((now, 0), last)
    return (opens, draw_lot()) if arrived < opens else (arrived, 0)


def _pool_for(request: Request, seen: Look, college: College, now: datetime) -> Pool:
    """Whoever waits comes first: what is free for them is offered before it is looked at.

    Not while a party is being written down, for half of it might fit where all of it doesn't.
    """
    if request.with_supporter:
        count_chairs(request.run)
    if seen.has_waiting and request.party is None:
        fill(request.run, Why.SOMEBODY_LEFT, college, now)
    pools = return_released(request.run, now)
    if request.pool is not None:
        db.session.refresh(request.pool)
        return request.pool
    return queries.main_of(request.run, pools, by_link=request.by_link)


def _has_place(request: Request, made: Enrolment, pool: Pool, seen: Look, college: College) -> bool:
    fits = pool.left >= max(request.needs, takes(made.supporter))
    if request.pool is not None:
        is_of_run = pool.run_id == made.run.id and pool.kind is PoolKind.SET_ASIDE
        asking.check_set_aside(is_of_run=is_of_run, fits=fits)
        return True
    return fits and not _must_wait(made, seen, college)


def _must_wait(made: Enrolment, seen: Look, college: College) -> bool:
    """Newcomers never pass those who wait, nor those whose lots are not drawn yet."""
    if made.lot is None or seen.has_early:
        return True
    if any(each.state is State.WAITING for each in queries.party_of(made)):
        return True
    return seen.has_waiting and queries.next_on(made.run, college) is not None


def _seat(request: Request, pool: Pool) -> Supporter:
    needs_chair = request.with_supporter and pool.kind is not PoolKind.LINK
    free = queries.free_of(queries.pools_of(request.run)) if needs_chair else None
    return seat(needs_chair, free.chairs if free else None)


def _why(made: Enrolment) -> Why:
    if made.state is State.CONFIRMED:
        return Why.PLACE_FREE
    return Why.EARLY if made.lot is None else Why.FULL


def _tell(made: Enrolment, now: datetime) -> None:
    if made.state is State.CONFIRMED:
        notices.place_confirmed(made, now)
    else:
        notices.request_waits(made, now)
