"""A register is taken, by one or by several at once: mark by mark, and the last word counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.attendance import queries
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import (
    CAME,
    MarkState,
    NoSuchLine,
    TutorState,
    check_minutes,
    check_open,
)
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction, write
from recovery_college.enrolment.commands import checking
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import alone

HAS_LEFT = (State.GIVEN_UP, State.CANCELLED)


@dataclass(frozen=True)
class Word:
    """One press. `seen` is what stood there as they pressed; `at` None is now."""

    who: Who
    state: MarkState | TutorState
    minutes: int | None = None
    seen: str | None = None
    at: datetime | None = None
    key: str | None = None


@dataclass
class Outcome:
    """What became of what was said. `met`: somebody else had said another thing meanwhile."""

    kept: list[Who] = field(default_factory=list)
    met: list[Who] = field(default_factory=list)
    later: list[Who] = field(default_factory=list)
    refused: list[Who] = field(default_factory=list)


def take(actor: Person, session: Session, words: Sequence[Word]) -> Outcome:
    """All of it or nothing. What somebody said later, on any device, is left standing."""
    now = clock.now()
    with transaction():
        hold(session)
        check_open(session.starts_at, session.live, now)
        taker = _Taker(actor, session, now)
        for word in taker.unknown(words):
            taker.take(word)
        taker.write()
        if not session.taken and (taker.has_students or not taker.expects_any):
            session.taken = bool(taker.outcome.kept)
    return taker.outcome


def stand_in(actor: Person, session: Session, tutor_id: int) -> None:
    """Somebody else of the college taught: on the side that is missing, if they can take it."""
    now = clock.now()
    with transaction():
        hold(session)
        check_open(session.starts_at, session.live, now)
        tutor = queries.tutor(tutor_id)
        if tutor is None or tutor_id in queries.standing_tutors(session):
            raise NoSuchLine("They stand on this register already.", field="stand_in")
        sides = [each.side for each in tutor.sides] or [Side.PROFESSIONAL]
        there = {mark.side for mark in queries.standing_tutors(session).values()}
        side = next((each for each in sides if each not in there), sides[0])
        row = {"tutor_id": tutor_id, "side": side, "state": TutorState.PRESENT}
        write(TutorMark, row | _said(actor, session, now, now, None))
        audit.record(actor, "marked", session, fields=("tutor",), at=now)


def say_why_one_taught(actor: Person, session: Session, reason: str, college: College) -> None:
    """Why only one side of the pair was there: from the college's list, and kept."""
    now = clock.now()
    with transaction():
        hold(session)
        alone.check_reason(reason, college.alone_reasons.splitlines())
        if session.alone_reason != reason:
            session.alone_reason = reason
            audit.record(actor, "said why alone", session, fields=("alone_reason",), at=now)


def _said(
    actor: Person, session: Session, at: datetime, now: datetime, key: str | None
) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "stands": True,
        "marked_at": at,
        "kept_at": now,
        "by_id": actor.id,
        "key": key,
    }


class _Taker:
    """Looks at each word beside what stands, and writes what is new, all at once."""

    def __init__(self, actor: Person, session: Session, now: datetime) -> None:
        self._actor, self._session, self._now = actor, session, now
        self._marks = queries.standing_marks(session)
        self._tutors = queries.standing_tutors(session)
        self._lines = {line.who for line in queries.lines_of(session)}
        self._sides = {each.tutor_id: each.side for each in session.accepted}
        self._over: dict[type[Mark | TutorMark], list[int]] = {Mark: [], TutorMark: []}
        self._rows: list[tuple[type[Mark | TutorMark], Who, dict[str, Any]]] = []
        self._once: dict[int, State] = {}
        self._heard: list[int] = []  # of their places, though it had been said that we did not
        self.outcome = Outcome()

    @property
    def has_students(self) -> bool:
        return any(who.kind != "t" for who in self.outcome.kept)

    @property
    def expects_any(self) -> bool:
        return bool(self._lines)

    def unknown(self, words: Sequence[Word]) -> Collection[Word]:
        """The last about each, without what was kept before. Who may have left meanwhile is
        looked up at once."""
        known = queries.known_keys([word.key for word in words if word.key])
        fresh = [word for word in words if word.key is None or word.key not in known]
        others = {w.who.id for w in fresh if w.who.kind == "e" and w.who not in self._lines}
        if others:
            self._once = queries.placed_once(self._session.run_id, others)
        in_order = sorted(fresh, key=lambda word: word.at or self._now)
        return {word.who: word for word in in_order}.values()

    def take(self, word: Word) -> None:
        if word.who.kind == "t":
            self._take_tutor(word)
        else:
            self._take_student(word)

    def write(self) -> None:
        for table, ids in self._over.items():
            if ids:
                db.session.execute(update(table).where(table.id.in_(ids)).values(stands=False))
        if self._heard:
            checking.take_back(self._heard, self._session)
        for table in (Mark, TutorMark):
            rows = [row for of, _, row in self._rows if of is table]
            if rows:
                write(table, rows)
        about: list[Session | str] = [
            f"enrolment:{who.id}" for _, who, _ in self._rows if who.kind == "e"
        ]
        if len(about) < len(self._rows):
            about.append(self._session)
        if about:
            audit.record_each(self._actor, "marked", about, fields=("mark",), at=self._now)

    def _take_student(self, word: Word) -> None:
        if not self._is_on(word):
            self.outcome.refused.append(word.who)
            return
        minutes = check_minutes(MarkState(word.state), word.minutes)
        mark = self._marks.get(word.who)
        if mark is not None and (mark.state, mark.minutes) == (word.state, minutes):
            return
        row: dict[str, Any] = {"run_id": self._session.run_id, "state": word.state}
        row["minutes"] = minutes
        row |= {"enrolment_id": None, "welcome_id": None}
        row["enrolment_id" if word.who.kind == "e" else "welcome_id"] = word.who.id
        self._keep(Mark, mark, word, row)

    def _take_tutor(self, word: Word) -> None:
        mark = self._tutors.get(word.who.id)
        side = self._sides.get(word.who.id) or (mark.side if mark else None)
        if side is None:
            self.outcome.refused.append(word.who)
            return
        if mark is None or mark.state != word.state:
            row = {"tutor_id": word.who.id, "side": side, "state": word.state}
            self._keep(TutorMark, mark, word, row)

    def _keep(
        self,
        table: type[Mark | TutorMark],
        mark: Mark | TutorMark | None,
        word: Word,
        row: dict[str, Any],
    ) -> None:
        at = min(word.at or self._now, self._now)
        said = row | _said(self._actor, self._session, at, self._now, word.key)
        if mark is not None and mark.marked_at > at:
            self.outcome.later.append(word.who)
            said["stands"] = False
        else:
            self.outcome.kept.append(word.who)
            self._overtake(table, mark, word)
        self._rows.append((table, word.who, said))

    def _overtake(
        self, table: type[Mark | TutorMark], mark: Mark | TutorMark | None, word: Word
    ) -> None:
        if mark is None:
            return
        self._over[table].append(mark.id)
        if mark.state is MarkState.UNHEARD and word.who.kind == "e":
            self._heard.append(word.who.id)
        if mark.by_id != self._actor.id and mark.state != word.seen:
            self.outcome.met.append(word.who)

    def _is_on(self, word: Word) -> bool:
        """Who gave up their place and came all the same did come; nobody else of them is missed."""
        if word.who in self._lines:
            return True
        state = self._once.get(word.who.id) if word.who.kind == "e" else None
        return state is not None and (state not in HAS_LEFT or word.state in CAME)
