"""What is left of a run's places, and how to ask for one: values in, words and addresses out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from recovery_college import formatting
from recovery_college.enrolment.rules.asking import closes_at
from recovery_college.prospectus.rules import Accepted
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import Visibility


class Left(NamedTuple):
    """How many, and of what, as in: 5, places left."""

    big: str
    small: str

    @property
    def is_word(self) -> bool:
        return not self.big[:1].isdecimal()


FULL = Left("Full", "there is a waiting list")
JUST_COME = Left("Just come", "no need to enrol")
Taught = Mapping[Session, Sequence[Accepted]]  # who has accepted to teach it
ENROL, WAIT = "Enrol", "Join the waiting list"


@dataclass(frozen=True)
class Places:
    """What a newcomer finds on a run: 0 also where somebody waits, None of no such places.

    `kept` are places for somebody else until a day, and how many of them nobody has.
    """

    room: int | None = None
    link: int | None = None
    kept: tuple[tuple[datetime, int], ...] = ()
    in_all: int = 0

    @property
    def left(self) -> int:
        return (self.room or 0) + (self.link or 0)


@dataclass(frozen=True)
class Beside:
    """What is read beside some runs: their places by their ids, and who teaches."""

    places: Mapping[int, Places]
    taught: Taught


@dataclass(frozen=True)
class Button:
    """A way to a place, or to the waiting list."""

    words: str
    address: str
    enrols: bool


def left_of(places: int, *, drop_in: bool) -> Left:
    """In short."""
    if drop_in:
        return JUST_COME
    return Left(f"{places:,}", _places(places, "left")) if places else FULL


def each_left(places: Places, *, drop_in: bool) -> list[Left]:
    """The room and the link by themselves, where a run has both."""
    room, link = places.room, places.link
    if drop_in or not places.left or room is None or link is None:
        return [left_of(places.left, drop_in=drop_in)]
    return [Left(f"{room:,}", f"{_places(room, 'in the room')},"), Left(f"{link:,}", "by link")]


def is_open(run: Run, now: datetime) -> bool:
    """Whether one may still come to it: to a drop-in until its end, to most until they begin."""
    if run.starts_at is None or run.ends_at is None:
        return False
    closes = run.ends_at if run.drop_in else _closes(run)
    return closes is not None and now < closes


def buttons(run: Run, places: Places, now: datetime) -> list[Button]:
    """One, or one for each way to take part."""
    if run.drop_in or now < run.term.enrolment_opens_at:
        return []
    if places.room is None or places.link is None:
        return [_button(places.left, "", _address(run))]
    return [
        _button(places.room, " for the room", _address(run)),
        _button(places.link, " to join by link", _address(run, by="link")),
    ]


def notes(run: Run, places: Places, now: datetime) -> list[str]:
    """What else there is to know before one asks for a place."""
    if run.drop_in:
        return ["Come to any of these dates."] if run.session_count > 1 else []
    opens, closes = run.term.enrolment_opens_at, _closes(run)
    said = [_kept(at, number, waits=not places.left) for at, number in places.kept if at > now]
    if run.starts_at and closes and run.starts_at <= now:
        said.insert(
            0, f"It has already started. You can still join until {formatting.when(closes)}."
        )
    if now < opens:
        said.append(
            f"Enrolment opens on {formatting.when(opens)}. If you phone before then, we write "
            "down what you would like. Lots decide the order."
        )
    return said


def _button(left: int, way: str, address: str) -> Button:
    return Button(f"{ENROL if left else WAIT}{way}", address, enrols=left > 0)


def _closes(run: Run) -> datetime | None:
    return closes_at([session.starts_at for session in run.planned], joins_late=run.joins_late)


def _kept(at: datetime, number: int, *, waits: bool) -> str:
    comes = "comes" if number == 1 else "come"
    said = f"{formatting.count(number, 'more place')} {comes} free on {formatting.days([at])}."
    return f"{said} Those who wait come first." if waits else said


def _places(number: int, where: str) -> str:
    return f"place{'' if number == 1 else 's'} {where}"


def _address(run: Run, **asked: str) -> str:
    """With the key of a run that only its link finds."""
    key = {"run": run.link_key} if run.visibility is Visibility.BY_LINK else {}
    query = urlencode(key | asked)
    return f"/runs/{run.id}/enrol{'?' if query else ''}{query}"
