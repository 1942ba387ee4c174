"""Tutors: who they are, their side of the pair, what and when they can teach."""

from dataclasses import dataclass

from recovery_college.accounts.rules import Side
from recovery_college.intake.rules import cells, contact
from recovery_college.intake.rules.describing import Column, Row, Tab


@dataclass(frozen=True, kw_only=True)
class TutorRow(Row):
    name: str
    sides: tuple[Side, ...]
    email: str | None = None
    role: str = ""
    teaches: str = ""
    days: tuple[int, ...] = ()
    sessions_a_week: int | None = None


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
        Column("email", "e-mail", contact.email, ("email", "email address", "contact", "mail")),
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
