"""What, when, where and with whom: a run as its students read it."""

from dataclasses import dataclass

from recovery_college import formatting
from recovery_college.prospectus.panels import Pair, pairs_of, planned, where
from recovery_college.scheduling.models import Run


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
        pairs=pairs_of(sessions),
    )
