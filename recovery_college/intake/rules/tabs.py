"""The tabs of a workbook, one small description each: its names, its columns, how each is read.

A new kind of tab is one more description here, and a command that takes its rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import product
from typing import Any, Generic, TypeVar

from recovery_college.accounts.rules import Side
from recovery_college.courses.rules import Mode, Theme
from recovery_college.intake.rules import cells, times
from recovery_college.intake.rules.cells import Part, Raw
from recovery_college.intake.rules.report import Fault, letter
from recovery_college.intake.rules.times import Hours


@dataclass(frozen=True)
class Column:
    """What a column holds. `also` are other words for its heading.

    A cell that is `needed` and empty, or can't be read, stops its row; one that is `spare` and
    can't be read is left out, and the row is taken.
    """

    key: str
    name: str
    read: Callable[[Raw], object]
    also: tuple[str, ...] = ()
    needed: bool = False
    spare: bool = False


R = TypeVar("R", bound="Row", covariant=True)


@dataclass(frozen=True)
class Tab(Generic[R]):
    """`row` is what a line of it becomes; a tab without one is known, but not taken yet."""

    holds: str
    also: tuple[str, ...]
    columns: tuple[Column, ...]
    row: Callable[..., R] | None = None

    @property
    def needed(self) -> set[str]:
        return {column.key for column in self.columns if column.needed}


@dataclass(frozen=True)
class Place:
    """A column that was found: where, and what stands above it."""

    index: int
    heading: str


@dataclass(frozen=True)
class Source:
    """Where a row was read, so that whatever is wrong with it can be named."""

    tab: str
    number: int
    places: Mapping[str, Place]
    cells: tuple[Raw, ...]

    def fault(self, key: str | None, reason: str) -> Fault:
        place = self.places.get(key or "")
        if place is None:
            return Fault(self.tab, self.number, reason)
        raw = self.cells[place.index] if place.index < len(self.cells) else None
        cell = f"{letter(place.index)}{self.number}"
        return Fault(self.tab, self.number, reason, cell, place.heading, cells.shown(raw))

    def __str__(self) -> str:
        return f"{self.tab} row {self.number}"


@dataclass(frozen=True, kw_only=True)
class Row:
    source: Source


@dataclass(frozen=True, kw_only=True)
class CourseRow(Row):
    title: str
    strand: str = "Our courses"
    summary: str = ""
    description: str = ""
    learn: str = ""
    suits: str = ""
    session_like: str = ""
    content_note: str = ""
    bring: str = ""
    themes: tuple[Theme, ...] = ()
    mode: Mode | None = None
    lived: tuple[str, ...] = ()
    professional: tuple[str, ...] = ()
    first_session_needed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RoomRow(Row):
    venue: str
    room: str = ""
    address: str = ""
    getting_there: str = ""
    buses: str = ""
    parking: str = ""
    toilets: str = ""
    places: int | None = None
    step_free: bool | None = None
    hearing_loop: bool | None = None
    quiet_space: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TutorRow(Row):
    name: str
    sides: tuple[Side, ...]
    email: str | None = None
    role: str = ""
    teaches: str = ""
    days: tuple[int, ...] = ()
    sessions_a_week: int | None = None


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
    tutors: tuple[str, ...] = field(default=())


def _ways(firsts: str, seconds: str) -> tuple[str, ...]:
    """Every pair of words, as in "peer trainer", "lived facilitator"."""
    return tuple(" ".join(pair) for pair in product(firsts.split(","), seconds.split(",")))


PEER = "peer,lived experience,lived,living experience,expert by experience,ebe"
CLINICAL = "professional,clinical,clinician,staff,practitioner,learned experience"
TEACHER = "tutor,trainer,facilitator,lead,teacher,co tutor,co facilitator,name"
MAKER = "made with,made by,co produced with,co produced by,designed with,written with,author"

COURSES = Tab(
    "courses",
    ("courses", "our courses", "catalogue", "prospectus", "workshops", "what we offer"),
    (
        Column(
            "title",
            "title",
            cells.text,
            ("course", "course title", "course name", "workshop", "workshop title", "name"),
            needed=True,
        ),
        Column("strand", "strand", cells.text, ("theme of course", "subject", "category", "area")),
        Column("summary", "summary", cells.text, ("in short", "strapline", "short description")),
        Column(
            "description",
            "description",
            cells.prose,
            ("about", "about the course", "about it", "details", "what it is", "long description"),
        ),
        Column(
            "learn",
            "what you will learn",
            cells.bullets,
            ("learning outcomes", "outcomes", "you will learn", "what you'll learn", "aims"),
        ),
        Column(
            "suits",
            "who it may suit",
            cells.prose,
            ("who it is for", "who is it for", "who for", "suitable for", "for", "audience"),
        ),
        Column(
            "session_like",
            "what a session is like",
            cells.prose,
            ("what a session is like", "what to expect", "how it works", "format"),
        ),
        Column("content_note", "content note", cells.prose, ("content warning", "please note")),
        Column("bring", "what to bring", cells.prose, ("bring", "please bring", "you will need")),
        Column(
            "themes",
            "themes (CHIME)",
            cells.themes,
            ("chime", "themes", "chime themes"),
            spare=True,
        ),
        Column(
            "mode", "how people meet", cells.mode, ("mode", "delivery", "how", "online"), spare=True
        ),
        Column(
            "lived",
            "made with, lived experience",
            cells.names,
            (*_ways(MAKER, PEER), *_ways(PEER, "authors")),
        ),
        Column(
            "professional",
            "made with, professional experience",
            cells.names,
            (*_ways(MAKER, CLINICAL), *_ways(CLINICAL, "authors")),
        ),
        Column(
            "first_session_needed",
            "first session needed",
            cells.yes_no,
            ("first session", "must come to the first session", "first session compulsory"),
            spare=True,
        ),
    ),
    CourseRow,
)

VENUES = Tab(
    "venues and rooms",
    ("venues", "rooms", "where we meet", "places", "locations", "buildings", "sites"),
    (
        Column(
            "venue",
            "venue",
            cells.text,
            ("place", "building", "location", "site", "venue name", "where", "name", "centre"),
            needed=True,
        ),
        Column("room", "room", cells.text, ("room name", "space", "which room")),
        Column("address", "address", cells.prose, ("street", "full address", "postal address")),
        Column(
            "getting_there",
            "getting there",
            cells.prose,
            ("directions", "how to get there", "travel"),
        ),
        Column(
            "buses", "buses", cells.prose, ("bus", "public transport", "bus stop", "bus routes")
        ),
        Column("parking", "parking", cells.prose, ("car park", "parking space", "where to park")),
        Column("toilets", "toilets", cells.prose, ("toilet", "accessible toilet", "wc")),
        Column(
            "places",
            "places",
            cells.number,
            ("capacity", "max", "maximum", "seats", "holds", "how many people", "size", "room for"),
        ),
        Column(
            "step_free",
            "step-free",
            cells.yes_no,
            ("step free access", "wheelchair access", "wheelchair", "level access", "accessible"),
            spare=True,
        ),
        Column(
            "hearing_loop", "hearing loop", cells.yes_no, ("loop", "induction loop"), spare=True
        ),
        Column(
            "quiet_space",
            "quiet space",
            cells.yes_no,
            ("quiet room", "quiet area", "breakout space", "calm space"),
            spare=True,
        ),
    ),
    RoomRow,
)

TUTORS = Tab(
    "tutors",
    ("tutors", "trainers", "facilitators", "teachers", "our team", "who teaches"),
    (
        Column(
            "name",
            "name",
            cells.person,
            ("tutor", "trainer", "facilitator", "full name", "tutor name", "who", "teacher"),
            needed=True,
        ),
        Column(
            "sides",
            "side of the pair",
            cells.sides,
            ("side", "peer or professional", "experience", "type", "kind", "lived or professional"),
            needed=True,
        ),
        Column("email", "e-mail", cells.email, ("email", "email address", "contact", "mail")),
        Column("role", "role", cells.text, ("job", "job title", "position", "profession")),
        Column(
            "teaches",
            "courses they can teach",
            cells.prose,
            ("can teach", "teaches", "courses", "course", "happy to teach", "workshops"),
        ),
        Column(
            "days",
            "days",
            cells.weekdays,
            ("available", "availability", "days available", "can do", "working days"),
            spare=True,
        ),
        Column(
            "sessions_a_week",
            "sessions a week at most",
            cells.number,
            ("sessions a week", "max a week", "weekly limit", "sessions per week", "limit", "max"),
            spare=True,
        ),
    ),
    TutorRow,
)

DATES = Tab(
    "dates",
    ("dates", "sessions", "timetable", "schedule", "calendar", "diary", "programme", "runs"),
    (
        Column(
            "course",
            "course",
            cells.text,
            ("workshop", "title", "course title", "course name", "session title"),
            needed=True,
        ),
        Column("term", "term", cells.text, ("season", "semester", "term name")),
        Column(
            "day",
            "date",
            times.day,
            ("start date", "session date", "on", "date of session"),
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
        Column("room", "room", cells.text, ("space", "room name", "which room")),
        Column(
            "capacity",
            "places",
            cells.number,
            ("capacity", "max", "maximum", "places available", "group size", "limit"),
        ),
        Column("mode", "how people meet", cells.mode, ("mode", "delivery", "how"), spare=True),
        Column(
            "link", "link", cells.link, ("zoom link", "meeting link", "joining link"), spare=True
        ),
        Column(
            "lived", "peer tutor", cells.names, (*_ways(PEER, TEACHER), "peer", "lived experience")
        ),
        Column(
            "professional",
            "professional tutor",
            cells.names,
            (*_ways(CLINICAL, TEACHER), "professional", "clinician", "staff"),
        ),
        Column("tutors", "tutors", cells.names, ("tutor", "trainers", "facilitators", "taught by")),
        Column(
            "part",
            "session",
            cells.part,
            ("session number", "number", "no", "week", "part", "session of", "which session"),
        ),
    ),
    DateRow,
)

STUDENTS: Tab[Row] = Tab(
    "students",
    ("students", "learners", "members", "people", "contacts"),
    (
        Column("name", "name", cells.person, ("student", "full name", "learner"), needed=True),
        Column("email", "e-mail", cells.email, ("email", "email address")),
        Column("phone", "phone", cells.text, ("telephone", "mobile", "phone number")),
        Column("address", "address", cells.prose, ("postal address", "home address")),
        Column("contact", "contact me by", cells.text, ("contact by", "prefers", "how to contact")),
        Column("helps", "what helps me learn", cells.prose, ("access needs", "what helps")),
    ),
)

BOOKINGS: Tab[Row] = Tab(
    "bookings",
    ("bookings", "enrolments", "places booked", "registrations", "waiting list"),
    (
        Column("student", "student", cells.text, ("learner", "who"), needed=True),
        Column("course", "course", cells.text, ("workshop", "title"), needed=True),
        Column("day", "first date", times.day, ("date", "start date", "starts")),
        Column("status", "status", cells.text, ("state", "booked or waiting")),
        Column("booked", "booked on", times.day, ("booking date", "date booked")),
    ),
)

ATTENDANCE: Tab[Row] = Tab(
    "attendance",
    ("attendance", "registers", "marks", "who came"),
    (
        Column("student", "student", cells.text, ("learner", "who"), needed=True),
        Column("course", "course", cells.text, ("workshop", "title"), needed=True),
        Column("day", "date", times.day, ("session date", "on")),
        Column("mark", "mark", cells.text, ("attended", "came", "present"), needed=True),
    ),
)

NEEDED: tuple[Tab[Any], ...] = (COURSES, VENUES, TUTORS, DATES)
KNOWN: tuple[Tab[Any], ...] = (*NEEDED, STUDENTS, BOOKINGS, ATTENDANCE)
