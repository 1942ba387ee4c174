"""The terms that runs belong to."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.database import db
from recovery_college.scheduling.models import Run, Term
from tests.factories import make_term
from tests.intake.workbooks import FROZEN, college, meets, take

pytestmark = pytest.mark.usefixtures("app")


def terms() -> list[tuple[str, str, date, date]]:
    found = db.session.scalars(select(Term).order_by(Term.starts_on))
    return [(term.name, term.slug, term.starts_on, term.ends_on) for term in found]


@time_machine.travel(FROZEN, tick=False)
def test_a_term_is_made_around_its_dates_and_said() -> None:
    report = take(college(meets("20/01/2027"), meets("04/03/2027", term="SPRING 2027")))
    assert terms() == [("Spring 2027", "spring-2027", date(2027, 1, 18), date(2027, 3, 7))]
    assert report.notes == [
        "The term Spring 2027 is new, from 18 January 2027 to 7 March 2027. It is in the "
        "prospectus and open for enrolment from 7 December 2026."
    ]
    (term,) = db.session.scalars(select(Term))
    assert term.public_at == term.enrolment_opens_at == datetime(2026, 12, 7, 9, tzinfo=UTC)


@time_machine.travel(FROZEN, tick=False)
def test_a_term_to_come_is_public_from_now() -> None:
    take(college(meets("13/09/2027", term="Autumn 2027")))
    (term,) = db.session.scalars(select(Term))
    assert term.public_at == datetime(2027, 1, 4, 9, tzinfo=UTC)


@time_machine.travel(FROZEN, tick=False)
def test_without_a_name_it_is_the_term_around_the_first_date_or_its_season() -> None:
    there = make_term("Early summer")  # May to July
    rows = [meets("03/05/2027", term=None), meets("13/09/2027", term=None)]
    take(college(*rows))
    runs = db.session.scalars(select(Run).order_by(Run.starts_at))
    assert [run.term.name for run in runs] == [there.name, "Autumn 2027"]


@time_machine.travel(FROZEN, tick=False)
def test_a_term_is_the_same_however_its_name_is_written() -> None:
    names = ("Summer 27", "Summer term 2027", "SUMMER 2027")
    days = ("19/04/2027", "20/04/2027", "21/04/2027")
    take(college(*(meets(day, term=name) for day, name in zip(days, names, strict=True))))
    assert [name for name, *_ in terms()] == ["Summer term 2027"]
    assert (
        take(college(meets("22/04/2027", course="Clay and calm", term="Summer '27"))).faults == []
    )
    assert [name for name, *_ in terms()] == ["Summer term 2027"]


@time_machine.travel(FROZEN, tick=False)
def test_rows_without_a_term_fall_to_one_that_the_file_names() -> None:
    make_term("Early summer")  # May to July
    rows = [
        meets("26/04/2027", term="Evenings"),
        meets("12/05/2027", term=None),
        meets("26/05/2027", term="Evenings"),
    ]
    take(college(*rows))
    assert {run.term.name for run in db.session.scalars(select(Run))} == {"Evenings"}


@time_machine.travel(FROZEN, tick=False)
def test_a_term_grows_to_the_week_of_a_run_that_joins_it() -> None:
    take(college(meets("20/01/2027")))
    report = take(college(meets("20/01/2027"), meets("10/02/2027")))
    assert terms() == [("Spring 2027", "spring-2027", date(2027, 1, 18), date(2027, 2, 14))]
    assert report.notes == [
        "The term Spring 2027 now ends on 14 February 2027, for a run that begins after it ended."
    ]


@time_machine.travel(FROZEN, tick=False)
def test_one_row_that_names_the_term_is_enough_for_its_run() -> None:
    rows = [meets("18/01/2027", part="1 of 2", term=None), meets("25/01/2027", part="2 of 2")]
    take(college(*rows))
    assert [name for name, *_ in terms()] == ["Spring 2027"]
    assert len(db.session.scalars(select(Run)).all()) == 1
