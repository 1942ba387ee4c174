"""What places ask of the office today: calls and letters, offers that end, places to phone out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from recovery_college import formatting
from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import hidden_from
from recovery_college.college.rules import College
from recovery_college.desks.items import MOST, Item, Section, total_of
from recovery_college.enrolment import attention
from recovery_college.enrolment.attention import Asks
from recovery_college.enrolment.rules.offers import working_days_later
from recovery_college.messages import queries as messages
from recovery_college.messages.rules import Channel

BY_HAND = {
    Channel.CALL: ("Calls to make", "call", "Make them"),
    Channel.LETTER: ("Letters to print", "letter", "Print them"),
}


def of_places(viewer: Person, college: College, now: datetime) -> Iterable[Section]:
    yield _phone_out(college, now)
    yield from _of_people(viewer, college, now)
    yield _by_hand(viewer, now)
    yield _early()


def _by_hand(viewer: Person, now: datetime) -> Section:
    counts = messages.count_by_hand(hidden_from(viewer), now)
    return Section(
        "by-hand",
        "Calls and letters",
        "call or letter",
        "calls and letters",
        sum(counts.values()),
        [
            Item(
                heading,
                _waits(counts[channel], noun),
                "/office/contacts",
                action,
            )
            for channel, (heading, noun, action) in BY_HAND.items()
            if channel in counts
        ],
        "/office/contacts",
    )


def _of_people(viewer: Person, college: College, now: datetime) -> Iterable[Section]:
    until = working_days_later(now, 1, college)
    rows = attention.of_people(viewer, now, until, most=MOST)
    yield _ending([row for row in rows if row.kind == Asks.OFFER])
    yield _needs([row for row in rows if row.kind == Asks.NEED])


def _ending(rows: Sequence[Any]) -> Section:
    return Section(
        "offers",
        "Offers that end soon",
        "offer ends within a working day",
        "offers end within a working day",
        total_of(rows),
        [
            Item(
                f"{row.name or 'Somebody'}: {row.title}",
                f"The place is held until {formatting.when(row.at)}.",
                f"/office/enrolments/{row.id}" if row.name else f"/office/runs/{row.run_id}/places",
                "See how to reach them",
            )
            for row in rows
        ],
    )


def _needs(rows: Sequence[Any]) -> Section:
    return Section(
        "needs",
        "What helps people take part",
        "shared need to settle",
        "shared needs to settle",
        total_of(rows),
        [
            Item(
                f"{row.name or 'Somebody'}: {row.title}",
                f"It begins {formatting.when(row.at)}. Each ends as arranged, or talked about.",
                f"/office/enrolments/{row.id}/need" if row.name else "/office/needs",
                "See what helps, and settle it",
            )
            for row in rows
        ],
        "/office/needs",
    )


def _phone_out(college: College, now: datetime) -> Section:
    rows = attention.to_phone_out(college, now, most=MOST)
    return Section(
        "phone-out",
        "Free places to give out by phone",
        "run with a place to phone out",
        "runs with places to phone out",
        total_of(rows),
        [
            _run(
                row,
                f"{_people(row.waiting)} for it, and nothing is offered by itself so late.",
                "Call them",
            )
            for row in rows
        ],
        "/office/contacts",
    )


def _early() -> Section:
    rows = attention.asked_early(most=MOST)
    return Section(
        "early",
        "Asked before enrolment opens",
        "run was asked for early",
        "runs were asked for early",
        total_of(rows),
        [
            Item(
                row.title,
                f"{formatting.count(row.asked, 'request')}. Lots are drawn on "
                f"{formatting.when(row.opens_at)}.",
                f"/office/runs/{row.id}/places",
                "See who asked",
            )
            for row in rows
        ],
    )


def _run(row: Any, words: str, action: str) -> Item:
    heading = f"{row.title}, {formatting.when(row.starts_at)}"
    return Item(heading, words, f"/office/runs/{row.id}/places", action)


def _waits(many: int, noun: str) -> str:
    return f"{formatting.count(many, noun)} {'waits' if many == 1 else 'wait'} for somebody."


def _people(waiting: int) -> str:
    return f"{formatting.count(waiting, 'person', 'people')} {'waits' if waiting == 1 else 'wait'}"
