"""What comes by itself as time passes: offers end, places are kept no more, courses begin and end.

One transaction for each; one that fails is logged, and doesn't stop the rest.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from recovery_college import clock
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.commands.filling import fill, take_step
from recovery_college.enrolment.commands.opening import draw_lots
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal
from recovery_college.scheduling.models import Run

log = logging.getLogger(__name__)


def pass_time() -> None:
    """All that is due now; it may run as often as anybody likes, and many at once."""
    now, college = clock.now(), the_college()
    find = queries.run_to_enrol
    _each(queries.offers_over(now), lambda id: end_offer(queries.enrolment(id), college))
    _each(queries.runs_to_draw(now), lambda id: draw_lots(find(id), college))
    _each(queries.runs_to_release(now), lambda id: release_places(find(id), college))
    _each(queries.runs_to_fill(now), lambda id: offer_what_is_free(find(id), college))
    _each(queries.runs_begun(now), lambda id: close_waiting(find(id)))
    _each(queries.runs_over(now), lambda id: complete_places(find(id)))


def end_offer(enrolment: Enrolment, college: College) -> None:
    """Nobody answered in time: the place goes to the next at once."""
    now = clock.now()
    with transaction():
        run = enrolment.run
        hold(run, enrolment)
        answer_by = enrolment.answer_by
        if enrolment.state is not State.OFFERED or answer_by is None or now < answer_by:
            return
        take_step(enrolment, State.EXPIRED, Why.TIME_OVER, None, now)
        notices.offer_over(enrolment, now)
        fill(run, Why.OFFER_NOT_TAKEN, college, now)


def release_places(run: Run, college: College) -> None:
    """Those that were set aside are everybody's from their public release on."""
    _fill(run, Why.RELEASED, college)


def offer_what_is_free(run: Run, college: College) -> None:
    """Whatever left a place free while somebody waits: a cap that is not reached any more, ..."""
    _fill(run, Why.SOMEBODY_LEFT, college)


def close_waiting(run: Run) -> None:
    """The course has begun, and nobody can join it any more."""
    now = clock.now()
    with transaction():
        hold(run)
        closes = queries.closes_at(run)
        if closes is None or now < closes:
            return
        for each in queries.not_placed(run):
            take_step(each, State.EXPIRED, Why.BEGUN, None, now)
            notices.course_began(each, closes, now)


def complete_places(run: Run) -> None:
    """The course is over: who had a place had it until the end."""
    now = clock.now()
    with transaction():
        hold(run)
        if run.ends_at is None or now < run.ends_at:
            return
        for each in queries.placed(run):
            take_step(each, State.COMPLETED, Why.RAN, None, now)


def _fill(run: Run, why: Why, college: College) -> None:
    now: datetime = clock.now()
    with transaction():
        hold(run)
        fill(run, why, college, now)


def _each(ids: Iterable[int], do: Callable[[int], object]) -> None:
    for id in ids:
        try:
            do(id)
        except Refusal as refusal:
            log.warning("row %s: %s", id, type(refusal).__name__)
        except Exception as fault:
            log.error("row %s: %s", id, type(fault).__name__)
        db.session.rollback()
