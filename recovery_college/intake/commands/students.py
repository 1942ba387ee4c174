"""Students out of the workbook. Nobody is ever taken for somebody else on a guess.

A row is somebody whom the college has when the e-mail address and the name are the same; or,
where one of the two has no address, the exact name and the phone number. If the name alone is
the same, only the office can tell, and the row is refused.
"""

from collections import defaultdict
from collections.abc import Iterable

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import address_key
from recovery_college.accounts.words import digits
from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.formatting import listed
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival, newcomer
from recovery_college.intake.rules.lookup import same
from recovery_college.intake.rules.tabs.students import STUDENTS, StudentRow

WORDS = {
    "email": "e-mail address",
    "phone": "phone number",
    "address": "address",
    "contact_by": "how to contact them",
    "needs": "what helps them",
    "called": "what they like to be called",
}
A_NUMBER_ROWS = 500  # rows between two lines of progress


class _Everyone:
    """All people by name, and the row in which each stands, if any."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.named: dict[str, list[Person]] = defaultdict(list)
        self.listed: dict[Person, StudentRow] = {}
        for person in people:
            self.named[same(person.name)].append(person)

    def called(self, name: str) -> list[Person]:
        return self.named.get(same(name), [])


def take_students(arrival: Arrival) -> None:
    rows = arrival.reading.of(STUDENTS)
    everyone = _Everyone(queries.people() if rows else ())
    for number, row in enumerate(rows, 1):
        try:
            _take(arrival, row, everyone)
        except Refusal as refusal:
            arrival.refuse(row, refusal)
        if number % A_NUMBER_ROWS == 0:
            arrival.progress("Taking students, row", row.source.number)
    db.session.flush()


def _take(arrival: Arrival, row: StudentRow, everyone: _Everyone) -> None:
    person = _same_person(row, everyone)
    if person is None:
        person = _made(arrival, row)
        everyone.named[same(row.name)].append(person)
    elif person in everyone.listed:
        raise Refusal(
            f"{row.name} stands in row {everyone.listed[person].source.number} too. Take one of "
            "the two rows out.",
            field="name",
        )
    else:
        _compare(arrival, person, row)
    everyone.listed[person] = row


def _same_person(row: StudentRow, everyone: _Everyone) -> Person | None:
    called = everyone.called(row.name)
    found = [person for person in called if _is_same(person, row)]
    if len(found) == 1:
        return found[0]
    doubtful = found or [person for person in called if not _is_another(person, row)]
    if doubtful:
        raise _ambiguous(row, doubtful)
    return None


def _is_same(person: Person, row: StudentRow) -> bool:
    if person.email and row.email:
        return address_key(person.email) == address_key(row.email)
    return bool(row.phone) and digits(person.phone) == digits(row.phone)


def _is_another(person: Person, row: StudentRow) -> bool:
    """With an address of their own each, they are two who share a name."""
    return bool(person.email and row.email)


def _ambiguous(row: StudentRow, candidates: list[Person]) -> Refusal:
    return Refusal(
        f"Is this somebody whom the college has? There is {listed(_told_apart(candidates))}. If "
        "it is the same person, write the same e-mail address, or the same phone number, in both "
        "places. If they are two, give each an e-mail address, or add this one on the page of "
        "people.",
        field="name",
    )


def _told_apart(people: list[Person]) -> list[str]:
    return [
        f"{person.name} ({_reached(person)})"
        if person.restricted_to_id is None
        else f"{person.name} (ask a manager)"
        for person in people
    ]


def _reached(person: Person) -> str:
    return person.email or person.phone or "no e-mail and no phone"


def _made(arrival: Arrival, row: StudentRow) -> Person:
    """What helps them is theirs to share: nobody has asked them yet, so no tutor reads it."""
    person = newcomer(arrival, row.name, row.email)
    for field in WORDS:
        if field != "email":
            setattr(person, field, getattr(row, field))
    db.session.add(person)
    arrival.report.taken["students"] += 1
    return person


def _compare(arrival: Arrival, person: Person, row: StudentRow) -> None:
    arrival.report.standing["students"] += 1
    gaps = arrival.gaps(f"Student {person.name}", person, row, _fields(person, row))
    arrival.fill(person, gaps)


def _fields(person: Person, row: StudentRow) -> dict[str, str]:
    """An address or a number that is only written in another way is no difference."""
    alike = {
        "email": address_key(person.email or "") == address_key(row.email or ""),
        "phone": digits(person.phone) == digits(row.phone),
    }
    return {field: word for field, word in WORDS.items() if not alike.get(field)}
