"""Places, completion and students, counted from steps and marks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from types import SimpleNamespace as Row
from typing import Any

from tests.reports.rawrows import ENDS, Asked, Rows, in_london
from tests.reports.second.shape import (
    Counted,
    Line,
    Share,
    apart,
    beside_percent,
    number,
    share_line,
    tables_of,
)


def places(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    def line(runs: list[Row]) -> Line:
        pools = [pool for run in runs for pool in rows.pools.get(run.id, [])]
        capacity = sum(pool.capacity for pool in pools if pool.kind != "chairs")
        held = [place for run in runs for place in rows.held(run)]
        seats = sum(2 if place.supporter == "place" else 1 for place in held)
        everybody = [(run, place) for run in runs for place in rows.places.get(run.id, [])]
        waiting = sum(_waits(rows, run, place) for run, place in everybody)
        never = [place for _, place in everybody if not rows.moments(place, "confirmed")]
        offers = [place for _, place in everybody if rows.moments(place, "offered")]
        taken = sum(bool(rows.moments(place, "confirmed")) for place in offers)
        days = _days_ahead(runs, rows)
        unserved = (len(never), len(everybody))
        lines.append(unserved)
        return (
            len(runs),
            capacity,
            (seats, capacity),
            waiting,
            unserved[0],
            (taken, len(offers)),
            days,
        )

    lines: list[Share] = []
    runs = rows.begun(asked)
    tables = tables_of(by, runs, lambda run: run, line)
    whole = line(runs)
    days = [] if whole[6] is None else [number(whole[6])]
    return Counted(
        [
            share_line("Fill", whole[2]),
            share_line("Left without a place", lines[-1]),
            share_line("Offers taken", whole[5]),
        ],
        tables,
        [number(whole[0]), *days],
    )


def completion(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    percent = int(_setting(rows, "completion_percent", "70"))

    def line(runs: list[Row]) -> Line:
        sessions = [each for run in runs for each in run.planned]
        taken = sum(bool(each.taken) for each in sessions)
        counted = [run for run in runs if any(each.taken for each in run.planned)]
        held = [(run, place) for run in counted for place in rows.held(run)]
        done = sum(_completed(rows, run, place, percent) for run, place in held)
        return (len(runs), (taken, len(sessions)), len(held), (done, len(held)))

    runs = [run for run in rows.begun(asked) if is_over(run, rows)]
    whole = line(runs)
    lost = sum(not any(each.taken for each in run.planned) for run in runs)
    beside = beside_percent(whole[1]) + ([number(lost)] if lost else [])
    tables = tables_of(by, runs, lambda run: run, line)
    return Counted([share_line("Completion", whole[3])], tables, beside)


def students(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    def counted(runs: list[Row], **before: Any) -> tuple[Line, Line]:
        courses: dict[int, list[int]] = defaultdict(list)
        for run in runs:
            for place in rows.held(run):
                if place.person_id is not None:
                    courses[place.person_id].append(run.course_id)
        new = len(courses.keys() - _earlier(rows, **before))
        many = Counter(min(4, len(set(each))) for each in courses.values())
        on = [many[number] for number in (1, 2, 3, 4)]
        all_of_them = sum(map(len, courses.values()))
        outside = (len(courses), (new, len(courses)))
        return outside, (all_of_them, len(courses) - new, *on)

    runs, since = rows.begun(asked), asked.get("since")
    term = next((each for each in rows.of["term"] if each.id == asked.get("term")), None)
    outside, inside = counted(runs, term=term, since=since)
    tables: dict[str, list[Line]] = {}
    for each in by:
        found = [
            (heading, counted(some, term=some[0].term if each == "term" else term, since=since))
            for heading, some in apart(each, runs, lambda run: run)
        ]
        shown = [(heading, lines) for heading, lines in found if lines[0][0]]
        shown.append(("All together", (outside, inside)))
        tables[each] = [(heading, *lines[0]) for heading, lines in shown]
        tables[f"{each}-inside"] = [(heading, *lines[1]) for heading, lines in shown]
    several = (sum(inside[3:]), outside[0])
    new = share_line("Students", outside[1])
    headlines = [
        ("Students", number(outside[0]), new[2]),
        share_line("On two or more courses", several),
    ]
    return Counted(headlines, tables, [])


def is_over(run: Row, rows: Rows) -> bool:
    settled = run.end + timedelta(days=7) <= rows.now or all(each.taken for each in run.planned)
    return bool(run.end <= rows.now and settled)


def _waits(rows: Rows, run: Row, place: Row) -> bool:
    came = place.came_by == "workbook" or place.requested_at <= run.start
    left = any(at < run.start for at in rows.moments(place, *ENDS))
    got = any(at <= run.start for at in rows.moments(place, "confirmed"))
    return bool(came and not left and not got)


def _days_ahead(runs: Iterable[Row], rows: Rows) -> int | None:
    ahead = [
        (run.start - place.requested_at).total_seconds()
        for run in runs
        for place in rows.held(run)
        if place.requested_at <= run.start
    ]
    return round(sum(ahead) / len(ahead) / 86400) if len(ahead) >= 10 else None


def _completed(rows: Rows, run: Row, place: Row, percent: int) -> bool:
    taken = [each.id for each in run.planned if each.taken]
    came = sum(
        mark.enrolment_id == place.id and mark.state in ("present", "late", "early")
        for session in taken
        for mark in rows.marks.get(session, [])
        if mark.stands
    )
    return bool(came * 100 >= percent * len(taken))


def _earlier(rows: Rows, *, term: Row | None, since: date | None) -> set[int]:
    """Who had held a place before the term, or before the day."""
    return {
        place.person_id
        for run in rows.begun({})
        if (term and run.term.starts_on < term.starts_on)
        or (since and in_london(run.start).date() < since)
        for place in rows.held(run)
        if place.person_id is not None
    }


def _setting(rows: Rows, key: str, usual: str) -> str:
    return next((str(each.value) for each in rows.of["setting"] if each.key == key), usual)
