"""Everything about a person, to take along: as JSON, and as a page to read, in one archive."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import current_app, render_template
from sqlalchemy import delete

from recovery_college import audit, clock, formatting
from recovery_college.accounts.models import Person
from recovery_college.attendance.models import Certificate
from recovery_college.attendance.rules import MarkState
from recovery_college.database import afterwards, db, hold, transaction
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.messages.jobs import jobs_of
from recovery_college.messages.rules import MessageKind
from recovery_college.privacy import queries
from recovery_college.privacy.models import DataCopy
from recovery_college.privacy.queries import Key
from recovery_college.privacy.rules import (
    COPY_LIVES,
    FOR_THEMSELF_ONLY,
    KEYS,
    LARGE_COPY,
    NOT_TOLD,
    TEACHING,
)
from recovery_college.tutors.rules.limits import hours

COPY = "copy"
Section = tuple[str, list[dict[str, str]]]


def ask_for_copy(person: Person) -> DataCopy:
    """A small one is made at once, a large one by the worker. Older ones go."""
    now = clock.now()
    with transaction():
        hold(person)
        db.session.execute(delete(DataCopy).where(DataCopy.person_id == person.id))
        copy = DataCopy(person_id=person.id, asked_at=now, ends_at=now + COPY_LIVES)
        db.session.add(copy)
        db.session.flush()
        audit.record(person, "asked for a copy", person, fields=(), at=now)
        if queries.count_rows(person) <= LARGE_COPY:
            _make(copy, person)
        else:
            afterwards(COPY, partial(jobs_of(current_app).ask, COPY, copy.id))
    return copy


def make_copies(*ids: int) -> None:
    """Those that were asked for and are not made yet; called by the worker."""
    for copy in queries.copies_to_make():
        if not ids or copy.id in ids:
            with transaction():
                _make(copy, db.session.get_one(Person, copy.person_id))


def copy_for_office(actor: Person, person: Person) -> bytes:
    """For somebody who asked by phone or letter; what only they may see is left out."""
    now = clock.now()
    with transaction():
        hold(person)
        audit.record(actor, "copied", person, fields=(), at=now)
        return _archive(person, without=FOR_THEMSELF_ONLY)


def _make(copy: DataCopy, person: Person) -> None:
    copy.content = _archive(person, without=set())
    copy.ready_at = clock.now()


def _archive(person: Person, *, without: set[str]) -> bytes:
    sections = list(_sections(person, without))
    plain = {"about": "Everything that the college keeps about you", "sections": dict(sections)}
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as box:
        box.writestr("everything.json", json.dumps(plain, ensure_ascii=False, indent=2))
        box.writestr("everything.html", render_template("privacy/copy.html", sections=sections))
    return made.getvalue()


def _sections(person: Person, without: set[str]) -> Iterable[Section]:
    own = {column.name: getattr(person, column.name) for column in Person.__table__.columns}
    yield "You", [_told(own)]
    for key in queries.keys_to_people():
        title = KEYS[str(key)].told
        if title and str(key) not in without:
            rows = _rows(key, person)
            if rows:
                yield title, rows
    yield from _teaching(person)
    yield (
        "Our history",
        [
            {
                "When": formatting.when(line.recorded_at),
                "What": line.verb,
                "Fields": line.fields,
                "By": "you" if line.actor_id == person.id else "the college",
            }
            for line in queries.history_of(person)
        ],
    )


def _rows(key: Key, person: Person) -> list[dict[str, str]]:
    if str(key) == "enrolment.person_id":
        places = queries.places_of(person)
        marks = queries.marks_of(places)
        made = {each.enrolment_id: each for each in queries.certificates_of(person)}
        ended, missed = queries.adjustments_of(person), queries.not_coming_to(places)
        return [
            _place(place, marks.get(place.id, ()), made.get(place.id), ended.get(place.id))
            | _told({"sessions_you_said_you_cannot_come_to": missed.get(place.id)})
            for place in places
        ]
    return [_told(_without_secrets(row)) for row in queries.rows_of(key, person)]


def _place(
    place: Enrolment,
    marks: Iterable[tuple[datetime, MarkState]],
    certificate: Certificate | None,
    adjustment: Adjustment | None,
) -> dict[str, str]:
    """Nothing about others: whoever of the office typed it in is the office."""
    sessions = place.run.planned or place.run.sessions  # of a cancelled run, when it would be
    return _told(
        {
            "course": place.run.course.title,
            "sessions": [each.starts_at for each in sessions],
            "state": place.state,
            "asked": place.came_by,
            "asked_by": "you" if place.asked_by_id is None else "the office",
            "reached_us": place.arrived_at,
            "counts_from": place.requested_at,
            "lot": place.lot or None,
            "kept_for": place.pool.name,
            "somebody_comes_along": place.with_supporter,
            "answer_by": place.answer_by,
            "how_you_came": [f"{_words(at)}: {state.label}" for at, state in marks] or None,
            "certificate": certificate and _certificate(certificate),
            "what_helps_you": adjustment and _adjustment(adjustment),
            "what_happened": [f"{_words(each.at)}: {each.why.sentence}" for each in place.steps],
        }
    )


def _certificate(made: Certificate) -> str:
    return (
        f"{made.printed_code}, made {formatting.when(made.made_at)} for {made.name}: "
        f"{made.course}, {hours(made.minutes)} {made.dates}"
    )


def _adjustment(found: Adjustment) -> list[str]:
    answers = {True: "You said that it works", False: "You asked to talk again"}
    how = f": {found.how}" if found.how else ""
    settled = f"{found.state.label}, {formatting.when(found.settled_at)}{how}"
    return [settled, *([] if found.agreed is None else [answers[found.agreed]])]


def _teaching(person: Person) -> Iterable[Section]:
    tutor = queries.tutor_of(person)
    if tutor is None:
        return
    for key in sorted(queries.keys_to_tutors(), key=str):
        rows = [_told(row) for row in queries.rows_of(key, tutor)]
        if rows:
            yield TEACHING[str(key)].told, rows


def _without_secrets(row: Mapping[str, Any]) -> dict[str, Any]:
    if row.get("kind") not in (None, MessageKind.NOTICE):
        return {**row, "body": ""}
    return dict(row)


def _told(row: Mapping[str, Any]) -> dict[str, str]:
    """In words; what is empty says nothing."""
    return {
        name.removesuffix("_id").removesuffix("_at").replace("_", " ").capitalize(): _words(value)
        for name, value in row.items()
        if name not in NOT_TOLD and value not in (None, "")
    }


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return formatting.when(value)
    if isinstance(value, date):
        return formatting.short_day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list):
        return "; ".join(_words(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_words(each)}" for name, each in value.items())
    return str(getattr(value, "label", value))
