"""What students are told of their places: one function for each notice.

Discreet outside, clear inside. It goes the way each person wishes: who has no e-mail address
gets a letter that the office prints, or a call. Texts are all outside, and have words of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, render_template

from recovery_college.accounts.models import Person
from recovery_college.accounts.reaching import every_way_to, recipient_of
from recovery_college.calendars import invites
from recovery_college.calendars.invites import Mailing, Told, title_for
from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.offering import cannot_key, heard_key, offer_key
from recovery_college.enrolment.queries.checking import (
    BESIDE,
    CHECKING_CALL,
    CHECKING_OK,
    checking_key,
    checking_keys,
)
from recovery_college.enrolment.queries.reminding import OFFER_ENDS
from recovery_college.enrolment.queries.today import NOT_TODAY
from recovery_college.enrolment.rules import State, offers
from recovery_college.enrolment.rules.offers import By
from recovery_college.enrolment.rules.reminding import Reminder
from recovery_college.keys import our_secret
from recovery_college.messages import outbox
from recovery_college.messages.rules import TOGETHER, Channel, Invite, MessageKind, Recipient, Words
from recovery_college.scheduling.models import Session

CALENDAR_TAKES = timedelta(seconds=10)  # at most: its entry is made in the next round
DATES_CHANGED = "dates_changed:"  # begins its key
COURSE_BEGINS = f"{Reminder.COURSE_BEGINS}:"
SESSION_TOMORROW = f"{Reminder.SESSION_TOMORROW}:"
NEWS_FOR = timedelta(days=1)  # that a course has begun without somebody
CHECKED_FOR = timedelta(days=14)  # later nobody wonders any more why we ask


@dataclass(frozen=True)
class Goes:
    """When, and of how many: with a `stage` the same place may be told again."""

    stage: str = ""
    useless_at: datetime | None = None
    waits_until: datetime | None = None
    beside: str = ""  # a thread of its own beside its place's other messages


AT_ONCE = Goes()


def place_confirmed(enrolment: Enrolment, now: datetime) -> None:
    """It waits a moment for the first session's invite, which is made beside the web."""
    _say(
        "place_confirmed",
        enrolment,
        now,
        Goes(waits_until=now + CALENDAR_TAKES),
        sessions=queries.sessions_of(enrolment.run_id),
    )


def confirmation_key(enrolment: Enrolment) -> str:
    return f"place_confirmed:{enrolment.uid}"


def calendar_entry(enrolment: Enrolment, entry: Entry, leaves_at: datetime, now: datetime) -> None:
    """What brings no more than one session's entry, to the address that has it."""
    if enrolment.person is not None:
        body = _written("calendar_entry", enrolment, enrolment.person, Channel.EMAIL, entry=entry)
        mailing = Mailing(body, invite_of(enrolment, entry), leaves_at)
        invites.mail(entry, mailing, thread=enrolment.thread, at=now)


def invite_of(enrolment: Enrolment, entry: Entry) -> Invite:
    address = f"{_site()}/enrolments/{enrolment.id}"
    return invites.invite(entry, Told(enrolment.run.course.title, address), the_college())


def request_waits(enrolment: Enrolment, now: datetime) -> None:
    """On the waiting list, or until lots are drawn."""
    stage = "early" if enrolment.lot is None else "drawn"
    _say("request_waits", enrolment, now, Goes(stage), is_early=enrolment.lot is None)


def place_offered(enrolment: Enrolment, now: datetime) -> None:
    """Near the start the office calls; earlier it is a message, with a key to answer by."""
    _say(
        "place_offered",
        enrolment,
        now,
        Goes(useless_at=enrolment.answer_by),
        address=_answer_at(enrolment),
        sessions=queries.sessions_of(enrolment.run_id),
    )


def offer_ends(enrolment: Enrolment, now: datetime) -> None:
    """Soon, and they have yet to answer."""
    goes = Goes(useless_at=enrolment.answer_by)
    _say(OFFER_ENDS, enrolment, now, goes, address=_answer_at(enrolment))


def offer_over(enrolment: Enrolment, now: datetime) -> None:
    _say("offer_over", enrolment, now)


def place_given_up(enrolment: Enrolment, before: State, now: datetime) -> None:
    outbox.take_back(enrolment.thread, DATES_CHANGED)
    _say("place_given_up", enrolment, now, before=before.value)


