"""Whose booking or mark it is: a name or an e-mail address. Nobody is taken on a guess."""

from collections import defaultdict
from collections.abc import Iterable

from recovery_college.accounts.rules import address_key
from recovery_college.errors import Refusal
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.people import Known, People, identity_of, told_apart
from recovery_college.intake.rules.lookup import same, suggestion
from recovery_college.intake.rules.tabs.students import STUDENTS


class Students:
    """Everybody by name and by e-mail address, once the students of the file are there.

    A record that was merged out of two goes by the names and addresses of both.
    """

    def __init__(self, arrival: Arrival, people: People, by_hand: str) -> None:
        self._by_hand = by_hand
        self._unknown: dict[str, str] = {}
        self._called: dict[str, list[Known]] = defaultdict(list)
        self._written: dict[str, str] = {}
        self._refused = dict(_refused(arrival))
        for known in people.everybody():
            who = identity_of(known.person)
            for key in who.names | who.emails:
                self._called[key].append(known)
            if not known.hidden:
                self._written[same(known.person.name)] = known.person.name

    def find(self, said: str) -> Known:
        """Who has no row of their own, while one of the same name was not taken, may be another."""
        found = self._called.get(_key(said), [])
        if len(found) == 1 and (found[0].row or _key(said) not in self._refused):
            return found[0]
        several = len(found) > 1
        why = self._which(said, found) if several else self._why_not(said)
        raise Refusal(why, field="student")

    def _which(self, said: str, found: list[Known]) -> str:
        shared = "have this address" if "@" in said else f"are called {said}"
        instead = "name" if "@" in said else "e-mail address"
        people = f"{len(found)} people {shared}: {told_apart(found)}"
        return f"{people}. Write the {instead} instead, or {self._by_hand}."

    def _why_not(self, said: str) -> str:
        """Worked out once for each name: a long list may repeat its mistake."""
        if said not in self._unknown:
            self._unknown[said] = self._reason(said)
        return self._unknown[said]

    def _reason(self, said: str) -> str:
        key = _key(said)
        if key in self._refused:
            return f"{said} was not taken as a student: see {self._refused[key]}."
        near = "" if "@" in said else suggestion(key, self._written)
        return f'"{said}" is not in the list of students, and the college does not know them.{near}'


def _key(said: str) -> str:
    return address_key(said) if "@" in said else same(said)


def _refused(arrival: Arrival) -> Iterable[tuple[str, object]]:
    """What students of the file go by who could not be taken, and where they stand."""
    for key in ("name", "email"):
        for source, said in arrival.reading.lost_of(STUDENTS, key):
            yield _key(said), source
    refused = set(arrival.report.refused_rows)
    for row in arrival.reading.of(STUDENTS):
        if (row.source.tab, row.source.number) in refused:
            yield from ((_key(said), row.source) for said in (row.full_name, row.email) if said)
