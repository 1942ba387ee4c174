"""What suits a tutor: their limits, the places they can reach, how they are shown in public.

They alone change it.
"""

from dataclasses import dataclass, field, fields

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs
from recovery_college.database import hold, transaction
from recovery_college.editing import Edit, changes
from recovery_college.tutors.commands.becoming import as_tutor
from recovery_college.tutors.models import Tutor, TutorVenue
from recovery_college.tutors.rules import DEBRIEF_MINUTES, PREPARE_MINUTES


@dataclass
class Wishes:
    """As a form shows them; `reaches` are ids as they stand in an address."""

    sessions_a_week: int | None = None
    sessions_a_term: int | None = None
    hours_a_month: int | None = None
    gap_minutes: int = 0
    no_evenings: bool = False
    prepare_minutes: int = PREPARE_MINUTES
    debrief_minutes: int = DEBRIEF_MINUTES
    shown_as: ShownAs = ShownAs.NOT_NAMED
    reaches: list[str] = field(default_factory=list)


def wishes_of(tutor: Tutor | None) -> Wishes:
    if tutor is None:
        return Wishes()
    kept = {each.name: getattr(tutor, each.name) for each in fields(Wishes)}
    return Wishes(**kept | {"reaches": sorted(str(each.venue_id) for each in tutor.reaches)})


def change_wishes(person: Person, edit: Edit) -> None:
    now = clock.now()
    with transaction():
        hold(person)
        tutor = as_tutor(person)
        changed = changes(wishes_of(tutor), edit)
        for name in changed:
            if name == "reaches":
                _reach(tutor, {int(str(each)) for each in _listed(edit.values[name])})
            else:
                setattr(tutor, name, edit.values[name])
        if changed:
            audit.record(person, "changed", person, fields=changed, at=now)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _reach(tutor: Tutor, venues: set[int]) -> None:
    there = {each.venue_id: each for each in tutor.reaches}
    tutor.reaches = [there.get(id) or TutorVenue(venue_id=id) for id in sorted(venues)]
