"""Who is next. Nobody is overtaken: an order, and who of it can take what is free."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from recovery_college.enrolment.rules import Supporter

Place = tuple[datetime, int, int]


@dataclass(frozen=True)
class Asking:
    """One who waits: for which pool, since when, with whom."""

    id: int
    person_id: int | None
    pool_id: int
    requested_at: datetime
    lot: int | None
    with_supporter: bool = False
    party: str | None = None

    @property
    def place(self) -> Place:
        """(instant of the request, lot, id); a lot that is not drawn is behind all others."""
        return self.requested_at, 1 << 62 if self.lot is None else self.lot, self.id


@dataclass(frozen=True)
class Free:
    """What a run has free: places by pool, and chairs; None is as many as anybody likes."""

    places: Mapping[int, int]
    chairs: int | None
    chairless: frozenset[int] = frozenset()  # pools by link, in which nobody needs a chair


@dataclass(frozen=True)
class Unit:
    """Those who come together or not at all: most often, one person."""

    members: tuple[Asking, ...]

    @property
    def place(self) -> Place:
        """Of the last of them: coming together, nobody goes ahead of somebody else."""
        return max(member.place for member in self.members)

    def seats(self, free: Free) -> dict[int, Supporter] | None:
        """Where the supporter of each member sits, if all of them fit; else None."""
        places, chairs, seated = dict(free.places), free.chairs, {}
        for member in sorted(self.members, key=lambda each: each.place):
            needs_chair = member.with_supporter and member.pool_id not in free.chairless
            sits = seat(needs_chair, chairs)
            if sits is Supporter.CHAIR and chairs is not None:
                chairs -= 1
            places[member.pool_id] = places.get(member.pool_id, 0) - takes(sits)
            seated[member.id] = sits
        return seated if min(places.values()) >= 0 else None


def units(asking: Iterable[Asking]) -> list[Unit]:
    """In order."""
    parties: dict[object, list[Asking]] = defaultdict(list)
    for each in asking:
        parties[each.party or each.id].append(each)
    return sorted((Unit(tuple(them)) for them in parties.values()), key=lambda unit: unit.place)


def next_in_line(queue: Sequence[Unit], free: Free) -> Unit | None:
    """The first who can take what is free. Those passed over keep their position."""
    return next((unit for unit in queue if unit.seats(free) is not None), None)


def takes(sits: Supporter) -> int:
    """How many of a pool's places somebody takes."""
    return 2 if sits is Supporter.PLACE else 1


def position(queue: Sequence[Unit], id: int) -> int:
    """1 is next; counted in people, not in parties. 0 for who is not in it."""
    ahead = 0
    for unit in queue:
        if any(member.id == id for member in unit.members):
            return ahead + 1
        ahead += len(unit.members)
    return 0


def seat(needs_chair: bool, chairs: int | None) -> Supporter:
    """Where whoever comes along sits: on a spare chair, or on one of the places."""
    if not needs_chair:
        return Supporter.NONE
    return Supporter.CHAIR if chairs is None or chairs > 0 else Supporter.PLACE
