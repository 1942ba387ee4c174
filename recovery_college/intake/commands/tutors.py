"""Tutors out of the workbook. Nobody is ever taken for somebody else on a guess."""

from collections import defaultdict
from collections.abc import Iterable

from recovery_college import audit
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.formatting import listed
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival, newcomer, role_given
from recovery_college.intake.commands.people import People, told_apart
from recovery_college.intake.rules.cells import titles
from recovery_college.intake.rules.identity import Identity, identity
from recovery_college.intake.rules.lookup import Lookup, same, suggestion
from recovery_college.intake.rules.tabs.tutors import TUTORS, TutorRow
from recovery_college.tutors.models import Teaches, Tutor, TutorSide, TutorWindow
from recovery_college.tutors.rules import WHOLE_DAY

WORDS = {"role": "role", "sessions_a_week": "sessions a week at most"}
TITLES = {Side.LIVED: "a peer tutor", Side.PROFESSIONAL: "a professional tutor"}


class Tutors:
    """Every tutor by name and by e-mail address; both may be shared."""

    def __init__(self, tutors: Iterable[Tutor]) -> None:
        self.listed: dict[Tutor, TutorRow] = {}
        self.named: dict[str, list[Tutor]] = defaultdict(list)
        self._refused: dict[str, object] = {}
        for tutor in tutors:
            self.add(tutor)

    def add(self, tutor: Tutor) -> None:
        self.named[same(tutor.person.name)].append(tutor)

    def refuse(self, name: str, source: object) -> None:
        self._refused[same(name)] = source

    def on(self, side: Side, name: str) -> list[Tutor]:
        return [tutor for tutor in self._called(name) if side in _sides(tutor)]

    def find(self, name: str, side: Side | None, field: str) -> tuple[Side, Tutor]:
        """The one tutor of this name, or with this address, who takes the side."""
        called = self._called(name)
        fitting = [tutor for tutor in called if side is None or side in _sides(tutor)]
        if len(fitting) == 1:
            return side or _only_side(fitting[0], field), fitting[0]
        if fitting:
            raise _which_of(name, fitting, field)
        raise Refusal(self._why_not(name, side, called), field=field)

    def _called(self, name: str) -> list[Tutor]:
        if "@" not in name:
            return self.named.get(same(name), [])
        everyone = (tutor for tutors in self.named.values() for tutor in tutors)
        return [tutor for tutor in everyone if _address(tutor.person.email) == _address(name)]

    def _why_not(self, name: str, side: Side | None, called: list[Tutor]) -> str:
        if called and side:
            return f"In the list of tutors, {name} is not {TITLES[side]}."
        if same(name) in self._refused:
            return f"{name} was not taken as a tutor: see {self._refused[same(name)]}."
        written = {key: tutors[0].person.name for key, tutors in self.named.items() if tutors}
        return f'"{name}" is not in the list of tutors.{suggestion(same(name), written)}'


def take_tutors(arrival: Arrival, courses: Lookup[Course], people: People) -> Tutors:
    there = queries.tutors()
    tutors = Tutors(there)
    rows = arrival.reading.of(TUTORS)
    for source, name in arrival.reading.lost_of(TUTORS, "name"):
        tutors.refuse(name, source)
    for row in rows:
        try:
            tutor = _same_tutor(row, tutors, rows)
            if tutor:
                _compare(arrival, tutor, row)
            else:
                tutor = _made(arrival, row, tutors, people)
            tutors.listed[tutor] = row
            _can_teach(arrival, tutor, row, courses)
        except Refusal as refusal:
            tutors.refuse(row.name, row.source)
            arrival.refuse(row, refusal)
    gone = sorted(tutor.person.name for tutor in there if tutor not in tutors.listed)
    arrival.report.absent += [f"Tutor {name}" for name in gone]
    db.session.flush()
    return tutors


def _same_tutor(row: TutorRow, tutors: Tutors, rows: list[TutorRow]) -> Tutor | None:
    """The tutor whom the row means, or None if they are new."""
    called = tutors.named.get(same(row.name), [])
    found = [t for t in called if not row.email or _address(t.person.email) == _address(row.email)]
    _check_once(row, found, tutors)
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(row, found)
    _check_nobody_else(row, called, rows)
    return None


def _check_once(row: TutorRow, found: list[Tutor], tutors: Tutors) -> None:
    twin = next((tutors.listed[tutor] for tutor in found if tutor in tutors.listed), None)
    if twin:
        raise Refusal(
            f"{row.name} stands in row {twin.source.number} too. If they are two people, give "
            "each an e-mail address of their own.",
            field="name",
        )


def _check_nobody_else(row: TutorRow, called: list[Tutor], rows: list[TutorRow]) -> None:
    """Somebody of this name with no address, or with one that left the list, may be the same."""
    kept = {
        _address(each.email) for each in rows if same(each.name) == same(row.name) and each.email
    }
    doubtful = [t for t in called if not t.person.email or _address(t.person.email) not in kept]
    if doubtful:
        raise _ambiguous(row, doubtful)


