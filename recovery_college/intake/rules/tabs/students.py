"""Students: who they are, how to reach them, and what helps them, in their own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from recovery_college.accounts.rules import ContactBy
from recovery_college.intake.rules import cells
from recovery_college.intake.rules.describing import Column, Row, Tab


@dataclass(frozen=True, kw_only=True)
class StudentRow(Row):
    name: str
    email: str | None = None
    phone: str = ""
    address: str = ""
    contact_by: ContactBy | None = None
    needs: str = ""
    called: str = ""


def _total(values: Mapping[str, object]) -> str:
    """A sum below the list has no way to reach it."""
    alone = not any(values.get(key) for key in ("email", "phone", "address"))
    is_sum = str(values.get("name", "")).casefold().startswith(("total", "grand total"))
    return "it is a total, not a person." if alone and is_sum else ""


STUDENTS = Tab(
    "students",
    ("students", "learners", "members", "people", "contacts"),
    (
        Column("name", "name", cells.person, ("student", "full name", "learner"), needed=True),
        Column("email", "e-mail", cells.email, ("email", "email address", "mail")),
        Column(
            "phone",
            "phone",
            cells.phone,
            ("telephone", "mobile", "phone number", "tel", "contact number"),
            spare=True,
        ),
        Column("address", "address", cells.prose, ("postal address", "home address", "post")),
        Column(
            "contact_by",
            "contact me by",
            cells.contact_by,
            ("contact by", "prefers", "how to contact", "preferred contact", "contact"),
            spare=True,
        ),
        Column(
            "needs",
            "what helps me learn",
            cells.prose,
            ("access needs", "what helps", "helps", "adjustments", "support to take part"),
        ),
        Column("called", "likes to be called", cells.text, ("known as", "preferred name")),
    ),
    StudentRow,
    _total,
)
