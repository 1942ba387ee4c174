"""What, when, where and with whom: a run as its students read it."""

from dataclasses import dataclass

from recovery_college import formatting
from recovery_college.prospectus.panels import (
    Pair,
    accepted_for,
    pairs_of,
    planned,
    teachers_of,
    where,
)
from recovery_college.prospectus.rules import halves
from recovery_college.scheduling.models import Run, Session

UNNAMED = ("a peer tutor", "a professional tutor")
FINDING = "We are finding the tutors"


@dataclass(frozen=True)
class Ticket:
    """`days` are all its dates, one a line."""

    title: str
    slug: str
    look: str
    when: str
    days: list[str]
    where: str
    venue: str
    pairs: list[Pair]


def ticket_of(run: Run) -> Ticket:
    sessions = planned(run)
    rooms = {session.room for session in sessions}
    one = rooms.pop() if len(rooms) == 1 else None
    spans = [(session.starts_at, session.ends_at) for session in sessions]
    return Ticket(
        title=run.course.title,
        slug=run.course.slug,
        look=run.course.strand.look.value,
        when=formatting.pattern(spans) if spans else "There are no dates to show",
        days=[formatting.day(session.starts_at) for session in sessions],
        where=where(one) if one or not rooms else "Not always in the same room",
        venue=one.venue.slug if one and not one.venue.online else "",
        pairs=pairs_of(sessions, teachers_of(sessions)),
    )


def with_whom(session: Session) -> str:
    """As in: "Ash and Bo"; "Ash and a professional tutor"; "Ash. The other is being found"."""
    pair = zip(UNNAMED, halves(accepted_for(session)), strict=True)
    known = [
        unnamed if half.what == "tutor" else half.who for unnamed, half in pair if not half.is_open
    ]
    if len(known) == len(UNNAMED):
        return formatting.listed(known)
    return f"{formatting.capital(known[0])}. The other is being found" if known else FINDING
