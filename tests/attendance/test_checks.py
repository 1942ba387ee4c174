"""Each check finds what breaks it, even what the database would have refused."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from recovery_college import clock
from recovery_college.attendance.checks import CHECKS
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.commands.welcoming import welcome
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import MarkState, TutorState
from recovery_college.attendance.tally import TALLIED, SessionTally
from recovery_college.college.queries import the_college
from recovery_college.database import attempt, db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.models import Enrolment, EnrolmentStep
from recovery_college.operations import checks as all_of_them
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import SessionState
from tests.attendance.registering import MORNING, make_taught, pair_of

pytestmark = pytest.mark.usefixtures("app")
PLACE, TAKEN, OFF, TWICE, *_ = CHECKS
TALLY = next(each for each in CHECKS if "tally" in each)


@pytest.fixture(autouse=True)
def that_morning(app: object) -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def session() -> Session:
    """Two students, of whom one has left by now; somebody without a place; and the pair."""
    run = make_taught(2)
    session, actor = run.sessions[0], pair_of(run)[0]
    places = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    tutors = [Word(Who("t", each.tutor_id), TutorState.PRESENT) for each in session.accepted]
    students = [Word(Who("e", each.id), MarkState.PRESENT) for each in places]
    take(actor, session, [*students, *tutors])
    welcome(actor, session, "Kit")
    assert places[0].person
    give_up(places[0].person, places[0], the_college())
    return session


def broken() -> dict[str, list[str]]:
    return {name: rows for name, check in CHECKS.items() if (rows := check())}


def marks() -> list[int]:
    return list(db.session.scalars(select(Mark.id).order_by(Mark.id)))


def test_all_is_well_with_a_register_and_the_audit_asks(session: Session) -> None:
    assert session.taken
    assert broken() == {}
    assert CHECKS.items() <= all_of_them.CHECKS.items()


def test_a_mark_of_who_only_ever_waited(session: Session) -> None:
    second = marks()[1]
    place = db.session.scalar(select(Mark.enrolment_id).where(Mark.id == second))
    db.session.execute(delete(EnrolmentStep).where(EnrolmentStep.enrolment_id == place))
    assert broken() == {PLACE: [f"mark:{second}"]}
    db.session.execute(update(Mark).where(Mark.id == second).values(stands=False))
    assert broken() == {}


def test_a_register_that_is_marked_and_not_taken(session: Session) -> None:
    db.session.execute(update(Session).where(Session.id == session.id).values(taken=False))
    assert broken() == {TAKEN: [f"session:{session.id}"]}
    db.session.execute(update(Mark).values(stands=False))
    assert broken() == {}


def test_marks_that_came_after_a_session_was_called_off(session: Session) -> None:
    off = {"state": SessionState.CANCELLED, "live": False, "cancelled_at": clock.now()}
    db.session.execute(update(Session).where(Session.id == session.id).values(off))
    assert broken() == {}
    later = clock.now() + timedelta(minutes=1)
    tutor = db.session.scalars(select(TutorMark.id).order_by(TutorMark.id)).first()
    db.session.execute(update(Mark).where(Mark.id == marks()[0]).values(kept_at=later))
    db.session.execute(update(TutorMark).where(TutorMark.id == tutor).values(kept_at=later))
    assert broken() == {OFF: [f"mark:{marks()[0]}", f"tutor_mark:{tutor}"]}


def test_two_marks_that_stand_which_the_database_refuses(session: Session) -> None:
    for table, index in ((Mark, "uq_mark_of_place"), (TutorMark, "uq_tutor_mark_stands")):
        row = dict(db.session.execute(select(table.__table__).limit(1)).mappings().one())
        del row["id"]
        with pytest.raises(IntegrityError), attempt():
            db.session.execute(insert(table), [row])
        db.session.execute(text(f"DROP INDEX {index}"))
        db.session.execute(insert(table), [row])
    tutors = db.session.scalars(select(TutorMark.id).order_by(TutorMark.id)).all()
    assert broken() == {TWICE: [f"mark:{marks()[-1]}", f"tutor_mark:{tutors[-1]}"]}


def test_a_tally_follows_every_mark_and_the_audit_finds_one_that_does_not(
    session: Session,
) -> None:
    def tally() -> tuple[int, ...]:
        db.session.expire_all()
        kept = db.session.get_one(SessionTally, session.id)
        return tuple(getattr(kept, name) for name in TALLIED)

    assert tally() == (3, 0, 0, 0, 0, 1, 1, 2)
    actor, lived = pair_of(session.run)[0], session.accepted[0]
    place = db.session.scalars(select(Enrolment.id).order_by(Enrolment.id)).all()[1]
    later = [Word(Who("e", place), MarkState.LATE), Word(Who("t", lived.tutor_id), TutorState.AWAY)]
    take(actor, session, later)
    side = TALLIED.index(lived.side)
    taught = [0 if index == side else 1 for index in (5, 6)]
    assert tally() == (2, 1, 0, 0, 0, *taught, 2)
    assert CHECKS[TALLY]() == []
    db.session.execute(delete(Mark).where(Mark.enrolment_id == place))
    assert tally()[:3] == (2, 0, 0)
    db.session.execute(update(SessionTally).values(present=9))
    assert CHECKS[TALLY]() == [f"session:{session.id}"]
