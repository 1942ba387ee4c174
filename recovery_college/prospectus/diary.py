"""A course's dates as a calendar that anybody may keep: discreet outside, clear inside."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from recovery_college import ical
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.prospectus.panels import planned, where
from recovery_college.scheduling.models import Run, Session


def dates_of(course: Course, runs: Iterable[Run], college: College, *, site: str) -> bytes:
    """The sessions that will meet. `site` is the address of the college's pages."""
    entries = [entry for run in runs for entry in _entries(course, run, college, site)]
    office = ical.Party(college.short_name, college.office_email)
    return ical.feed(entries, name=college.short_name, organizer=office)


def _entries(course: Course, run: Run, college: College, site: str) -> Iterator[ical.Entry]:
    sessions = planned(run)
    closing = (
        f"Questions? Phone the office on {college.office_phone}, {college.office_hours}.\n"
        f"{site}/courses/{course.slug}"
    )
    for number, session in enumerate(sessions, 1):
        opening = f"{course.title}, session {number} of {len(sessions)}."
        yield _entry(run, session, f"{opening}\n{closing}", college, site)


def _entry(run: Run, session: Session, words: str, college: College, site: str) -> ical.Entry:
    """Stamped with the moment when the term was made public.

    A session doesn't say when it last changed. Its own start would be a stamp from the future,
    and a calendar ignores whatever is stamped earlier than what it holds; this one is past.
    """
    return ical.Entry(
        uid=f"session-{session.id}@{urlsplit(site).hostname}",
        summary=college.short_name,
        description=words,
        location=where(session.room),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        stamped_at=run.term.public_at,
    )
