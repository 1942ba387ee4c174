"""Attendance and co-delivery, against what the test counts itself."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete

from recovery_college import clock
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.models import TutorMark
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import TutorState
from recovery_college.courses.models import Strand
from recovery_college.database import db, transaction
from recovery_college.reports.layouts import report
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Share
from recovery_college.reports.rules.tables import Column, Row, Table
from recovery_college.reports.sessions import ATTENDANCE, DELIVERY
from recovery_college.scheduling.models import Run
from tests.attendance.completing import make_ran, over
from tests.conftest import counted
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")
ALL = Filters()


@pytest.fixture
def run() -> Run:
    """Three sessions by both, of which a professional tutor was away from the last."""
    run, _ = make_ran(
        {make_person("Ada"): "plu", make_person("Bo"): "tep", make_person("Cy"): "puu"}
    )
    last = run.sessions[-1]
    away = next(each for each in last.accepted if each.side == "professional")
    with time_machine.travel(last.starts_at, tick=False):
        take(away.tutor.person, last, [Word(Who("t", away.tutor_id), TutorState.AWAY)])
    return run


def test_attendance_is_who_came_out_of_all_that_is_marked(run: Run) -> None:
    with over(run):
        made = report(ATTENDANCE, ALL, [By.STRAND], clock.now())
    assert [line.share for line in made.headlines] == [Share(5, 9), Share(1, 9), Share(3, 9)]
    assert made.headlines[0].said == (
        "5 of 9 marks say that the student was there. That is not enough to say more."
    )
    [table] = made.tables
    [row] = table.rows
    assert (row.cells, table.total and table.total.cells) == (row.cells, row.cells)
    assert row.cells[:3] == (3, Share(3, 3), 9)
    assert made.beside == "Registers taken: 3 of 3 sessions that ran (100%)."


def test_co_delivery_sets_what_was_planned_beside_what_was_really_taught(run: Run) -> None:
    with over(run):
        made = report(DELIVERY, ALL, [By.COURSE], clock.now())
    both, planned, lived = made.headlines
    assert (both.share, planned.share) == (Share(2, 3), Share(3, 3))
    assert lived.share == Share(3 * 120, 5 * 120)
    assert lived.said == "6 of 10 hours were taught by peer tutors."


def test_where_nobody_wrote_down_who_taught_it_is_not_none() -> None:
    run, _ = make_ran({make_person("Ada"): "p"})
    with transaction():
        db.session.execute(delete(TutorMark))
    with over(run):
        [both, *_] = report(DELIVERY, ALL, [By.COURSE], clock.now()).headlines
    assert (both.large, both.share) == ("not recorded", Share(0, 1))


def test_a_chart_of_nothing_but_zeros_is_not_drawn() -> None:
    for counts, drawn in (([0, 0], 0), ([0, 3], 2)):
        rows = [Row(f"Line {count}", (count,)) for count in counts]
        assert len(Table("t", "T", "Line", [Column("Count")], rows, bars=(0,)).drawn(9)) == drawn


def test_what_has_yet_to_come_is_off_or_is_not_marked_is_told_apart(run: Run) -> None:
    with time_machine.travel(run.sessions[1].ends_at, tick=False):
        made = report(ATTENDANCE, ALL, [By.RUN], clock.now())
    assert next(iter(made.tables[0].rows)).cells[:3] == (2, Share(2, 2), 6)
    with over(run), transaction():
        run.sessions[0].taken = False
    with over(run):
        made = report(ATTENDANCE, ALL, [By.RUN], clock.now())
    assert next(iter(made.tables[0].rows)).cells[:3] == (3, Share(2, 3), 6)


@pytest.mark.parametrize("by", By)
def test_the_parts_of_every_breakdown_are_the_whole_and_open_to_as_many_sessions(
    by: By, run: Run
) -> None:
    other, _ = make_ran({make_person("Di"): "pp"}, "Rest")
    with transaction():
        other.course.strand = Strand(
            name="Rest", slug="rest", look=other.course.strand.look, position=9
        )
    with over(run), counted() as statements:
        made = report(ATTENDANCE, ALL, [by], clock.now())
    assert len([each for each in statements if each.startswith("SELECT")]) == 1
    [table] = made.tables
    assert table.total is not None
    assert sum(int(str(row.cells[0])) for row in table.rows) == table.total.cells[0] == 5
    assert db.session.scalar(db.select(db.func.count(Run.id))) == 2


def test_a_period_counts_its_first_and_its_last_day(run: Run) -> None:
    day = clock.in_london(run.sessions[0].starts_at).date()
    with over(run):
        whole = report(ATTENDANCE, Filters(since=day, until=day), [By.TERM], clock.now())
        after = Filters(since=day + timedelta(days=1))
        rest = report(ATTENDANCE, after, [By.TERM], clock.now())
    assert (whole.headlines[0].share.whole, rest.headlines[0].share.whole) == (3, 6)
