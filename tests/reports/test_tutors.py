"""What tutors did, against what the test counts itself from the rows."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.rules import Role, Side
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.models import TutorMark
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import TutorState
from recovery_college.database import db, transaction
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Share
from recovery_college.reports.rules.tables import Report, Table
from recovery_college.reports.tutors import report
from recovery_college.scheduling.models import CoverCall, Run, Session
from recovery_college.scheduling.rules import CoverState, DeliveryState, SessionState
from tests.attendance.completing import make_ran, over
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import make_delivery, make_person, make_tutor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def run() -> Run:
    """Three sessions: a professional tutor is away from the last, and one is promised alone."""
    run, _ = make_ran({make_person("Ada"): "ppp"})
    first, second, last = run.sessions
    away = next(each for each in last.accepted if each.side is Side.PROFESSIONAL)
    with time_machine.travel(last.starts_at, tick=False):
        take(away.tutor.person, last, [Word(Who("t", away.tutor_id), TutorState.AWAY)])
    peer = next(each for each in first.accepted if each.side is Side.LIVED)
    with transaction():
        peer.state = DeliveryState.STEPPED_BACK
        first.alone_reason = "Ill on the day"
    asked_of(second, DeliveryState.DECLINED, second.starts_at)
    asked_of(second, DeliveryState.ASKED, second.starts_at)
    asked_of(last, DeliveryState.ASKED, last.ends_at + timedelta(days=9))
    return run


def asked_of(session: Session, state: DeliveryState, answer_by: datetime) -> None:
    made = make_delivery(session, make_tutor(Side.LIVED), state)
    with transaction():
        made.asked_at, made.answer_by = session.starts_at - timedelta(days=9), answer_by


def search(session: Session, state: CoverState, side: Side = Side.LIVED) -> None:
    at = session.starts_at
    call = CoverCall(session_id=session.id, side=side, state=state, opened_at=at, give_up_at=at)
    with transaction():
        db.session.add(call)


def made(run: Run) -> Report:
    with over(run):
        return report(Filters(), [By.TERM], clock.now())


def table(found: Report, slug: str) -> Table:
    return next(each for each in found.tables if each.slug == slug)


def test_each_tutor_s_hours_are_those_that_registers_mark_and_add_up(run: Run) -> None:
    with transaction():
        run.sessions[1].ends_at += timedelta(minutes=30)
    hours: dict[str, float] = {}
    for mark in db.session.scalars(select(TutorMark).where(TutorMark.stands)):
        session = db.session.get_one(Session, mark.session_id)
        long = (session.ends_at - session.starts_at).total_seconds() / 3600
        taught = long if mark.state is not TutorState.AWAY else 0
        hours[mark.tutor.person.name] = hours.get(mark.tutor.person.name, 0) + taught
    assert hours == {"Ash Reed": 6.5, "Bo Lind": 4.5}
    found = table(made(run), "tutors")
    assert {row.heading: row.cells[2] for row in found.rows} == hours
    assert found.total is not None
    assert found.total.cells[1:] == (5, 11)
    sides = table(made(run), "sides")
    assert [row.cells for row in sides.rows] == [(3, 6.5), (2, 4.5)]


def test_what_is_asked_is_answered_in_time_or_unanswered(run: Run) -> None:
    found = made(run)
    [lived] = table(found, "requests").rows
    assert lived.cells == (3, 0, 1, 0, 0, Share(2, 3))
    with time_machine.travel(run.sessions[0].starts_at, tick=False):
        early = report(Filters(), [By.TERM], clock.now())
    [lived] = table(early, "requests").rows
    assert lived.cells == (3, 0, 1, 0, 2, Share(0, 3))


def test_cover_is_found_not_found_looked_for_or_not_needed(run: Run) -> None:
    for state in (*CoverState, CoverState.FILLED):
        search(run.sessions[0], state)
    search(run.sessions[1], CoverState.FILLED, Side.PROFESSIONAL)
    found = table(made(run), "cover")
    assert [row.cells for row in found.rows] == [
        (5, Share(2, 3), 1, 1, 1),
        (1, Share(1, 1), 0, 0, 0),
    ]
    assert found.total is not None
    assert found.total.cells == (6, Share(3, 4), 1, 1, 1)


def test_every_session_without_both_is_named_with_its_reason(run: Run) -> None:
    found = made(run)
    assert [row.cells for row in table(found, "reasons").rows] == [(1,), (1,)]
    last, first = table(found, "alone").rows
    assert last.cells == ("By a peer tutor only", "No reason written")
    assert first.cells == ("By both, though planned without", "Ill on the day")
    assert first.address == f"/office/sessions/{run.sessions[0].id}"
    assert found.headlines[3].share == Share(2, 3)
    with transaction():
        run.sessions[0].live, run.sessions[0].state = False, SessionState.CANCELLED
    assert made(run).headlines[3].share == Share(1, 2)


def test_a_term_asks_as_many_statements_as_a_year(run: Run) -> None:
    with over(run), counted() as once:
        report(Filters(), [By.TERM], clock.now())
    for number in range(3):
        other, _ = make_ran({make_person(): "pp"}, f"Course {number}")
        search(other.sessions[0], CoverState.OPEN)
    with over(run), counted() as often:
        report(Filters(), [By.TERM], clock.now())
    assert len(once) == len(often)


@ON_SQLITE
def test_no_tutor_s_name_leaves_the_office(run: Run, browse: Browse) -> None:
    with over(run):
        dee: FlaskClient = browse(make_person("Dee", Role.DESK))
        page = dee.get("/office/reports/tutors").text
        file = dee.get("/office/reports/tutors.csv").text
        paper = dee.get("/office/reports/tutors.pdf")
    assert "Ash Reed" in page
    assert "Ash Reed" not in file
    assert "Peer tutors" in file
    assert paper.status_code == 200
