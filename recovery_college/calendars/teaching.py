"""What a tutor's calendar says of a session, beside when and where it is."""

from collections.abc import Iterator

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import public_name
from recovery_college.calendars.invites import NEUTRAL
from recovery_college.calendars.models import Entry
from recovery_college.formatting import listed, time, when
from recovery_college.scheduling.models import Delivery, Session
from recovery_college.scheduling.rules import SessionKind
from recovery_college.scheduling.worked import MEETINGS


def title_of(session: Session | None) -> str:
    """As in: Sleeping well; Sleeping well, planning. Of what was deleted nobody knows it."""
    if session is None:
        return NEUTRAL
    title = session.run.course.title
    return title if session.is_teaching else f"{title}, {MEETINGS[session.kind]}"


def beside(entry: Entry) -> Iterator[str]:
    """In sentences: the co-tutors who wish to be named, and when they meet before to plan it."""
    session, person = entry.session, entry.person
    if session is None or not entry.stands:
        return
    names = [] if person.neutral else co_tutors(session, person)
    if names:
        yield f"You teach it with {listed(names)}."
    planning = planning_before(session, person)
    if planning is not None:
        yield f"To plan it you meet on {when(planning.starts_at)} to {time(planning.ends_at)}."


def co_tutors(session: Session, person: Person) -> list[str]:
    """The others of the pair, as they wish to be shown."""
    others = (each for each in session.accepted if each.tutor.person_id != person.id)
    named = (public_name(each.tutor.person.name, each.tutor.shown_as) for each in others)
    return sorted(filter(None, named))


def planning_before(session: Session, person: Person) -> Session | None:
    """The last meeting before it to which this person comes too."""
    if not session.is_teaching:
        return None
    found = [
        each
        for each in session.run.agreed_meetings
        if each.kind is SessionKind.PLANNING
        and each.ends_at <= session.starts_at
        and any(_is_theirs(delivery, person) for delivery in each.saying_yes)
    ]
    return max(found, key=lambda meeting: meeting.starts_at, default=None)


def _is_theirs(delivery: Delivery, person: Person) -> bool:
    return delivery.tutor.person_id == person.id
