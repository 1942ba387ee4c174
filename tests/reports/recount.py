"""Places, completion and students counted by hand: from all rows and steps, one by one."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from recovery_college.attendance.models import Mark
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.reports.rules.counted import Outcome, Places, Students
from recovery_college.scheduling.models import Run, Session

ENDS = {"given_up", "expired", "cancelled"}
EVER = datetime.min.replace(tzinfo=UTC)
Suits = Callable[[Run], bool]


@dataclass(frozen=True)
class Rows:
    """All that there is of runs, read once."""

    runs: Sequence[Run]
    sessions: dict[int, list[Session]]
    places: dict[int, list[Enrolment]]
    steps: dict[int, list[EnrolmentStep]]
    pools: dict[int, list[Pool]]
    marks: dict[int, list[Mark]]

    def begun(self, suits: Suits, now: datetime) -> list[Run]:
        return [
            run
            for run in self.runs
            if suits(run)
            and run.state == "published"
            and not run.drop_in
            and self.sessions[run.id]
            and self.start(run) <= now
        ]

    def start(self, run: Run) -> datetime:
        return min(each.starts_at for each in self.sessions[run.id])

    def at(self, place: Enrolment, *states: str) -> list[datetime]:
        """When it came to one of these. Of a workbook's places nobody knows since when."""
        return [
            EVER if (step.why, step.state) == ("workbook", "confirmed") else step.at
            for step in self.steps[place.id]
            if step.state in states
        ]

    def held(self, run: Run) -> list[Enrolment]:
        start = self.start(run)
        return [
            each
            for each in self.places[run.id]
            if any(at <= start for at in self.at(each, "confirmed"))
            and not any(at < start for at in self.at(each, *ENDS))
        ]


def all_rows() -> Rows:
    db.session.expire_all()
    by: list[dict[int, list]] = [defaultdict(list) for _ in range(5)]  # type: ignore[type-arg]
    sessions, places, steps, pools, marks = by
    for session in db.session.scalars(select(Session)):
        if (session.kind, session.state) == ("teaching", "planned"):
            sessions[session.run_id].append(session)
    for place in db.session.scalars(select(Enrolment)):
        places[place.run_id].append(place)
    for step in db.session.scalars(select(EnrolmentStep).order_by(EnrolmentStep.id)):
        steps[step.enrolment_id].append(step)
    for pool in db.session.scalars(select(Pool)):
        pools[pool.run_id].append(pool)
    for mark in db.session.scalars(select(Mark)):
        if mark.stands and mark.state in ("present", "late", "early") and mark.enrolment_id:
            marks[mark.enrolment_id].append(mark)
    return Rows(db.session.scalars(select(Run)).all(), sessions, places, steps, pools, marks)


def places(rows: Rows, suits: Suits, now: datetime) -> Places:
    count: Counter[str] = Counter()
    for run in rows.begun(suits, now):
        start, held = rows.start(run), rows.held(run)
        count["runs"] += 1
        count["capacity"] += sum(
            pool.capacity or 0 for pool in rows.pools[run.id] if pool.kind != "chairs"
        )
        count["held"] += sum(2 if each.supporter == "place" else 1 for each in held)
        count["students"] += len(held)
        for each in rows.places[run.id]:
            got, offered = rows.at(each, "confirmed"), rows.at(each, "offered")
            came = each.requested_at <= start or each.came_by == "workbook"
            left = any(at < start for at in rows.at(each, *ENDS))
            count["asked"] += 1
            count["waiting"] += came and not left and not any(at <= start for at in got)
            count["unserved"] += not got
            count["offered"] += bool(offered)
            count["accepted"] += bool(offered and got)
        for each in held:
            if each.requested_at <= start:
                count["leads"] += 1
                count["lead_seconds"] += int((start - each.requested_at).total_seconds())
    return Places(**count)


def outcome(rows: Rows, suits: Suits, now: datetime, percent: int) -> Outcome:
    count: Counter[str] = Counter()
    for run in rows.begun(suits, now):
        sessions = rows.sessions[run.id]
        last = max(each.ends_at for each in sessions)
        taken = {each.id for each in sessions if each.taken}
        late = now >= last + timedelta(days=7)
        if now < last or not (late or len(taken) == len(sessions)):
            continue
        count.update(runs=1, sessions=len(sessions), taken=len(taken), counted=bool(taken))
        if taken:
            for each in rows.held(run):
                came = sum(mark.session_id in taken for mark in rows.marks[each.id])
                count.update(students=1, completed=came / len(taken) >= percent / 100)
    return Outcome(**count)


def students(
    rows: Rows, suits: Suits, now: datetime, *, term: date | None = None, since: date | None = None
) -> Students:
    """Of the runs that suit; who came before the `term` began, or before a day, is not new."""
    courses: dict[int, list[int]] = defaultdict(list)
    earlier: set[int | None] = set()
    for run in rows.begun(lambda _: True, now):
        held = [each for each in rows.held(run) if each.person_id is not None]
        if (term and run.term.starts_on < term) or (since and rows.start(run).date() < since):
            earlier |= {each.person_id for each in held}
        if suits(run):
            for each in held:
                courses[each.person_id or 0].append(run.course_id)
    many = Counter(min(4, len(set(theirs))) for theirs in courses.values())
    return Students(
        students=len(courses),
        new=len(courses.keys() - earlier),
        places=sum(map(len, courses.values())),
        one=many[1],
        two=many[2],
        three=many[3],
        more=many[4],
    )


def values(runs: Iterable[Run], of: Callable[[Run], object]) -> list[object]:
    return sorted({of(run) for run in runs if of(run) is not None}, key=str)
