"""Everybody whom a row of the workbook may mean, and in which row each of them stands."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from recovery_college.accounts.models import Person
from recovery_college.errors import Refusal
from recovery_college.formatting import listed
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.rules.describing import Row
from recovery_college.intake.rules.identity import Identity, Likeness, identity, likeness


@dataclass(eq=False)
class Known:
    """Somebody, and what this import knows of them.

    The record of somebody `hidden` is not open to who imports; who keeps their `own` record
    signs in to it. Who is `new` comes with this import; `row` is theirs in it.
    """

    person: Person
    identity: Identity
    teaches: bool = False
    made: bool = False
    hidden: bool = False
    own: bool = False
    new: bool = False
    row: Row | None = None

    @property
    def bare(self) -> bool:
        """No more than a name on a course's record."""
        return self.made and not self.teaches and self.identity.only_a_name


class People:
    """All people by name, as the import begins; who comes with it is added."""

    def __init__(self, arrival: Arrival) -> None:
        self._named: dict[str, list[Known]] = defaultdict(list)
        viewer = arrival.actor.id if arrival.actor else None
        teaching, making = queries.ids_of_teachers_and_makers()
        own = queries.ids_of_who_keep_their_own()
        for person in queries.people():
            self._add(
                Known(
                    person,
                    identity_of(person),
                    teaches=person.id in teaching,
                    made=person.id in making,
                    hidden=person.restricted_to_id not in (None, viewer),
                    own=person.id in own,
                )
            )

    def add(self, person: Person, **known: Any) -> None:
        self._add(Known(person, identity_of(person), new=True, **known))

    def teachers_and_makers(self) -> list[Person]:
        """Whom a name alone on a course may mean: never somebody who only learns here."""
        everyone = {known.person: known for named in self._named.values() for known in named}
        return [person for person, known in everyone.items() if known.teaches or known.made]

    def everybody(self) -> list[Known]:
        """Whom a booking may mean: never a mere name on a course's record."""
        everyone = (known for named in self._named.values() for known in named)
        return [known for known in dict.fromkeys(everyone) if not known.bare]

    def same(self, row: Identity, field: str = "name") -> Known | None:
        """The one person whom the row certainly means; a refusal if there are several."""
        found = [k for k in self._called(row) if self._like(row, k) is Likeness.SAME]
        nearer = [known for known in found if known.identity.phones & row.phones]
        found = nearer or found
        if len(found) > 1:
            raise ambiguous(found, field)
        return found[0] if found else None

    def doubtful(self, row: Identity) -> list[Known]:
        """Whom it may mean. Who has a row of their own, and a number, is somebody else."""
        return [known for known in self._called(row) if self._is_doubtful(row, known)]

    def bare_makers(self, row: Identity) -> list[Known]:
        return [known for known in self._called(row) if known.bare]

    def _add(self, known: Known) -> None:
        for name in known.identity.names:
            self._named[name].append(known)

    def _called(self, row: Identity) -> list[Known]:
        found = [known for name in sorted(row.names) for known in self._named.get(name, [])]
        return list(dict.fromkeys(found))

    def _is_doubtful(self, row: Identity, known: Known) -> bool:
        like = self._like(row, known)
        return like is Likeness.LIKELY or (like is Likeness.DOUBTFUL and known.row is None)

    def _like(self, row: Identity, known: Known) -> Likeness:
        if known.bare:
            return Likeness.LIKELY if row.only_a_name else Likeness.OTHER
        return likeness(row, known.identity)


def identity_of(person: Person) -> Identity:
    return identity(
        person.name, person.email, person.phone or "", person.address or "", person.earlier or ""
    )


def ambiguous(candidates: list[Known], field: str) -> Refusal:
    return Refusal(
        f"Is this somebody whom the college has? There is {told_apart(candidates)}. If it is the "
        "same person, write the same e-mail address, or the same phone number, in both places. If "
        "they are two, give each an e-mail address, or add this one on the page of people.",
        field=field,
    )


def told_apart(candidates: list[Known]) -> str:
    """Each with what tells them from the others, as far as who imports may know it."""
    return listed([_told(known) for known in candidates])


def _told(known: Known) -> str:
    person = known.person
    if known.hidden:
        return "somebody whose record is not open to you"
    reached = person.email or person.phone or person.address or "no e-mail and no phone"
    where = f" of {known.row.source}" if known.row and known.new else ""
    return f"{person.name} ({' '.join(reached.split())}{', a tutor' * known.teaches}){where}"
