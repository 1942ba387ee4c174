"""Places are written many at once, and the database has the last word on each."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import PoolKind, State, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.intake.commands.places import Place, write_places
from recovery_college.scheduling.models import Run
from tests.conftest import counted
from tests.factories import make_person, make_run

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 1, 11, tzinfo=UTC)
LATER = AT + timedelta(days=2)


def places(run: Run, many: int, state: State = State.CONFIRMED) -> list[Place]:
    pool = db.session.scalars(select(Pool).filter_by(run_id=run.id, kind=PoolKind.ROOM)).one()
    return [Place(make_person().id, run.id, pool.id, state, AT) for _ in range(many)]


def written(some: list[Place], by: int | None = None) -> tuple[list[Place], list[Place]]:
    """Those that were, and those that were refused."""
    refused: list[Place] = []
    with transaction():
        done = write_places(some, LATER, by, lambda place, _: refused.append(place))
    return done, refused


def test_each_stands_in_the_order_of_the_list_with_its_one_step() -> None:
    olu, some = make_person("Olu"), places(make_run(), 3, State.WAITING)
    assert written(some, by=olu.id) == (some, [])
    rows = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    assert [(e.person_id, e.state, e.requested_at, e.came_by, e.lot) for e in rows] == [
        (place.person, State.WAITING, AT, Way.WORKBOOK, 0) for place in some
    ]
    steps = db.session.scalars(select(EnrolmentStep).order_by(EnrolmentStep.id))
    assert [(s.enrolment_id, s.state, s.why, s.at, s.by_id) for s in steps] == [
        (row.id, State.WAITING, Why.WORKBOOK, LATER, olu.id) for row in rows
    ]


def test_only_what_the_database_refuses_is_left_out() -> None:
    full, room = places(make_run(capacity=2), 3), places(make_run(), 2)
    some = [*full, room[0], room[0], room[1]]
    done, refused = written(some)
    assert (done, refused) == ([*full[:2], *room], [full[2], room[0]])
    held = db.session.scalars(select(Pool.held).filter_by(kind=PoolKind.ROOM).order_by(Pool.id))
    assert list(held) == [2, 2]


def test_ten_take_as_many_statements_as_one() -> None:
    run = make_run()

    def statements(many: int) -> int:
        some = places(run, many)
        with counted() as sent:
            written(some)
        return len(sent)

    assert statements(1) == statements(10)
