"""An entry as bytes: what an invite or a feed says of it. Discreet outside, clear inside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from flask import current_app

from recovery_college import ical
from recovery_college.accounts.models import Person
from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.ical import Party
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, Invite, MessageKind, Method, Recipient, Words
from recovery_college.scheduling.models import Room, Session

A_DAY = timedelta(days=1)
ONLINE = "Online"
NEUTRAL = "your course"  # to whoever wants nothing to be named anywhere


@dataclass(frozen=True)
class Told:
    """What the entries of one course say: its title, what more there is, and where to change it."""

    title: str
    address: str
    more: str = ""


@dataclass(frozen=True)
class Mailing:
    """What brings no more than one entry: words that are complete without it, and when to go."""

    body: str
    invite: Invite
    leaves_at: datetime


def new_uid(key: str) -> str:
    """Nothing in it says what it is for."""
    return f"{key}@{_host()}"


def place_of(session: Session) -> str:
    room: Room | None = session.room
    if room is None:
        return ""
    return ONLINE if room.venue.online else f"{room.venue.name}, {room.name}"


def event(entry: Entry, told: Told, college: College) -> ical.Entry:
    """With whoever shares a calendar in mind: its title names the course only if they wish so."""
    person = entry.person
    is_named = not (person.discreet or person.neutral)
    return ical.Entry(
        uid=entry.uid,
        summary=told.title if is_named else college.short_name,
        description=_description(entry, told, college),
        location="" if person.neutral else entry.place,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        stamped_at=entry.stamped_at,
        sequence=entry.sequence,
        made_at=entry.made_at,
        is_cancelled=not entry.stands,
    )


def organizer(college: College) -> Party:
    """The college: replies come to the address that mail comes from."""
    return Party(college.short_name, _sender())


def invite(entry: Entry, told: Told, college: College) -> Invite:
    """As it stands now, to the address that it was mailed to."""
    to = Party("", entry.mailed_to or "")
    made, whose = event(entry, told, college), organizer(college)
    first = entry.sequence if entry.first_sequence is None else entry.first_sequence
    if not entry.stands:
        calendar = ical.cancelled(made, organizer=whose, attendee=to)
        return Invite(entry.uid, entry.sequence, first, Method.CANCEL, calendar.decode())
    calendar = ical.requested(
        made,
        organizer=whose,
        attendee=to,
        asks_again=entry.asks_again,
        partstat=entry.answer,
    )
    return Invite(entry.uid, entry.sequence, first, Method.REQUEST, calendar.decode())


def mail(entry: Entry, mailing: Mailing, *, thread: str, at: datetime) -> None:
    """To the address that has the entry, or is to have it."""
    if not entry.mailed_to:
        return
    to = Recipient(Channel.EMAIL, entry.mailed_to, entry.person_id, entry.person.safe)
    words = Words(
        the_college().short_name,
        mailing.body,
        _kind(entry, at),
        useless_at=entry.starts_at if entry.stands else entry.ends_at,
        waits_until=mailing.leaves_at,
        invite=mailing.invite,
    )
    key = f"{outbox.INVITE}{entry.uid}.{entry.sequence}:{at.timestamp():.0f}"
    outbox.queue(to, words, key=key, thread=thread, at=at)


def _kind(entry: Entry, now: datetime) -> MessageKind:
    """What is off today is gone from calendars before anybody sets out, if the college says so."""
    is_off_today = entry.starts_at - now < A_DAY and not entry.stands
    is_urgent = is_off_today and the_college().urgent_past_quiet
    return MessageKind.TODAY if is_urgent else MessageKind.NOTICE


def title_for(person: Person, title: str) -> str:
    return NEUTRAL if person.neutral else title


def _description(entry: Entry, told: Told, college: College) -> str:
    lines = (
        f"{college.short_name}: {title_for(entry.person, told.title)}",
        f"Join online: {entry.link}" if entry.link and entry.stands else "",
        told.more,
        f"To change it: {told.address}",
        f"Or phone us: {college.office_phone}, {college.office_hours}",
    )
    return "\n".join(filter(None, lines))


def _host() -> str:
    return _sender().rpartition("@")[2]


def _sender() -> str:
    """The address alone: the setting may have a name before it."""
    return parseaddr(str(current_app.config["MAIL_DEFAULT_SENDER"]))[1]
