"""What each figure is. Its docstring is the definition that pages and downloads print.

Values in, a share or a count out. A share says what it is out of; under ten it says that there
is not enough to say. Source: the college's figures in the README's glossary.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from inspect import getdoc

from recovery_college.reports.rules.counted import Outcome, Places, Students, Sum

ENOUGH = 10  # a share of fewer says little of a college
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Share:
    """`part` of `whole`. Of nothing there is no share."""

    part: int
    whole: int

    @property
    def is_of_nothing(self) -> bool:
        return not self.whole

    @property
    def is_enough(self) -> bool:
        return self.whole >= ENOUGH

    @property
    def percent(self) -> int | None:
        """In whole percent, a half upwards."""
        return (200 * self.part + self.whole) // (2 * self.whole) if self.whole else None


@dataclass(frozen=True)
class Tally(Sum):
    """Sessions of one kind, added up. Times in minutes.

    `ran` are those that are over and were not called off; of these a register was `taken`,
    `paired` had both tutors promised, `both` had both sides marked present, and of `unrecorded`
    no tutor is marked at all. `cancelled` are those that were called off.
    """

    ran: int = 0
    taken: int = 0
    cancelled: int = 0
    paired: int = 0
    both: int = 0
    unrecorded: int = 0
    lived_minutes: int = 0
    professional_minutes: int = 0
    present: int = 0
    late: int = 0
    early: int = 0
    told: int = 0
    unheard: int = 0

    @property
    def came(self) -> int:
        return self.present + self.late + self.early

    @property
    def marks(self) -> int:
        return self.came + self.told + self.unheard


@dataclass(frozen=True)
class Requests:
    """Requests to take a side of a session. A yes stays one when they step back later."""

    yes: int = 0
    no: int = 0
    taken_back: int = 0
    in_time: int = 0
    unanswered: int = 0

    @property
    def asked(self) -> int:
        return self.yes + self.no + self.taken_back + self.in_time + self.unanswered

    def __add__(self, other: "Requests") -> "Requests":
        return Requests(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Searches:
    """Searches for somebody to take a half of a session."""

    found: int = 0
    not_found: int = 0
    going_on: int = 0
    not_needed: int = 0

    @property
    def asked(self) -> int:
        return self.found + self.not_found + self.going_on + self.not_needed

    def __add__(self, other: "Searches") -> "Searches":
        return Searches(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def attendance(of: Tally) -> Share:
    """Present, came late and left early, out of those and told us and we did not hear. It counts
    sessions that ran and whose register was taken."""
    return Share(of.came, of.marks)


def told_us(of: Tally) -> Share:
    """Marks that say somebody told us ahead, out of all marks. It counts sessions that ran and
    whose register was taken."""
    return Share(of.told, of.marks)


def not_heard(of: Tally) -> Share:
    """Marks that say we did not hear, out of all marks. It counts sessions that ran and whose
    register was taken."""
    return Share(of.unheard, of.marks)


def completeness(of: Tally) -> Share:
    """Registers taken, out of all sessions that ran."""
    return Share(of.taken, of.ran)


def planned(of: Tally) -> Share:
    """Sessions for which a peer tutor and a professional tutor had both said yes when they began,
    out of all sessions that ran."""
    return Share(of.paired, of.ran)


def delivered(of: Tally) -> Share:
    """Sessions where at least one peer tutor and one professional tutor were both marked present,
    out of all sessions that ran. A session of which no tutor is marked counts as not co-delivered:
    how many those are stands beside it."""
    return Share(of.both, of.ran)


def lived_share(of: Tally) -> Share:
    """Hours taught by peer tutors, out of all hours taught, as the registers mark who was there.
    The field's aim is about one half."""
    return Share(of.lived_minutes, of.lived_minutes + of.professional_minutes)


def fill(of: Places) -> Share:
    """Places held at the start of the first session, out of all places of the runs that began.
    Drop-ins have no places, and are not in it. What the college's list says when it moves in
    counts as held."""
    return Share(of.held, of.capacity)


