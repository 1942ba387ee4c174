"""Who knows that it is not happening, whom to call, and what the key in a message does."""

import re
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.desks.commands.otherwise import go_otherwise
from recovery_college.desks.morning import Reached, morning_of
from recovery_college.enrolment.commands.dates import call_off_today
from recovery_college.enrolment.offering import heard_key
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState, Trouble
from recovery_college.scheduling.models import Run, Session
from tests.conftest import ON_SQLITE, Browse, counted
from tests.enrolment.asking import ask, change
from tests.factories import NOW, make_course, make_person, make_run
from tests.markup import words_of

pytestmark = [
    pytest.mark.usefixtures("app"),
    ON_SQLITE,
]
SEVEN = "2027-06-07T06:00Z"


@pytest.fixture(autouse=True)
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def run_with(students: int, title: str = "Sleeping well") -> Run:
    run = make_run(make_course(title), sessions=2, capacity=40)
    host = "example.org" if title == "Sleeping well" else "example.com"
    for number in range(students):
        ask(make_person(f"Ada {number}", email=f"a{number}@{host}", phone="01632 960 9"), run)
    return run


def call_off(run: Run) -> Session:
    call_off_today(make_person("Olu", Role.DESK), run.sessions[0], "Something else", the_college())
    return run.sessions[0]


def message_to(address: str) -> OutboxMessage:
    found = select(OutboxMessage).where(OutboxMessage.key.startswith("not_today:"))
    return db.session.scalars(found.where(OutboxMessage.address == address)).one()


def sent(address: str) -> None:
    change(message_to(address), state=MessageState.SENT, sent_at=clock.now())


def test_each_stands_where_the_messages_to_them_stand(clocks: time_machine.Traveller) -> None:
    run = run_with(4)
    ask(make_person("Ben", phone="01632 960 1", safe_from=time(9), safe_until=time(9, 30)), run)
    nia = make_person("Nia", Role.MANAGER)
    ask(make_person("Cy", email="cy@example.org", restricted_to_id=nia.id), run)
    clocks.move_to(SEVEN, tick=False)
    session = call_off(run)
    sent("a0@example.org")
    sent("a1@example.org")
    change(message_to("a0@example.org"), heard_at=clock.now())
    change(
        message_to("a2@example.org"),
        state=MessageState.NEEDS_SOMEBODY,
        trouble=Trouble.ADDRESS_REFUSED,
    )
    viewer = make_person("Dee", Role.DESK)

    def found() -> list[tuple[str, bool, bool, str, str]]:
        everybody = morning_of(viewer, session, clock.now()).everybody
        return [_told(each) for each in everybody]

    refused = "The mail server does not take mail for this address."
    phone, door = "01632 960 9", "No phone number: meet them at the door"
    assert found() == [
        ("Ada 0", True, True, "", phone),
        ("Ada 1", True, False, "", phone),
        ("Ada 2", False, False, refused, phone),
        ("Ada 3", False, False, "", phone),
        (
            "Ben",
            False,
            False,
            "Not before 9am: it would not be safe for them.",
            "Not safe to call now: meet them at the door",
        ),
        ("Somebody whose record is with one manager", False, False, "", door),
    ]
    clocks.move_to(session.starts_at - timedelta(minutes=30), tick=False)
    assert [each[3] for each in found()][:2] == [
        "",
        "Was told, and has not said that they know.",
    ]


def _told(each: Reached) -> tuple[str, bool, bool, str, str]:
    return each.name, each.is_told, each.has_heard, each.why, each.contact.words


def test_opening_the_link_says_nothing_and_pressing_says_that_they_know(
    clocks: time_machine.Traveller, app: Flask, browse: Browse
) -> None:
    run = run_with(1)
    clocks.move_to(SEVEN, tick=False)
    session, anybody = call_off(run), browse()
    link = "/heard/" + message_to("a0@example.org").body.split("/heard/")[1].split()[0]
    page = anybody.get(link)
    assert "I know, thank you" in page.text
    assert "Sleeping well" not in page.text
    assert message_to("a0@example.org").heard_at is None
    assert anybody.post(link).status_code == 302
    assert message_to("a0@example.org").heard_at == clock.now()
    assert "Thank you for telling us" in anybody.get(link).text
    secret = str(app.config["SECRET_KEY"])
    for key in (heard_key(secret, 1, 10**6), heard_key("other", 1, session.id), "no-such-key"):
        assert anybody.get(f"/heard/{key}").status_code == 404


def test_it_costs_as_many_statements_for_one_as_for_thirty_and_looks_again_by_itself(
    clocks: time_machine.Traveller, browse: Browse
) -> None:
    one, thirty = run_with(1), run_with(30, "Painting")
    clocks.move_to(SEVEN, tick=False)
    pages = [f"/office/sessions/{call_off(run).id}/today" for run in (one, thirty)]
    office = browse(make_person("Dee", Role.DESK))
    numbers = []
    for address in pages:
        office.get(address)
        with counted() as statements:
            page = office.get(address)
        numbers.append(len(statements))
        assert page.headers["Refresh"] == "15"
        assert "Refresh" not in office.get(f"{address}?still=yes").headers
    assert numbers[0] == numbers[1]
    assert "0 of 30" in words_of(page.text)
    today = words_of(office.get("/office").text)
    assert today.count("See who was reached") == 2
    clocks.move_to("2027-06-08T06:00Z", tick=False)
    assert "See who was reached" not in office.get("/office").text


def test_what_is_not_of_today_is_not_called_off_here(browse: Browse) -> None:
    session = run_with(1).sessions[0]
    office = browse(make_person("Dee", Role.DESK))
    assert "This is for the day itself" in office.get(f"/office/sessions/{session.id}/off").text
    assert office.post(f"/office/sessions/{session.id}/off").status_code == 422
    why = {"reason": "Something else"}
    assert office.post(f"/office/sessions/{session.id}/off", data=why).status_code == 409
    assert "It is going ahead" in office.get(f"/office/sessions/{session.id}/today").text


def test_a_call_instead_of_a_refused_mail_is_done_with_one_press(
    clocks: time_machine.Traveller, browse: Browse
) -> None:
    run = run_with(1)
    clocks.move_to(SEVEN, tick=False)
    session, mail = call_off(run), message_to("a0@example.org")
    change(mail, state=MessageState.NEEDS_SOMEBODY, trouble=Trouble.ADDRESS_REFUSED)
    go_otherwise()
    office = browse(make_person("Dee", Role.DESK))
    page = f"/office/sessions/{session.id}/today"
    press = re.search(rf"{page}/\d+", office.get(page).text)
    assert press
    for _ in range(2):
        assert office.post(press[0]).status_code == 302
    found = select(OutboxMessage).where(OutboxMessage.key.startswith("not_today:"))
    assert [
        (each.channel.value, each.state.value)
        for each in db.session.scalars(found.order_by(OutboxMessage.id))
    ] == [("email", "dropped"), ("call", "sent")]
    assert "Everybody knows" in office.get(page).text
