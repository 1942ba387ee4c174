"""What the office reads of tutors and their sessions: this term's hours, and where they can go."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select

from recovery_college.database import db
from recovery_college.scheduling.models import Delivery, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState, SessionState


def minutes_this_term(tutor_ids: Collection[int], today: date) -> Counter[int]:
    """Of the sessions that each has accepted, by tutor; those of the runs of today's term."""
    accepted = (
        select(Delivery.tutor_id, Delivery.starts_at, Delivery.ends_at)
        .join(Session, Delivery.session_id == Session.id)
        .join(Run)
        .join(Term)
        .where(
            Delivery.tutor_id.in_(tutor_ids),
            Delivery.state == DeliveryState.ACCEPTED,
            Session.state == SessionState.PLANNED,
            Term.starts_on <= today,
            Term.ends_on >= today,
        )
    )
    minutes: Counter[int] = Counter()
    for tutor_id, starts_at, ends_at in db.session.execute(accepted):
        minutes[tutor_id] += (ends_at - starts_at) // timedelta(minutes=1)
    return minutes


def venue_names() -> dict[int, str]:
    """By their ids, without their rooms."""
    return {row[0]: row[1] for row in db.session.execute(select(Venue.id, Venue.name))}
