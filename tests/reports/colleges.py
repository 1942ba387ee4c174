"""A small college with all that can become of runs, sessions, pairs, places and needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from recovery_college.accounts.equality import ANSWERS, Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.attendance.models import Mark, TutorMark, Welcome
from recovery_college.attendance.rules import MarkState, TutorState
from recovery_college.college.models import Setting
from recovery_college.courses.models import Contributor, Course, Decision
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Adjustment, Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import PoolKind, State, Supporter, Way
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.enrolment.rules.offers import By as Told
from recovery_college.enrolment.rules.why import Why
from recovery_college.reports.models import Budget, CensusFigure
from recovery_college.scheduling.models import CoverCall, Delivery, Room, Run, Session, Term
from recovery_college.scheduling.rules import (
    CoverState,
    DeliveryState,
    RunState,
    SessionKind,
    SessionState,
)
from recovery_college.scheduling.rules.timetable import weekly_series
from recovery_college.tutors.models import Tutor, TutorSide
from tests.factories import make_course, make_room, make_strand, make_term, make_venue

NOW = datetime(2027, 6, 25, 12, tzinfo=UTC)
SPANS = (  # of the terms: one of a year before, and one that is half over
    (date(2026, 5, 4), date(2026, 7, 31)),
    (date(2027, 1, 4), date(2027, 4, 30)),
    (date(2027, 5, 1), date(2027, 7, 31)),
)
PATHS = tuple(
    tuple(State(step) for step in path.split())
    for path in (
        "confirmed",
        "confirmed",
        "confirmed completed",
        "confirmed completed cancelled",
        "confirmed given_up",
        "confirmed cancelled",
        "waiting",
        "waiting given_up",
        "waiting expired",
        "waiting cancelled",
        "waiting offered",
        "waiting offered confirmed",
        "waiting offered expired",
        "waiting offered given_up",
        "waiting offered confirmed given_up",
        "waiting confirmed completed",
    )
)
LIVE = {State.CONFIRMED, State.WAITING, State.OFFERED, State.COMPLETED}
REASONS = ("", "Ill on the day", "No cover")


def make_college(chance: Random, runs: int = 14, people: int = 14, most: int = 9) -> None:
    """The same for the same chance, on whatever database. So many places at `most` on each run."""
    _College(chance, runs, people, most).make()


@dataclass
class _College:
    chance: Random
    runs: int
    people: int
    most: int

    def make(self) -> None:
        terms, courses, rooms = self._terms(), self._courses(), self._rooms()
        with transaction():
            students, tutors = self._students(), self._tutors()
        for number in range(self.runs):
            with transaction():
                run = self._run(number, self.chance.choice(terms), courses, rooms)
            with transaction():
                for session in [*run.sessions, *run.meetings]:
                    self._taught(session, tutors)
                self._places(run, students)
        with transaction():
            self._typed_in(terms)

    def maybe(self, often: float) -> bool:
        return self.chance.random() < often

    def _terms(self) -> list[Term]:
        terms = [make_term() for _ in SPANS]
        with transaction():
            for term, (first, last) in zip(terms, SPANS, strict=True):
                term.starts_on, term.ends_on = first, last
        return terms

    def _courses(self) -> list[Course]:
        strands = [make_strand() for _ in range(3)]
        courses = [make_course(strand=self.chance.choice(strands[:2])) for _ in range(5)]
        with transaction():
            courses[0].title = "=SUM(A1)"
            courses[-1].state = CourseState.ARCHIVED
            courses[-2].state = CourseState.DRAFT
            for course in courses:
                self._made(course)
        return courses

    def _made(self, course: Course) -> None:
        """By both, by one, by nobody; and what they decided, if they did."""
        course.contributors = [each for each in course.contributors if self.maybe(0.7)]
        for each in course.contributors:
            each.shown_as = self.chance.choice(list(ShownAs))
        if self.maybe(0.5):
            person = Person(name="Dr Ada Osei")
            course.contributors.append(Contributor(person=person, side=Side.LIVED))
        for _ in range(self.chance.choice((0, 1, 3))):
            day = NOW.date() - timedelta(days=self.chance.choice((3, 100, 364, 365, 366, 700)))
            db.session.add(Decision(course_id=course.id, decided_on=day, words="Shorter"))

    def _rooms(self) -> list[Room | None]:
        venues = [make_venue() for _ in range(2)]
        return [*(make_room(self.chance.choice(venues), exclusive=False) for _ in range(3)), None]

    def _students(self) -> list[Person]:
        found = [
            Person(
                name=f"Student {number}",
                needs="A seat by the door" if self.maybe(0.6) else "",
                needs_shared=self.maybe(0.8),
            )
            for number in range(self.people)
        ]
        db.session.add_all(found)
        db.session.flush()
        for person in found:
            self._says(person)
        return found

    def _says(self, person: Person) -> None:
        number = (0, 1, 1, 2)
        for reason in self.chance.sample(list(Reason), self.chance.choice(number)):
            db.session.add(ComingAs(person_id=person.id, reason=reason))
        for question in (Question.SEX, Question.AGE, Question.CARING):
            answers = sorted(ANSWERS[question])
            many = min(len(answers), self.chance.choice(number))
            db.session.add_all(
                EqualityAnswer(person_id=person.id, question=question, answer=each)
                for each in self.chance.sample(answers, many)
            )

    def _tutors(self) -> list[Tutor]:
        """The last teaches on both sides."""
        sides = [*[Side.LIVED] * 3, *[Side.PROFESSIONAL] * 3]
        found = [
            Tutor(person=Person(name=f"Tutor {number % 5}"), sides=[TutorSide(side=side)])
            for number, side in enumerate(sides)
        ]
        found[-1].sides = [TutorSide(side=side) for side in Side]
        db.session.add_all(found)
        db.session.flush()
        return found

    def _run(
        self, number: int, term: Term, courses: Sequence[Course], rooms: Sequence[Room | None]
    ) -> Run:
        """Each has an hour of the week of its own, so that no tutor is in two places."""
        first = term.starts_on + timedelta(days=7 * self.chance.choice((0, 1, 5, 7)) + number % 5)
        hour = (9, 13, 18, 11, 15, 20)[number // 5 % 6]
        many = self.chance.choice((1, 1, 2, 4))
        run = Run(
            course=self.chance.choice(courses),
            term=term,
            capacity=60,
            mode=self.chance.choice(list(Mode)),
            drop_in=self.maybe(0.15),
            state=self.chance.choice([RunState.PUBLISHED] * 7 + [RunState.DRAFT]),
        )
        if self.maybe(0.08):
            run.state = RunState.CANCELLED
        ends = self.chance.choice((time(hour, 45), time(hour + 1), time(hour + 1, 30)))
        for place, span in enumerate(weekly_series(first, time(hour), ends, count=many), 1):
            run.sessions.append(self._session(place, span.starts_at, span.ends_at, rooms))
        if self.maybe(0.3):
            run.meetings.append(self._meeting(run.sessions[0]))
        run.follow_sessions()
        db.session.add(run)
        db.session.flush()
        self._set_aside(run)
        return run

    def _session(
        self, number: int, starts: datetime, ends: datetime, rooms: Sequence[Room | None]
    ) -> Session:
        made = Session(number=number, starts_at=starts, ends_at=ends, state=SessionState.PLANNED)
        made.room = self.chance.choice(rooms)
        made.alone_reason = self.chance.choice(REASONS)
        if self.maybe(0.15):
            made.state, made.live = SessionState.CANCELLED, False
        made.taken = made.state is SessionState.PLANNED and ends <= NOW and self.maybe(0.75)
        return made

    def _meeting(self, first: Session) -> Session:
        day = timedelta(days=2)
        starts, ends = first.starts_at - day, first.ends_at - day
        kind = self.chance.choice((SessionKind.PLANNING, SessionKind.DEBRIEF))
        return Session(number=1, kind=kind, starts_at=starts, ends_at=ends)

    def _set_aside(self, run: Run) -> None:
        if self.maybe(0.3):
            made = {"kind": PoolKind.SET_ASIDE, "name": "Carers", "capacity": 4}
            db.session.add(Pool(run_id=run.id, release_at=NOW, **made))

    def _taught(self, session: Session, tutors: Sequence[Tutor]) -> None:
        chosen = self.chance.sample(list(tutors), self.chance.choice((1, 2, 2, 3)))
        for tutor in chosen:
            self._promised(session, tutor)
            if session.ends_at <= NOW and self.maybe(0.8):
                self._marked_tutor(session, tutor)
        for side in Side:
            if self.maybe(0.25):
                at = session.starts_at
                state = self.chance.choice(list(CoverState))
                call = CoverCall(session_id=session.id, side=side, state=state)
                call.opened_at = call.give_up_at = at
                db.session.add(call)

    def _promised(self, session: Session, tutor: Tutor) -> None:
        states = [DeliveryState.ACCEPTED] * 4 + list(DeliveryState)
        made = Delivery(session=session, tutor=tutor, side=self.chance.choice(tutor.sides).side)
        made.state = self.chance.choice(states)
        made.shadowing = self.maybe(0.1)
        if made.state is DeliveryState.ASKED or self.maybe(0.7):
            made.asked_at = session.starts_at - timedelta(days=20)
        days = self.chance.choice((None, -10, 2, 30))
        made.answer_by = None if days is None else session.starts_at + timedelta(days=days)
        db.session.add(made)

    def _marked_tutor(self, session: Session, tutor: Tutor) -> None:
        side, moment = self.chance.choice(tutor.sides).side, session.ends_at
        for stands in (True, *([False] if self.maybe(0.2) else [])):
            state = self.chance.choice([TutorState.PRESENT] * 3 + list(TutorState))
            made = TutorMark(session_id=session.id, tutor_id=tutor.id, side=side, state=state)
            made.stands, made.marked_at, made.kept_at = stands, moment, moment
            db.session.add(made)

    def _places(self, run: Run, students: Sequence[Person]) -> None:
        pools = db.session.scalars(select(Pool).where(Pool.run_id == run.id)).all()
        main = next(each for each in pools if each.kind in (PoolKind.ROOM, PoolKind.LINK))
        many = min(self.most, len(students))
        for person in self.chance.sample(list(students), many):
            place = self._place(run, main, person if self.maybe(0.93) else None)
            if place.state not in LIVE and self.maybe(0.3):
                self._place(run, main, person)
        for session in run.sessions:
            if self.maybe(0.2):
                welcome = Welcome(session_id=session.id, made_at=session.starts_at)
                db.session.add(welcome)
                db.session.flush()
                self._marked(session, welcome_id=welcome.id)

    def _place(self, run: Run, pool: Pool, person: Person | None) -> Enrolment:
        """It asks, and takes its steps, around the moment at which the run begins."""
        path, begins = self.chance.choice(PATHS), run.starts_at or NOW
        by_workbook = len(path) == 1 and self.maybe(0.3)
        at = begins + timedelta(hours=self.chance.choice((-900, -300, -48, -1, 0, 30)))
        made = Enrolment(
            person_id=person.id if person else None,
            run_id=run.id,
            pool_id=pool.id,
            state=path[-1],
            requested_at=at,
            came_by=Way.WORKBOOK if by_workbook else Way.ONLINE,
            supporter=self.chance.choice([Supporter.NONE, *Supporter]),
        )
        if made.state is State.OFFERED:
            made.answer_by, made.offered_by = begins, Told.MESSAGE
        for state in path:
            why = Why.WORKBOOK if by_workbook else Why.PLACE_FREE
            made.steps.append(EnrolmentStep(state=state, why=why, at=at))
            at += timedelta(hours=self.chance.choice((1, 24, 47, 48)))
        db.session.add(made)
        db.session.flush()
        for session in run.sessions:
            if session.ends_at <= NOW and self.maybe(0.85):
                self._marked(session, enrolment_id=made.id)
        if self.maybe(0.4):
            self._settled(made)
        return made

    def _marked(self, session: Session, **of: int) -> None:
        for stands in (True, *([False] if self.maybe(0.1) else [])):
            state = self.chance.choice([MarkState.PRESENT] * 5 + list(MarkState))
            made = Mark(session_id=session.id, run_id=session.run_id, state=state, **of)
            made.stands, made.marked_at, made.kept_at = stands, session.ends_at, session.ends_at
            db.session.add(made)

    def _settled(self, place: Enrolment) -> None:
        stands = self.maybe(0.8)
        agreed = self.chance.choice((None, True, True) if stands else (None, True, False))
        made = Adjustment(enrolment_id=place.id, state=self.chance.choice(list(Settled)))
        made.how, made.stands, made.settled_at = "A seat", stands, NOW - timedelta(days=9)
        made.agreed, made.agreed_at = agreed, None if agreed is None else NOW
        db.session.add(made)

    def _typed_in(self, terms: Sequence[Term]) -> None:
        for term in terms:
            if self.maybe(0.7):
                db.session.add(Budget(term_id=term.id, pence=self.chance.randint(1, 10**7)))
        for answer in ANSWERS[Question.SEX]:
            people = self.chance.randint(0, 900)
            db.session.add(CensusFigure(question=Question.SEX, answer=answer, people=people))
        percent = self.chance.choice((50, 70, 75))
        db.session.add(Setting(key="completion_percent", value=str(percent)))
