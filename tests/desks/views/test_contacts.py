"""The office's calls and letters, and the places that go out by phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.commands import pause_mail
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState
from recovery_college.scheduling.models import Run
from tests.conftest import Browse, Browser, counted
from tests.factories import NOW, make_course, make_message, make_person, make_run
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app", "in_may")


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(browse: Browse) -> Browser:
    return browse(make_person("Dee Marsh", Role.DESK))


def place(run: Run, name: str, **fields: object) -> Enrolment:
    person = make_person(name, **fields)  # type: ignore[arg-type]
    return enrol(person, person, Request(run), the_college())


def waiting_for(enrolment: Enrolment) -> list[OutboxMessage]:
    asked = select(OutboxMessage).where(
        OutboxMessage.person_id == enrolment.person_id, OutboxMessage.state == MessageState.WAITING
    )
    return list(db.session.scalars(asked.order_by(OutboxMessage.id)))


def states(enrolment: Enrolment) -> list[str]:
    mine = select(OutboxMessage.state).where(OutboxMessage.person_id == enrolment.person_id)
    return [state.value for state in db.session.scalars(mine.order_by(OutboxMessage.id))]


def test_nothing_to_do_says_so(office: Browser) -> None:
    assert "No calls and no letters just now" in office.get("/office/contacts").text


def test_a_letter_is_read_printed_and_posted(office: Browser) -> None:
    made = place(
        make_run(make_course("Sleeping well"), sessions=2),
        "Ada Osei",
        called="Addie",
        address="9 Larkspur Rise\nHarbour",
    )
    letter = waiting_for(made)[0]
    assert f'href="/office/contacts/{letter.id}"' in office.get("/office/contacts").text
    page = office.get(f"/office/contacts/{letter.id}").text
    assert f'href="/office/contacts/{letter.id}/letter.pdf?size=larger"' in page
    article = page.partition("<article")[2]
    assert "Dear Addie," in article
    assert "<address>Ada Osei<br>9 Larkspur Rise<br>Harbour</address>" in article
    assert article.count("<li>Monday") == 2
    assert "Hello" not in article
    sent = office.post(f"/office/contacts/{letter.id}/done")
    assert sent.location == "/office/contacts"
    assert states(made) == ["sent"]
    verbs = select(AuditEntry.verb).where(AuditEntry.subject == f"outbox_message:{letter.id}")
    assert db.session.scalars(verbs).all() == ["printed and posted"]
    assert "Ada Osei" not in office.get("/office/contacts").text


def test_pressing_twice_is_posting_once(office: Browser) -> None:
    letter = waiting_for(place(make_run(), "Ada", address="9 Larkspur Rise"))[0]
    answers = [office.post(f"/office/contacts/{letter.id}/done").status_code for _ in range(2)]
    assert answers == [302, 302]
    posted = select(AuditEntry.id).where(AuditEntry.verb == "printed and posted")
    assert len(db.session.scalars(posted).all()) == 1


def test_only_the_newest_about_a_place_is_to_be_said_and_says_it_all(office: Browser) -> None:
    run = make_run(capacity=1)
    first, second = place(run, "Ada"), place(run, "Bo", address="4 Quay Street")
    give_up(make_person(), first, the_college())
    _, offer = waiting_for(second)
    page = office.get("/office/contacts").text
    assert page.count("Bo</a></h3>") == 1
    office.post(f"/office/contacts/{offer.id}/done")
    assert states(second) == ["dropped", "sent"]


def test_an_offer_near_the_start_is_a_call_with_its_answers(office: Browser) -> None:
    run = make_run(capacity=1)
    first = place(run, "Ada")
    second = place(run, "Bo", email="bo@example.org", phone="01632 960 123")
    assert run.starts_at
    with time_machine.travel(run.starts_at - timedelta(days=3), tick=False):
        office.sign_in(make_person("Dee", Role.DESK))
        office.post(f"/office/enrolments/{first.id}/give-up")
        page = office.get("/office/contacts").text
        assert 'href="tel:01632960123"' in page
        assert f"/office/enrolments/{second.id}/yes?from=contacts" in page
        called = office.post(f"/office/enrolments/{second.id}/not-reached?from=contacts")
        assert called.location == "/office/contacts"
        assert "Called, and not reached" in office.get("/office/contacts").text
        office.post(f"/office/enrolments/{second.id}/yes?from=contacts")
        assert "Bo" not in words_of(office.get("/office/contacts").text)
    kept = select(Enrolment.state).where(Enrolment.id == second.id)
    assert db.session.scalars(kept).one() is State.CONFIRMED


def test_an_offer_that_is_over_is_not_to_be_said_any_more(office: Browser) -> None:
    run = make_run(capacity=1)
    first, second = place(run, "Ada"), place(run, "Bo", address="4 Quay Street")
    give_up(make_person(), first, the_college())
    offer = waiting_for(second)[-1]
    assert offer.useless_at
    with time_machine.travel(offer.useless_at, tick=False):
        office.sign_in(make_person("Dee", Role.DESK))
        assert f"/office/contacts/{offer.id}/done" not in office.get("/office/contacts").text


def test_after_the_cut_off_those_who_wait_are_called_in_order(office: Browser) -> None:
    run = make_run(make_course("Sleeping well"), capacity=1)
    first = place(run, "Ada")
    place(run, "Bo", phone="01632 960 123"), place(run, "Cy")
    assert run.starts_at
    with time_machine.travel(run.starts_at - timedelta(hours=5), tick=False):
        office.sign_in(make_person("Dee", Role.DESK))
        assert "Places to give out by phone" not in office.get("/office/contacts").text
        office.post(f"/office/enrolments/{first.id}/give-up")
        page = office.get("/office/contacts").text
    assert "Places to give out by phone" in page
    assert "If nobody answers, say no more than" in page
    assert page.index(", number 1 in line") < page.index(", number 2 in line")
    assert 'href="tel:01632960123"' in page


def test_whoever_is_for_one_manager_is_in_nobody_elses_list(
    office: Browser, browse: Browse
) -> None:
    nia = make_person("Nia", Role.MANAGER)
    made = place(make_run(), "Ada Osei", address="9 Larkspur Rise", restricted_to_id=nia.id)
    letter = waiting_for(made)[0]
    assert "Ada" not in office.get("/office/contacts").text
    assert office.get(f"/office/contacts/{letter.id}").status_code == 404
    assert office.post(f"/office/contacts/{letter.id}/done").status_code == 404
    assert "Ada Osei" in browse(nia).get("/office/contacts").text


def test_what_goes_by_mail_is_no_letter_and_letters_are_no_stuck_mail(office: Browser) -> None:
    ada = make_person("Ada", email="ada@example.org")
    mail, letter = make_message(ada), make_message(ada, channel=Channel.LETTER)
    assert office.get(f"/office/contacts/{mail.id}").status_code == 404
    assert office.post(f"/office/contacts/{mail.id}/done").status_code == 404
    page = office.get("/office/messages").text
    assert f"/office/messages/{mail.id}" in page
    assert f"/office/messages/{letter.id}" not in page
    assert office.post(f"/office/messages/{letter.id}/again").status_code == 409


def test_what_would_go_when_messages_go_live_counts_no_letter(browse: Browse) -> None:
    olu = make_person("Olu", Role.MANAGER)
    for channel in (Channel.EMAIL, Channel.LETTER, Channel.CALL):
        make_message(make_person("Ada"), channel=channel)
    pause_mail(olu)
    page = browse(olu).get("/office/messages/live").text
    assert "1 message would go to 1 address at once." in page


def test_one_call_or_sixty_ask_as_often(office: Browser) -> None:
    counts = []
    for many in (1, 60):
        run = make_run(capacity=60)
        for _ in range(many):
            place(run, "", phone="01632 960 123")
        with counted() as statements:
            page = office.get("/office/contacts").text
        counts.append(len([each for each in statements if "SAVEPOINT" not in each]))
        assert page.count("</a></h3>") == min(many, 50)
    assert counts[0] == counts[1] <= 12
