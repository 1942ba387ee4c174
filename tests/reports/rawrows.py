"""All rows as the database holds them, and which of them a report is asked for.

Nothing here is the program's: neither its reports, nor its models, nor what triggers keep for them.
When a run begins is read from its sessions, who held a place from its steps, who came from marks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace as Row
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from recovery_college.database import db

TABLES = (
    *("term", "strand", "course", "venue", "room", "run", "session", "delivery", "cover_call"),
    *("tutor", "person", "pool", "enrolment", "enrolment_step", "mark", "tutor_mark"),
    *("adjustment", "coming_as", "equality_answer", "census_figure", "budget"),
    *("contributor", "decision", "setting"),
)
DAYS = ("starts_on", "ends_on", "decided_on")
MOMENTS = ("at", "starts_at", "ends_at", "requested_at", "answer_by")
ENDS = ("given_up", "expired", "cancelled")
EVER = datetime.min.replace(tzinfo=UTC)
Asked = Mapping[str, Any]


@dataclass
class Rows:
    """`of` has each table; the others are rows by what they belong to."""

    now: datetime
    of: dict[str, list[Row]]
    steps: dict[int, list[Row]] = field(default_factory=dict)
    marks: dict[int, list[Row]] = field(default_factory=dict)
    tutor_marks: dict[int, list[Row]] = field(default_factory=dict)
    deliveries: dict[int, list[Row]] = field(default_factory=dict)
    places: dict[int, list[Row]] = field(default_factory=dict)
    pools: dict[int, list[Row]] = field(default_factory=dict)

    def by_id(self, table: str) -> dict[int, Row]:
        return {each.id: each for each in self.of[table]}

    def runs(self, asked: Asked) -> list[Row]:
        """Published ones, whatever came of them."""
        return [run for run in self.of["run"] if run.state == "published" and _suits(run, asked)]

    def sessions(self, asked: Asked) -> list[Row]:
        return [
            each
            for run in self.runs(asked)
            for each in run.teaching
            if _within(each.starts_at, asked)
        ]

    def ran(self, sessions: Iterable[Row]) -> list[Row]:
        return [each for each in sessions if each.state == "planned" and each.ends_at <= self.now]

    def begun(self, asked: Asked, *, drop_ins: bool = False) -> list[Row]:
        return [
            run
            for run in self.runs(asked)
            if run.start is not None
            and run.start <= self.now
            and (drop_ins or not run.drop_in)
            and _within(run.start, asked)
        ]

    def moments(self, place: Row, *states: str) -> list[datetime]:
        """When it came to one of these. Of a workbook's places nobody knows since when."""
        return [
            EVER if (step.why, step.state) == ("workbook", "confirmed") else step.at
            for step in self.steps.get(place.id, [])
            if step.state in states
        ]

    def holds(self, place: Row, at: datetime) -> bool:
        got = any(moment <= at for moment in self.moments(place, "confirmed"))
        return got and not any(moment < at for moment in self.moments(place, *ENDS))

    def held(self, run: Row) -> list[Row]:
        """When its first session began."""
        return [each for each in self.places.get(run.id, []) if self.holds(each, run.start)]


def all_rows(now: datetime) -> Rows:
    db.session.flush()
    of = {name: [_read(row) for row in _select(name)] for name in TABLES}
    rows = Rows(
        now,
        of,
        steps=_grouped(of["enrolment_step"], "enrolment_id"),
        marks=_grouped(of["mark"], "session_id"),
        tutor_marks=_grouped(of["tutor_mark"], "session_id"),
        deliveries=_grouped(of["delivery"], "session_id"),
        places=_grouped(of["enrolment"], "run_id"),
        pools=_grouped(of["pool"], "run_id"),
    )
    _laid_out(rows)
    return rows


def in_london(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("Europe/London"))


def _select(name: str) -> Iterable[Any]:
    return db.session.execute(text(f"SELECT * FROM {name} ORDER BY 1")).mappings()


def _read(row: Mapping[str, Any]) -> Row:
    """SQLite gives moments and days as words."""
    return Row(**{name: _value(name, value) for name, value in row.items()})


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in DAYS:
        return date.fromisoformat(value)
    if isinstance(value, str) and name in MOMENTS:
        return datetime.fromisoformat(f"{value}+00:00")
    return value


def _grouped(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _laid_out(rows: Rows) -> None:
    """Each run with its sessions, and what follows from the first that was not called off."""
    sessions, rooms = _grouped(rows.of["session"], "run_id"), rows.by_id("room")
    courses, terms, strands = rows.by_id("course"), rows.by_id("term"), rows.by_id("strand")
    venues = rows.by_id("venue")
    for run in rows.of["run"]:
        own = sorted(sessions.get(run.id, []), key=lambda each: each.starts_at)
        run.teaching = [each for each in own if each.kind == "teaching"]
        run.planned = [each for each in run.teaching if each.state == "planned"]
        run.course, run.term = courses[run.course_id], terms[run.term_id]
        run.strand = strands[run.course.strand_id]
        run.start = run.planned[0].starts_at if run.planned else None
        run.end = max((each.ends_at for each in run.planned), default=None)
        where = [rooms[each.room_id].venue_id for each in run.planned if each.room_id is not None]
        run.where = venues[where[0]] if where else None
        run.day = in_london(run.start).weekday() if run.start else None
        run.hour = _hour(in_london(run.start).hour) if run.start else None
        for each in run.teaching:
            each.run = run


def _hour(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"


def _suits(run: Row, asked: Asked) -> bool:
    is_what = {
        "term": run.term_id,
        "course": run.course_id,
        "strand": run.strand.id,
        "venue": run.where and run.where.id,
        "mode": run.mode,
        "run": run.id,
        "weekday": None if run.day is None else run.day + 1,
        "part": run.hour,
    }
    return all(is_what[name] == value for name, value in asked.items() if name in is_what)


def _within(moment: datetime, asked: Asked) -> bool:
    day = in_london(moment).date()
    return bool(asked.get("since", day) <= day <= asked.get("until", day))
