"""What a visitor may ask of the prospectus, read from the address. Nonsense is left out."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from recovery_college.accounts.rules import ShownAs, Side, public_name
from recovery_college.courses.rules import Mode, Theme
from recovery_college.formatting import WEEKDAYS, count, listed
from recovery_college.scheduling.rules.timetable import PartOfDay

PAGE_SIZE = 12
LAST_PAGE = 1000
COUNTED = 60  # results beyond this are "more than", so that the page costs the same at any size
LONGEST = 200

NO_ROOM_YET = "We are still finding a room"
ONLINE = "Online. We send you the link"

BELIEVED_FOR = timedelta(days=180)

Accepted = tuple[Side, str, ShownAs]
Kind = TypeVar("Kind", bound=StrEnum)


class Weekday(StrEnum):
    """A day as the address writes it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 is Monday."""
        return list(Weekday).index(self)

    @property
    def label(self) -> str:
        return WEEKDAYS[self.number]


@dataclass(frozen=True)
class Filters:
    """The question a visitor asks of `/courses`; an empty field asks nothing."""

    q: str = ""
    strand: str = ""
    theme: Theme | None = None
    venue: str = ""
    mode: Mode | None = None
    day: Weekday | None = None
    time: PartOfDay | None = None
    places: bool = False
    term: str = ""
    page: int = 1

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Filters":
        return cls(
            q=" ".join(asked.get("q", "")[:LONGEST].replace("\x00", " ").split()),
            strand=_slug(asked.get("strand", "")),
            theme=_one_of(Theme, asked.get("theme", "")),
            venue=_slug(asked.get("venue", "")),
            mode=_one_of(Mode, asked.get("mode", "").replace("-", "_")),
            day=_one_of(Weekday, asked.get("day", "")),
            time=_one_of(PartOfDay, asked.get("time", "")),
            places=asked.get("places") == "1",
            term=_slug(asked.get("term", "")),
            page=_page(asked.get("page", "")),
        )

    def known_among(
        self, strands: Collection[str], venues: Collection[str], terms: Collection[str]
    ) -> "Filters":
        """Without the addresses of what this college doesn't have."""
        return replace(
            self,
            strand=self.strand if self.strand in strands else "",
            venue=self.venue if self.venue in venues else "",
            term=self.term if self.term in terms else "",
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is asked beyond the page."""
        return replace(self, page=1) != Filters()

    @property
    def address_mode(self) -> str:
        """The mode as the address writes it."""
        return _written(self.mode)

    def address(self, **changes: object) -> str:
        """The query string of this question with some answers changed."""
        asked = vars(self) | {"page": 1} | changes
        written = {key: _written(value) for key, value in asked.items()}
        return "?" + urlencode({k: v for k, v in written.items() if v and (k, v) != ("page", "1")})


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value or "").replace("in_person", "in-person")


def _one_of(kind: type[Kind], given: str) -> Kind | None:
    return kind(given) if given in set(kind) else None


def _slug(given: str) -> str:
    return given if re.fullmatch(r"[a-z0-9-]{1,100}", given) else ""


def _page(given: str) -> int:
    page = int(given) if re.fullmatch(r"[0-9]{1,4}", given) else 1
    return page if 1 <= page <= LAST_PAGE else 1


def heading(found: int, *, narrowed: bool, term: str = "") -> str:
    """What the list says of itself, as in: 23 courses in Spring 2027."""
    if not found:
        return "Nothing with a date fits that" if narrowed else "No dates are out yet"
    number = count(found, "course") if found <= COUNTED else f"More than {COUNTED} courses"
    return f"{number} in {term}" if term else f"{number} to choose from"


@dataclass(frozen=True)
class Half:
    """One side of a pair, as the public may see it: who, and what they bring."""

    who: str
    what: str
    is_open: bool = False


def halves(accepted: Iterable[Accepted]) -> tuple[Half, ...]:
    """Both sides of a pair, of the tutors who have accepted to teach: each once, by name."""
    by_side: dict[Side, list[tuple[str, ShownAs]]] = {side: [] for side in Side}
    for side, name, shown_as in sorted(set(accepted)):
        by_side[side].append((name, shown_as))
    return tuple(_half(side, tutors) for side, tutors in by_side.items())


def _half(side: Side, tutors: list[tuple[str, ShownAs]]) -> Half:
    """The tutors of one side by the names they agreed to, or by what they bring alone."""
    if not tutors:
        return Half("Being confirmed", side.label, is_open=True)
    names = [name for name in (public_name(*wish) for wish in tutors) if name]
    if not names:
        return Half(side.label.capitalize(), "tutor")
    shown = names if len(names) < 3 else [*names[:2], "others"]
    return Half(listed(shown), side.label)


def believed_until(now: datetime) -> str:
    """When what `security.txt` says is to be asked for again; it stays the same for a day."""
    return f"{(now + BELIEVED_FOR).astimezone(UTC):%Y-%m-%dT00:00:00Z}"
