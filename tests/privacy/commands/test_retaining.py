"""Nothing is kept for ever; nobody goes without having been told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import audit
from recovery_college.accounts.models import Person, Throttle, Visit
from recovery_college.accounts.rules import JoinStep, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.privacy.commands.retaining import keep_no_longer
from recovery_college.privacy.rules import YEAR
from tests.factories import make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def letters() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(row.key.split(":")[0], row.address) for row in rows]


def names() -> list[str]:
    return list(db.session.scalars(select(Person.name).order_by(Person.id)))


def test_after_three_years_somebody_is_told_and_thirty_days_later_forgotten(
    noon: time_machine.Traveller,
) -> None:
    make_person("Ada Osei", email="ada@example.org", active_at=NOON)
    make_person("Mair Rees", active_at=NOON)
    noon.move_to(NOON + 3 * YEAR - timedelta(days=31))
    assert keep_no_longer() == {}
    noon.move_to(NOON + 3 * YEAR - timedelta(days=30))
    assert keep_no_longer() == {"people told": 2}
    assert letters() == [("record_ends", "ada@example.org")]
    noon.move_to(NOON + 3 * YEAR - timedelta(seconds=1))
    assert keep_no_longer() == {}
    noon.move_to(NOON + 3 * YEAR)
    assert keep_no_longer() == {"people forgotten": 2}
    assert names() == []


def test_who_comes_back_after_being_told_stays(noon: time_machine.Traveller) -> None:
    ada = make_person("Ada Osei", active_at=NOON)
    noon.move_to(NOON + 3 * YEAR - timedelta(days=30))
    keep_no_longer()
    noon.shift(timedelta(days=1))
    with transaction():
        ada.active_at = NOON + 3 * YEAR
    noon.move_to(NOON + 4 * YEAR)
    assert keep_no_longer() == {}
    assert names() == ["Ada Osei"]


def test_who_teaches_or_works_in_the_office_is_not_forgotten_by_a_program(
    noon: time_machine.Traveller,
) -> None:
    make_person("Bea", Role.TUTOR, active_at=NOON)
    make_person("Dee", Role.DESK, active_at=NOON)
    noon.move_to(NOON + 9 * YEAR)
    keep_no_longer()
    noon.shift(timedelta(days=31))
    keep_no_longer()
    assert names() == ["Bea", "Dee"]


def test_a_joining_that_nobody_came_back_to_goes_after_a_week(noon: time_machine.Traveller) -> None:
    make_person("Ada Osei", join_step=JoinStep.HELPS, active_at=NOON)
    noon.move_to(NOON + timedelta(days=7))
    assert keep_no_longer() == {"unfinished joinings": 1}


def test_who_came_with_the_spreadsheet_has_not_begun_to_join(noon: time_machine.Traveller) -> None:
    make_person("Ada Osei", joined_at=None, active_at=NOON)
    noon.move_to(NOON + timedelta(days=30))
    assert keep_no_longer() == {}
    assert names() == ["Ada Osei"]


def test_what_has_had_its_time_is_swept_and_the_history_says_how_much(
    noon: time_machine.Traveller,
) -> None:
    ada = make_person("Ada Osei", active_at=NOON + YEAR)
    make_visit(ada)
    with transaction():
        db.session.add(Throttle(key="k", tries=1, since_at=NOON))
    noon.shift(timedelta(days=8))
    assert keep_no_longer() == {"visits": 1, "tries": 1}
    assert db.session.scalars(select(Visit)).all() == []
    line = db.session.scalars(select(AuditEntry)).one()
    assert (line.verb, line.fields) == ("kept no longer", "tries=1 visits=1")


def test_one_who_can_t_be_forgotten_does_not_stop_the_rest(noon: time_machine.Traveller) -> None:
    make_person("Ada Osei", join_step=JoinStep.HELPS, active_at=NOON)
    make_person("Olu Bankole", Role.MANAGER, join_step=JoinStep.HELPS, active_at=NOON)
    make_person("Bo Lind", join_step=JoinStep.HELPS, active_at=NOON)
    noon.move_to(NOON + timedelta(days=8))
    assert keep_no_longer() == {"unfinished joinings": 2, "kept because the college needs them": 1}
    assert names() == ["Olu Bankole"]


def test_the_command_says_what_would_go_and_what_went(
    app: Flask, noon: time_machine.Traveller
) -> None:
    make_person("Ada Osei", join_step=JoinStep.HELPS, active_at=NOON)
    noon.move_to(NOON + timedelta(days=8))
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["retention", "run", "--dry-run"])
    assert (dry.exit_code, dry.output.splitlines()[2]) == (0, "1 unfinished joinings")
    assert names() == ["Ada Osei"]
    wet = runner.invoke(args=["retention", "run"])
    assert (wet.exit_code, wet.output) == (0, "1 unfinished joinings\n")
    assert runner.invoke(args=["retention", "run"]).output == "Nothing was due.\n"


def test_the_history_is_kept_for_as_long_as_it_must(noon: time_machine.Traveller) -> None:
    noon.move_to(datetime(2020, 1, 1, tzinfo=UTC))  # the database looks at its own clock
    with transaction():
        audit.record(None, "tried", "college", fields=(), at=datetime(2020, 1, 1, tzinfo=UTC))
    noon.move_to(datetime(2022, 12, 1, tzinfo=UTC))
    assert keep_no_longer() == {}
    noon.move_to(datetime(2023, 2, 1, tzinfo=UTC))
    assert keep_no_longer() == {"lines of history": 1}
