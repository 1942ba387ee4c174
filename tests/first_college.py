"""A college as the very first version kept it: a row or two in each of its tables."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select

Rows = dict[str, list[dict[str, Any]]]
FIRST = datetime(2025, 9, 15, 9, 0, tzinfo=UTC)
LAST = datetime(2025, 9, 15, 11, 0, tzinfo=UTC)
SECOND = datetime(2025, 9, 22, 9, 0, tzinfo=UTC)
END = datetime(2025, 9, 22, 11, 0, tzinfo=UTC)
SPRING = datetime(2025, 8, 1, 8, 0, tzinfo=UTC)
NEAR = (
    "asier eaier easer easie easir ell esier ight leep nght nigh nigt niht seep slee slep wel wll"
)

ROWS: Rows = {
    "audit_entry": [
        {"id": 1, "actor_id": None, "verb": "imported", "subject": "import_record:1"}
        | {"fields": "", "recorded_at": SPRING}
    ],
    "import_record": [
        {"id": 1, "imported_at": SPRING, "digest": "d1", "rows_added": 9}
        | {"gaps_filled": 1, "rows_refused": 2}
    ],
    "person": [
        {"id": 1, "name": "Una Jones", "email": "una@example.org"},
        {"id": 2, "name": "Sam Ahmed", "email": "sam@example.org"},
        {"id": 3, "name": "Ada Osei", "email": None},
    ],
    "setting": [{"key": "run_places", "value": "14"}],
    "strand": [
        {"id": 1, "name": "Living well", "slug": "living-well", "look": "leaf"} | {"position": 1}
    ],
    "term": [
        {"id": 1, "name": "Autumn 2025", "slug": "autumn-2025", "public_at": SPRING}
        | {
            "starts_on": date(2025, 9, 8),
            "ends_on": date(2025, 12, 12),
            "enrolment_opens_at": SPRING,
        }
    ],
    "venue": [
        {"id": 1, "name": "Harbour House", "slug": "harbour-house", "online": False}
        | {"address": "12 Quay Street", "getting_there": "By the church.", "buses": "9, 14"}
        | {"parking": "Two", "toilets": "Left", "door_photo": None, "door_photo_words": ""}
    ],
    "course": [
        {"id": 1, "title": "Sleep well", "slug": "sleep-well", "strand_id": 1, "state": "published"}
        | {
            "mode": "in_person",
            "summary": "Nights get easier.",
            "description": "We try things out.",
        }
        | {"learn": "How sleep works", "suits": "Anybody", "session_like": "Two hours with a break"}
        | {"content_note": "", "bring": "A pen", "first_session_needed": True}
        | {"search_title": "sleep well"}
        | {"search_text": "night get easier how sleep work anybody we try thing out"}
        | {"search_near": NEAR}
    ],
    "room": [
        {"id": 1, "venue_id": 1, "name": "Tide Room", "places": 12, "exclusive": True}
        | {"step_free": True, "hearing_loop": False, "quiet_space": None}
    ],
    "tutor": [
        {
            "id": 1,
            "person_id": 1,
            "role": "Peer trainer",
            "sessions_a_week": 3,
            "shown_as": "first_name",
        },
        {
            "id": 2,
            "person_id": 2,
            "role": "Nurse",
            "sessions_a_week": None,
            "shown_as": "full_name",
        },
    ],
    "contributor": [
        {"id": 1, "course_id": 1, "person_id": 1, "side": "lived", "shown_as": "first_name"},
        {"id": 2, "course_id": 1, "person_id": 2, "side": "professional", "shown_as": "full_name"},
    ],
    "course_theme": [{"course_id": 1, "theme": "hope"}],
    "decision": [{"id": 1, "course_id": 1, "decided_on": date(2025, 7, 1), "words": "No slides."}],
    "run": [
        {"id": 1, "course_id": 1, "term_id": 1, "capacity": 12, "mode": "in_person"}
        | {"state": "published", "visibility": "public", "link_key": "k1", "starts_at": FIRST}
        | {"ends_at": END, "weekday": 0, "part": "morning", "regular": True, "session_count": 2}
        | {"venue_id": 1}
    ],
    "teaches": [{"tutor_id": 1, "course_id": 1}, {"tutor_id": 2, "course_id": 1}],
    "tutor_day": [{"tutor_id": 1, "weekday": 0}, {"tutor_id": 2, "weekday": 0}],
    "tutor_side": [{"tutor_id": 1, "side": "lived"}, {"tutor_id": 2, "side": "professional"}],
    "session": [
        {"id": id, "run_id": 1, "number": id, "starts_at": starts, "ends_at": ends, "room_id": 1}
        | {"room_exclusive": True, "link": "", "state": "planned", "live": True, "pair_by_on": None}
        for id, starts, ends in ((1, FIRST, LAST), (2, SECOND, END))
    ],
    "delivery": [
        {"id": 2 * session + tutor, "session_id": session, "tutor_id": tutor, "side": side}
        | {"state": "accepted", "starts_at": starts, "ends_at": ends, "live": True}
        for session, starts, ends in ((1, FIRST, LAST), (2, SECOND, END))
        for tutor, side in ((1, "lived"), (2, "professional"))
    ],
}


def write_rows(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection)
    for name, rows in ROWS.items():
        connection.execute(tables.tables[name].insert(), rows)


def rows_as_they_are(connection: Connection) -> Rows:
    """Of the same tables, whatever is kept of the columns that the first version wrote."""
    tables = MetaData()
    tables.reflect(connection)
    return {
        name: _rows(connection, tables.tables[name], set(rows[0]))
        for name, rows in ROWS.items()
        if name in tables.tables
    }


def _rows(connection: Connection, table: Table, written: set[str]) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name in written]
    asked = select(*columns).order_by(*table.primary_key.columns)
    return [
        {name: _aware(value) for name, value in row._mapping.items()}
        for row in connection.execute(asked)
    ]


def _aware(value: Any) -> Any:
    """SQLite keeps instants in UTC, and does not say so."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
