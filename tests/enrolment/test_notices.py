"""Discreet outside, clear inside, the way each person wishes, and once."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.messages.models import OutboxMessage
from tests.enrolment.asking import ask
from tests.factories import NOW, make_course, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
TITLE = "Sleeping well"


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def messages() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_each_hears_in_the_first_way_that_reaches_them() -> None:
    run = make_run()
    for reached in ({"email": "a@example.org"}, {"address": "1 Quay"}, {"phone": "01632 960001"}):
        ask(make_person(**reached), run)
    assert [(each.channel.value, each.address) for each in messages()] == [
        ("email", "a@example.org"),
        ("letter", "1 Quay"),
        ("call", "01632 960001"),
    ]


def test_what_a_letter_would_bring_too_late_is_said_by_phone() -> None:
    soon = make_run(first=date(2027, 5, 6))
    both = {"address": "1 Quay", "phone": "01632 960001"}
    ask(make_person(**both), soon)
    ask(make_person(**both), make_run())
    ask(make_person(address="1 Quay"), soon)
    assert [each.channel.value for each in messages()] == ["call", "letter", "letter"]


def test_outside_stands_only_the_short_name_and_inside_the_course_and_a_letter_has_no_links() -> (
    None
):
    run = make_run(make_course(TITLE), capacity=1)
    mail, letter = (make_person(**each) for each in ({"email": "a@x.org"}, {"address": "1 Quay"}))
    first = ask(mail, run)
    ask(letter, run)
    give_up(mail, first, the_college())
    for each in messages():
        assert each.subject == the_college().short_name
        assert TITLE not in each.body[:100]
        assert TITLE in each.body
        assert ("://" in each.body) == (each.channel.value == "email")


def test_kept_neutral_the_course_is_never_named() -> None:
    run = make_run(make_course(TITLE), capacity=1)
    ada = make_person(email="a@x.org", neutral=True)
    first = ask(ada, run)
    second = ask(make_person(email="b@x.org", neutral=True), run)
    give_up(ada, first, the_college())
    assert second.id
    assert [each.key.split(":")[0] for each in messages()] == [
        "place_confirmed",
        "request_waits",
        "place_given_up",
        "place_offered",
    ]
    assert [each.id for each in messages() if TITLE in each.body] == []


def test_an_offer_is_useless_after_its_end() -> None:
    run, ada = make_run(capacity=1), make_person()
    first, second = ask(ada, run), ask(make_person(), run)
    give_up(ada, first, the_college())
    db.session.refresh(second)
    assert [(m.key, m.useless_at) for m in messages() if m.useless_at] == [
        (f"place_offered:{second.uid}", second.answer_by)
    ]
