"""Sessions that lack a half, runs in draft, and what a tutor teaches."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from recovery_college.accounts.rules import Side
from recovery_college.database import transaction
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.pairing import as_taught, lacking, matters, sessions_taught_by
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionState
from tests.factories import NOW, make_course, make_delivery, make_run, make_term, make_tutor

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
LATER = AT + timedelta(days=99)
TODAY = date(2027, 5, 3)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def pair_by(session: Session, day: date) -> None:
    with transaction():
        session.pair_by_on = day


def found(most: int = 9) -> list[tuple[str, str | None, str | None]]:
    return [(r.title, r.lived, r.professional) for r in lacking(AT, TODAY, most=most).rows]


def test_late_ones_come_first_and_then_the_earliest() -> None:
    ash, bo = make_tutor(name="Ash"), make_tutor(Side.PROFESSIONAL, name="Bo")
    make_run(make_course("Paired"), tutors=(ash, bo))
    make_run(make_course("Later"), tutors=(bo,), first=date(2027, 6, 10))
    make_run(make_course("Sooner"), tutors=(ash,), first=date(2027, 6, 9))
    late = make_run(make_course("Late"), first=date(2027, 6, 20))
    pair_by(late.sessions[0], TODAY - DAY)
    assert found() == [("Late", None, None), ("Sooner", "Ash", None), ("Later", None, "Bo")]
    some = lacking(AT, TODAY, most=1)
    assert ([row.title for row in some.rows], some.total, some.late) == (["Late"], 3, 1)


def test_a_date_that_is_today_has_not_passed() -> None:
    pair_by(make_run().sessions[0], TODAY)
    assert lacking(AT, TODAY, most=9).late == 0


def test_who_is_only_asked_or_declined_confirms_nothing() -> None:
    run = make_run(make_course("Asked"))
    make_delivery(run.sessions[0], make_tutor(), DeliveryState.ASKED)
    make_delivery(run.sessions[0], make_tutor(Side.PROFESSIONAL), DeliveryState.DECLINED)
    assert found() == [("Asked", None, None)]


def test_what_is_over_off_or_not_published_lacks_nothing() -> None:
    make_run(first=date(2027, 5, 2))
    off, draft = make_run(), make_run()
    with transaction():
        off.sessions[0].live, off.sessions[0].state = False, SessionState.CANCELLED
        draft.state = RunState.DRAFT
    nothing = lacking(AT, TODAY, most=9)
    assert (list(nothing.rows), nothing.total, nothing.late) == ([], 0, 0)


def test_drafts_of_a_term_that_runs_or_begins_soon() -> None:
    def draft(title: str, starts_on: date, ends_on: date) -> Run:
        term = make_term()
        run = make_run(make_course(title), term=term)
        with transaction():
            run.state = RunState.DRAFT
            term.starts_on, term.ends_on = starts_on, ends_on
        return run

    draft("Over", TODAY - 90 * DAY, TODAY - DAY)
    draft("Far away", TODAY + 43 * DAY, TODAY + 90 * DAY)
    near = draft("Near", TODAY + 42 * DAY, TODAY + 90 * DAY)
    running = draft("Running", TODAY - DAY, TODAY)
    make_run(term=running.term)
    rows = [row for row in matters(AT, most=9) if row.kind == "drafts"]
    assert [(r.id, r.title, r.name, r.total) for r in rows] == [
        (running.id, "Running", running.term.name, 2),
        (near.id, "Near", near.term.name, 2),
    ]


def test_a_tutor_s_sessions_from_a_moment_on() -> None:
    ash, bo = make_tutor(), make_tutor()
    past = make_run(tutors=(ash,), first=date(2027, 5, 2))
    run = make_run(tutors=(ash,), sessions=3)
    asked = make_run(first=date(2027, 6, 8))
    make_delivery(asked.sessions[0], ash, DeliveryState.ASKED)
    declined = make_run(first=date(2027, 6, 9))
    make_delivery(declined.sessions[0], ash, DeliveryState.DECLINED)
    make_run(tutors=(bo,), first=date(2027, 6, 10))
    first, *rest = run.sessions
    assert sessions_taught_by(ash.person, AT, LATER, most=3) == [
        as_taught(each) for each in (first, asked.sessions[0], rest[0])
    ]
    every = sessions_taught_by(ash.person, AT, LATER, most=99)
    assert past.sessions[0].id not in {each.id for each in every}
