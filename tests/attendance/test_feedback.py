"""How a run was: asked once and only of those who came, and answered by nobody in particular."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.attendance import feedback
from recovery_college.attendance.checks import CHECKS
from recovery_college.attendance.commands.feedback import answer, ask_how_it_was, type_in
from recovery_college.attendance.models import Feedback, FeedbackAnswer, FeedbackTicket, Mark
from recovery_college.attendance.rules.feedback import (
    Answer,
    AnsweredAlready,
    CameBy,
    NothingSaid,
    OwnQuestion,
    Said,
    questions_of,
)
from recovery_college.college.models import Setting
from recovery_college.college.rules import College
from recovery_college.database import Instant, Model, db, transaction
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.messages.rules import Channel
from recovery_college.privacy.commands.erasing import erase
from recovery_college.privacy.commands.retaining import keep_no_longer
from recovery_college.privacy.rules import YEAR
from recovery_college.scheduling.models import Run
from tests.at_once import at_once
from tests.attendance.completing import make_ran, mark, over
from tests.attendance.telling import WELCOME, WELL, asked, key_in, make_told
from tests.enrolment.asking import change
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")
ASKED = "Of every run as many said by link how it was as used a link"
FINE = [Answer(1, WELCOME, Said.YES, None), Answer(2, WELL, None, "The tea.")]
TABLES = (Feedback, FeedbackAnswer, FeedbackTicket)


@pytest.fixture
def run() -> Iterator[Run]:
    """Everybody can be reached another way; Di never came, and Ed gave up his place at the end."""
    made, places = make_ran(
        {
            make_person("Ada", email="ada@example.org"): "up",
            make_person("Bo", address="9 Quay Street"): "lu",
            make_person("Cy", phone="01632 960 3"): "pp",
            make_person("Di", email="di@example.org"): "tu",
            make_person("Ed", email="ed@example.org"): "pp",
        }
    )
    change(places[-1], state=State.GIVEN_UP)
    with over(made):
        yield made


def ticket_of(name: str) -> FeedbackTicket:
    found = select(FeedbackTicket).join(FeedbackTicket.enrolment).join(Enrolment.person)
    return db.session.scalars(found.where(Person.name == name)).one()


def with_tickets() -> list[str]:
    found = select(Person.name).join(Enrolment, Enrolment.person_id == Person.id)
    tickets = found.join(FeedbackTicket, FeedbackTicket.enrolment_id == Enrolment.id)
    return list(db.session.scalars(tickets.order_by(Person.name)))


def forms() -> int:
    return db.session.scalars(select(func.count(Feedback.id))).one()


def test_the_questions_are_the_lines_of_the_settings_each_once() -> None:
    college = College("Quay", feedback_choices="- Warm?\n\nDry?\nWarm?", feedback_words="And?\n")
    assert questions_of(college) == [
        OwnQuestion("Warm?", is_to_tick=True),
        OwnQuestion("Dry?", is_to_tick=True),
        OwnQuestion("And?", is_to_tick=False),
    ]
    assert questions_of(College("Quay", feedback_choices="", feedback_words=" ")) == []


def test_each_who_came_and_kept_their_place_is_asked_once_and_nobody_is_called(run: Run) -> None:
    ask_how_it_was()
    pass_time()  # and their places are over
    ask_how_it_was()
    messages = asked()
    ways = {name: message.channel for name, message in messages.items()}
    assert ways == {"Ada": Channel.EMAIL, "Bo": Channel.LETTER}
    assert with_tickets() == ["Ada", "Bo", "Cy"]
    assert "Thank you for coming to Sleeping well." in messages["Ada"].body
    assert key_in(messages["Ada"]) not in messages["Bo"].body
    assert "- Did you feel welcome? Yes / Partly / No\n" in messages["Bo"].body
    assert "- What went well?\n" in messages["Bo"].body
    assert f"(For the office: run {run.id})" in messages["Bo"].body


def test_it_waits_for_the_last_session_and_for_its_register() -> None:
    run, [place] = make_ran({make_person("Ada", email="ada@example.org"): "p-"})
    with over(run) as now:
        now.move_to(run.sessions[1].ends_at - timedelta(minutes=1))
        ask_how_it_was()
        now.move_to(run.sessions[1].ends_at)
        ask_how_it_was()
        assert asked() == {}
        mark(db.session.merge(run.sessions[1]), {db.session.merge(place): "u"})
        ask_how_it_was()
        assert list(asked()) == ["Ada"]


def test_nobody_is_asked_of_what_is_long_over_or_came_with_the_workbook(run: Run) -> None:
    with transaction():
        db.session.execute(update(Mark).values(by_id=None))
    ask_how_it_was()
    assert with_tickets() == []
    with transaction():
        db.session.execute(update(Mark).values(by_id=run.sessions[0].accepted[0].tutor.person_id))
    assert run.ends_at
    with time_machine.travel(run.ends_at + timedelta(days=14), tick=False):
        ask_how_it_was()
    assert with_tickets() == []
    with time_machine.travel(run.ends_at + timedelta(days=14, seconds=-1), tick=False):
        ask_how_it_was()
    assert with_tickets() == ["Ada", "Bo", "Cy"]


def test_who_is_marked_later_is_asked_later_and_nobody_twice(run: Run) -> None:
    ask_how_it_was()
    first = {name: message.id for name, message in asked().items()}
    di = select(Enrolment).join(Enrolment.person).where(Person.name == "Di")
    mark(db.session.merge(run).sessions[0], {db.session.scalars(di).one(): "p"})
    ask_how_it_was()
    later = {name: message.id for name, message in asked().items()}
    assert later == first | {"Di": later["Di"]}


def test_a_college_without_questions_asks_nobody(run: Run) -> None:
    with transaction():
        for key in ("feedback_choices", "feedback_words"):
            db.session.add(Setting(key=key, value=""))
    ask_how_it_was()
    assert with_tickets() == []


def test_it_does_not_go_out_at_night(run: Run) -> None:
    with time_machine.travel("2027-06-14T21:00Z", tick=False):
        ask_how_it_was()
    assert str(asked()["Ada"].due_at) == "2027-06-15 07:00:00+00:00"


def test_no_column_leads_from_an_answer_to_a_person_or_to_a_moment() -> None:
    columns = {table.__tablename__: set(table.__table__.columns.keys()) for table in TABLES}
    assert columns == {
        "feedback": {"id", "run_id", "came_by"},
        "feedback_answer": {"feedback_id", "number", "question", "said", "words"},
        "feedback_ticket": {"id", "enrolment_id", "key_digest", "used"},
    }
    assert {name: keys_of(name) for name in columns} == {
        "feedback": {"run.id"},
        "feedback_answer": {"feedback.id"},
        "feedback_ticket": {"enrolment.id"},
    }
    assert [c for table in TABLES for c in table.__table__.columns if type(c.type) is Instant] == []
    others = {name for name in Model.metadata.tables if "feedback.id" in keys_of(name)}
    assert others == {"feedback_answer"}


def keys_of(table: str) -> set[str]:
    keys: set[ForeignKey] = Model.metadata.tables[table].foreign_keys
    return {key.target_fullname for key in keys}


def test_forms_lie_in_no_order_that_tells_which_came_first(run: Run) -> None:
    make_told(run, *[(Said.YES, f"{number:02}") for number in range(30)])
    found = select(FeedbackAnswer.words).join(Feedback).where(FeedbackAnswer.words.is_not(None))
    words = [str(each) for each in db.session.scalars(found.order_by(Feedback.id))]
    assert sorted(words) != words
    assert sorted(words) == [f"{number:02}" for number in range(30)]


def test_an_answer_is_kept_without_a_line_of_history_and_paper_with_one(run: Run) -> None:
    ask_how_it_was()
    dee = make_person("Dee", Role.DESK)
    before = lines_of_history()
    answer(ticket_of("Ada"), FINE)
    assert lines_of_history() == before
    type_in(dee, run, FINE[1:])
    assert lines_of_history() == before + 1
    heard = feedback.heard_of(run)
    assert (heard.asked, heard.by_link, heard.on_paper) == (3, 1, 1)
    assert [(each.question, each.answered) for each in heard.results] == [(WELCOME, 1), (WELL, 2)]


def lines_of_history() -> int:
    table = Model.metadata.tables["audit_entry"]
    return db.session.scalars(select(func.count()).select_from(table)).one()


def test_a_form_without_an_answer_is_refused_and_uses_nothing_up(run: Run) -> None:
    ask_how_it_was()
    with pytest.raises(NothingSaid):
        answer(ticket_of("Ada"), [])
    assert not ticket_of("Ada").used
    assert forms() == 0


@pytest.mark.for_real
def test_a_key_is_used_once_by_twenty_who_press_at_once(app: Flask) -> None:
    run, _ = make_ran({make_person("Ada", email="ada@example.org"): "p"})
    with over(run):
        ask_how_it_was()
        key = key_in(asked()["Ada"])

        def press() -> None:
            ticket = feedback.ticket_by_key(key)
            if ticket is None:
                raise AnsweredAlready
            answer(ticket, FINE)

        came = at_once(app, *(partial(press) for _ in range(20)))
    assert came.count(None) == 1
    assert {type(each) for each in came if each is not None} == {AnsweredAlready}
    assert forms() == 1
    assert feedback.ticket_by_key(key) is None


@pytest.mark.for_real
def test_two_workers_at_once_ask_once(app: Flask) -> None:
    run, _ = make_ran({make_person("Ada", email="ada@example.org"): "p"})
    with over(run):
        assert at_once(app, *([ask_how_it_was] * 4)) == [None] * 4
    assert with_tickets() == list(asked()) == ["Ada"]


def test_the_database_refuses_a_second_ticket_and_an_answer_of_both_kinds(run: Run) -> None:
    ask_how_it_was()
    again = FeedbackTicket(enrolment_id=ticket_of("Ada").enrolment_id, key_digest="another")
    both = FeedbackAnswer(number=1, question=WELL, said=Said.NO, words="Cake")
    neither = FeedbackAnswer(number=1, question=WELL)
    forms = [Feedback(run_id=run.id, came_by=CameBy.PAPER, answers=[a]) for a in (both, neither)]
    for row in (again, *forms):
        with pytest.raises(IntegrityError), transaction():
            db.session.add(row)


def test_the_audit_finds_more_forms_than_used_links(run: Run) -> None:
    check = CHECKS[ASKED]
    ask_how_it_was()
    answer(ticket_of("Ada"), FINE)
    make_told(run, (Said.NO, "Too early"))
    assert check() == []
    change(ticket_of("Ada"), used=False)
    assert check() == [f"run:{run.id}"]


def test_words_go_after_the_years_and_counts_stay(run: Run) -> None:
    make_told(run, (Said.PARTLY, "Too early"))
    with transaction():
        db.session.add(Setting(key="keep_audit_years", value="25"))
    assert run.ends_at
    with time_machine.travel(run.ends_at + 3 * YEAR - timedelta(seconds=1), tick=False):
        keep_no_longer()
        assert feedback.heard_of(run).results[1].words == ["Too early"]
    with time_machine.travel(run.ends_at + 3 * YEAR, tick=False):
        keep_no_longer()
    [left] = feedback.heard_of(run).results
    assert (left.question, left.ticked[Said.PARTLY]) == (WELCOME, 1)


def test_when_somebody_is_forgotten_their_answer_stays_and_their_link_leads_nowhere() -> None:
    ada, bo = (make_person(name, email=f"{name}@example.org") for name in ("Ada", "Bo"))
    run, _ = make_ran({ada: "p", bo: "p"})
    with over(run):
        ask_how_it_was()
        keys = [key_in(message) for message in asked().values()]
        answer(ticket_of("Ada"), FINE)
        for person in (ada, bo):
            erase(None, db.session.get_one(Person, person.id))
        assert feedback.heard_of(run).by_link == 1
    assert [feedback.ticket_by_key(key) for key in keys] == [None, None]
    whose = select(Enrolment.person_id).join(FeedbackTicket)
    assert db.session.scalars(whose).all() == [None, None]
    assert CHECKS[ASKED]() == []
