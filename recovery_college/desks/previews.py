"""What the college writes, as somebody invented would have it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app, render_template

from recovery_college import ical
from recovery_college.accounts.models import Person
from recovery_college.calendars.invites import Told, event, invite, title_for
from recovery_college.college.rules import College
from recovery_college.desks.samples import TITLE, Sample, asked_by, made_up
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageKind

BRINGS = ("place_confirmed", "calendar_entry", "tutor_calendar")  # an entry for a calendar
REACHED_AT = {
    Channel.EMAIL: "ada.sample@example.org",
    Channel.TEXT: "+447700900001",
    Channel.LETTER: "9 Larkspur Rise\nHarbour",
    Channel.CALL: "01632 960 001",
}


class Like(StrEnum):
    """What somebody wishes that others may see."""

    DISCREET = "discreet"
    NEUTRAL = "neutral"

    @property
    def label(self) -> str:
        return LIKES[self]


LIKES = {
    Like.DISCREET: "Nothing outside, clear inside, as for everybody at first",
    Like.NEUTRAL: "Everything neutral",
}


@dataclass(frozen=True)
class Asked:
    """Which words, for whom, and by which channel."""

    name: str
    like: Like
    way: Channel
    title: str = TITLE


@dataclass(frozen=True)
class Preview:
    """`entry` is what a calendar shows of it, if it brings one."""

    message: OutboxMessage
    person: Person
    entry: ical.Entry | None


def preview_of(asked: Asked, college: College, now: datetime) -> Preview:
    """By the templates and the builders by which messages are made."""
    person = Person(
        id=0,
        name="Ada Sample",
        called="Ada",
        email=REACHED_AT[Channel.EMAIL],
        discreet=True,
        neutral=asked.like is Like.NEUTRAL,
    )
    sample = made_up(person, now, asked.title)
    message = OutboxMessage(
        id=0,
        key=asked.name,
        kind=MessageKind.NOTICE,
        channel=asked.way,
        address=REACHED_AT[asked.way],
        subject=college.short_name,
        body=_body(asked, sample, college, now),
        queued_at=now,
    )
    entry = _bring(message, sample, college) if _brings(asked) else None
    return Preview(message, person, entry)


def _body(asked: Asked, sample: Sample, college: College, now: datetime) -> str:
    folder = "messages/texts" if asked.way is Channel.TEXT else "messages"
    known = {
        "college": college,
        "site": str(current_app.config["BASE_URL"]),
        "person": sample.person,
        "enrolment": sample.place,
        "run": sample.run,
        "course": title_for(sample.person, sample.run.course.title),
        "is_mail": asked.way is Channel.EMAIL,
        "now": now,
    }
    return render_template(
        f"{folder}/{asked.name}.txt", **{**known, **asked_by(asked.name, sample, now)}
    )


def _brings(asked: Asked) -> bool:
    return asked.way is Channel.EMAIL and asked.name in BRINGS


def _bring(message: OutboxMessage, sample: Sample, college: College) -> ical.Entry:
    told = Told(sample.run.course.title, f"{current_app.config['BASE_URL']}/enrolments/0")
    brought = invite(sample.entry, told, college)
    message.uid, message.sequence, message.first_sequence = (
        brought.uid,
        brought.sequence,
        brought.first,
    )
    message.method, message.calendar = brought.method, brought.calendar
    return event(sample.entry, told, college)
