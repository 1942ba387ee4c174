"""Courses, and who made them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recovery_college.courses.rules import Mode, Theme
from recovery_college.intake.rules import cells
from recovery_college.intake.rules.describing import Column, Row, Tab
from recovery_college.intake.rules.tabs.people import CLINICAL, MAKER, PEER, ways


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


def _total(values: Mapping[str, object]) -> str:
    """A sum below the list; a course may be called "Total calm", but has words of its own."""
    alone = not any(values.get(key) for key in ("description", "summary", "lived", "professional"))
    total = re.match(r"(grand )?totals?\b", str(values.get("title", "")), re.IGNORECASE)
    return "it is a total, not a course." if total and alone else ""


COURSES = Tab(
    "courses",
    ("courses", "our courses", "catalogue", "prospectus", "workshops", "what we offer"),
    (
        Column(
            "title",
            "title",
            cells.text,
            (
                "course",
                "course title",
                "course name",
                "workshop",
                "workshop title",
                "workshop name",
                "name",
            ),
            needed=True,
        ),
        Column("strand", "strand", cells.text, ("theme of course", "subject", "category", "area")),
        Column("summary", "summary", cells.line, ("in short", "strapline", "short description")),
        Column(
            "description",
            "description",
            cells.prose,
            (
                "about",
                "about the course",
                "about it",
                "details",
                "what it is",
                "what it's about",
                "long description",
            ),
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
            (*ways(MAKER, PEER), *ways(PEER, "authors")),
        ),
        Column(
            "professional",
            "made with, professional experience",
            cells.names,
            (*ways(MAKER, CLINICAL), *ways(CLINICAL, "authors")),
        ),
        Column(
            "first_session_needed",
            "first session needed",
            cells.yes_no,
            (
                "first session",
                "must come to the first session",
                "first session compulsory",
                "must attend session 1",
            ),
            spare=True,
        ),
    ),
    CourseRow,
    _total,
)
