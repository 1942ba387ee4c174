"""Registers taken by one, by two at once, late, by hand and by clocks that are wrong."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.attendance import queries
from recovery_college.attendance.commands.taking import Outcome, Word, stand_in, take
from recovery_college.attendance.commands.welcoming import settle, welcome
from recovery_college.attendance.models import Mark, TutorMark, Welcome
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import (
    Delivered,
    MarkState,
    RegisterShut,
    TutorState,
    delivered,
)
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import NotFound
from recovery_college.scheduling.commands import sessions
from recovery_college.scheduling.models import Run, Session
from tests.at_once import at_once
from tests.attendance.registering import MORNING, OVER, make_taught, pair_of, place_for
from tests.factories import make_person, make_run
from tests.scheduling.commands.test_asking import teacher

pytestmark = pytest.mark.usefixtures("app")
PRESENT, LATE, EARLY, TOLD, UNHEARD = MarkState
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def that_morning(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run() -> Run:
    return make_taught(3)


@pytest.fixture
def session(run: Run) -> Session:
    return run.sessions[0]


@pytest.fixture
def ash(run: Run) -> Person:
    return pair_of(run)[0]


@pytest.fixture
def bo(run: Run) -> Person:
    return pair_of(run)[1]


def places(run: Run) -> list[Enrolment]:
    found = select(Enrolment).where(Enrolment.run_id == run.id).order_by(Enrolment.id)
    return list(db.session.scalars(found))


def whose(enrolment: Enrolment) -> Who:
    return Who("e", enrolment.id)


def states(session: Session) -> list[MarkState | None]:
    return [line.state for line in queries.lines_of(session)]


def test_nothing_is_assumed_until_somebody_marks(session: Session, ash: Person, run: Run) -> None:
    assert states(session) == [None, None, None]
    assert not session.taken
    first, second, _third = places(run)
    words = [Word(whose(first), PRESENT), Word(whose(second), LATE, minutes=10)]
    assert take(ash, session, words).kept == [whose(first), whose(second)]
    assert states(session) == [PRESENT, LATE, None]
    assert session.taken
    kept = db.session.scalars(select(Mark).order_by(Mark.id)).all()
    assert [(m.minutes, m.by_id, m.marked_at) for m in kept] == [
        (None, ash.id, MORNING),
        (10, ash.id, MORNING),
    ]
    said = db.session.scalars(select(AuditEntry.subject).where(AuditEntry.verb == "marked"))
    assert set(said) == {f"enrolment:{first.id}", f"enrolment:{second.id}"}


def test_marking_the_tutors_alone_does_not_take_the_register(session: Session, ash: Person) -> None:
    tutor_id = session.accepted[0].tutor_id
    take(ash, session, [Word(Who("t", tutor_id), TutorState.PRESENT)])
    assert not session.taken


def test_where_nobody_has_a_place_the_tutors_marks_take_it(ash: Person) -> None:
    with time_machine.travel(MORNING - timedelta(days=1), tick=False):
        empty = make_run(tutors=(teacher(),)).sessions[0]
    take(ash, empty, [Word(Who("t", empty.accepted[0].tutor_id), TutorState.PRESENT)])
    assert empty.taken


def test_what_was_said_stays_and_who_said_it(
    session: Session, ash: Person, bo: Person, run: Run
) -> None:
    first = whose(places(run)[0])
    take(ash, session, [Word(first, UNHEARD)])
    outcome = take(bo, session, [Word(first, LATE, seen="")])
    assert (outcome.kept, outcome.met) == ([first], [first])
    rows = db.session.scalars(select(Mark).order_by(Mark.id)).all()
    assert [(row.state, row.by_id, row.stands) for row in rows] == [
        (UNHEARD, ash.id, False),
        (LATE, bo.id, True),
    ]


def test_who_corrects_what_they_saw_meets_nobody(
    session: Session, ash: Person, bo: Person, run: Run
) -> None:
    first = whose(places(run)[0])
    take(ash, session, [Word(first, UNHEARD)])
    assert take(bo, session, [Word(first, LATE, seen="unheard")]).met == []


def test_the_last_press_wins_whenever_it_arrives(
    session: Session, ash: Person, bo: Person, run: Run
) -> None:
    first, second, _third = map(whose, places(run))
    with time_machine.travel(OVER, tick=False):
        take(bo, session, [Word(first, PRESENT, at=MORNING + 5 * MINUTE)])
        early = [Word(first, UNHEARD, at=MORNING), Word(second, TOLD, at=MORNING)]
        outcome = take(ash, session, early)
    assert (outcome.later, outcome.kept) == ([first], [second])
    assert states(session) == [PRESENT, TOLD, None]
    assert len(db.session.scalars(select(Mark)).all()) == 3


def test_a_press_that_is_still_to_come_counts_as_now(
    session: Session, ash: Person, bo: Person, run: Run
) -> None:
    """A device whose clock is a day ahead does not have the last word for a day."""
    first = whose(places(run)[0])
    take(ash, session, [Word(first, UNHEARD, at=MORNING + timedelta(days=1))])
    with time_machine.travel(MORNING + MINUTE, tick=False):
        assert take(bo, session, [Word(first, PRESENT)]).kept == [first]


def test_sending_it_twice_is_sending_it_once(session: Session, ash: Person, run: Run) -> None:
    first = whose(places(run)[0])
    word = Word(first, LATE, at=MORNING, key="a press")
    take(ash, session, [word])
    take(ash, session, [Word(first, PRESENT)])
    assert take(ash, session, [word]).kept == []
    assert states(session)[0] is PRESENT
    assert len(db.session.scalars(select(Mark)).all()) == 2


def test_of_somebody_twice_in_one_sending_the_last_counts(
    session: Session, ash: Person, run: Run
) -> None:
    first = whose(places(run)[0])
    words = [Word(first, LATE, at=MORNING), Word(first, EARLY, at=MORNING - MINUTE)]
    take(ash, session, words)
    assert states(session)[0] is LATE


def test_who_gave_up_their_place_meanwhile_is_never_missed_but_may_have_come(
    session: Session, ash: Person, run: Run
) -> None:
    first, second, third = places(run)
    for each in (first, second):
        assert each.person
        give_up(each.person, each, the_college())
    assert [line.who.id for line in queries.lines_of(session)] == [third.id]
    words = [Word(whose(first), UNHEARD), Word(whose(second), PRESENT)]
    outcome = take(ash, session, words)
    assert (outcome.refused, outcome.kept) == ([whose(first)], [whose(second)])
    assert [line.has_left for line in queries.lines_of(session)] == [True, False]


def test_who_gave_up_after_it_began_stays_on_its_register(session: Session, run: Run) -> None:
    first = places(run)[0]
    assert first.person
    with time_machine.travel(OVER, tick=False):
        give_up(first.person, first, the_college())
    assert len(queries.lines_of(session)) == 3
    assert len(queries.lines_of(run.sessions[1])) == 2


def test_who_came_later_is_not_on_the_registers_before(run: Run) -> None:
    with transaction():
        run.joins_late = True
    with time_machine.travel(OVER + timedelta(days=1), tick=False):
        late = make_person("Zoe Late")
        place = place_for(late, run)
    with transaction():
        for step in place.steps:
            step.at = OVER + timedelta(days=1)
    assert [len(queries.lines_of(each)) for each in run.sessions] == [3, 4]


def test_nobody_of_another_run_is_marked(session: Session, ash: Person) -> None:
    with time_machine.travel(MORNING - timedelta(days=20), tick=False):
        other = place_for(make_person(), make_run())
    assert take(ash, session, [Word(whose(other), PRESENT)]).refused == [whose(other)]
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            Mark(
                session_id=session.id,
                run_id=session.run_id,
                enrolment_id=other.id,
                state=PRESENT,
                marked_at=clock.now(),
                kept_at=clock.now(),
            )
        )


def test_a_stranger_to_the_pair_is_not_marked_as_teaching(session: Session, ash: Person) -> None:
    stranger = Who("t", teacher().id)
    assert take(ash, session, [Word(stranger, TutorState.PRESENT)]).refused == [stranger]


def test_too_early_and_what_was_called_off_have_no_register(
    session: Session, ash: Person, run: Run
) -> None:
    words = [Word(whose(places(run)[0]), PRESENT)]
    with (
        time_machine.travel(MORNING - 20 * MINUTE, tick=False),
        pytest.raises(RegisterShut, match="half an hour"),
    ):
        take(ash, session, words)
    with time_machine.travel(MORNING - timedelta(days=1), tick=False):
        sessions.cancel_session(ash, session, "Something else")
    with pytest.raises(RegisterShut, match="called off"):
        take(ash, session, words)


def test_it_is_the_pairs_from_half_an_hour_before_to_seven_days_after(
    session: Session, ash: Person, bo: Person
) -> None:
    def opens(person: Person, at: object) -> bool:
        try:
            queries.session_of_pair(person, session.id, at)  # type: ignore[arg-type]
        except NotFound:
            return False
        return True

    week = timedelta(days=7)
    assert [opens(each, session.starts_at - 30 * MINUTE) for each in (ash, bo)] == [True, True]
    assert opens(ash, session.ends_at + week)
    assert not opens(ash, session.starts_at - 31 * MINUTE)
    assert not opens(ash, session.ends_at + week + MINUTE)
    assert not opens(teacher().person, session.starts_at)
    assert not opens(make_person("", Role.DESK), session.starts_at)


def test_who_stood_in_is_on_the_side_that_lacks_somebody(session: Session, ash: Person) -> None:
    pair = {each.side: each.tutor_id for each in session.accepted}
    words = [
        Word(Who("t", pair[Side.LIVED]), TutorState.LATE),
        Word(Who("t", pair[Side.PROFESSIONAL]), TutorState.AWAY),
    ]
    take(ash, session, words)
    said = [(each.side, each.state) for each in queries.tutors_of(session) if each.state]
    assert delivered(said) is Delivered.ONE
    stand_in(ash, session, teacher(Side.PROFESSIONAL).id)
    lines = queries.tutors_of(session)
    assert [line.stood_in for line in lines] == [False, False, True]
    said = [(each.side, each.state) for each in lines if each.state]
    assert delivered(said) is Delivered.BOTH
    assert delivered([]) is Delivered.NOT_RECORDED


def test_who_comes_without_a_place_is_counted_and_their_name_goes_when_it_is_seen_to(
    session: Session, ash: Person
) -> None:
    made = welcome(ash, session, "  Sam  ")
    assert [line.name for line in queries.lines_of(session)][-1] == "Sam"
    assert session.taken
    take(ash, session, [Word(Who("w", made.id), EARLY, minutes=20)])
    assert states(session)[-1] is EARLY
    settle(make_person("", Role.DESK), made, ada := make_person("Ada Osei"))
    kept = db.session.get_one(Welcome, made.id)
    assert (kept.name, kept.person_id) == ("", ada.id)
    assert [line.name for line in queries.lines_of(session)][-1] == "Ada Osei"


@pytest.mark.for_real
def test_twenty_who_mark_the_same_at_once_leave_one_mark_standing(app: Flask) -> None:
    run = make_taught(2)
    session, people, first = run.sessions[0], pair_of(run), places(run)[0].id
    ids, session_id = [each.id for each in people], session.id
    db.session.remove()

    def press(number: int) -> object:
        actor = db.session.get_one(Person, ids[number % 2])
        word = Word(Who("e", first), list(MarkState)[number % 5])
        return take(actor, db.session.get_one(Session, session_id), [word])

    came = at_once(app, *(partial(press, number) for number in range(20)))
    assert all(isinstance(each, Outcome) for each in came), came
    standing = select(Mark).where(Mark.stands)
    assert len(db.session.scalars(standing).all()) == 1


def test_the_database_itself_keeps_one_mark_of_each(session: Session, ash: Person) -> None:
    row = {
        "side": Side.LIVED,
        "state": TutorState.PRESENT,
        "tutor_id": session.accepted[0].tutor_id,
    }
    said = {"session_id": session.id, "marked_at": clock.now(), "kept_at": clock.now()}
    with pytest.raises(IntegrityError), transaction():
        db.session.add_all([TutorMark(**row, **said), TutorMark(**row, **said)])
