"""A tutor is asked for a side of a session, and answers: hold, check, change, audit, tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.scheduling import notices, pairing
from recovery_college.scheduling.models import Delivery, Run, Session
from recovery_college.scheduling.rules import (
    CoverFilled,
    CoverState,
    DeliveryState,
    RunState,
    asking,
)
from recovery_college.scheduling.rules.asking import NotInTime
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.queries import limits_of
from recovery_college.tutors.rules.limits import reasons_against


@dataclass(frozen=True)
class Wanted:
    """Whom the college would like where: on a side of the pair, or as a third who learns."""

    tutor: Tutor
    side: Side
    shadowing: bool = False


def ask_for_session(
    actor: Person, session: Session, wanted: Wanted, college: College
) -> list[Delivery]:
    return _ask(actor, session.run, [session], wanted, college)


def ask_for_run(actor: Person, run: Run, wanted: Wanted, college: College) -> list[Delivery]:
    """For every session to come on whose side nobody stands, and where they do not stand yet."""
    now = clock.now()
    lacking = [
        session
        for session in run.to_come(now)
        if not any(_is_in_the_way(each, wanted) for each in session.standing)
    ]
    asking.check_some(len(lacking))
    return _ask(actor, run, lacking, wanted, college)


def accept(actor: Person, delivery: Delivery, college: College) -> None:
    """Saying yes is confirming. What speaks against it in their own day is said first."""
    now = clock.now()
    with transaction():
        _hold(delivery)
        _accept(actor, delivery, now)  # first, for the database may have a better reason
        reasons = against(delivery.tutor, delivery.session, college)
        if reasons:
            raise NotInTime(" ".join(reasons))


def accept_anyway(actor: Person, delivery: Delivery) -> None:
    """The tutor knows their own day better than a rule does. The database still refuses
    two places at once."""
    now = clock.now()
    with transaction():
        _hold(delivery)
        _accept(actor, delivery, now)


def decline(actor: Person, delivery: Delivery) -> None:
    _answer(actor, delivery, DeliveryState.DECLINED, "declined")


def step_back(actor: Person, delivery: Delivery) -> None:
    """Their half is open from this moment, and whoever stays is told."""
    now = clock.now()
    with transaction():
        _hold(delivery)
        _change(actor, delivery, DeliveryState.STEPPED_BACK, "stepped back from", now)
        _open_half(delivery.session, now)


def stand_down(actor: Person, delivery: Delivery) -> None:
    """The office takes a request back, or needs somebody no more; they are told."""
    now = clock.now()
    with transaction():
        _hold(delivery)
        was = delivery.state
        _change(actor, delivery, DeliveryState.STOOD_DOWN, "stood down", now)
        notices.stood_down(delivery, now)
        if was is DeliveryState.ACCEPTED:
            _open_half(delivery.session, now)


def against(tutor: Tutor, session: Session, college: College) -> list[str]:
    """Why the tutor can't well be there, or would rather not, in words."""
    return reasons_against(
        pairing.booked(session),
        limits_of(tutor),
        pairing.standing_of(tutor, session),
        pairing.roads(college.travel_minutes),
    )


def _ask(
    actor: Person, run: Run, sessions: Sequence[Session], wanted: Wanted, college: College
) -> list[Delivery]:
    now = clock.now()
    with transaction():
        hold(run, *sessions)
        sides = [each.side for each in wanted.tutor.sides]
        asking.check_side(wanted.side, sides, wanted.tutor.person.name)
        made = [_request(actor, session, wanted, college, now) for session in sessions]
        db.session.flush()
        for delivery in made:
            audit.record(actor, "asked for", delivery, fields=("side", "state"), at=now)
        notices.asked(wanted.tutor, made, now)
    return made


def _request(
    actor: Person, session: Session, wanted: Wanted, college: College, now: datetime
) -> Delivery:
    asking.check_to_come(session.state, session.starts_at, now)
    delivery = Delivery(
        tutor=wanted.tutor,
        side=wanted.side,
        shadowing=wanted.shadowing,
        state=DeliveryState.ASKED,
        asked_at=now,
        asked_by_id=actor.id,
        answer_by=asking.answer_by(now, session.starts_at, days=college.request_days),
    )
    session.deliveries.append(delivery)
    return delivery


def _is_in_the_way(standing: Delivery, wanted: Wanted) -> bool:
    if standing.tutor_id == wanted.tutor.id:
        return True
    return not wanted.shadowing and not standing.shadowing and standing.side is wanted.side


def _answer(actor: Person, delivery: Delivery, new: DeliveryState, verb: str) -> None:
    now = clock.now()
    with transaction():
        _hold(delivery)
        _change(actor, delivery, new, verb, now)


def _accept(actor: Person, delivery: Delivery, now: datetime) -> None:
    before = [each for each in delivery.session.accepted if each is not delivery]
    _check_first(delivery)
    _change(actor, delivery, DeliveryState.ACCEPTED, "accepted", now)
    db.session.flush()
    _close_cover(delivery, now)
    is_half = delivery.session.is_teaching and not delivery.shadowing
    if is_half and {each.side for each in before} == set(Side) - {delivery.side}:
        for other in before:
            notices.pair_found(other, now)


def _check_first(delivery: Delivery) -> None:
    """Of those who were asked for cover the first to say yes has it."""
    taken = delivery.state is DeliveryState.COVERED
    if taken or (delivery.cover is not None and delivery.cover.state is CoverState.FILLED):
        raise CoverFilled


def _close_cover(delivery: Delivery, now: datetime) -> None:
    """The half is found, so nobody else need answer for it; they are thanked."""
    if delivery.shadowing:
        return
    session = delivery.session
    for call in session.cover_calls:
        if call.state is CoverState.OPEN and call.side is delivery.side:
            call.state, call.next_wave_at = CoverState.FILLED, None
            others = [each for each in session.deliveries if each.cover_id == call.id]
            for other in others:
                if other.state is DeliveryState.ASKED:
                    other.state, other.answered_at = DeliveryState.COVERED, now
                    notices.cover_taken(other, now)


def _change(
    actor: Person, delivery: Delivery, new: DeliveryState, verb: str, now: datetime
) -> None:
    asking.check_step(delivery.state, new)
    asking.check_to_come(delivery.session.state, delivery.session.starts_at, now)
    delivery.state, delivery.answered_at = new, now
    delivery.by_phone = actor.id != delivery.tutor.person_id
    audit.record(actor, verb, delivery, fields=("state",), at=now)


def _open_half(session: Session, now: datetime) -> None:
    """A run in the prospectus keeps its word from today on; whoever stays hears of it."""
    session.drop_proposals(now)
    if not session.is_teaching:
        return
    if session.run.state is RunState.PUBLISHED and session.lacks_a_promise:
        session.pair_by_on = clock.in_london(now).date()
    for other in session.accepted:
        notices.pair_lost(other, now)


def _hold(delivery: Delivery) -> None:
    """The session is what everybody waits for; the request is read again behind it.

    The tutor comes first: two who say yes for one tutor at once would each wait for the other
    in PostgreSQL's exclusion constraint, and one of them would hear of a fault and no reason.
    """
    hold(delivery.tutor, delivery.session.run, delivery.session)
    db.session.refresh(delivery)
