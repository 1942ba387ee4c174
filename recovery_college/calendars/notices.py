"""What brings a tutor's entry to their calendar. Discreet outside, clear inside."""

from datetime import datetime

from flask import current_app, render_template

from recovery_college.calendars import invites, teaching
from recovery_college.calendars.invites import Mailing, Told, title_for
from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.messages.rules import Invite


def tutor_calendar(entry: Entry, thread: str, leaves_at: datetime, now: datetime) -> None:
    """What brings no more than one session's entry, to the address that has it."""
    person = entry.person
    body = render_template(
        "messages/tutor_calendar.txt",
        college=the_college(),
        person=person,
        entry=entry,
        title=title_for(person, teaching.title_of(entry.session)),
        beside=list(teaching.beside(entry)),
        address=_address(),
    )
    mailing = Mailing(body, invite_of(entry), leaves_at)
    invites.mail(entry, mailing, thread=thread, at=now)


def invite_of(entry: Entry) -> Invite:
    more = "\n".join(teaching.beside(entry))
    told = Told(teaching.title_of(entry.session), _address(), more)
    return invites.invite(entry, told, the_college())


def _address() -> str:
    return f"{current_app.config['BASE_URL']}/tutor"
