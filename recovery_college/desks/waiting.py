"""What places ask of the office today: calls and letters, offers that end, places to phone out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recovery_college import formatting
from recovery_college.desks.items import Item, Section, total_of
from recovery_college.enrolment.attention import Asks
from recovery_college.messages.rules import Channel

BY_HAND = {
    Channel.CALL: ("Calls to make", "call", "Make them"),
    Channel.LETTER: ("Letters to print", "letter", "Print them"),
}


def of_places(places: Mapping[str, Sequence[Any]], by_hand: Sequence[Any]) -> Iterable[Section]:
    """Of what `enrolment` found of each kind, and how much of each channel waits for somebody."""
    yield _phone_out(places[Asks.PHONE_OUT])
    yield _ending(places[Asks.OFFER])
    yield _needs(places[Asks.NEED])
    yield _by_hand(by_hand)
    yield _early(places[Asks.EARLY])


def _by_hand(rows: Sequence[Any]) -> Section:
    counts = {row.channel: row.total for row in rows}
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


def _phone_out(rows: Sequence[Any]) -> Section:
    return Section(
        "phone-out",
        "Free places to give out by phone",
        "run with a place to phone out",
        "runs with places to phone out",
        total_of(rows),
        [
            Item(
                f"{row.title}, {formatting.when(row.at)}",
                f"{_people(row.people)} for it, and nothing is offered by itself so late.",
                f"/office/runs/{row.id}/places",
                "Call them",
            )
            for row in rows
        ],
        "/office/contacts",
    )


def _early(rows: Sequence[Any]) -> Section:
    return Section(
        "early",
        "Asked before enrolment opens",
        "run was asked for early",
        "runs were asked for early",
        total_of(rows),
        [
            Item(
                row.title,
                f"{formatting.count(row.people, 'request')}. Lots are drawn on "
                f"{formatting.when(row.at)}.",
                f"/office/runs/{row.id}/places",
                "See who asked",
            )
            for row in rows
        ],
    )


def _waits(many: int, noun: str) -> str:
    return f"{formatting.count(many, noun)} {'waits' if many == 1 else 'wait'} for somebody."


def _people(waiting: int) -> str:
    return f"{formatting.count(waiting, 'person', 'people')} {'waits' if waiting == 1 else 'wait'}"