def course_begins(enrolment: Enrolment, first: Session, now: datetime) -> None:
    """In some days: once more all its dates. Of a workshop they may say that they can't make it."""
    more: dict[str, object] = {"sessions": queries.sessions_of(enrolment.run_id)}
    more["address"] = _cannot_at(enrolment, first) if enrolment.run.session_count == 1 else ""
    _say(Reminder.COURSE_BEGINS, enrolment, now, _until(first, now), **more)


def session_tomorrow(enrolment: Enrolment, session: Session, now: datetime) -> None:
    """A session that is moved is reminded of anew."""
    found = queries.sessions_of(enrolment.run_id)
    more: dict[str, object] = {"address": _cannot_at(enrolment, session)}
    more["sessions"] = [each for each in found if each.starts_at == session.starts_at]
    _say(Reminder.SESSION_TOMORROW, enrolment, now, _until(session, now), **more)


def take_back_reminder(enrolment: Enrolment, session: Session) -> None:
    """They know of it, and can't make it."""
    outbox.take_back(enrolment.thread, f"{SESSION_TOMORROW}{enrolment.uid}:{session.id}:")


def take_back_reminders(enrolment: Enrolment) -> None:
    """They have answered, or it is theirs no more."""
    outbox.take_back(enrolment.thread, COURSE_BEGINS, SESSION_TOMORROW, f"{OFFER_ENDS}:")


def course_began(enrolment: Enrolment, closed_at: datetime, now: datetime) -> None:
    """Without a place for them. Long after, it is no news any more."""
    if now - closed_at < NEWS_FOR:
        _say("course_began", enrolment, now, Goes(useless_at=closed_at + NEWS_FOR))


def run_cancelled(
    enrolment: Enrolment, began: datetime | None, first: Enrolment | None, now: datetime
) -> None:
    """`first` is their request for the next date, for which they are first in line."""
    outbox.take_back(enrolment.thread, DATES_CHANGED)
    _say("run_cancelled", enrolment, now, began=began, first=first)


def dates_changed(enrolment: Enrolment, changed: Iterable[int], now: datetime) -> None:
    """All its dates as they are now. Several changes within five minutes are one message.

    What waits to remind them of a session that has `changed` would be wrong.
    """
    reminders = (f"{SESSION_TOMORROW}{enrolment.uid}:{id}:" for id in changed)
    outbox.take_back(enrolment.thread, DATES_CHANGED, COURSE_BEGINS, *reminders)
    sessions = queries.sessions_of(enrolment.run_id)
    goes = Goes(f"{now.timestamp():.6f}", waits_until=now + TOGETHER)
    _say("dates_changed", enrolment, now, goes, sessions=sessions)


def cannot_come(enrolment: Enrolment, entry: Entry, now: datetime) -> None:
    """Once for each entry, however often their calendar says so: two that answer each other by
    themselves would never end.
    """
    goes = Goes(entry.uid, useless_at=entry.starts_at)
    _say("cannot_come", enrolment, now, goes, starts_at=entry.starts_at)


def not_today(enrolment: Enrolment, session: Session, now: datetime) -> None:
    """By every way that leads to them, and past the quiet hours. Each goes on its own: what waits
    for the morning, or for a server, holds none of them up.
    """
    person, college = enrolment.person, the_college()
    if person is None:
        return
    reminder = f"{SESSION_TOMORROW}{enrolment.uid}:{session.id}:"
    outbox.take_back(enrolment.thread, DATES_CHANGED, COURSE_BEGINS, reminder)
    more = {
        "address": _heard_at(enrolment, session),
        "off": session,
        "now": now,
        "sessions": [e for e in queries.sessions_of(enrolment.run_id) if e.starts_at > now],
    }
    kind = MessageKind.TODAY if college.urgent_past_quiet else MessageKind.NOTICE
    for to in every_way_to(person):
        body = _written(NOT_TODAY, enrolment, person, to.channel, **more)
        words = Words(college.short_name, body, kind, useless_at=session.starts_at)
        key = f"{NOT_TODAY}:{session.id}:{enrolment.uid}:{to.channel}"
        outbox.queue(to, words, key=key, thread=f"{enrolment.thread}:{to.channel}", at=now)


