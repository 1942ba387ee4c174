"""Calls to make and letters to print, as the office reads them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from recovery_college.accounts.models import Person
from recovery_college.college.rules import College, dialled
from recovery_college.desks.attending import Contact, Line, Reader, contact_of
from recovery_college.enrolment import office, places
from recovery_college.enrolment.models import THREAD, Enrolment
from recovery_college.enrolment.queries.checking import BESIDE
from recovery_college.formatting import Paragraph, paragraphs
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel
from recovery_college.scheduling.models import Run

APART = re.compile(r"\n{3,}")  # the greeting, what there is to say, and who says it


@dataclass(frozen=True)
class Task:
    """One call or letter. `offer` is the place that it offers, if it waits for an answer."""

    message: OutboxMessage
    name: str
    contact: Contact
    contact_when: str
    about: str
    offer: Line | None

    @property
    def is_call(self) -> bool:
        return self.message.channel is Channel.CALL

    @property
    def is_checking(self) -> bool:
        return is_checking(self.message)


@dataclass(frozen=True)
class Phoned:
    """A run with a place free so late that it goes out by phone, and those who wait, in order."""

    run: Run
    lines: list[Line]


def tasks_of(viewer: Person, messages: Sequence[OutboxMessage], college: College) -> list[Task]:
    """What each is about, in two statements for all."""
    people = office.people_of({each.person_id for each in messages if each.person_id})
    about = office.by_uid({_uid(each) for each in messages})
    reader = Reader(viewer, college, {}, phoned=False)
    return [
        _task(
            each,
            people.get(each.person_id or 0),
            about.get(_uid(each)),
            reader,
        )
        for each in messages
    ]


def is_checking(message: OutboxMessage) -> bool:
    """A call to somebody of whom we did not hear. It may be tried again, or left be."""
    beginnings = tuple(f"{each}:" for each in BESIDE)
    return message.channel is Channel.CALL and message.key.startswith(beginnings)


def _uid(message: OutboxMessage) -> str:
    """Of the place that it is about; what can't wait has a thread beside its other messages."""
    return message.thread.removeprefix(THREAD).partition(":")[0]


def _task(
    message: OutboxMessage, person: Person | None, place: Enrolment | None, reader: Reader
) -> Task:
    line = reader.line(place, "") if place else None
    return Task(
        message=message,
        name=person.name if person else "Somebody",
        contact=_way_to(message, person, reader.college),
        contact_when=person.contact_when if person else "",
        about=place.run.course.title if place else "",
        offer=line if line and line.answer_by else None,
    )


def _way_to(message: OutboxMessage, person: Person | None, college: College) -> Contact:
    """A call goes to the phone, whatever else they wish."""
    if message.channel is Channel.CALL and message.address.strip():
        return Contact(message.address, dialled(message.address))
    return contact_of(person, college) if person else Contact("")


def phoned_of(viewer: Person, waiting: Sequence[Enrolment], college: College) -> list[Phoned]:
    """They come in order of their runs, and of their places in line."""
    reader = Reader(viewer, college, places.standings_of(waiting), phoned=True)
    return [
        Phoned(run, sorted((reader.line(each, "") for each in them), key=_position))
        for run, them in groupby(waiting, key=lambda each: each.run)
    ]


def _position(line: Line) -> int:
    return line.standing.position if line.standing else 0


def paragraphs_of(body: str) -> list[Paragraph]:
    """What there is to say, without the greeting of an e-mail and without who it is from."""
    parts = APART.split(body.strip())
    said = parts[1:-1] if len(parts) > 2 else parts
    return [each for part in said for each in paragraphs(part)]
