"""Asking and answering: what becomes of the pair, who is told, and what stands in the way."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.audit.models import AuditEntry
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling import pairing
from recovery_college.scheduling.commands import asking, sessions
from recovery_college.scheduling.commands.asking import Wanted
from recovery_college.scheduling.models import Delivery, Session, TravelTime
from recovery_college.scheduling.rules import DeliveryState, PairState, RunState, TutorTaken
from recovery_college.scheduling.rules.asking import NoLongerOpen, NotInTime, WrongSide
from recovery_college.tutors.models import Tutor, TutorSide
from tests.factories import NOW, make_delivery, make_person, make_room, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")
QUAY = College(name="Quay College")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Hart", Role.DESK, email="dee@example.org")


def teacher(side: Side = Side.LIVED, name: str = "", **fields: object) -> Tutor:
    """Somebody with an address, and with the role."""
    tutor = make_tutor(side, name=name)
    with transaction():
        tutor.person.email = f"t{tutor.id}@example.org"
        tutor.person.role_rows = [RoleGiven(role=Role.TUTOR, given_at=clock.now())]
        for field, value in fields.items():
            setattr(tutor, field, value)
    return tutor


def ask(dee: Person, session: Session, tutor: Tutor, *, shadowing: bool = False) -> Delivery:
    wanted = Wanted(tutor, tutor.sides[0].side, shadowing=shadowing)
    return asking.ask_for_session(dee, session, wanted, QUAY)[0]


def letters(tutor: Tutor) -> list[str]:
    asked = select(OutboxMessage).where(OutboxMessage.person_id == tutor.person_id)
    return [row.body for row in db.session.scalars(asked.order_by(OutboxMessage.id))]


def trail() -> list[tuple[str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.verb, line.subject.split(":")[0]) for line in lines]


def test_who_is_asked_and_says_yes_is_half_of_the_pair(dee: Person) -> None:
    session = make_run().sessions[0]
    tia, cal = teacher(name="Tia Bell"), teacher(Side.PROFESSIONAL)
    first, second = ask(dee, session, tia), ask(dee, session, cal)
    assert (first.state, first.answer_by) == (
        DeliveryState.ASKED,
        clock.now() + timedelta(days=5),
    )
    assert session.pair is PairState.EMPTY
    asking.accept(tia.person, first, QUAY)
    assert (first.session.pair, first.by_phone) == (PairState.NEEDS_PROFESSIONAL, False)
    asking.accept(dee, second, QUAY)
    assert (second.session.pair, second.by_phone) == (PairState.PAIRED, True)
    assert trail() == [("asked for", "delivery")] * 2 + [("accepted", "delivery")] * 2
    assert "Your co-tutor is found" in letters(tia)[-1]
    assert "co-tutor" not in "".join(letters(cal))


def test_the_letter_names_each_session_and_its_link_shows_them(dee: Person) -> None:
    run = make_run(sessions=3)
    tia = teacher(name="Tia Bell")
    asking.ask_for_run(dee, run, Wanted(tia, Side.LIVED), QUAY)
    (letter,) = letters(tia)
    assert letter.count("\n- ") == 3
    assert run.course.title in letter
    assert run.course.title not in letter[:100]
    assert re.search(r"/tutor/answer/\S+", letter)


def test_a_run_asks_only_where_nobody_stands_on_that_side(dee: Person) -> None:
    run = make_run(sessions=3)
    make_delivery(run.sessions[0], teacher())
    tia = teacher()
    make_delivery(run.sessions[1], tia, DeliveryState.DECLINED)
    made = asking.ask_for_run(dee, run, Wanted(tia, Side.LIVED), QUAY)
    assert [each.session_id for each in made] == [each.id for each in run.sessions[1:]]
    with pytest.raises(Refusal, match="nothing to ask for"):
        asking.ask_for_run(dee, run, Wanted(tia, Side.LIVED), QUAY)


def test_an_answer_is_never_awaited_after_the_session_has_begun(dee: Person) -> None:
    session = make_run(first=date(2027, 5, 5)).sessions[0]
    assert ask(dee, session, teacher()).answer_by == session.starts_at


def test_nobody_is_asked_for_a_side_that_they_do_not_bring(dee: Person) -> None:
    with pytest.raises(WrongSide, match="does not teach as a professional tutor"):
        asking.ask_for_session(
            dee, make_run().sessions[0], Wanted(teacher(), Side.PROFESSIONAL), QUAY
        )


def test_a_tutor_with_both_sides_is_no_pair_alone(dee: Person) -> None:
    tia = teacher()
    with transaction():
        tia.sides.append(TutorSide(side=Side.PROFESSIONAL))
    session = make_run().sessions[0]
    delivery = asking.ask_for_session(dee, session, Wanted(tia, Side.LIVED), QUAY)[0]
    asking.accept(tia.person, delivery, QUAY)
    with pytest.raises(Refusal, match="already been asked"):
        asking.ask_for_session(dee, session, Wanted(tia, Side.PROFESSIONAL), QUAY)
    assert delivery.session.pair is PairState.NEEDS_PROFESSIONAL


def test_a_third_who_shadows_is_no_half(dee: Person) -> None:
    session = make_run(tutors=(teacher(),)).sessions[0]
    learner = ask(dee, session, teacher(Side.PROFESSIONAL), shadowing=True)
    asking.accept(learner.tutor.person, learner, QUAY)
    assert learner.session.pair is PairState.NEEDS_PROFESSIONAL
    assert not db.session.scalar(select(Session.paired).where(Session.id == session.id))


def test_declining_takes_them_off_and_asks_nothing(dee: Person) -> None:
    delivery = ask(dee, make_run().sessions[0], teacher())
    asking.decline(delivery.tutor.person, delivery)
    assert (delivery.state, delivery.session.standing) == (DeliveryState.DECLINED, [])
    with pytest.raises(NoLongerOpen, match="You have said no to this one"):
        asking.accept(delivery.tutor.person, delivery, QUAY)


def test_stepping_back_opens_the_half_at_once_and_tells_who_stays(dee: Person) -> None:
    tia, cal = teacher(), teacher(Side.PROFESSIONAL)
    session = make_run(tutors=(tia, cal)).sessions[0]
    mine = next(each for each in session.deliveries if each.tutor is tia)
    asking.step_back(tia.person, mine)
    assert mine.session.pair is PairState.NEEDS_LIVED
    assert mine.session.pair_by_on == clock.now().date()
    assert "Your co-tutor has stepped back" in letters(cal)[-1]
    assert letters(tia) == []


def test_a_draft_that_loses_a_half_promises_nothing(dee: Person) -> None:
    run = make_run(tutors=(teacher(),))
    with transaction():
        run.state = RunState.DRAFT
    asking.step_back(run.sessions[0].deliveries[0].tutor.person, run.sessions[0].deliveries[0])
    assert run.sessions[0].pair_by_on is None


def test_a_request_that_was_taken_back_a_second_ago_says_so(dee: Person) -> None:
    delivery = ask(dee, make_run().sessions[0], teacher())
    asking.stand_down(dee, delivery)
    with pytest.raises(NoLongerOpen, match="The office has taken this request back"):
        asking.accept(delivery.tutor.person, delivery, QUAY)
    assert "You are not needed any more" in letters(delivery.tutor)[-1]


def test_what_is_off_or_has_begun_is_not_answered(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    run = make_run(sessions=2)
    off, begun = (ask(dee, session, teacher()) for session in run.sessions)
    sessions.cancel_session(dee, off.session, "Something else")
    with pytest.raises(NoLongerOpen, match="called off"):
        asking.accept(off.tutor.person, off, QUAY)
    in_may.move_to(begun.starts_at)
    with pytest.raises(NoLongerOpen, match="has begun"):
        asking.decline(begun.tutor.person, begun)


def test_the_database_refuses_two_places_at_once_even_all_the_same(dee: Person) -> None:
    tia = teacher()
    make_run(tutors=(tia,))
    delivery = ask(dee, make_run(at=time(11)).sessions[0], tia)
    with pytest.raises(TutorTaken):
        asking.accept(tia.person, delivery, QUAY)
    with pytest.raises(TutorTaken):
        asking.accept_anyway(tia.person, delivery)
    assert delivery.state is DeliveryState.ASKED


def test_too_long_a_way_is_a_reason_that_only_the_tutor_puts_aside(dee: Person) -> None:
    tia = teacher()
    make_run(tutors=(tia,), room=make_room())
    delivery = ask(dee, make_run(at=time(12), room=make_room()).sessions[0], tia)
    with pytest.raises(NotInTime, match="can\u2019t get from"):
        asking.accept(tia.person, delivery, QUAY)
    with pytest.raises(NotInTime):
        asking.accept(dee, delivery, QUAY)
    assert delivery.session.accepted == []
    asking.accept_anyway(tia.person, delivery)
    assert delivery.state is DeliveryState.ACCEPTED


def test_the_office_says_how_far_two_places_are_apart(dee: Person) -> None:
    tia, one, other = teacher(), make_room(), make_room()
    make_run(tutors=(tia,), room=one)
    ids = sorted((one.venue_id, other.venue_id))
    with transaction():
        db.session.add(TravelTime(venue_id=ids[0], other_id=ids[1], minutes=0))
    delivery = ask(dee, make_run(at=time(12), room=other).sessions[0], tia)
    asking.accept(tia.person, delivery, QUAY)
    assert delivery.state is DeliveryState.ACCEPTED


def test_their_own_limits_are_said_with_the_figure(dee: Person) -> None:
    tia = teacher(sessions_a_week=1)
    make_run(tutors=(tia,))
    delivery = ask(dee, make_run(first=date(2027, 6, 8)).sessions[0], tia)
    with pytest.raises(NotInTime, match="1 session a week at most"):
        asking.accept(tia.person, delivery, QUAY)


def test_tutors_hear_that_a_session_moves_or_is_off(dee: Person) -> None:
    tia = teacher()
    run = make_run(tutors=(tia,), sessions=2)
    sessions.cancel_session(dee, run.sessions[0], "Something else")
    assert "called off" in letters(tia)[-1]
    assert run.sessions[0].cancelled_at == clock.now()


def test_who_keeps_everything_neutral_reads_no_course(dee: Person) -> None:
    tia = teacher()
    with transaction():
        tia.person.neutral = True
    run = make_run()
    ask(dee, run.sessions[0], tia)
    assert run.course.title not in letters(tia)[0]


def test_requests_without_an_answer_in_time_are_found(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    delivery = ask(dee, make_run().sessions[0], teacher(name="Tia Bell"))
    assert pairing.matters(clock.now(), most=5) == []
    in_may.shift(timedelta(days=5))
    (row,) = pairing.matters(clock.now(), most=5)
    assert (row.kind, row.id, row.name, row.total) == (
        "unanswered",
        delivery.session_id,
        "Tia Bell",
        1,
    )