def checking_ok(enrolment: Enrolment, session: Session, mark_id: int, now: datetime) -> None:
    """A friendly line to somebody of whom we did not hear."""
    goes = Goes(f"{session.id}:{mark_id}", now + CHECKED_FOR, beside=BESIDE[CHECKING_OK])
    _say(CHECKING_OK, enrolment, now, goes, session=session)


def checking_call(enrolment: Enrolment, session: Session, mark_id: int, now: datetime) -> None:
    """What to say on the phone; nothing where the line itself is a call, or without a number."""
    person, college = enrolment.person, the_college()
    if person is None or Channel.CALL is recipient_of(person).channel or not person.phone.strip():
        return
    body = _written(CHECKING_CALL, enrolment, person, Channel.CALL, session=session)
    words = Words(college.short_name, body, useless_at=now + CHECKED_FOR)
    key = checking_key(CHECKING_CALL, enrolment, session, mark_id)
    thread = f"{enrolment.thread}{BESIDE[CHECKING_CALL]}"
    outbox.queue(person.recipient_at(Channel.CALL), words, key=key, thread=thread, at=now)


def certificate_made(enrolment: Enrolment, now: datetime) -> None:
    _say("certificate_made", enrolment, now, Goes(beside=":certificate"))


def take_back_checking(enrolment: Enrolment, session: Session) -> None:
    for notice, beside in BESIDE.items():
        keys = checking_keys(notice, enrolment, session)
        outbox.take_back(f"{enrolment.thread}{beside}", keys)


def need_settled(enrolment: Enrolment, found: Adjustment, now: datetime) -> None:
    """How it was settled, and that we wait for their word. Of several the last one goes."""
    take_back_need(enrolment)
    goes = Goes(f"{now.timestamp():.6f}", useless_at=enrolment.run.ends_at)
    _say("need_settled", enrolment, now, goes, settled=found.state, how=found.how)


def take_back_need(enrolment: Enrolment) -> None:
    outbox.take_back(enrolment.thread, queries.NEED_SETTLED)


def _heard_at(enrolment: Enrolment, session: Session) -> str:
    key = heard_key(our_secret(), enrolment.id, session.id)
    return f"{_site()}/heard/{key}"


def _cannot_at(enrolment: Enrolment, session: Session) -> str:
    key = cannot_key(our_secret(), enrolment.id, session.id)
    return f"{_site()}/cannot-come/{key}"


def _until(session: Session, now: datetime) -> Goes:
    """It waits a moment for the entry that a calendar may have to have by now."""
    stage = f"{session.id}:{session.starts_at.timestamp():.0f}"
    return Goes(stage, useless_at=session.starts_at, waits_until=now + CALENDAR_TAKES)


def _answer_at(enrolment: Enrolment) -> str:
    key = offer_key(our_secret(), enrolment.id)
    return f"{_site()}/offers/{key}"


def _say(
    notice: str,
    enrolment: Enrolment,
    now: datetime,
    goes: Goes = AT_ONCE,
    **more: object,
) -> None:
    person = enrolment.person
    if person is None:
        return
    college = the_college()
    is_near = offers.is_near(enrolment.run.starts_at, now, college)
    to = _recipient(enrolment, person, is_near=is_near)
    body = _written(notice, enrolment, person, to.channel, now=now, **more)
    words = Words(college.short_name, body, MessageKind.NOTICE, goes.useless_at, goes.waits_until)
    key = ":".join(filter(None, (notice, enrolment.uid, goes.stage)))
    thread = f"{enrolment.thread}{goes.beside}"
    outbox.queue(to, words, key=key, thread=thread, at=now)


def _written(
    notice: str, enrolment: Enrolment, person: Person, channel: Channel, **more: object
) -> str:
    folder = "messages/texts" if channel is Channel.TEXT else "messages"
    return render_template(
        f"{folder}/{notice}.txt",
        college=the_college(),
        site=_site(),
        person=person,
        enrolment=enrolment,
        run=enrolment.run,
        course=title_for(person, enrolment.run.course.title),
        is_mail=channel is Channel.EMAIL,
        **more,
    )


def _recipient(enrolment: Enrolment, person: Person, *, is_near: bool) -> Recipient:
    """What would come too late by post is said by phone."""
    to = recipient_of(person)
    late = is_near and to.channel is Channel.LETTER
    if person.phone and (late or enrolment.offered_by is By.CALL):
        return Recipient(Channel.CALL, person.phone, person.id)
    return to


def _site() -> str:
    return str(current_app.config["BASE_URL"])
