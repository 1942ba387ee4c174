"""A session that is not happening today: who would be told how, who was reached, who knows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from recovery_college import formatting
from recovery_college.accounts.models import Person
from recovery_college.accounts.reaching import every_way_to
from recovery_college.clock import in_london
from recovery_college.college.rules import dialled
from recovery_college.desks.attending import Contact, known_to, name_of
from recovery_college.desks.items import Item, Section, total_of
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules.today import should_know
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState
from recovery_college.scheduling.models import Session

BY = {Channel.EMAIL: "by e-mail", Channel.TEXT: "by text", Channel.CALL: "to call yourselves"}
NO_PHONE = Contact("No phone number: meet them at the door")
NOT_SAFE = Contact("Not safe to call now: meet them at the door")
SECONDS = 15  # between two looks, while somebody has yet to hear


@dataclass(frozen=True)
class Reached:
    """Somebody who had a place. `why` is why they must be called, or met at the door."""

    enrolment_id: int
    name: str
    is_known: bool
    is_told: bool
    has_heard: bool
    why: str
    contact: Contact

    @property
    def must_be_called(self) -> bool:
        return bool(self.why)


@dataclass(frozen=True)
class Morning:
    """All of them, and how many stand where."""

    everybody: Sequence[Reached]

    @property
    def told(self) -> int:
        return sum(each.is_told for each in self.everybody)

    @property
    def heard(self) -> int:
        return sum(each.has_heard for each in self.everybody)

    @property
    def to_call(self) -> Sequence[Reached]:
        return [each for each in self.everybody if each.must_be_called]

    @property
    def others(self) -> Sequence[Reached]:
        return [each for each in self.everybody if not each.must_be_called]

    @property
    def is_over(self) -> bool:
        return self.heard == len(self.everybody)


def ways_of(placed: Sequence[Enrolment]) -> list[str]:
    """How many would hear in which way; some in two."""
    people = [each.person for each in placed if each.person is not None]
    ways = Counter(to.channel for person in people for to in every_way_to(person))
    return [f"{ways[channel]} {by}" for channel, by in BY.items() if ways[channel]]


def morning_of(viewer: Person, session: Session, now: datetime) -> Morning:
    found = groupby(queries.told_today(session), key=lambda row: row[0])
    return Morning(
        [
            _reached(viewer, enrolment, [row[1] for row in rows], session, now)
            for enrolment, rows in found
        ]
    )


def off_today(rows: Sequence[Any]) -> Section:
    """What Today says of it, as long as the day lasts."""
    return Section(
        "off",
        "Not happening",
        "session called off",
        "sessions called off",
        total_of(rows),
        [
            Item(
                f"{each.title}, {formatting.when(each.at)}",
                "Its students were told at once, by every way that leads to them.",
                f"/office/sessions/{each.id}/today",
                "See who was reached",
            )
            for each in rows
        ],
    )


def _reached(
    viewer: Person,
    enrolment: Enrolment,
    rows: Sequence[OutboxMessage],
    session: Session,
    now: datetime,
) -> Reached:
    person = known_to(viewer, enrolment.person)
    has_heard = any(each.heard_at for each in rows)
    is_told = has_heard or any(each.state is MessageState.SENT for each in rows)
    return Reached(
        enrolment_id=enrolment.id,
        name=name_of(viewer, enrolment.person),
        is_known=person is not None,
        is_told=is_told,
        has_heard=has_heard,
        why="" if has_heard else _why(rows, session, now),
        contact=_contact(person, now),
    )


def _why(rows: Sequence[OutboxMessage], session: Session, now: datetime) -> str:
    """Nothing while it is still likely that a message reaches them in time."""
    if any(each.state is MessageState.SENT for each in rows):
        knows_not = "Was told, and has not said that they know."
        return knows_not if should_know(session.starts_at, now) else ""
    return next((why for each in rows if (why := _why_not_yet(each, now))), "")


def _why_not_yet(message: OutboxMessage, now: datetime) -> str:
    if message.why_not:
        return message.why_not
    if message.state is MessageState.DROPPED:
        return "It did not go in time."
    if message.due_at > now and message.safe is not None:
        return f"Not before {formatting.time(message.due_at)}: it would not be safe for them."
    return "No e-mail and no text reaches them." if message.channel is Channel.CALL else ""


def _contact(person: Person | None, now: datetime) -> Contact:
    if person is None or not person.phone:
        return NO_PHONE
    is_safe = person.safe is None or person.safe.hold(in_london(now).time())
    return Contact(person.phone, dialled(person.phone)) if is_safe else NOT_SAFE
