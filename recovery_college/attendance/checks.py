"""What must always be true of registers. Each check gives the rows that break it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Subquery, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import (
    Certificate,
    Feedback,
    FeedbackTicket,
    Mark,
    TutorMark,
    Welcome,
)
from recovery_college.attendance.rules import CAME, TEACHING, MarkState
from recovery_college.attendance.rules.feedback import CameBy
from recovery_college.attendance.tally import SessionTally
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import SessionState


def _without_a_place() -> list[str]:
    """Whoever gave up their place held it once, and may have come all the same."""
    held = exists().where(
        EnrolmentStep.enrolment_id == Mark.enrolment_id, EnrolmentStep.state == State.CONFIRMED
    )
    of_one = or_(Mark.welcome_id.is_not(None), held)
    ids = db.session.scalars(select(Mark.id).where(Mark.stands, ~of_one).order_by(Mark.id))
    return [f"mark:{id}" for id in ids]


def _marked_and_not_taken() -> list[str]:
    marked = exists().where(Mark.session_id == Session.id, Mark.stands)
    wrong = select(Session.id).where(~Session.taken, marked).order_by(Session.id)
    return [f"session:{id}" for id in db.session.scalars(wrong)]


def _marked_when_off() -> list[str]:
    off = and_(Session.state == SessionState.CANCELLED, Session.cancelled_at.is_not(None))
    return [
        f"{table.__tablename__}:{id}"
        for table in (Mark, TutorMark)
        for id in db.session.scalars(
            select(table.id)
            .join(Session, table.session_id == Session.id)
            .where(off, table.kept_at > Session.cancelled_at)
            .order_by(table.id)
        )
    ]


def _twice() -> list[str]:
    whose = (
        (Mark, (Mark.session_id, Mark.enrolment_id, Mark.welcome_id)),
        (TutorMark, (TutorMark.session_id, TutorMark.tutor_id)),
    )
    return [
        f"{table.__tablename__}:{id}"
        for table, columns in whose
        for id in db.session.scalars(
            select(func.max(table.id))
            .where(table.stands)
            .group_by(*columns)
            .having(func.count() > 1)
            .order_by(func.max(table.id))
        )
    ]


def _certified_too_early() -> list[str]:
    """By the marks that were there when it was made: a register may be corrected afterwards.

    Who is forgotten may have had two places on the run, and nothing says any more which.
    """
    theirs, place = aliased(Enrolment), aliased(Enrolment)
    same = and_(theirs.run_id == place.run_id, theirs.person_id == place.person_id)
    marked = (
        select(func.count(Mark.session_id.distinct()))
        .outerjoin(theirs, Mark.enrolment_id == theirs.id)
        .outerjoin(Welcome, Mark.welcome_id == Welcome.id)
        .where(Mark.run_id == place.run_id, Mark.state.in_(CAME))
        .where(or_(same, Welcome.person_id == place.person_id))
        .where(Mark.kept_at <= Certificate.made_at)
        .correlate(place, Certificate)
        .scalar_subquery()
    )
    enough = Certificate.came * 100 >= Certificate.percent * Certificate.ran
    wrong = (
        select(Certificate.id)
        .join(place, Certificate.enrolment_id == place.id)
        .where(or_(~enough, and_(place.person_id.is_not(None), marked < Certificate.came)))
        .order_by(Certificate.id)
    )
    return [f"certificate:{id}" for id in db.session.scalars(wrong)]


def _said_without_being_asked() -> list[str]:
    """Whose they are, nothing tells; but each has used up a ticket."""
    forms = (
        select(func.count())
        .where(Feedback.run_id == Run.id, Feedback.came_by == CameBy.LINK)
        .scalar_subquery()
    )
    used = (
        select(func.count(FeedbackTicket.id))
        .join(Enrolment, FeedbackTicket.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id == Run.id, FeedbackTicket.used)
        .scalar_subquery()
    )
    wrong = select(Run.id).where(forms != used).order_by(Run.id)
    return [f"run:{id}" for id in db.session.scalars(wrong)]


def _tallied_wrong() -> list[str]:
    """The database counts mark by mark; here they are counted anew."""
    counted = _counted(Mark, {each.value: Mark.state == each for each in MarkState})
    sides = {
        side.value: and_(TutorMark.side == side, TutorMark.state.in_(TEACHING)) for side in Side
    }
    taught = _counted(TutorMark, sides | {"tutors": TutorMark.stands})
    same = [
        func.coalesce(getattr(SessionTally, each.name), 0) == func.coalesce(each, 0)
        for of in (counted, taught)
        for each in of.c
        if each.name != "session_id"
    ]
    wrong = (
        select(Session.id)
        .outerjoin(SessionTally, SessionTally.session_id == Session.id)
        .outerjoin(counted, counted.c.session_id == Session.id)
        .outerjoin(taught, taught.c.session_id == Session.id)
        .where(~and_(*same))
        .order_by(Session.id)
    )
    return [f"session:{id}" for id in db.session.scalars(wrong)]


def _counted(table: type[Mark | TutorMark], columns: Mapping[str, Any]) -> Subquery:
    sums = [func.sum(case((where, 1), else_=0)).label(name) for name, where in columns.items()]
    stand = select(table.session_id, *sums).where(table.stands)
    return stand.group_by(table.session_id).subquery()


CHECKS = {
    "Every mark that stands is of a place that was held, or of a welcome": _without_a_place,
    "Every register on which somebody is marked has been taken": _marked_and_not_taken,
    "Nobody was marked on a session after it was called off": _marked_when_off,
    "Of nobody two marks stand on one session": _twice,
    "Every certificate is of somebody who came to as much as the rule asks": _certified_too_early,
    "Of every run as many said by link how it was as used a link": _said_without_being_asked,
    "Every register\u2019s tally is the sum of its marks": _tallied_wrong,
}
