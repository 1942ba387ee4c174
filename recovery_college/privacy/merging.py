"""What would move if two records of one person became one: to be looked at, and then done."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from recovery_college.accounts.models import Person
from recovery_college.privacy import queries

FIELDS = {
    "name": "Name",
    "called": "Likes to be called",
    "pronouns": "Pronouns",
    "email": "E-mail address",
    "phone": "Phone number",
    "address": "Postal address",
    "contact_by": "How to contact them",
    "contact_when": "When it is safe",
    "needs": "What helps them",
    "emergency_contact": "In an emergency",
}
LABELS = (*FIELDS.values(), "Signed in with", "Job")  # all that `earlier` may say
MORE_CAREFUL = {"discreet": True, "neutral": True, "needs_shared": False}
ROWS = {
    "acceptance": "agreements that they said yes to",
    "coming_as": "an answer to why they come",
    "contributor": "courses that they made with others",
    "enrolment": "places that they asked for",
    "equality_answer": "equality answers",
    "outbox_message": "messages to them",
    "passkey": "passkeys",
    "ring_first": "a note to ring first",
    "role": "roles",
    "sign_in": "the way they sign in",
    "tutor": "what they teach, and when",
    "visit": "devices on which they are signed in",
}
PASSING = {
    "visit",
    "incoming_mail",
    "outbox_message",
    "data_copy",
    "enrolment_step",
}  # these may change while somebody looks
SEEN_BY_NOBODY = {"coming_as", "equality_answer"}  # that there are any is nobody's business


@dataclass(frozen=True)
class Conflict:
    """Both records say something, and not the same."""

    field: str
    label: str
    kept: str
    other: str


@dataclass(frozen=True)
class Preview:
    """`state` is a print of both records: what is done is what was looked at."""

    fills: Sequence[tuple[str, str]]
    conflicts: Sequence[Conflict]
    moves: Sequence[tuple[str, int]]
    state: str


def preview_of(kept: Person, other: Person) -> Preview:
    return Preview(
        fills=[
            (FIELDS[f], _said(other, f)) for f in FIELDS if _said(other, f) and not _said(kept, f)
        ],
        conflicts=[
            Conflict(f, FIELDS[f], _said(kept, f), _said(other, f))
            for f in FIELDS
            if _said(kept, f) and _said(other, f) and _said(kept, f) != _said(other, f)
        ],
        moves=_moves(other),
        state=state_of(kept, other),
    )


def state_of(kept: Person, other: Person) -> str:
    """Changes with any value or row of either record that the office may know of."""
    values = [
        [str(getattr(person, column.name)) for column in Person.__table__.columns]
        for person in (kept, other)
    ]
    rows = [
        sorted(str(row) for row in queries.rows_of(key, person))
        for person in (kept, other)
        for key in queries.keys_to_people()
        if key.table.name not in PASSING | SEEN_BY_NOBODY
    ]
    return sha256(repr((values, rows)).encode()).hexdigest()[:24]


def _moves(other: Person) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for key in queries.keys_to_people():
        words = ROWS.get(key.table.name)
        if words and key.column.name in ("person_id", "other_id"):
            many = sum(1 for _ in queries.rows_of(key, other))
            counts[words] = counts.get(words, 0) + many
    hidden = {ROWS[name] for name in SEEN_BY_NOBODY}
    return [(words, many) for words, many in counts.items() if many and words not in hidden]


def _said(person: Person, field: str) -> str:
    value = getattr(person, field)
    return str(getattr(value, "label", value) or "")
