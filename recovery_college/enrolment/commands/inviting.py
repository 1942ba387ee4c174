"""What stands in students' calendars follows their places, beside the web.

One transaction for each place; one that fails is logged, and doesn't stop the rest.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Invites
from recovery_college.calendars import queries as calendars
from recovery_college.calendars.commands.keeping import Holding, is_wished, keep, to_mail
from recovery_college.calendars.commands.rounds import one_by_one
from recovery_college.calendars.models import Entry
from recovery_college.calendars.rules import WEEK_BEFORE
from recovery_college.database import hold, transaction
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.models import THREAD, Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.messages import outbox
from recovery_college.scheduling.models import Session

MANY = 100  # places that one round looks at: mail waits meanwhile
A_WEEKS = 1000  # places: a spreadsheet's, which have nothing due, must not crowd out the others


def keep_up() -> None:
    """All that is behind: places that are new, changed or gone."""
    one_by_one("place", queries.behind(MANY), lambda id: catch_up(queries.enrolment(id)))


def promise_due() -> None:
    """Invites a week before, and those of whoever has another address now."""
    now = clock.now()
    due = {*calendars.holders_due(now, A_WEEKS), *calendars.holders_elsewhere(now, MANY)}
    threads = sorted(each for each in due if each.startswith(THREAD))
    one_by_one("place", queries.ids_in(threads), lambda id: catch_up(queries.enrolment(id)))


def catch_up(enrolment: Enrolment) -> None:
    """Its entries say what its sessions say, and the person's calendar hears of it once."""
    now = clock.now()
    with transaction():
        hold(enrolment.run, enrolment)
        if enrolment.person is not None:
            holding = Holding(enrolment.thread, enrolment.person, _sessions(enrolment))
            keep(holding, now)
            _promise(enrolment, to_mail(holding, _wishes(enrolment), now), now)
        outbox.release(notices.confirmation_key(enrolment), now)
        enrolment.behind = False


def _sessions(enrolment: Enrolment) -> Sequence[Session]:
    return enrolment.run.planned if enrolment.state is State.CONFIRMED else []


def _wishes(enrolment: Enrolment) -> Callable[[Entry, datetime], bool]:
    """The first session's invite comes with the confirmation, unless they wish none at all.

    A place without one came with the spreadsheet, which sends nothing: it has but what is due
    later.
    """
    first = calendars.first_of(enrolment.thread)
    confirmed = outbox.is_promised(notices.confirmation_key(enrolment))

    def wishes(entry: Entry, now: datetime) -> bool:
        if not confirmed:
            return entry.made_at <= entry.starts_at - WEEK_BEFORE and is_wished(entry, now)
        return (first is entry and _takes_invites(entry.person)) or is_wished(entry, now)

    return wishes


def _takes_invites(person: Person) -> bool:
    return person.invites is not Invites.NONE


def _promise(enrolment: Enrolment, entries: Sequence[Entry], now: datetime) -> None:
    """The first with the words about it, if they wait; the others after them. What may have come
    with other words, which were overtaken since, comes alone: two mails of one name and with
    different words would be taken for one.
    """
    leaves_at: datetime | None = None
    for entry in entries:
        if leaves_at is None and not outbox.may_have_come(entry.uid, entry.sequence):
            invite = notices.invite_of(enrolment, entry)
            leaves_at = outbox.attach(enrolment.thread, entry.mailed_to or "", invite)
            if leaves_at is not None:
                continue
        notices.calendar_entry(enrolment, entry, leaves_at or now, now)
