"""Write places: many in two statements. The database itself counts them and has the last word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import insert, literal, select

from recovery_college.database import attempt, db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep
from recovery_college.enrolment.rules import State, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal

AT_ONCE = 500  # places written together; a refusal among them makes it fewer
STEP = (EnrolmentStep.enrolment_id, EnrolmentStep.state, EnrolmentStep.why, EnrolmentStep.at)


@dataclass(frozen=True)
class Place:
    """One that somebody has, or waits for, as the college's own list says."""

    person: int
    run: int
    pool: int
    state: State
    requested_at: datetime


def write_places(
    places: Sequence[Place],
    now: datetime,
    by: int | None,
    refused: Callable[[Place, Refusal], object],
) -> list[Place]:
    """All that the database takes, in this order; by halves down to each that it refuses."""
    try:
        with attempt():
            _write(places, now, by)
    except Refusal as refusal:
        if len(places) == 1:
            refused(places[0], refusal)
            return []
        middle = len(places) // 2
        halves = (places[:middle], places[middle:])
        return [place for half in halves for place in write_places(half, now, by, refused)]
    return list(places)


def _write(places: Sequence[Place], now: datetime, by: int | None) -> None:
    """Each with its one step. Row after row, so that their ids stand in this order."""
    rows = [_row(place) for place in places]
    db.session.execute(insert(Enrolment), rows)
    why, at = literal(Why.WORKBOOK, EnrolmentStep.why.type), literal(now, EnrolmentStep.at.type)
    actor = literal(by, EnrolmentStep.by_id.type)
    made = select(Enrolment.id, Enrolment.state, why, at, actor)
    of_these = made.where(Enrolment.uid.in_([row["uid"] for row in rows])).order_by(Enrolment.id)
    db.session.execute(insert(EnrolmentStep).from_select([*STEP, EnrolmentStep.by_id], of_these))


def _row(place: Place) -> dict[str, object]:
    return {
        "uid": token_hex(16),
        "person_id": place.person,
        "run_id": place.run,
        "pool_id": place.pool,
        "state": place.state,
        "requested_at": place.requested_at,
        "came_by": Way.WORKBOOK,
        "behind": place.state is State.CONFIRMED,
    }
