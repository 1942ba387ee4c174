"""What every report has in common: a page asks the database as often for one run as for many."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Role
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.why import Why
from recovery_college.reports.contents import REPORTS
from recovery_college.scheduling.models import Term
from tests.conftest import ON_SQLITE, Browse, Browser, counted
from tests.factories import make_person, make_run, make_term

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
MOST = 10
ASKED = datetime(2026, 4, 1, tzinfo=UTC)
TERMS = (date(2026, 5, 1), date(2027, 1, 5), date(2027, 5, 1))  # the last has two beside it


def test_a_report_is_ten_statements_at_most_however_much_there_is(browse: Browse) -> None:
    terms = [make_term() for _ in TERMS]
    with transaction():
        for term, starts_on in zip(terms, TERMS, strict=True):
            term.starts_on, term.ends_on = starts_on, starts_on + timedelta(days=80)
    _fill(terms, 1)
    with time_machine.travel(date(2027, 8, 20), tick=False):
        dee = browse(make_person("Dee", Role.DESK))
        few = _statements(dee, terms[-1])
    _fill(terms, 2)
    with time_machine.travel(date(2027, 8, 20), tick=False):
        assert _statements(dee, terms[-1]) == few
    assert max(few.values()) <= MOST


def _fill(terms: list[Term], runs: int) -> None:
    """Each run with somebody who held a place."""
    for term in terms:
        for _ in range(runs):
            run = make_run(term=term, first=term.starts_on + timedelta(days=7))
            pool = db.session.scalars(select(Pool).where(Pool.run_id == run.id)).first()
            assert pool is not None
            step = EnrolmentStep(state=State.CONFIRMED, why=Why.PLACE_FREE, at=ASKED)
            place = {"person_id": make_person().id, "run_id": run.id, "pool_id": pool.id}
            with transaction():
                db.session.add(
                    Enrolment(**place, state=step.state, requested_at=ASKED, steps=[step])
                )


def _statements(browser: Browser, term: Term) -> dict[str, int]:
    found = {}
    for name in REPORTS:
        for asked in (term.id, 0):
            with counted() as statements:
                assert browser.get(f"/office/reports/{name}?term={asked}").status_code == 200
            asks = [each for each in statements if each.startswith(("SELECT", "WITH"))]
            found[f"{name} {asked}"] = len(asks)
    return found
