"""What stands in tutors' calendars follows what they said yes to, beside the web."""

from collections.abc import Callable
from datetime import datetime

from recovery_college import clock
from recovery_college.accounts.rules import Invites
from recovery_college.calendars import notices, queries
from recovery_college.calendars.behind import deliveries_behind, delivery_id_of
from recovery_college.calendars.commands.keeping import Holding, keep, to_mail
from recovery_college.calendars.commands.rounds import one_by_one
from recovery_college.calendars.models import Entry
from recovery_college.calendars.rules import OF_A_TUTOR
from recovery_college.database import db, hold, transaction
from recovery_college.messages import outbox
from recovery_college.messages.rules import TOGETHER
from recovery_college.scheduling import news
from recovery_college.scheduling.models import Delivery, Session
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.queries import tutor_of

MANY = 100  # that one round looks at: mail waits meanwhile


def keep_up() -> None:
    """All that is behind: sessions that were accepted, moved, given back, called off."""
    one_by_one("delivery", deliveries_behind(clock.now(), MANY), catch_up)


def follow_addresses() -> None:
    """Those of whoever has another address now."""
    found = queries.holders_elsewhere(clock.now(), MANY)
    ids = [delivery_id_of(each) for each in found if each.startswith(OF_A_TUTOR)]
    one_by_one("delivery", ids, catch_up)


def catch_up(id: int) -> None:
    """Its entry says what its session says, and the tutor's calendar hears of it once."""
    now = clock.now()
    with transaction():
        delivery = _held(id)
        tutor = _whose(id, now) if delivery is None else delivery.tutor
        if tutor is not None:
            holding = Holding(f"{OF_A_TUTOR}{id}", tutor.person, _sessions(delivery))
            keep(holding, now)
            for entry in to_mail(holding, _wishes(delivery), now):
                _promise(entry, id, news.thread_of(tutor), now)


def _held(id: int) -> Delivery | None:
    """None if it is gone, with its session or by a merge."""
    delivery = db.session.get(Delivery, id)
    if delivery is not None:
        hold(delivery.tutor, delivery.session)
        db.session.refresh(delivery)
    return delivery


def _whose(id: int, now: datetime) -> Tutor | None:
    """In whose calendar what is gone stands still."""
    left = queries.standing(f"{OF_A_TUTOR}{id}", now)
    tutor = tutor_of(left[0].person) if left else None
    hold(*filter(None, (tutor,)))
    return tutor


def _sessions(delivery: Delivery | None) -> list[Session]:
    if delivery is None or delivery.state is not DeliveryState.ACCEPTED:
        return []
    return [delivery.session] if delivery.session.live else []


def _wishes(delivery: Delivery | None) -> Callable[[Entry, datetime], bool]:
    """At once, unless they wish none at all; what nobody was asked for, once it changes."""
    asked = delivery is not None and _is_asked_for(delivery)

    def wishes(entry: Entry, _now: datetime) -> bool:
        return entry.person.invites is not Invites.NONE and (asked or entry.sequence > 0)

    return wishes


def _is_asked_for(delivery: Delivery) -> bool:
    """A workbook says who teaches what, and nothing that comes with it sends a message.

    Who proposes a meeting comes to it, and gives no answer either.
    """
    return delivery.answered_at is not None or not delivery.session.is_teaching


def _promise(entry: Entry, id: int, thread: str, now: datetime) -> None:
    """Instead of the words that wait and say the same; or with those that say that it is off."""
    if entry.stands:
        outbox.take_back(thread, news.key_beginning(news.MOVED, id))
    else:
        off = [news.key_beginning(notice, id) for notice in news.OFF]
        invite = notices.invite_of(entry)
        if outbox.attach(thread, entry.mailed_to or "", invite, among=off) is not None:
            return
    notices.tutor_calendar(entry, thread, _leaves_at(entry, now), now)


def _leaves_at(entry: Entry, now: datetime) -> datetime:
    """Another change may follow one; what is new, or off, does not wait."""
    return now + TOGETHER if entry.stands and entry.sequence else now
