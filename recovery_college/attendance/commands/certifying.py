"""Certificates are made once: by a student for themself, or by the office for a whole run."""

from collections.abc import Iterable
from datetime import datetime

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side, may_open, public_name
from recovery_college.attendance import completion
from recovery_college.attendance.completion import Part
from recovery_college.attendance.models import Certificate, CertificateTutor
from recovery_college.attendance.rules.completion import NothingToCertify
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.enrolment.commands import certified
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Run
from recovery_college.tutors.models import Tutor


def make_own(person: Person, run: Run, college: College) -> Certificate:
    """Theirs, once they have completed it; pressing twice makes one."""
    now = clock.now()
    with transaction():
        hold(person, run)
        before = completion.certificates_of(person).get(run.id)
        if before is not None:
            return before
        parts = completion.parts_of(person, college, now)
        part = next((each for each in parts if each.run_id == run.id), None)
        if part is None:
            raise NotFound
        if not part.is_complete or part.enrolment_id is None:
            raise NothingToCertify
        return _Maker(person, run, college, now).make(person, part)


def make_for_run(actor: Person, run: Run, college: College) -> int:
    """For everybody who completed it and has none, as far as this member of the office may know
    who they are, and each is told. How many were made."""
    now = clock.now()
    with transaction():
        parts = completion.parts_on(run, college, now)
        hold(run, *completion.people_of([each.person_id for each in parts]).values())
        parts = completion.parts_on(run, college, now)
        people = completion.people_of([each.person_id for each in parts])
        made = completion.certificates_on(run)
        maker, many = _Maker(actor, run, college, now), 0
        for part in parts:
            person = people[part.person_id]
            may = may_open(actor.id, person.restricted_to_id)
            if part.is_complete and part.enrolment_id and may and part.person_id not in made:
                certified.tell(maker.make(person, part).enrolment, now)
                many += 1
    return many


def change(person: Person, certificate: Certificate, name: str, *, shows_title: bool) -> None:
    """How they like to be named, and whether it says which course. The rest stays as it was."""
    now = clock.now()
    with transaction():
        hold(person, certificate.enrolment)
        before = (certificate.name, certificate.shows_title)
        changed = [
            field
            for field, old, new in zip(
                ("name", "shows_title"), before, (name, shows_title), strict=True
            )
            if old != new
        ]
        certificate.name, certificate.shows_title = name, shows_title
        if changed:
            about = certificate.enrolment
            audit.record(person, "changed the certificate of", about, fields=changed, at=now)


class _Maker:
    """What all certificates of a run have in common is looked up once."""

    def __init__(self, actor: Person, run: Run, college: College, now: datetime) -> None:
        self._actor, self._run, self._college, self._now = actor, run, college, now
        self._tutors: list[tuple[Tutor, Side]] | None = None

    def make(self, person: Person, part: Part) -> Certificate:
        place = db.session.get_one(Enrolment, part.enrolment_id)
        made = Certificate(
            enrolment=place,
            made_at=self._now,
            name=person.name,
            title=self._run.course.title,
            shows_title=not person.neutral,
            minutes=part.minutes,
            came=part.came,
            ran=part.ran,
            percent=self._college.completion_percent,
            starts_on=part.starts_on,
            ends_on=part.ends_on,
            tutors=list(self._named()),
        )
        db.session.add(made)
        db.session.flush()
        audit.record(self._actor, "made a certificate of", place, fields=(), at=self._now)
        return made

    def _named(self) -> Iterable[CertificateTutor]:
        if self._tutors is None:
            self._tutors = completion.who_taught(self._run)
        for tutor, side in self._tutors:
            name = public_name(tutor.person.name, tutor.shown_as) or ""
            yield CertificateTutor(tutor_id=tutor.id, side=side, name=name)
