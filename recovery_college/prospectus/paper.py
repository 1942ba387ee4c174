"""The prospectus on paper: runs in, the bytes of a tagged PDF out.

It is made in two steps. `typeset` puts the words on the page as HTML, which is quick, and its
version tells whether a copy still stands. `printed` makes the PDF, which takes seconds and much
memory: a process of its own does it, one at a time, and the last of each size is kept.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.metadata import version
from threading import Lock
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from recovery_college import formatting
from recovery_college.clock import in_london
from recovery_college.college.rules import College
from recovery_college.config import ROOT
from recovery_college.courses.wording import as_html
from recovery_college.errors import Refusal
from recovery_college.prospectus.booklet import contents_of
from recovery_college.prospectus.panels import where
from recovery_college.scheduling.models import Run

MOST_RUNS = (
    300  # seven times what a median college offers in a term; twice as many take twice as long
)
LONGEST = 120  # seconds at the press; a median college's prospectus takes three
PATIENCE = 20  # seconds to wait while somebody else's copy is made
STATIC = ROOT / "static"
PRESS = (sys.executable, "-m", "recovery_college.prospectus.press")
TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {"lines": formatting.lines, "markdown": as_html, "where": where}


class Size(StrEnum):
    """How large the words are. 16 to 18 points are called large print."""

    NORMAL = "normal"
    LARGE = "large"

    @classmethod
    def read(cls, asked: str) -> "Size":
        return cls(asked) if asked in set(cls) else cls.NORMAL

    @property
    def filename(self) -> str:
        return "prospectus.pdf" if self is Size.NORMAL else "prospectus-large-print.pdf"


class TooLongToPrint(Refusal):
    """More than anybody would leaf through, or a server should set in type."""


class BeingPrinted(Refusal):
    """Something for somebody else is in the press."""


@dataclass(frozen=True)
class Draft:
    """The words on the page; two drafts of one version come out as the same PDF."""

    size: Size
    html: str
    website: str
    version: str


class Copy(NamedTuple):
    """What came out of the press."""

    version: str
    pdf: bytes


KEPT: dict[Size, Copy] = {}
AT_THE_PRESS = Lock()


def check_printable(runs: int, college: College) -> None:
    """A huge college is not set in type while somebody waits."""
    if runs > MOST_RUNS:
        raise TooLongToPrint(
            f"The prospectus has {runs:,} starting dates, too many to print in one piece. "
            "Choose what interests you on the courses page and print that, "
            f"or phone the office on {college.office_phone} and we will send you what you need."
        )


def typeset(runs: Sequence[Run], college: College, website: str, size: Size) -> Draft:
    """Put the words on the page. The runs have all their rows loaded."""
    contents = contents_of(runs)
    html = TEMPLATES.get_template("prospectus/paper.html").render(
        size=size,
        college=college,
        website=website,
        contents=contents,
        terms=formatting.listed([term.name for term in contents.terms]),
        public_on=max((in_london(t.public_at).date() for t in contents.terms), default=None),
    )
    return Draft(size, html, website, _version(html))


def printed(draft: Draft) -> bytes:
    """The PDF: the kept copy if it is of this version, else a new one."""
    kept = KEPT.get(draft.size)
    if kept and kept.version == draft.version:
        return kept.pdf
    with alone_at_the_press():
        return _kept(draft).pdf


@contextmanager
def alone_at_the_press() -> Iterator[None]:
    """One at a time, for its memory."""
    if not AT_THE_PRESS.acquire(timeout=PATIENCE):
        raise BeingPrinted("The press is busy for somebody else just now. Try again in a minute.")
    try:
        yield
    finally:
        AT_THE_PRESS.release()


def pressed(html: str, website: str) -> bytes:
    """The PDF. Whoever calls is alone at the press."""
    made = subprocess.run(  # noqa: S603  # our own program; the words go in by its input
        [*PRESS, website],
        input=html.encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        timeout=LONGEST,
    )
    return made.stdout


def _kept(draft: Draft) -> Copy:
    kept = KEPT.get(draft.size)
    if kept is None or kept.version != draft.version:
        kept = KEPT[draft.size] = Copy(draft.version, pressed(draft.html, draft.website))
    return kept


def _version(html: str) -> str:
    """Of all that the PDF is made of: words, stylesheet, pictures and the press itself."""
    made_of = sha256(f"{version('weasyprint')}\n{html}".encode())
    for path in (STATIC / "paper.css", *sorted((STATIC / "paper").glob("*.svg"))):
        made_of.update(path.read_bytes())
    return made_of.hexdigest()[:32]