def _ambiguous(row: TutorRow, candidates: list[Tutor]) -> Refusal:
    told = _tutors_told_apart(candidates)
    return Refusal(
        f"Is this somebody whom the college has? There is {told}. Write the same e-mail address in "
        "both places, or none, if they are one person. If they are two, list both with their "
        "addresses.",
        field="name",
    )


def tutor_identity(row: TutorRow) -> Identity:
    return identity(row.name, row.email, "", "")


def _made(arrival: Arrival, row: TutorRow, tutors: Tutors, people: People) -> Tutor:
    known = people.same(tutor_identity(row)) if row.email else None
    if known:
        known.teaches = True
    tutor = Tutor(
        person=_as_tutor(arrival, known.person) if known else _new(arrival, row, people),
        role=row.role,
        sessions_a_week=row.sessions_a_week,
        sides=[TutorSide(side=side) for side in row.sides],
        windows=_windows(arrival, row),
    )
    db.session.add(tutor)
    tutors.add(tutor)
    arrival.report.taken["tutors"] += 1
    return tutor


def _as_tutor(arrival: Arrival, person: Person) -> Person:
    """A student who teaches too, by the same name and address, is one person with both hats."""
    if Role.TUTOR not in person.roles:
        person.role_rows.append(role_given(arrival, Role.TUTOR))
        audit.record(arrival.actor, "gave a role to", person, fields=(Role.TUTOR,), at=arrival.now)
    return person


def _new(arrival: Arrival, row: TutorRow, people: People) -> Person:
    """Without an address nobody can tell whether a student of this name is meant."""
    alike = people.doubtful(tutor_identity(row)) if not row.email else []
    if alike:
        arrival.report.notes.append(
            f"{row.source}: {row.name} is taken as a new person. There is {told_apart(alike)} too. "
            "If they are one, make one record of the two on their page."
        )
    person = newcomer(arrival, row.name, row.email, Role.TUTOR)
    people.add(person, teaches=True)
    return person


def _compare(arrival: Arrival, tutor: Tutor, row: TutorRow) -> None:
    arrival.report.standing["tutors"] += 1
    what = f"Tutor {tutor.person.name}"
    arrival.fill(tutor, arrival.gaps(what, tutor, row, WORDS))
    if row.days and not tutor.windows:
        arrival.fill(tutor, [("windows", _windows(arrival, row))])
    elif row.days and set(row.days) != {each.weekday for each in tutor.windows}:
        arrival.report.differs.append(f"{what}: the days are not the same.")
    if set(row.sides) != _sides(tutor):
        here, there = (listed(sorted(side.label for side in s)) for s in (row.sides, _sides(tutor)))
        arrival.differs(what, "side of the pair", here=here, there=there)


def _windows(arrival: Arrival, row: TutorRow) -> list[TutorWindow]:
    """A day that is named is meant from morning to night, from today on."""
    starts, ends = WHOLE_DAY
    return [
        TutorWindow(weekday=day, starts=starts, ends=ends, from_on=arrival.today)
        for day in row.days
    ]


def _can_teach(arrival: Arrival, tutor: Tutor, row: TutorRow, courses: Lookup[Course]) -> None:
    """What they can teach grows; nothing is taken away. An unknown title is left out, and said."""
    found, strange = titles(row.teaches, courses.knows)
    there = {each.course_id for each in tutor.teaches}
    for title in dict.fromkeys(map(same, found)):
        course = courses.find(title, field="teaches")
        if course.id not in there:
            tutor.teaches.append(Teaches(course_id=course.id))
            if tutor.id:
                arrival.report.filled["course that a tutor can teach"] += 1
    for title in strange:
        try:
            courses.find(title, field="teaches")
        except Refusal as refusal:
            fault = row.source.fault("teaches", refusal.message)
            arrival.report.notes.append(f"{fault} The tutor is taken without it.")


def _sides(tutor: Tutor) -> set[Side]:
    return {each.side for each in tutor.sides}


def _only_side(tutor: Tutor, field: str) -> Side:
    if len(tutor.sides) != 1:
        raise Refusal(
            f"{tutor.person.name} can be either half of the pair. Use two columns, one for the "
            "peer tutor and one for the professional tutor.",
            field=field,
        )
    return tutor.sides[0].side


def _which_of(name: str, tutors: list[Tutor], field: str) -> Refusal:
    by_address = "@" in name
    called = "with the address" if by_address else "called"
    instead = "name" if by_address else "e-mail address instead of the name"
    return Refusal(
        f"There is more than one tutor {called} {name}: {_tutors_told_apart(tutors)}. "
        f"Write the {instead}{' instead' if by_address else ''}.",
        field=field,
    )


def _tutors_told_apart(tutors: list[Tutor]) -> str:
    return listed([f"{t.person.name} ({t.person.email or t.role or 'no e-mail'})" for t in tutors])


def _address(email: str | None) -> str:
    return (email or "").casefold()
