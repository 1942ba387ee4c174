"""Students out of the workbook. Nobody is ever taken for somebody else on a guess.

People must be held before courses, and who arrives as a tutor may also be a student. So first
come the rows of those whom the college has, and once the tutors are there all the others.
"""

from collections.abc import Iterable

from recovery_college import audit
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import REACHED_AT
from recovery_college.database import db, hold
from recovery_college.errors import Refusal
from recovery_college.intake.commands.arrival import Arrival, Gaps, newcomer
from recovery_college.intake.commands.people import Known, People, ambiguous, told_apart
from recovery_college.intake.commands.tutors import tutor_identity
from recovery_college.intake.rules.describing import Row
from recovery_college.intake.rules.identity import Identity, identity
from recovery_college.intake.rules.tabs.students import STUDENTS, StudentRow
from recovery_college.intake.rules.tabs.tutors import TUTORS

WORDS = {
    "email": "e-mail address",
    "phone": "phone number",
    "address": "address",
    "contact_by": "how to contact them",
    "called": "what they like to be called",
}
FIELDS = (*WORDS, "needs")
ROWS = 500  # between two lines of progress


def take_known_students(arrival: Arrival, people: People) -> list[StudentRow]:
    """Fill in what is missing of whom the college has; gives the rows of all others."""
    left: list[StudentRow] = []
    gaps: dict[Known, Gaps] = {}
    for row in arrival.reading.of(STUDENTS):
        try:
            known = people.same(_identity(row))
            if known:
                _stands_once(known, row)
                gaps[known] = _compared(arrival, known, row)
            else:
                left.append(row)
        except Refusal as refusal:
            arrival.refuse(row, refusal)
    _fill(arrival, gaps, _tutors_to_be(arrival, people))
    _say_own(arrival, gaps)
    return left


def take_new_students(arrival: Arrival, people: People, rows: Iterable[StudentRow]) -> None:
    """Who has more to tell them by comes first, so that the order of rows doesn't matter."""
    ordered = sorted(rows, key=lambda row: (not row.email, not row.phone))
    for count, row in enumerate(ordered, 1):
        try:
            _take(arrival, row, people)
        except Refusal as refusal:
            arrival.refuse(row, refusal)
        if count % ROWS == 0:
            arrival.progress(f"Taking students, of {len(ordered)}", count)
    db.session.flush()


def _identity(row: StudentRow) -> Identity:
    return identity(row.full_name, row.email, row.phone, row.address)


def _stands_once(known: Known, row: StudentRow) -> None:
    if known.row:
        raise Refusal(
            f"{row.full_name} stands in row {known.row.source.number} too. Take one of the two "
            "rows out.",
            field="name",
        )
    known.row = row


def _compared(arrival: Arrival, known: Known, row: StudentRow) -> Gaps:
    """What the row can fill in. Of a record that isn't open to who imports, nothing is said."""
    arrival.report.standing["students"] += 1
    if known.hidden:
        return []
    person, what = known.person, f"Student {known.person.name}"
    differing = {f: word for f, word in WORDS.items() if not _alike(known, row, f)}
    gaps = arrival.gaps(what, person, row, differing)
    if row.needs and person.needs and row.needs != person.needs:
        arrival.report.differs.append(f"{what}: what helps them is not the same.")
    elif row.needs and not person.needs:
        gaps.append(("needs", row.needs))
    return [(field, value) for field, value in gaps if _fits(arrival, person, row, field)]


def _alike(known: Known, row: StudentRow, field: str) -> bool:
    """An address or a number that is only written in another way is no difference."""
    here, there = _identity(row), known.identity
    alike = {
        "email": here.emails <= there.emails,
        "phone": here.phones <= there.phones,
        "address": here.address == there.address,
    }
    return alike.get(field, False)


def _fits(arrival: Arrival, person: Person | None, row: StudentRow, field: str) -> bool:
    """A way to hear from us that leads nowhere is left out, and said."""
    if field != "contact_by" or row.contact_by is None:
        return True
    where = REACHED_AT[row.contact_by]
    if getattr(row, where) or (person and getattr(person, where)):
        return True
    fault = row.source.fault("contact_by", "Nothing in the row says where that would reach them.")
    arrival.report.notes.append(f"{fault} The row is taken without it.")
    return False


def _tutors_to_be(arrival: Arrival, people: People) -> set[Person]:
    """Students who arrive as tutors now: they are given a role, and so must be held."""
    found: set[Person] = set()
    for row in arrival.reading.of(TUTORS):
        try:
            known = people.same(tutor_identity(row)) if row.email else None
        except Refusal:
            continue  # it is said when the row's turn comes
        if known and not known.teaches:
            found.add(known.person)
    return found


def _fill(arrival: Arrival, gaps: dict[Known, Gaps], more: set[Person]) -> None:
    """Whoever signs in to their own record looks after it, and nothing of it is filled in."""
    filled = {k.person: found for k, found in gaps.items() if found and not k.own}
    hold(*(filled.keys() | more))
    for person, found in filled.items():
        missing = [(field, value) for field, value in found if not getattr(person, field)]
        arrival.fill(person, missing)
        fields = [field for field, _ in missing]
        if fields:
            audit.record(arrival.actor, "changed", person, fields=fields, at=arrival.now)


def _say_own(arrival: Arrival, gaps: dict[Known, Gaps]) -> None:
    own = [known.row for known, found in gaps.items() if found and known.own and known.row]
    arrival.report.notes.extend(
        f"{row.source} says more than the college knows, but this person looks after their own "
        "record. Nothing was filled in."
        for row in own
    )


def _take(arrival: Arrival, row: StudentRow, people: People) -> None:
    here = _identity(row)
    known = people.same(here)
    if known:
        _stands_once(known, row)
        _write(arrival, known.person, row)
    else:
        doubtful = people.doubtful(here)
        if doubtful:
            raise ambiguous(doubtful, "name")
        _say_makers(arrival, row, people.bare_makers(here))
        people.add(_write(arrival, newcomer(arrival, row.full_name, row.email), row), row=row)
    arrival.report.taken["students"] += 1


def _write(arrival: Arrival, person: Person, row: StudentRow) -> Person:
    """What helps them is theirs to share: nobody has asked them yet, so no tutor reads it."""
    for field in FIELDS:
        value = getattr(row, field)
        if value and not getattr(person, field) and _fits(arrival, person, row, field):
            setattr(person, field, value)
    db.session.add(person)
    return person


def _say_makers(arrival: Arrival, row: Row, makers: list[Known]) -> None:
    if makers:
        arrival.report.notes.append(
            f"{row.source} is taken as a new person. There is {told_apart(makers)} too, who made "
            "a course. If they are one, make one record of the two on their page."
        )
