"""Students: who they are, how to reach them, and what helps them, in their own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from recovery_college.accounts.rules import ContactBy
from recovery_college.intake.rules import cells, contact
from recovery_college.intake.rules.describing import Column, Row, Tab
from recovery_college.intake.rules.lookup import same


@dataclass(frozen=True, kw_only=True)
class StudentRow(Row):
    """`name` is the whole name, or the first one where the surname has a column of its own."""

    name: str
    surname: str = ""
    email: str | None = None
    phone: str = ""
    address: str = ""
    contact_by: ContactBy | None = None
    needs: str = ""
    called: str = ""

    @property
    def full_name(self) -> str:
        said = not self.surname or same(self.name).endswith(same(self.surname))
        return self.name if said else f"{self.name} {self.surname}"


def _total(values: Mapping[str, object]) -> str:
    """A sum below the list has no way to reach it."""
    alone = not any(values.get(key) for key in ("email", "phone", "address"))
    is_sum = str(values.get("name", "")).casefold().startswith(("total", "grand total"))
    return "it is a total, not a person." if alone and is_sum else ""


STUDENTS = Tab(
    "students",
    ("students", "learners", "members", "people", "contacts", "participants"),
    (
        Column(
            "name",
            "name",
            cells.person,
            (
                *("student", "full name", "learner", "student name", "learner name"),
                *("first name", "forename", "given name"),
            ),
            needed=True,
        ),
        Column("surname", "surname", cells.text, ("last name", "family name")),
        Column("email", "e-mail", contact.email, ("email", "email address", "mail")),
        Column(
            "phone",
            "phone",
            contact.phone,
            (
                *("telephone", "mobile", "phone number", "tel", "contact number", "tel no"),
                *("mobile number", "mobile phone", "telephone number"),
            ),
            spare=True,
        ),
        Column(
            "address",
            "address",
            contact.address,
            ("postal address", "home address", "full address", "post"),
            spare=True,
        ),
        Column(
            "contact_by",
            "contact me by",
            contact.way,
            (
                *("contact by", "prefers", "how to contact", "preferred contact", "contact"),
                *("contact preference", "preferred contact method", "best way to contact"),
            ),
            spare=True,
        ),
        Column(
            "needs",
            "what helps me learn",
            contact.needs,
            (
                *("access needs", "what helps", "helps", "adjustments", "support to take part"),
                *("support needs", "access requirements"),
            ),
            spare=True,
        ),
        Column("called", "likes to be called", cells.text, ("known as", "preferred name")),
    ),
    StudentRow,
    _total,
)
