"""A run or a session moves, or will not be: its students hear of it, whoever moved it."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime
from typing import Any

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.commands.coming import forget_said
from recovery_college.enrolment.commands.filling import (
    count_chairs,
    fill,
    take_step,
    write_step,
)
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import HELD, PoolKind, State, capacity, offers, today
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.commands import moving, runs, sessions
from recovery_college.scheduling.commands.sessions import Meeting
from recovery_college.scheduling.models import Run, Session, TimeProposal
from recovery_college.scheduling.rules import SessionState, alone
from recovery_college.scheduling.rules.together import Slot

Tell = Callable[[Enrolment, Set[int], datetime], None]


def cancel_run(actor: Person, run: Run, college: College, reason: str = "") -> None:
    """Everybody hears, all is free, and who lost a place is first for the next date.

    The office may say for itself why.
    """
    now = clock.now()
    with transaction():
        if reason:
            alone.check_reason(reason, college.cancel_reasons.splitlines())
        after = queries.next_run(run, now) if college.next_run_first else None
        hold(*filter(None, (run, after)))
        everybody = queries.everybody_on(run)
        was = {each.id: each.state for each in everybody}
        began = run.starts_at
        runs.close_run(actor, run, reason)
        for each in everybody:
            take_step(each, State.CANCELLED, Why.RUN_CANCELLED, actor, now)
        lost = [each for each in everybody if was[each.id] in HELD]
        first = _ask_first(lost, after, now) if after else {}
        for each in everybody:
            notices.run_cancelled(each, began, first.get(each.id), now)
        if after:
            fill(after, Why.CHOSEN_FIRST, college, now)


def move_run(actor: Person, run: Run, weeks: int, college: College) -> None:
    def move() -> None:
        runs.move_run(actor, run, weeks, college)

    _tell_of(run, move)


def unpublish_run(actor: Person, run: Run) -> None:
    """Out of the prospectus, as long as nobody counts on it."""
    with transaction():
        hold(run)
        capacity.check_nobody_there(len(queries.everybody_on(run)))
        runs.unpublish_run(actor, run)


def delete_run(actor: Person, run: Run) -> None:
    """A draft for which nobody ever asked."""
    with transaction():
        hold(run)
        capacity.check_nobody_was_there(queries.has_anybody(run))
        runs.delete_run(actor, run)


def add_session(actor: Person, run: Run, meeting: Meeting, college: College) -> Session:
    made: list[Session] = []
    _tell_of(run, lambda: made.append(sessions.add_session(actor, run, meeting, college)))
    return made[0]


def move_session(actor: Person, session: Session, edit: Edit, college: College) -> None:
    """To another time or place, or both."""
    _tell_of(session.run, lambda: sessions.move_session(actor, session, edit, college))


def cancel_session(actor: Person, session: Session, reason: str, college: College) -> None:
    """`reason` is one of the college's list, for the office alone."""
    alone.check_reason(reason, college.cancel_reasons.splitlines())
    _tell_of(session.run, lambda: sessions.cancel_session(actor, session, reason))


def call_off_today(actor: Person, session: Session, reason: str, college: College) -> None:
    """Whoever has a place hears at once, by every way that leads to them. Pressing twice is once.

    If it is the only session of its run, that is cancelled with it.
    """
    now = clock.now()
    with transaction():
        run = session.run
        hold(*filter(None, (run, queries.next_run(run, now))))
        if session.state is SessionState.CANCELLED:
            return
        today.check_students_come(session.kind)
        today.check_is_today(session.starts_at, now)
        alone.check_reason(reason, college.cancel_reasons.splitlines())
        placed = queries.placed(run)
        if len(run.planned) > 1:
            _tell_of(run, lambda: sessions.cancel_session(actor, session, reason), _tell_who_waits)
        else:
            cancel_run(actor, run, college, reason)
        for each in placed:
            notices.not_today(each, session, now)


def move_to_slot(actor: Person, session: Session, slot: Slot, college: College) -> None:
    """To a time that suits everybody who teaches it."""
    with transaction():
        moving.hold_whole(session)
        _tell_of(session.run, lambda: moving.move_to_slot(actor, session, slot, college))


def confirm_time(actor: Person, proposal: TimeProposal, college: College) -> None:
    """To the time that its pair has picked."""
    with transaction():
        moving.hold_whole(proposal.session)
        run = proposal.session.run
        _tell_of(run, lambda: moving.confirm_time(actor, proposal, college))


def _tell_who_waits(enrolment: Enrolment, changed: Set[int], now: datetime) -> None:
    if enrolment.state is not State.CONFIRMED:
        notices.dates_changed(enrolment, changed, now)


def _tell_of(run: Run, change: Callable[[], object], tell: Tell = notices.dates_changed) -> None:
    """Everybody who has a place or waits for one, if anything of it is otherwise than before."""
    now = clock.now()
    with transaction():
        hold(run)
        before = queries.dates_of(run)
        change()
        db.session.flush()
        count_chairs(run)
        after = queries.dates_of(run)
        if before != after:
            college = the_college()
            changed = {id for id, *_ in set(before) - set(after)}
            forget_said(changed - {id for id, *_ in _times(before) & _times(after)})
            for each in queries.everybody_on(run):
                _follow_dates(each, run, college, now)
                tell(each, changed, now)
            fill(run, Why.MORE_PLACES, college, now)


def _times(dates: Sequence[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Without the room: whoever can't come then can't come to another room either."""
    return {(id, starts_at, ends_at) for id, starts_at, ends_at, *_ in dates}


def _follow_dates(each: Enrolment, run: Run, college: College, now: datetime) -> None:
    """What it is held until, and what stands in their calendar."""
    if each.answer_by is not None and run.starts_at is not None:
        each.answer_by = offers.ends_at(each.answer_by, run.starts_at, now, college)
    each.behind = each.behind or each.state is State.CONFIRMED


def _ask_first(lost: Sequence[Enrolment], after: Run, now: datetime) -> dict[int, Enrolment]:
    """On the next date, with the instant that they had; by the id of what they lost."""
    made: dict[int, Enrolment] = {}
    there = queries.people_on(after)
    pools = queries.pools_of(after)
    for each in lost:
        if each.person_id is None or each.person_id in there:
            continue
        new = Enrolment(
            person=each.person,
            run=after,
            pool_id=_pool_like(each, after, pools).id,
            state=State.WAITING,
            with_supporter=each.with_supporter,
            requested_at=each.requested_at,
            lot=each.lot or 0,
            came_by=each.came_by,
            wish=each.wish,
            party=each.party,
        )
        db.session.add(new)
        db.session.flush()
        write_step(new, Why.LOST_OTHER, None, now)
        made[each.id] = new
    return made


def _pool_like(lost: Enrolment, after: Run, pools: Sequence[Pool]) -> Pool:
    """By link as before, if the next date has places by link beside those in the room."""
    has_links = any(pool.kind is PoolKind.LINK for pool in pools)
    by_link = lost.pool.kind is PoolKind.LINK and has_links
    return queries.main_of(after, pools, by_link=by_link)
