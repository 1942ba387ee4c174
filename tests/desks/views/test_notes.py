"""The page of a pair's notes: there for the tutors of a run, and for nobody else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from recovery_college.accounts.rules import Role
from recovery_college.attendance.commands.noting import write_note
from recovery_college.database import db
from recovery_college.scheduling.models import Run
from tests.attendance.registering import MORNING, make_taught, pair_of, place_for
from tests.conftest import ON_SQLITE, Browse, Browser, counted
from tests.factories import make_person
from tests.markup import words_of

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]


@pytest.fixture(autouse=True)
def clocks(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run() -> Run:
    return make_taught()


@pytest.fixture
def ash(run: Run, browse: Browse) -> Browser:
    return browse(pair_of(run)[0])


def notes(run: Run, number: int = 0) -> str:
    return f"/tutor/sessions/{run.sessions[number].id}/notes"


def test_last_weeks_are_read_before_this_weeks(
    run: Run, ash: Browser, browse: Browse, clocks: time_machine.Traveller
) -> None:
    here, later, bo = notes(run), notes(run, 1), pair_of(run)[1]
    next_week = run.sessions[1].starts_at
    assert ash.post(here, data={"went_well": "The tea", "to_change": ""}).location == here
    clocks.move_to(next_week - timedelta(days=2))
    page = browse(db.session.merge(bo)).get(later).text
    said = words_of(page)
    assert "Only the tutors of this run read this." in said
    assert "You can write about this session from half an hour before it." in said
    assert "Session 1, Monday 7 June 2027 Ash Reed What went well The tea" in said
    assert "<textarea" not in page


def test_a_name_is_refused_beside_its_field_and_what_was_typed_stays(
    run: Run, ash: Browser
) -> None:
    place_for(make_person("Ada Osei"), run)
    answer = ash.post(notes(run), data={"went_well": "Tea", "to_change": "Ada Osei came late"})
    assert answer.status_code == 422
    assert 'href="#to_change">This holds the name of somebody on the register.' in answer.text
    assert "Ada Osei came late</textarea>" in answer.text


def test_it_is_linked_where_they_teach_and_the_office_sees_no_way_in(
    run: Run, ash: Browser, browse: Browse
) -> None:
    link, session = f'href="{notes(run)}"', f"/tutor/sessions/{run.sessions[0].id}"
    assert link in ash.get(session).text
    assert link in ash.get(f"{session}/register").text
    olu = browse(make_person("Olu", Role.MANAGER, email="olu@example.org"))
    assert "/notes" not in olu.get(f"/office/sessions/{run.sessions[0].id}/register").text
    assert olu.get(notes(run)).status_code == 404
    assert olu.post(notes(run), data={"went_well": "Mine"}).status_code == 404


def test_it_asks_as_often_for_many_notes_as_for_one(run: Run, browse: Browse) -> None:
    asked, here = [], notes(run)
    with time_machine.travel(run.sessions[1].starts_at, tick=False):
        for writer in (0, 1):
            run = db.session.get_one(Run, run.id)
            for session in run.sessions:
                write_note(pair_of(run)[writer], session, "The tea", "")
            ash = browse(pair_of(run)[0])
            with counted() as statements:
                assert ash.get(here).status_code == 200
            asked.append(len(statements))
    assert asked[0] == asked[1]
