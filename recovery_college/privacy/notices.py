"""The last words to somebody who leaves, and the first of them thirty days before."""

from datetime import datetime

from flask import current_app, render_template

from recovery_college.accounts.models import Person
from recovery_college.calendars import invites
from recovery_college.calendars.invites import NEUTRAL, Told
from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, MessageKind, Recipient, Words


def goodbye(person: Person, now: datetime) -> None:
    """It belongs to nobody in the database, and its address is forgotten when it is sent."""
    if person.email:
        _say(person.email, None, "goodbye", f"goodbye:{person.id}:{now.timestamp():.0f}", now)


def taken_back(entry: Entry, now: datetime) -> None:
    """Out of the calendar of somebody who leaves; before their goodbye, or it would be the last."""
    run = entry.session.run if entry.session else None
    told = Told(run.course.title if run else NEUTRAL, str(current_app.config["BASE_URL"]))
    words = Words(
        the_college().short_name,
        render_template("messages/taken_back.txt", college=the_college()),
        MessageKind.GOODBYE,
        entry.ends_at,
        invite=invites.invite(entry, told, the_college()),
    )
    to = Recipient(Channel.EMAIL, entry.mailed_to or "", None)
    outbox.queue(to, words, key=f"taken_back:{entry.uid}", thread=entry.uid, at=now)


def record_ends(person: Person, ends_at: datetime, now: datetime) -> None:
    if person.email:
        key = f"record_ends:{person.id}:{ends_at.date()}"
        _say(person.email, person.id, "record_ends", key, now, ends_at=ends_at)


def _say(
    address: str, person_id: int | None, notice: str, key: str, now: datetime, **more: object
) -> None:
    college = the_college()
    site = str(current_app.config["BASE_URL"])
    body = render_template(f"messages/{notice}.txt", college=college, site=site, **more)
    kind = MessageKind.GOODBYE if person_id is None else MessageKind.NOTICE
    to = Recipient(Channel.EMAIL, address, person_id)
    outbox.queue(to, Words(college.short_name, body, kind), key=key, thread=key, at=now)
