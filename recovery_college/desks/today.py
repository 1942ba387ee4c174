"""What needs the office today: each thing in a line, with what to do about it beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from recovery_college import clock, formatting
from recovery_college.accounts import attention
from recovery_college.accounts.attention import Post, Why
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.calendars import answers
from recovery_college.college.rules import College
from recovery_college.database import keep_plans
from recovery_college.desks.answers import line_of
from recovery_college.desks.items import MOST, Item, Section, by_kind, total_of
from recovery_college.desks.matters import matters
from recovery_college.desks.morning import off_today
from recovery_college.desks.registers import to_settle
from recovery_college.desks.waiting import of_places
from recovery_college.enrolment import attention as of_enrolment
from recovery_college.enrolment.attention import Asks
from recovery_college.scheduling import pairing
from recovery_college.scheduling.pairing import Matter
from recovery_college.scheduling.rules import PairState, pair_state

NEEDS = {
    PairState.NEEDS_LIVED: ("Needs a peer tutor.", "Find a peer tutor"),
    PairState.NEEDS_PROFESSIONAL: ("Needs a professional tutor.", "Find a professional tutor"),
    PairState.EMPTY: ("Needs both tutors.", "Find both tutors"),
}


def today_of(viewer: Person, college: College, now: datetime) -> list[Section]:
    """Only what has something to say."""
    keep_plans()
    today = clock.in_london(now).date()
    places = by_kind(of_enrolment.of_places(viewer, college, now, most=MOST))
    find_post = attention.post_in_a_pause if college.mail_paused else attention.post_to_mind
    post = by_kind(find_post(viewer, now, most=MOST))
    found = by_kind(attention.people_to_mind(viewer, now, most=MOST), "why")
    sections = [
        *(paused(college, row.total) for row in post[Post.WOULD_GO]),
        off_today(places[Asks.OFF]),
        *pairs(now, today, most=MOST),
        *matters(now),
        to_settle(),
        *of_places(places, post[Post.BY_HAND]),
        _unsent(post[Post.STUCK]),
        _answers(viewer),
        *people(found),
        _doubles(viewer, found[Why.DOUBLE]),
        _reviews(found[Why.REVIEW]),
    ]
    return [section for section in sections if section.total]


def pairs_of(now: datetime) -> list[Section]:
    """What is about sessions alone: it names tutors and courses, and no student."""
    today = clock.in_london(now).date()
    sections = [*pairs(now, today, most=MOST), *matters(now)]
    return [each for each in sections if each.total and each.slug != Matter.DRAFT]


def paused(college: College, waiting: int) -> Section:
    go_live = Item(
        "Only sign-in links go out",
        f"{college.restored_words}{formatting.count(waiting, 'message')} would go. "
        "A manager lets them go.",
        "/office/messages/live",
        "See what would go",
    )
    return Section("paused", "Messages wait", "thing before you go live", "", 1, [go_live])


def pairs(now: datetime, today: date, *, most: int) -> Iterable[Section]:
    found = pairing.lacking(now, today, most=2 * most)
    late = [row for row in found.rows if row.pair_by_on and row.pair_by_on < today]
    others = found.rows[len(late) :]
    yield Section(
        "late",
        "Pair-by dates that have passed",
        "pair-by date passed",
        "pair-by dates passed",
        found.late,
        [_half(row) for row in late[:most]],
    )
    yield Section(
        "pairs",
        "Half of the pair to find",
        "session lacks a half",
        "sessions lack a half",
        found.total - found.late,
        [_half(row) for row in others[:most]],
    )


def _half(row: Any) -> Item:
    names = {Side.LIVED: row.lived, Side.PROFESSIONAL: row.professional}
    sides = frozenset(side for side, name in names.items() if name)
    needs, action = NEEDS[pair_state(sides)]
    confirmed = [f"{name} is confirmed." for name in names.values() if name]
    by = [f"Pair-by date: {formatting.short_day(row.pair_by_on)}."] if row.pair_by_on else []
    return Item(
        f"{row.title}, {formatting.when(row.starts_at)}",
        " ".join([*confirmed, needs, *by]),
        f"/office/sessions/{row.session_id}",
        action,
        sides,
    )


def _unsent(rows: Sequence[Any]) -> Section:
    return Section(
        "unsent",
        "Messages not sent",
        "message not sent",
        "messages not sent",
        total_of(rows),
        [
            Item(
                f"A message to {row.name or row.address}",
                row.trouble.said(row.channel) if row.trouble else "It needs somebody.",
                f"/office/messages/{row.id}",
                "Choose what to do",
            )
            for row in rows
        ],
        "/office/messages",
    )


def _answers(viewer: Person) -> Section:
    rows = answers.waiting(viewer, most=MOST)
    lines = [line_of(row[0]) for row in rows]
    here = "/office/messages/answers"
    return Section(
        "answers",
        "Answers that came in",
        "answer to look at",
        "answers to look at",
        total_of(rows),
        [Item(each.heading, each.words, here, "Look at it") for each in lines],
        here,
    )


def unsent_in(rows: Sequence[Any]) -> list[Section]:
    """For a letter, which names nobody."""
    section = _unsent(rows)
    items = [replace(item, heading="A message") for item in section.items]
    return [replace(section, items=items)] if section.total else []


def people(found: Mapping[str, Sequence[Any]]) -> Iterable[Section]:
    """Those who can't be reached, and those who stopped while joining."""
    yield _unreached(found[Why.UNREACHED])
    yield _joining(found[Why.JOINING])


def _unreached(rows: Sequence[Any]) -> Section:
    return Section(
        "unreached",
        "People we can\u2019t reach",
        "person we can\u2019t reach",
        "people we can\u2019t reach",
        total_of(rows),
        [
            _person(row, "No e-mail address, phone number or postal address.", "Write one down")
            for row in rows
        ],
    )


def _joining(rows: Sequence[Any]) -> Section:
    return Section(
        "joining",
        "Began to join, and stopped",
        "person stopped while joining",
        "people stopped while joining",
        total_of(rows),
        [
            _person(row, "They may need a hand, or have changed their mind.", "Open their record")
            for row in rows
        ],
    )


def _person(row: Any, words: str, action: str) -> Item:
    return Item(row.name, words, f"/office/people/{row.id}", action)


def _doubles(viewer: Person, rows: Sequence[Any]) -> Section:
    """A manager compares the two; the desk opens the newer one."""
    address, action = "/office/people/{}", "Open the newer record"
    if viewer.is_manager:
        address, action = "/office/people/{1}/merge/{0}", "Compare them"
    return Section(
        "doubles",
        "Joined, and may have been here before",
        "person may have two records",
        "people may have two records",
        total_of(rows),
        [
            Item(
                f"{row.name}, and {row.other_name} before",
                "They have one name or one address: one person, or two who share it.",
                address.format(row.id, row.other_id),
                action,
            )
            for row in rows
        ],
    )


def _reviews(rows: Sequence[Any]) -> Section:
    return Section(
        "reviews",
        "Ring first: look at it again",
        "ring-first note to look at",
        "ring-first notes to look at",
        total_of(rows),
        [
            Item(
                row.name,
                f"To be looked at again by {formatting.day(row.review_on)}.",
                f"/office/people/{row.id}/ring-first/{row.other_id}",
                "Look at it again",
            )
            for row in rows
        ],
    )
