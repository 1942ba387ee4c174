"""Students are reminded of what comes, and of an offer that ends: each of it once.

One transaction for each run; one that fails is logged, and doesn't stop the rest.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from recovery_college import clock
from recovery_college.accounts.reaching import recipient_of
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.queries.reminding import Comes
from recovery_college.enrolment.rules import State, reminding
from recovery_college.enrolment.rules.reminding import Coming, Reminder

log = logging.getLogger(__name__)


def remind() -> None:
    """Of all that is due; it may run as often as anybody likes, and many at once."""
    now, college = clock.now(), the_college()
    ahead = reminding.looks_ahead(college)
    comes = [each for each in queries.to_remind(now, ahead) if _due(each, now, college)]
    _each({each.enrolment.run_id for each in comes}, lambda id: remind_of_run(id, college))
    ending = [each.id for each, since in queries.offers_ending(now) if _ends(each, since, now)]
    _each(ending, lambda id: remind_of_offer(queries.enrolment(id)))


def remind_of_run(run_id: int, college: College) -> None:
    now = clock.now()
    with transaction():
        run = queries.run_to_enrol(run_id)
        hold(run)
        for each in queries.to_remind_on(run, now, reminding.looks_ahead(college)):
            reminder = _due(each, now, college)
            if reminder is Reminder.COURSE_BEGINS:
                notices.course_begins(each.enrolment, each.session, now)
            elif reminder is Reminder.SESSION_TOMORROW:
                notices.session_tomorrow(each.enrolment, each.session, now)


def remind_of_offer(enrolment: Enrolment) -> None:
    now = clock.now()
    with transaction():
        hold(enrolment.run, enrolment)
        if enrolment.state is State.OFFERED:
            notices.offer_ends(enrolment, now)


def _due(comes: Comes, now: datetime, college: College) -> Reminder | None:
    person = comes.enrolment.person
    if person is None:
        return None
    channel = recipient_of(person).channel
    coming = Coming(comes.session.starts_at, channel, comes.is_first, comes.told_at)
    return reminding.reminder_now(coming, now, college)


def _ends(enrolment: Enrolment, since: datetime, now: datetime) -> bool:
    person, answer_by = enrolment.person, enrolment.answer_by
    if (
        person is None
        or answer_by is None
        or recipient_of(person).channel not in reminding.OF_OFFERS
    ):
        return False
    return reminding.is_offer_ending(since, answer_by, now, the_college())


def _each(ids: Iterable[int], do: Callable[[int], object]) -> None:
    for id in sorted(ids):
        try:
            do(id)
        except Exception as fault:
            log.error("reminder %s: %s", id, type(fault).__name__)
        db.session.rollback()
