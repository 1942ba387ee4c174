"""The phone desk: from three letters of a name to a confirmed place."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.clock import now
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands import capacity
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State, Supporter, Way
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel
from recovery_college.scheduling.models import Run
from tests.conftest import ON_SQLITE, Browse, Browser
from tests.factories import NOW, make_course, make_person, make_run
from tests.markup import seen
from tests.text_service import KEY

pytestmark = pytest.mark.usefixtures("app", "in_may")


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Marsh", Role.DESK)


@pytest.fixture
def office(browse: Browse, dee: Person) -> Browser:
    return browse(dee)


def form_on(office: Browser, address: str) -> dict[str, str]:
    page = office.get(address).text
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)
    assert key
    needs = re.search(r'<textarea[^>]*name="needs"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert needs
    return {
        "seen": seen(page),
        "form_key": key[1],
        "needs": needs[1],
        "came_by": "phone",
        "asked_themself": "y",
    }


def rows_on(run: Run) -> list[Enrolment]:
    asked = select(Enrolment).where(Enrolment.run_id == run.id).order_by(Enrolment.id)
    return list(db.session.scalars(asked))


def test_three_letters_one_press_and_one_form_are_a_place_with_its_letter(
    office: Browser, dee: Person
) -> None:
    run, ada = make_run(), make_person("Ada Osei", address="9 Larkspur Rise")
    found = office.get(f"/office/runs/{run.id}/enrol?q=ose").text
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    assert f'href="{address}"' in found
    sent = office.post(address, data=form_on(office, address))
    assert sent.location == f"/office/runs/{run.id}/places"
    assert "Ada Osei has a place. A letter to print" in office.get(sent.location).text
    made = rows_on(run)[0]
    assert (made.state, made.came_by, made.asked_by_id, made.arrived_at) == (
        State.CONFIRMED,
        Way.PHONE,
        dee.id,
        None,
    )
    letter = db.session.scalars(select(OutboxMessage)).one()
    assert (letter.channel, letter.person_id) == (Channel.LETTER, ada.id)


@ON_SQLITE
def test_the_desk_reads_that_who_wishes_a_text_has_one(
    app: Flask, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "NOTIFY_API_KEY", KEY)
    ada = make_person("Ada Osei", phone="07700 900 001", contact_by=ContactBy.TEXT)
    run = make_run()
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    assert "They hear of it by text, as they wish." in office.get(address).text
    sent = office.post(address, data=form_on(office, address))
    places = office.get(sent.location).text
    assert "Ada Osei has a place. A text is on its way to them." in places
    assert 'href="tel:+447700900001"' in places
    messages = office.get("/office/messages").text
    assert "By text, written" in messages


def test_what_is_sent_twice_is_one_place(office: Browser) -> None:
    run, ada = make_run(), make_person("Ada Osei")
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    form = form_on(office, address)
    assert [office.post(address, data=form).status_code for _ in range(2)] == [302, 302]
    assert len(rows_on(run)) == 1


def test_a_form_counts_from_when_it_reached_us(office: Browser) -> None:
    run, ada = make_run(), make_person("Ada Osei")
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    form = form_on(office, address) | {"came_by": "form", "day": "2027-05-01"}
    no_time = office.post(address, data=form)
    assert (no_time.status_code, "Write the time too" in no_time.text) == (422, True)
    to_come = office.post(address, data=form | {"day": "2027-06-01", "at": "9:30"})
    assert (to_come.status_code, "That is still to come" in to_come.text) == (422, True)
    office.post(address, data=form | {"at": "9:30"})
    made = rows_on(run)[0]
    when = datetime(2027, 5, 1, 8, 30, tzinfo=UTC)
    assert (made.came_by, made.arrived_at, made.requested_at) == (Way.FORM, when, when)


def test_only_at_their_own_request(office: Browser) -> None:
    run, ada = make_run(), make_person("Ada Osei")
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    form = form_on(office, address) | {"asked_themself": ""}
    answer = office.post(address, data=form)
    assert (answer.status_code, rows_on(run)) == (422, [])
    assert "We book only for people who ask" in answer.text


def test_what_helps_is_kept_as_what_the_office_was_told(office: Browser, dee: Person) -> None:
    run, ada = make_run(), make_person("Ada Osei", needs="A chair")
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    form = form_on(office, address)
    assert form["needs"] == "A chair"
    office.post(address, data=form | {"needs": "A chair by the door", "with_supporter": "y"})
    ada = db.session.get_one(Person, ada.id)
    made = rows_on(run)[0]
    assert (ada.needs, made.supporter) == ("A chair by the door", Supporter.CHAIR)
    changed = select(AuditEntry.actor_id).where(AuditEntry.verb == "changed")
    assert db.session.scalars(changed).all() == [dee.id]


def test_a_refusal_stands_beside_the_form_and_nothing_typed_is_lost(office: Browser) -> None:
    run, ada = make_run(), make_person("Ada Osei")
    with transaction():
        wall = RingFirst(person_id=ada.id, review_on=date(2027, 8, 1), set_at=now())
        db.session.add(wall)
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    answer = office.post(address, data=form_on(office, address) | {"needs": "A quiet corner"})
    assert answer.status_code == 422
    assert "A manager books this one. Please ask them." in answer.text
    assert "A quiet corner" in answer.text
    assert rows_on(run) == []


def test_a_manager_books_whom_the_desk_may_not(browse: Browse) -> None:
    run, ada = make_run(), make_person("Ada Osei")
    with transaction():
        db.session.add(RingFirst(person_id=ada.id, review_on=date(2027, 8, 1), set_at=now()))
    manager = browse(make_person("Olu", Role.MANAGER))
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    assert manager.post(address, data=form_on(manager, address)).status_code == 302
    assert [each.state for each in rows_on(run)] == [State.CONFIRMED]


def test_a_place_that_is_set_aside_is_for_whom_the_office_enrols_into_it(
    office: Browser, dee: Person
) -> None:
    run, ada = make_run(capacity=2), make_person("Ada Osei")
    ends = datetime(2027, 5, 20, tzinfo=UTC)
    pool = capacity.set_aside(dee, run, "Larch ward", 1, ends)
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    form = form_on(office, address)
    assert "Set aside for Larch ward: 1 left" in office.get(address).text
    office.post(address, data=form | {"place": str(pool.id)})
    assert [each.pool_id for each in rows_on(run)] == [pool.id]
    bo = make_person("Bo")
    address = f"/office/runs/{run.id}/enrol/{bo.id}"
    form = form_on(office, address)
    gone = office.post(address, data=form | {"place": str(pool.id)})
    nonsense = office.post(address, data=form | {"place": "999"})
    assert (gone.status_code, nonsense.status_code, len(rows_on(run))) == (422, 422, 1)


def test_two_come_both_or_neither(office: Browser) -> None:
    run = make_run(capacity=2)
    ada, bo, cy = make_person("Ada"), make_person("Bo", needs="Tea"), make_person("Cy")
    enrol(cy, cy, Request(run), the_college())
    found = office.get(f"/office/runs/{run.id}/enrol?q=bo&beside={ada.id}").text
    address = f"/office/runs/{run.id}/enrol/{ada.id}?with={bo.id}"
    assert f'href="{address}"' in found
    form = form_on(office, address) | {"needs": "A chair", "with_supporter": "y"}
    office.post(address, data=form)
    made = rows_on(run)[1:]
    assert [(each.person_id, each.state, each.with_supporter) for each in made] == [
        (ada.id, State.WAITING, True),
        (bo.id, State.WAITING, False),
    ]
    assert made[0].party == made[1].party is not None
    assert [db.session.get_one(Person, each.id).needs for each in (ada, bo)] == ["A chair", "Tea"]


def test_somebody_new_is_added_and_the_way_leads_back(office: Browser) -> None:
    run = make_run()
    assert f"/office/people/new?run={run.id}" in office.get(f"/office/runs/{run.id}/enrol").text
    page = office.get(f"/office/people/new?run={run.id}").text
    sent = office.post(
        f"/office/people/new?run={run.id}", data={"name": "Eve Ash", "seen": seen(page)}
    )
    eve = db.session.scalars(select(Person).where(Person.name == "Eve Ash")).one()
    assert sent.location == f"/office/runs/{run.id}/enrol/{eve.id}"


def test_from_the_record_of_somebody_one_finds_the_run(office: Browser) -> None:
    ada = make_person("Ada Osei")
    run, other = make_run(make_course("Sleeping well")), make_run(make_course("Painting"))
    page = office.get(f"/office/people/{ada.id}/enrol?q=sleep").text
    assert f'href="/office/runs/{run.id}/enrol/{ada.id}"' in page
    assert f"/office/runs/{other.id}/enrol" not in page
    address = f"/office/runs/{run.id}/enrol/{ada.id}"
    office.post(address, data=form_on(office, address))
    assert "They are on this one" in office.get(f"/office/people/{ada.id}/enrol").text


def test_who_is_on_it_already_is_said(office: Browser) -> None:
    run, ada = make_run(), make_person("Ada Osei")
    made = enrol(ada, ada, Request(run), the_college())
    page = office.get(f"/office/runs/{run.id}/enrol/{ada.id}").text
    assert f'href="/office/enrolments/{made.id}"' in page
    assert "<textarea" not in page


def test_a_record_of_one_manager_is_not_there_for_the_desk(office: Browser) -> None:
    run, nia = make_run(), make_person("Nia", Role.MANAGER)
    ada = make_person("Ada Osei", restricted_to_id=nia.id)
    assert "Ada" not in office.get(f"/office/runs/{run.id}/enrol?q=ada").text
    assert office.get(f"/office/runs/{run.id}/enrol/{ada.id}").status_code == 404
    assert office.get(f"/office/people/{ada.id}/enrol").status_code == 404
