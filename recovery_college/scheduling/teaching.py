"""What tutors have accepted, what they work besides, and where they can go."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from recovery_college.database import db
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState, SessionState
from recovery_college.tutors.models import WorkEntry
from recovery_college.tutors.rules.free import Lasting
from recovery_college.tutors.rules.limits import Booked


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
            Delivery.live,
            Term.starts_on <= today,
            Term.ends_on >= today,
        )
    )
    minutes: Counter[int] = Counter()
    for tutor_id, starts_at, ends_at in db.session.execute(accepted):
        minutes[tutor_id] += (ends_at - starts_at) // timedelta(minutes=1)
    return minutes


_ACCEPTED = (
    select(Delivery.tutor_id, Delivery.starts_at, Delivery.ends_at, Venue.id, Venue.online)
    .join_from(Delivery, Session, Delivery.session_id == Session.id)
    .outerjoin(Room, Session.room_id == Room.id)
    .outerjoin(Venue, Room.venue_id == Venue.id)
    .where(
        Delivery.tutor_id.in_(bindparam("tutors", expanding=True)),
        Delivery.state == DeliveryState.ACCEPTED,
        Delivery.live,
        Delivery.session_id != bindparam("but"),
        Delivery.starts_at.between(bindparam("since"), bindparam("until")),
    )
)


def accepted_of(
    tutor_ids: Collection[int], between: Lasting, but: Session | None = None
) -> dict[int, list[Booked]]:
    """What each has accepted that begins then, besides one session. Online is nowhere."""
    db.session.flush()  # the rows do not come by way of the session, which may have to write yet
    asked = {"tutors": list(tutor_ids), "but": but.id if but else 0}
    instants = {"since": between.starts_at, "until": between.ends_at}
    found: dict[int, list[Booked]] = defaultdict(list)
    rows = db.session.connection().execute(_ACCEPTED, asked | instants)
    for tutor_id, starts_at, ends_at, venue_id, online in rows.all():
        found[tutor_id].append(Booked(starts_at, ends_at, None if online else venue_id))
    return found


def written_minutes_of(
    tutor_ids: Collection[int], first: date, last: date
) -> dict[int, Counter[date]]:
    """Minutes of work that each wrote down from `first` to `last`, by the month's first day."""
    found: dict[int, Counter[date]] = defaultdict(Counter)
    if tutor_ids:
        rows = select(WorkEntry.tutor_id, WorkEntry.worked_on, WorkEntry.minutes).where(
            WorkEntry.tutor_id.in_(tutor_ids), WorkEntry.worked_on.between(first, last)
        )
        for tutor_id, worked_on, minutes in db.session.execute(rows):
            found[tutor_id][worked_on.replace(day=1)] += minutes
    return found


def venue_names() -> dict[int, str]:
    """By their ids, without their rooms."""
    return {row[0]: row[1] for row in db.session.execute(select(Venue.id, Venue.name))}
