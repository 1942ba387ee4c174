"""The list of courses: three statements at most, however much the college holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any

from flask import current_app
from sqlalchemy import Executable, Row

from recovery_college.clock import in_london
from recovery_college.college.rules import College, college_from
from recovery_college.courses import search
from recovery_college.courses.rules import words_of
from recovery_college.database import db
from recovery_college.prospectus import statements
from recovery_college.prospectus.rules import COUNTED, PAGE_SIZE, Filters

OneRow = Row[*tuple[Any, ...]]
Rows = Sequence[OneRow]

ABOUT_DATES = {"venue", "mode", "day", "time", "places", "term"}


@dataclass(frozen=True)
class Choice:
    """A strand, a venue or a term that a visitor may choose."""

    id: int
    slug: str
    name: str
    look: str


@dataclass(frozen=True, eq=False)
class Frame:
    """What stands around every list: the college's words, and what can be chosen.

    The same rows give the same object (`_framed`), so it may be a key.
    """

    college: College
    strands: dict[str, Choice]
    venues: dict[str, Choice]
    terms: dict[str, Choice]
    version: str = ""


@dataclass(frozen=True)
class Listing:
    """One page of courses, each shown by its next run that fits the question."""

    filters: Filters
    cards: Rows
    dateless: Rows
    total: int
    nearly: bool

    def version(self, around: Frame) -> str:
        """The same for the same rows, so that an unchanged page need not be rendered again."""
        rows = tuple(map(tuple, (*self.cards, *self.dateless)))
        shown = (around.version, self.filters, self.nearly, rows)
        return _digest(shown, str(current_app.secret_key))


@lru_cache(maxsize=64)
def _digest(shown: tuple[Any, ...], secret: str) -> str:
    """Rows are compared in a tenth of the time that it takes to write them out."""
    key = sha256(secret.encode()).digest()  # or names could be guessed
    return blake2b(repr(shown).encode(), digest_size=16, key=key).hexdigest()


def frame(now: datetime) -> Frame:
    rows = _ask(statements.FRAME, {"now": now, "today": in_london(now).date()})
    return _framed(current_app.config["NAME"], tuple(map(tuple, rows)))


@lru_cache(maxsize=4)
def _framed(name: str, rows: tuple[tuple[Any, ...], ...]) -> Frame:
    """The same rows are the same frame, so it is put together once."""
    kinds: dict[str, dict[str, Choice]] = defaultdict(dict)
    for kind, id, slug, words, look, _place in rows:
        kinds[kind][slug] = Choice(id, slug, words, look)
    kept = {slug: setting.name for slug, setting in kinds["setting"].items()}
    version = blake2b(repr(rows).encode(), digest_size=16).hexdigest()
    return Frame(college_from(name, kept), kinds["strand"], kinds["venue"], kinds["term"], version)


def listing(filters: Filters, around: Frame, now: datetime) -> Listing:
    """The page that was asked for; if no course has the words, those that nearly have them."""
    words = search.words_in(filters.q)
    asked = _asked(filters, around, now)
    if words:
        asked |= {"question": search.anywhere(words), "title": search.in_title(words)}
        asked["strands"] = [s.id for s in around.strands.values() if _begin(words, s.name)]
    cards = _cards(asked)
    if not cards and filters.page > 1:  # past the end: from the beginning
        return listing(replace(filters, page=1), around, now)
    dateless = _dateless(asked, cards)
    nearly = bool(words) and not cards and not dateless
    if nearly:
        asked |= {"question": search.nearly(words)}
        cards = _cards(asked)
        dateless = _dateless(asked, cards)
    total = cards[0].total if cards else 0
    close = nearly and bool(cards or dateless)
    return Listing(filters, cards, dateless, total, close)


def _ask(statement: Executable, asked: Mapping[str, Any]) -> Rows:
    """On the connection itself: there are no objects to make, only rows."""
    return db.session.connection().execute(statement, asked).all()


def _begin(beginnings: list[str], name: str) -> bool:
    """Whether the name of a strand has all the words, each as the beginning of one."""
    words = words_of(name)
    return all(any(word.startswith(b) for word in words) for b in beginnings)


def _asked(filters: Filters, around: Frame, now: datetime) -> dict[str, Any]:
    """The question as parameters; what is not asked is not among them."""
    first = (filters.page - 1) * PAGE_SIZE
    maybe = {
        "strand": filters.strand and around.strands[filters.strand].id,
        "venue": filters.venue and around.venues[filters.venue].id,
        "term": filters.term and around.terms[filters.term].id,
        "theme": filters.theme,
        "mode": filters.mode,
        "day": filters.day and filters.day.number + 1,
        "time": filters.time,
        "places": filters.places,
    }
    return {key: value for key, value in maybe.items() if value} | {
        "now": now,
        "first": first,
        "counted": max(COUNTED, first + PAGE_SIZE) + 1,
    }


def _cards(asked: dict[str, Any]) -> Rows:
    return _ask(statements.cards(_shape(asked)), asked)


def _dateless(asked: dict[str, Any], cards: Rows) -> Rows:
    """Behind the last card: courses that answer the question, and have no dates yet.

    Not where a day, a place or the like was asked: they may well have other dates.
    """
    is_last = not cards or asked["first"] + len(cards) >= cards[0].total
    if not is_last or asked.keys() & ABOUT_DATES:
        return []
    return _ask(statements.dateless(_shape(asked)), asked)


def _shape(asked: dict[str, Any]) -> statements.Shape:
    return statements.Shape(frozenset(asked), bool(asked.get("strands")), db.engine.dialect.name)