def unserved(of: Places) -> Share:
    """Those who waited for a run and never had a place on it, out of all who asked for one.
    Each is counted on every run that they asked for, so some of them had a place on another."""
    return Share(of.unserved, of.asked)


def offers_taken(of: Places) -> Share:
    """Offers from the waiting list that were said yes to, out of all that were made."""
    return Share(of.accepted, of.offered)


def unanswered(of: Requests) -> Share:
    """Requests to take a side of a session that nobody answered in time, out of all that were
    made. It counts sessions that begin in this time, those to come among them."""
    return Share(of.unanswered, of.asked)


def cover_found(of: Searches) -> Share:
    """Searches for cover that found somebody, out of those that found somebody or nobody. It
    counts sessions that begin in this time. What is still looked for, and what was not needed
    any more, is in neither."""
    return Share(of.found, of.found + of.not_found)


def without_both(without: int, ran: int) -> Share:
    """Sessions for which a peer tutor and a professional tutor had not both said yes when they
    began, or of which the register marks tutors but none of one side, out of all sessions that
    ran."""
    return Share(without, ran)


def arranged(part: int, whole: int) -> Share:
    """Needs for which something is arranged, out of all needs. A need is that of one student on
    one course date: what they share as a help to them, or shared when it was settled. They held a
    place on it when it began, or hold one if it is still to come. Drop-ins have no places."""
    return Share(part, whole)


def not_possible(part: int, whole: int) -> Share:
    """Needs that could not be met and were talked about, out of all needs."""
    return Share(part, whole)


def agreed(part: int, whole: int) -> Share:
    """Needs of which the student has said that how it ended works for them, out of all needs."""
    return Share(part, whole)


def open_needs(part: int, whole: int) -> Share:
    """Needs that nobody has settled, or that the student asked to talk about again, out of all
    needs. So is, while the course goes on, what the student has changed since it was settled."""
    return Share(part, whole)


def students_counted(part: int, whole: int) -> Share:
    """Students with a place on a course date that has begun, each counted once. To drop-ins
    anybody just comes, so they are not counted, and neither is who has been forgotten."""
    return Share(part, whole)


def answered(part: int, whole: int) -> Share:
    """Students who gave an answer, out of all students. Nobody has to. Who ticked several answers
    is counted once, as "more than one of these", so that the answers add up to the students."""
    return Share(part, whole)


def made_by_both(part: int, whole: int) -> Share:
    """Courses whose record has somebody with lived experience and somebody with professional
    experience, out of all courses that are offered or being made."""
    return Share(part, whole)


def due_for_review(part: int, whole: int) -> Share:
    """Courses on whose record nothing was decided for a year (365 days), or ever, out of all
    courses that are offered or being made."""
    return Share(part, whole)


def lead_days(of: Places) -> int | None:
    """Days from asking to the first session of those who had a place: their mean, if there are
    enough for one."""
    return round(of.lead_seconds / of.leads / DAY) if of.leads >= ENOUGH else None


def completion(of: Outcome) -> Share:
    """Students who were there at enough of the sessions that ran (70 percent, if the college has
    not chosen otherwise), out of students who held a place at the first session. It counts runs
    that are over: all their registers are taken, or a week has passed. A session without a
    register does not count, and neither does a run without any."""
    return Share(of.completed, of.students)


def newcomers(of: Students) -> Share:
    """Students who never held a place before this time, out of all students. A student is
    somebody who held a place at the start of a run's first session, and is counted once.
    Who has asked to be forgotten is not counted any more."""
    return Share(of.new, of.students)


def several(of: Students) -> Share:
    """Students who held places on two or more courses, out of all students. Each is counted once,
    and so is a course that somebody was on twice."""
    return Share(of.two + of.three + of.more, of.students)


def definition(figure: Callable[..., Share]) -> str:
    """Its own words, on one line."""
    return " ".join((getdoc(figure) or "").split())
