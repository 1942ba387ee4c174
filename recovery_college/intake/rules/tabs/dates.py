"""Dates: one session a line, with its place and its pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from recovery_college.courses.rules import Mode
from recovery_college.intake.rules import cells, times
from recovery_college.intake.rules.cells import Part
from recovery_college.intake.rules.describing import Column, Row, Tab
from recovery_college.intake.rules.tabs.people import CLINICAL, PEER, TEACHER, ways
from recovery_college.intake.rules.times import Hours


@dataclass(frozen=True, kw_only=True)
class DateRow(Row):
    course: str
    day: date
    starts: Hours
    ends: time | None = None
    term: str = ""
    venue: str = ""
    room: str = ""
    capacity: int | None = None
    mode: Mode | None = None
    link: str = ""
    lived: tuple[str, ...] = ()
    professional: tuple[str, ...] = ()
    part: Part | None = None
    tutors: tuple[str, ...] = ()
    status: bool = False
    cancelled: bool = False


def _called_off(values: Mapping[str, object]) -> str:
    off = values.get("status") or values.get("cancelled")
    return "it says that it is cancelled or postponed." if off else ""


DATES = Tab(
    "dates",
    ("dates", "sessions", "timetable", "schedule", "calendar", "diary", "programme", "runs"),
    (
        Column(
            "course",
            "course",
            cells.text,
            ("workshop", "title", "course title", "course name", "session title", "workshop name"),
            needed=True,
        ),
        Column("term", "term", cells.text, ("season", "semester", "term name")),
        Column(
            "day",
            "date",
            times.day,
            ("start date", "session date", "on", "date of session", "when"),
            needed=True,
        ),
        Column(
            "starts",
            "start",
            times.hours,
            ("from", "time", "times", "start time", "begins", "starts", "starts at", "hours"),
            needed=True,
        ),
        Column(
            "ends",
            "end",
            times.clock,
            ("to", "until", "till", "end time", "finish", "ends", "ends at"),
        ),
        Column("venue", "venue", cells.text, ("place", "where", "location", "building", "site")),
        Column("room", "room", cells.text, ("space", "room name", "which room", "room we use")),
        Column(
            "capacity",
            "places",
            cells.number,
            ("capacity", "max", "maximum", "places available", "group size", "limit", "max people"),
        ),
        Column("mode", "how people meet", cells.mode, ("mode", "delivery", "how"), spare=True),
        Column(
            "link", "link", cells.link, ("zoom link", "meeting link", "joining link"), spare=True
        ),
        Column(
            "lived", "peer tutor", cells.names, (*ways(PEER, TEACHER), "peer", "lived experience")
        ),
        Column(
            "professional",
            "professional tutor",
            cells.names,
            (*ways(CLINICAL, TEACHER), "professional", "clinician", "staff"),
        ),
        Column("tutors", "tutors", cells.names, ("tutor", "trainers", "facilitators", "taught by")),
        Column(
            "part",
            "session",
            cells.part,
            ("session number", "number", "no", "week", "part", "session of", "which session"),
        ),
        Column("status", "status", cells.called_off, ("state",), spare=True),
        Column(
            "cancelled",
            "cancelled",
            cells.is_called_off,
            ("canceled", "postponed", "called off", "cancelled or postponed"),
            spare=True,
        ),
    ),
    DateRow,
    _called_off,
)
