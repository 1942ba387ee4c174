"""What the office looks for every morning is few among very many, and found by an index."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select, text

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from recovery_college.desks.today import today_of
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState
from tests.factories import make_course, make_person, make_term

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
MANY = 2_000


def test_today_finds_the_few_by_their_own_indexes() -> None:
    """SQLite goes by the addresses that are empty to those whom nobody can reach."""
    _many()
    found = _plans()
    is_sqlite = db.engine.dialect.name == "sqlite"
    unreached = "ix_person_email" if is_sqlite else "ix_person_unreached"
    joined = ("ix_person_made_at", "ix_person_joining")
    for index in ("ix_enrolment_undrawn", "ix_run_draft", *joined, unreached):
        assert index in found, index
    assert "ix_person_active_at" not in found
    assert "SCAN person'" not in found
    if not is_sqlite:
        kept = db.session.connection().exec_driver_sql("SHOW plan_cache_mode").scalar_one()
        assert kept == "force_generic_plan"


def _many() -> None:
    """Hardly anybody of them is looked for, half without e-mail; and the database told so."""
    run = {"course_id": make_course().id, "term_id": make_term().id, "capacity": 12}
    with transaction():
        person, people = {"name": "Bo Lind", "made_at": AT - timedelta(days=90)}, []
        for n in range(MANY // 2):
            people += [person | {"email": f"a{n}@example.org", "phone": ""}]
            people += [person | {"email": None, "phone": "01632 960001"}]
        db.session.execute(insert(Person), people)
        db.session.execute(insert(Run), [run | {"state": RunState.PUBLISHED}] * MANY)
        pools = db.session.execute(
            select(func.min(Pool.id), Pool.run_id).group_by(Pool.run_id)
        ).all()
        student = db.session.scalars(select(Person.id).limit(1)).one()
        waits = {"person_id": student, "state": State.WAITING, "requested_at": AT, "lot": 0}
        places = [waits | {"pool_id": pool, "run_id": run_id} for pool, run_id in pools]
        db.session.execute(insert(Enrolment), places)
        db.session.execute(text("ANALYZE"))


def _plans() -> str:
    """How the database means to find all that Today shows."""
    sent: list[tuple[str, Any]] = []
    olu, connection = make_person("Olu", Role.MANAGER), db.session.connection()

    def note(_connection: object, _cursor: object, said: str, given: Any, *_rest: object) -> None:
        sent.append((said, given))

    event.listen(db.engines[None], "before_cursor_execute", note)
    today_of(olu, College(name="Quay College"), AT)
    event.remove(db.engines[None], "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    read = [each for each in sent if each[0].startswith("SELECT")]
    rows = [connection.exec_driver_sql(explain + said, given).all() for said, given in read]
    return "\n".join(str(tuple(row)) for each in rows for row in each)
