"""The trail in words, with names looked up as it is read: the trail itself holds none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from recovery_college.accounts import trail as people
from recovery_college.accounts.models import Person
from recovery_college.audit.models import AuditEntry
from recovery_college.courses import trail as courses
from recovery_college.enrolment import trail as enrolment
from recovery_college.formatting import listed
from recovery_college.scheduling import trail as scheduling

PLATFORM = "The platform"
LEFT, SOMEBODY = "somebody who has left", "somebody"
KINDS = {  # in words, and how one of them is said; {} is its name
    "person": ("People", "{}"),
    "ring_first": ("Ring-first notes", "a ring-first note about {}"),
    "outbox_message": ("Messages", "a message to {}"),
    "incoming_mail": ("Mail that came in", "a mail that came in"),
    "course": ("Courses", "the course {}"),
    "contributor": ("Makers of courses", "a maker of {}"),
    "decision": ("Decisions", "a decision about {}"),
    "strand": ("Strands", "the strand {}"),
    "term": ("Terms", "the term {}"),
    "venue": ("Venues", "the venue {}"),
    "room": ("Rooms", "the room {}"),
    "run": ("Runs", "the run of {}"),
    "session": ("Sessions", "a session of {}"),
    "delivery": ("Tutors of sessions", "a tutor of {}"),
    "enrolment": ("Places", "the place of {}"),
    "agreement": ("The agreement", "the student agreement"),
    "import_record": ("Imports", "a workbook"),
    "hours": ("Hours for payroll", "tutors\u2019 hours for payroll"),
    "census": ("Census figures", "the census figures of the area"),
    "college": ("Settings", "the college\u2019s settings"),
}
OF_PEOPLE = {"person", "ring_first", "outbox_message"}
OWN = "answers that only they see"
FIELDS = {
    "coming_as": OWN,
    "equality_answers": OWN,
    "needs": "what helps them take part",
    "needs_shared": "who may read what helps them",
    "called": "what they like to be called",
    "contact_by": "how to contact them",
    "contact_when": "when to contact them",
    "safe_from": "from when it is safe to contact them",
    "safe_until": "until when it is safe to contact them",
    "invites": "when invites come to their calendar",
    "calendars": "what reads their calendar",
    "over_18_at": "being over 18",
    "restricted_to": "who may open their record",
    "pair_by_on": "pair-by date",
    "windows": "the hours in which they can teach",
    "away": "the days on which they can\u2019t teach",
    "calendar": "a calendar",
    "reaches": "the places that they can reach",
    "teaches": "the courses that they can teach",
    "sides": "what they bring to a pair",
    "work": "the work that they wrote down",
    "released": "released time",
}


@dataclass(frozen=True)
class Line:
    """One deed in a sentence. `thing` leads to all about the same, if it may be known."""

    words: str
    at: datetime
    thing: str


def told(viewer: Person, entries: Sequence[AuditEntry]) -> list[Line]:
    names = Names(viewer, entries)
    return [
        Line(
            _sentence(entry, names),
            entry.recorded_at,
            entry.subject if names.knows(entry.subject) else "",
        )
        for entry in entries
    ]


class Names:
    """What the subjects of some lines are called today: four questions, however many lines."""

    def __init__(self, viewer: Person, entries: Iterable[AuditEntry]) -> None:
        subjects = {entry.subject for entry in entries}
        subjects |= {_person(entry.actor_id) for entry in entries if entry.actor_id is not None}
        self._people = people.names_of(viewer, subjects)
        self._things = courses.titles_of(subjects) | scheduling.names_of(subjects)
        self._things |= enrolment.names_of(viewer, subjects)

    def actor(self, id: int | None) -> str:
        return PLATFORM if id is None else self._person(_person(id))

    def subject(self, subject: str) -> str:
        kind, _, id = subject.partition(":")
        _, said = KINDS.get(kind, ("", f"the {kind.replace('_', ' ')}"))
        if kind in OF_PEOPLE:
            return said.format(self._person(subject))
        gone = f"number {id}, which is gone"
        return said.format(self._things.get(subject, gone))

    def knows(self, subject: str) -> bool:
        return subject.partition(":")[0] not in OF_PEOPLE or bool(self._people.get(subject))

    def _person(self, subject: str) -> str:
        return self._people.get(subject, LEFT) or SOMEBODY


def _sentence(entry: AuditEntry, names: Names) -> str:
    who, fields = names.actor(entry.actor_id), fields_in_words(entry.fields)
    who = who[:1].upper() + who[1:]
    if entry.actor_id is not None and entry.subject == _person(entry.actor_id):
        return f"{who} {entry.verb}{_own(entry.verb, fields)}"
    what = names.subject(entry.subject)
    if entry.verb == "changed" and fields:
        return f"{who} changed {fields} of {what}"
    return f"{who} {entry.verb} {what}" + (f": {fields}" if fields else "")


def _own(verb: str, fields: str) -> str:
    """What somebody did about themself."""
    if not fields:
        return ""
    return f" {fields} of their own" if verb == "changed" else f": {fields}"


def fields_in_words(fields: str) -> str:
    return listed(list(dict.fromkeys(FIELDS.get(f, f.replace("_", " ")) for f in fields.split())))


def field_called(words: str) -> str:
    """The field that somebody means who has read its words."""
    called = {said: field for field, said in FIELDS.items()}
    plain = words.strip().lower()
    return called.get(plain, plain.replace(" ", "_"))


def _person(id: int) -> str:
    return f"person:{id}"
