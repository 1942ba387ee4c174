"""Learning records and certificates as pages show them, and as they come out of the printer."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import may_open
from recovery_college.attendance.completion import Part
from recovery_college.attendance.models import Certificate
from recovery_college.attendance.rules.completion import dates_words
from recovery_college.college.rules import College
from recovery_college.courses.rules import slug_of
from recovery_college.desks.letters import Print
from recovery_college.formatting import capital, count, lines
from recovery_college.scheduling.models import Run
from recovery_college.tutors.rules.limits import hours


@dataclass(frozen=True)
class Learnt:
    """One run in somebody's learning record: what they came to, and nothing that they missed."""

    run_id: int
    title: str
    dates: str
    came: str
    state: str
    can_make: bool
    certificate: Certificate | None


@dataclass(frozen=True)
class Completed:
    """One who completed a run; `code` is of the certificate that there is."""

    name: str
    came: str
    code: str


@dataclass(frozen=True)
class Completions:
    """A run as the office looks at it. `others` are known to one manager only."""

    people: Sequence[Completed]
    others: int
    to_make: int
    made: int


@dataclass(frozen=True)
class Graduating:
    """A run of a term: how many completed it, and of how many there is a certificate."""

    run: Run
    completed: int
    made: int


@dataclass(frozen=True)
class Graduation:
    """A whole term. `others` are known to one manager only."""

    runs: Sequence[Graduating]
    others: int

    @property
    def made(self) -> int:
        return sum(each.made for each in self.runs)

    @property
    def to_make(self) -> int:
        return sum(each.completed for each in self.runs) - self.made


def learnt_of(
    parts: Iterable[Part], runs: Mapping[int, Run], certificates: Mapping[int, Certificate]
) -> list[Learnt]:
    return [_learnt(each, runs[each.run_id], certificates.get(each.run_id)) for each in parts]


def _learnt(part: Part, run: Run, certificate: Certificate | None) -> Learnt:
    is_complete = part.is_complete or certificate is not None
    return Learnt(
        run_id=run.id,
        title=run.course.title,
        dates=capital(dates_words(part.starts_on, part.ends_on)),
        came=_came(part),
        state="Completed" if is_complete else "Took part" if part.is_over else "Going on",
        can_make=part.is_complete and part.enrolment_id is not None and certificate is None,
        certificate=certificate,
    )


def completions_of(
    viewer: Person,
    parts: Iterable[Part],
    people: Mapping[int, Person],
    certificates: Mapping[int, Certificate],
) -> Completions:
    """By name, as far as this member of the office may know it."""
    complete = [(each, people[each.person_id]) for each in parts if _can_have_one(each)]
    known = [each for each in complete if may_open(viewer.id, each[1].restricted_to_id)]
    known.sort(key=lambda each: (each[1].name.lower(), each[1].id))
    shown = [_completed(part, who, certificates.get(who.id)) for part, who in known]
    made = sum(bool(each.code) for each in shown)
    return Completions(shown, len(complete) - len(known), len(shown) - made, made)


def graduation_of(
    viewer: Person,
    parts: Iterable[Part],
    people: Mapping[int, Person],
    certified: Collection[tuple[int, int]],
    runs: Mapping[int, Run],
) -> Graduation:
    """The runs that somebody has completed, by title."""
    complete = [each for each in parts if _can_have_one(each)]
    known = [e for e in complete if may_open(viewer.id, people[e.person_id].restricted_to_id)]
    done = Counter(each.run_id for each in known)
    made = Counter(e.run_id for e in known if (e.run_id, e.person_id) in certified)
    lines = [Graduating(runs[id], many, made[id]) for id, many in done.items()]
    lines.sort(key=lambda each: (each.run.course.title.lower(), each.run.id))
    return Graduation(lines, len(complete) - len(known))


def sheets(many: int, most: int) -> list[tuple[int, str]]:
    """One press prints so many at most: which part it is, and what stands in it."""
    parts = [(first + 1, min(first + most, many)) for first in range(0, many, most)]
    words = [f"{first} to {last}" if first < last else str(last) for first, last in parts]
    return list(enumerate(words, 1))


def _can_have_one(part: Part) -> bool:
    return part.is_complete and part.enrolment_id is not None


def _completed(part: Part, person: Person, certificate: Certificate | None) -> Completed:
    code = certificate.printed_code if certificate else ""
    return Completed(person.name, _came(part), code)


def _came(part: Part) -> str:
    return f"{hours(part.minutes)}, over {count(part.came, 'session')}"


def typeset(made: Sequence[Certificate], college: College, website: str, size: Print) -> str:
    """The words on the page, for the press; each begins on a sheet of its own."""
    return render_template(
        "certificates/paper.html",
        certificates=made,
        signed=lines(college.certificate_signed),
        college=college,
        website=website,
        size=size,
        hours=hours,
    )


def filename(college: College, many: int = 1) -> str:
    """A device shows it to whoever looks: it says no course."""
    what = "certificate" if many == 1 else "certificates"
    return f"{what}-{slug_of(college.short_name)}.pdf"
