"""The sessions of a whole term as its board shows them: columns, and no rows' whole graphs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, func, null, select

from recovery_college.courses.models import Course, Strand
from recovery_college.database import db
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionKind, SessionState


def sessions_on_board(term: Term) -> Sequence[Row[Any]]:
    """Planned ones of runs that stand, drafts among them, past and to come, by when they meet.

    A row has `id`, `starts_at`, `title`, `look`, `capacity`, `state` (of its run), `paired`, as
    `half` the side that is confirmed alone, if any, `room_id`, `room`, `venue` and `online`.
    """
    half = (
        select(func.min(Delivery.side))
        .where(
            Delivery.session_id == Session.id,
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.shadowing.is_(False),
        )
        .scalar_subquery()
    )
    return db.session.execute(
        select(Session.id, Session.starts_at, Course.title, Strand.look)
        .add_columns(Run.capacity, Run.state, Session.paired)
        .add_columns(case((Session.paired, null()), else_=half).label("half"))
        .add_columns(Session.room_id, Room.name.label("room"))
        .add_columns(Venue.name.label("venue"), Venue.online)
        .join_from(Session, Run)
        .join(Course)
        .join(Strand)
        .outerjoin(Room, Session.room_id == Room.id)
        .outerjoin(Venue)
        .where(
            Run.term_id == term.id,
            Run.state != RunState.CANCELLED,
            Session.state == SessionState.PLANNED,
            Session.kind == SessionKind.TEACHING,
        )
        .order_by(Session.starts_at, Session.id)
    ).all()
