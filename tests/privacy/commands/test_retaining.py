"""Nothing is kept for ever; nobody goes without having been told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import audit
from recovery_college.accounts.commands.details import keep_details
from recovery_college.accounts.models import Person, Throttle, Visit
from recovery_college.accounts.rules import JoinStep, Role
from recovery_college.attendance.models import Welcome
from recovery_college.audit.models import AuditEntry
from recovery_college.calendars.models import IncomingMail
from recovery_college.calendars.rules import MailKind, MailState
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.messages.models import OutboxMessage
from recovery_college.privacy.commands.retaining import keep_no_longer
from recovery_college.privacy.rules import YEAR
from tests.factories import make_person, make_run, make_tutor, make_visit

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=83)


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
        kind, state = MailKind.UNKNOWN, MailState.FOR_THE_OFFICE
        db.session.add(IncomingMail(digest="d", came_at=LONG_AGO, kind=kind, state=state))
    noon.shift(timedelta(days=8))
    assert keep_no_longer() == {"visits": 1, "tries": 1, "mail that came in": 1}
    assert db.session.scalars(select(Visit)).all() == []
    line = db.session.scalars(select(AuditEntry)).one()
    assert (line.verb, line.fields) == ("kept no longer", "mail_that_came_in=1 tries=1 visits=1")


def test_the_name_of_who_was_welcomed_goes_after_thirty_days_and_the_count_stays(
    noon: time_machine.Traveller,
) -> None:
    session = make_run().sessions[0]
    with transaction():
        db.session.add(Welcome(session_id=session.id, name="Sam", made_at=NOON))
        later = NOON + timedelta(days=1)
        db.session.add(Welcome(session_id=session.id, name="Kit", made_at=later))
    noon.shift(timedelta(days=30))
    assert keep_no_longer() == {"names of who was welcomed": 1}
    assert db.session.scalars(select(Welcome.name).order_by(Welcome.id)).all() == ["", "Kit"]


def needs() -> list[tuple[str, bool, str]]:
    rows = db.session.scalars(select(Person).order_by(Person.id).where(Person.made_at < NOON))
    return [(row.needs, row.needs_shared, row.earlier) for row in rows]


def make_ada(**fields: Any) -> Person:
    made = NOON - timedelta(days=30)
    ada = make_person("Ada Osei", needs="A ramp", needs_shared=True, made_at=made, **fields)
    enrol(ada, ada, Request(make_run()), the_college())  # its one session: 7 June, 10am to noon
    return ada


OVER = datetime(2027, 6, 7, 11, tzinfo=UTC) + timedelta(days=90)
GONE, STAY = [("", False, "")], [("A ramp", True, "")]


def test_what_helps_somebody_goes_ninety_days_after_their_last_session(
    noon: time_machine.Traveller,
) -> None:
    ada = make_ada()
    noon.move_to(OVER - timedelta(seconds=1))
    assert (keep_no_longer(), needs()) == ({}, STAY)
    noon.move_to(OVER)
    assert (keep_no_longer(), needs()) == ({"people's needs forgotten": 1}, GONE)
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{ada.id}"))
    assert [(each.verb, each.fields) for each in line] == [("kept no longer", "needs needs_shared")]
    assert keep_no_longer() == {}


def test_it_goes_from_what_a_record_said_before_it_was_merged_too(
    noon: time_machine.Traveller,
) -> None:
    make_ada(earlier="Phone number: 1\nWhat helps them: Large print\nand tea\nJob: Nurse")
    noon.move_to(OVER)
    keep_no_longer()
    assert needs() == [("", False, "Phone number: 1\nJob: Nurse")]


def test_it_stays_as_long_as_a_session_is_to_come(noon: time_machine.Traveller) -> None:
    ada = make_ada()
    later = make_run(first=date(2027, 10, 4), capacity=1)
    bo = make_person()
    enrol(bo, bo, Request(later), the_college())
    enrol(ada, ada, Request(later), the_college())  # and waits
    noon.move_to(OVER)
    assert (keep_no_longer(), needs()) == ({}, STAY)


def test_it_stays_with_who_said_it_anew_or_teaches_or_never_had_a_place(
    noon: time_machine.Traveller,
) -> None:
    ada, ben = make_ada(), make_ada()
    tutor = make_tutor()
    make_run(first=date(2027, 8, 2), tutors=(tutor,))
    cy = make_person(needs="A ramp", needs_shared=True, made_at=NOON - timedelta(days=30))
    with transaction():
        tutor.person_id = ben.id
    noon.move_to(OVER - timedelta(days=1))
    seen = prints_of(ada, ["needs"])
    keep_details(ada, Edit({"needs": "A ramp, and tea"}, seen))
    noon.move_to(OVER)
    keep_no_longer()
    for each in (ada, ben, cy):
        db.session.refresh(each)
    assert [each.needs for each in (ada, ben, cy)] == ["A ramp, and tea", "A ramp", "A ramp"]
    noon.move_to(OVER + timedelta(days=90))
    assert keep_no_longer() == {"people's needs forgotten": 2}
    db.session.refresh(cy)
    assert cy.needs == "A ramp"


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
