"""The co-production record as a report."""

from datetime import timedelta

import pytest

from recovery_college import clock
from recovery_college.accounts.rules import Role, ShownAs
from recovery_college.courses.models import Course, Decision
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, transaction
from recovery_college.reports.made_together import report
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Share
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import make_course, make_person, make_term

pytestmark = pytest.mark.usefixtures("app")


def decided(course: Course, days_ago: int) -> None:
    day = clock.in_london(clock.now()).date() - timedelta(days=days_ago)
    with transaction():
        db.session.add(Decision(course_id=course.id, decided_on=day, words="More breaks"))


def test_each_course_says_who_made_it_as_they_wish_and_when_it_is_due() -> None:
    sleep, hope, old = make_course("Sleep"), make_course("Hope"), make_course("Old")
    with transaction():
        peer, other = sleep.contributors
        peer.person.name, peer.shown_as = "Ash Reed", ShownAs.FIRST_NAME
        other.person.name = "Bo Lind"
        hope.contributors = hope.contributors[:1]
        old.state = CourseState.ARCHIVED
    decided(sleep, 365)
    decided(sleep, 364)
    decided(hope, 365)
    found = report(Filters(), [By.TERM], clock.now())
    hopes, sleeps = found.tables[1].rows
    assert sleeps.cells[:3] == ("Ash", "1 not named", "Both")
    assert hopes.cells[:3] == ("1 not named", "Nobody yet", "One side only")
    assert (sleeps.cells[4], hopes.cells[4]) == ("", "Due")
    both, due, decisions = found.headlines
    assert (both.share, due.share, decisions.large) == (Share(1, 2), Share(1, 2), "3")
    term = make_term()
    assert report(Filters(term=term.id), [By.TERM], clock.now()).headlines[2].large == "0"


def test_many_courses_are_as_many_statements() -> None:
    make_course()
    with counted() as once:
        report(Filters(), [By.TERM], clock.now())
    for _ in range(20):
        make_course()
    with counted() as often:
        report(Filters(), [By.TERM], clock.now())
    selects = [[each for each in said if each.startswith("SELECT")] for said in (once, often)]
    assert len(selects[0]) == len(selects[1]) == 4


@ON_SQLITE
def test_page_and_files_name_nobody_who_does_not_wish_it(browse: Browse) -> None:
    course = make_course("Sleep")
    with transaction():
        course.contributors[0].person.name = "Ash Reed"
    dee = browse(make_person("Dee", Role.DESK))
    for ending in ("", ".csv", ".pdf"):
        answer = dee.get(f"/office/reports/co-production{ending}")
        assert answer.status_code == 200
        assert b"Ash Reed" not in answer.data
