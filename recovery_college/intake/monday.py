"""Your Monday: what is left to do by hand once a spreadsheet is in, each with one action."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from recovery_college import clock, formatting
from recovery_college.accounts import attention
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.college.rules import College
from recovery_college.courses import queries as courses
from recovery_college.desks import today as desk
from recovery_college.desks.items import Item, Section, by_kind, total_of
from recovery_college.intake import queries
from recovery_college.messages.queries import count_waiting
from recovery_college.scheduling import queries as scheduling

MOST = 25  # lines of one section
LACKING = {  # by the side that stands
    None: "Nobody is on its record of who made it together.",
    Side.LIVED: "Nobody with professional experience is on its record.",
    Side.PROFESSIONAL: "Nobody with lived experience is on its record.",
}


def monday_of(viewer: Person, college: College, now: datetime) -> list[Section]:
    """Only what has something to say, and last of all the step that lets messages go."""
    today = clock.in_london(now).date()
    people = by_kind(attention.people_to_mind(viewer, now, most=MOST), "why")
    sections = [
        _left_out(viewer, now),
        *desk.pairs(now, today, most=MOST),
        _without_room(now),
        *desk.people(people),
        _half_made(),
        _unchecked(),
        *([desk.paused(college, count_waiting())] if college.mail_paused else ()),
    ]
    return [section for section in sections if section.total]


def _left_out(viewer: Person, now: datetime) -> Section:
    upload = queries.latest_taken(viewer, now)
    faults = upload.told["faults"] if upload else []
    address = f"/office/import/{upload.id}" if upload else ""
    return Section(
        "left",
        "Rows that were not taken, clashes among them",
        "row was not taken",
        "rows were not taken",
        len(faults),
        [
            Item(
                f"{fault['tab']} row {fault['row']}",
                fault["reason"],
                f"{address}?page={1 + number // queries.FAULTS_A_PAGE}#fault-{number}",
                "See what stands there",
            )
            for number, fault in enumerate(faults[:MOST])
        ],
        address,
    )


def _without_room(now: datetime) -> Section:
    rows = scheduling.sessions_without_room(now, most=MOST)
    return _section(
        "rooms",
        ("Sessions without a room", "session without a room", "sessions without a room"),
        rows,
        [
            Item(
                f"{row.title}, {formatting.when(row.starts_at)}",
                "It has no room yet, or another session is in the room it had.",
                f"/office/sessions/{row.id}",
                "Choose a room",
            )
            for row in rows
        ],
    )


def _half_made() -> Section:
    rows = courses.courses_half_made(most=MOST)
    return _section(
        "makers",
        (
            "Courses whose makers are not written down",
            "course lacks a maker",
            "courses lack a maker",
        ),
        rows,
        [
            Item(
                row.title,
                f"{LACKING[row.side]} It can\u2019t be published before that.",
                f"/office/courses/{row.id}/made-by",
                "Say who made it",
            )
            for row in rows
        ],
    )


def _unchecked() -> Section:
    rows = scheduling.rooms_unchecked(most=MOST)
    return _section(
        "facts",
        ("Rooms nobody has checked", "room to check", "rooms to check"),
        rows,
        [
            Item(
                f"{row.name}, {row.venue}",
                "Its size, steps, hearing loop or quiet space is not known.",
                f"/office/venues/{row.venue_id}/rooms/{row.id}",
                "Write down what you see",
            )
            for row in rows
        ],
    )


def _section(
    slug: str, words: tuple[str, str, str], rows: Sequence[Any], items: list[Item]
) -> Section:
    return Section(slug, *words, total_of(rows), items)
