"""What tutors have said, as rules ask for it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from recovery_college.accounts.models import RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.database import db, transaction
from recovery_college.tutors.models import BusyCalendar, BusyTime, Tutor, TutorAway, TutorWindow
from recovery_college.tutors.queries import availability_of, count_tutors, page_of_tutors
from recovery_college.tutors.rules.free import Availability, Away, Stretch, Window
from tests.conftest import counted
from tests.factories import make_person, make_tutor

pytestmark = pytest.mark.usefixtures("app")
NINE = datetime(2027, 6, 7, 9, tzinfo=UTC)
WEEK = Stretch(NINE, NINE + timedelta(weeks=1))
DAY = (0, time(9), time(17))


def say(tutor: Tutor, *rows: TutorWindow | TutorAway) -> None:
    with transaction():
        for row in rows:
            row.tutor_id = tutor.id
        db.session.add_all(rows)


def busy(tutor: Tutor, *starts: datetime) -> None:
    with transaction():
        calendar = BusyCalendar(tutor_id=tutor.id, added_at=NINE)
        db.session.add(calendar)
        db.session.flush()
        whose = {"calendar_id": calendar.id, "tutor_id": tutor.id}
        for at in starts:
            db.session.add(BusyTime(**whose, starts_at=at, ends_at=at + timedelta(hours=1)))


def window(from_on: date, until_on: date | None = None) -> TutorWindow:
    return TutorWindow(
        weekday=DAY[0], starts=DAY[1], ends=DAY[2], from_on=from_on, until_on=until_on
    )


def test_what_each_of_several_tutors_has_said_of_a_week_takes_three_questions() -> None:
    ash, bo, cy = make_tutor(), make_tutor(), make_tutor()
    say(
        ash,
        window(date(2027, 1, 1), date(2027, 6, 6)),
        window(date(2027, 6, 7)),
        window(date(2027, 6, 15)),
        TutorAway(starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 6)),
        TutorAway(starts_on=date(2027, 6, 14), ends_on=date(2027, 6, 20)),
    )
    busy(bo, NINE - timedelta(hours=1), NINE - timedelta(minutes=30), WEEK.ends_at)
    ids = [tutor.id for tutor in (ash, bo, cy)]
    with counted() as statements:
        found = availability_of(ids, WEEK)
    assert found == {
        ash.id: Availability(
            [
                Window(*DAY, date(2027, 1, 1), date(2027, 6, 6)),
                Window(*DAY, date(2027, 6, 7)),
                Window(*DAY, date(2027, 6, 15)),
            ],
            [Away(date(2027, 6, 14), date(2027, 6, 20))],
            [],
        ),
        bo.id: Availability(
            [], [], [Stretch(NINE - timedelta(minutes=30), NINE + timedelta(minutes=30))]
        ),
        cy.id: Availability([], [], []),
    }
    assert len([each for each in statements if "SAVEPOINT" not in each]) == 3


def test_tutors_are_found_by_parts_of_their_name_and_by_side() -> None:
    for name, side in (("Ash Reed", Side.LIVED), ("Bo Ashby", Side.PROFESSIONAL)):
        made = make_tutor(side, name=name)
        with transaction():
            made.person.role_rows = [RoleGiven(role=Role.TUTOR)]
    make_tutor(name="Ash who left")
    make_person("Ash the student")

    def found(name: str, side: Side | None) -> list[str]:
        rows = page_of_tutors(name, side, first=0, size=50)
        assert count_tutors(name, side) == len(rows)
        return [each.person.name for each in rows]

    assert found("", None) == ["Ash Reed", "Bo Ashby"]
    assert found("ash", None) == ["Ash Reed", "Bo Ashby"]
    assert found("ree as", None) == ["Ash Reed"]
    assert found("", Side.PROFESSIONAL) == ["Bo Ashby"]
    assert found("%", None) == []
