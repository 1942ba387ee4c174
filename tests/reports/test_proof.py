"""Every figure of every report is what a second count of the rows gives."""

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from sqlalchemy import text, update

from recovery_college.college.rules import SmallNumbers
from recovery_college.courses.models import Course
from recovery_college.database import db, transaction
from recovery_college.reports import counts, queries
from recovery_college.reports.commands import add_up_all
from recovery_college.reports.contents import REPORTS, key_figures
from recovery_college.reports.rules import small_numbers as listing
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.figures import SMALL
from recovery_college.reports.rules.tables import Report, Table
from recovery_college.scheduling.models import Session
from tests.factories import make_term
from tests.intake.workbooks import HARBOUR, take_file
from tests.reports.choosing import small_numbers
from tests.reports.colleges import NOW, make_college
from tests.reports.rawrows import Asked, Rows, all_rows, in_london
from tests.reports.second import SECOND, places, sessions
from tests.reports.second.shape import Counted, Line

pytestmark = pytest.mark.usefixtures("app")
FULL = os.environ.get("PROOF") == "full"
COLLEGES = range(20 if FULL else 2)
HARBOUR_ON = ["sqlite", "postgresql"] if FULL else ["sqlite"]
ADDED_UP = (
    *("attendance", "co-delivery", "places", "completion", "tutors", "needs"),
    *("students", "reach"),
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def printed(report: Report) -> Counted:
    """What is printed of it, as plain as the second count."""
    lines = [
        (line.label, line.large or _large(line.share), NUMBER.findall(line.said))
        for line in report.headlines
    ]
    tables = {table.slug: _lines(table) for table in report.tables}
    return Counted(lines, tables, NUMBER.findall(report.beside))


def _large(share: Any) -> str:
    if not share.whole:
        return "none yet"
    return f"{share.percent}%" if share.whole >= 10 else f"{share.part} of {share.whole}"


def _lines(table: Table) -> list[Line]:
    return [(row.heading, *map(_plain, row.cells)) for row in table.all_rows]


def _plain(cell: Any) -> Any:
    if hasattr(cell, "part"):
        return (cell.part, cell.whole)
    return round(cell, 6) if isinstance(cell, float) else cell


def some_filters(chance: Random, rows: Rows) -> list[dict[str, Any]]:
    """Everything, each term, one thing more, and days that cut through runs."""
    runs = [run for run in rows.of["run"] if run.start is not None]
    terms = [{"term": each.id} for each in rows.of["term"]]
    found: list[dict[str, Any]] = [{}, *terms]
    for name in ("course", "strand", "venue", "mode", "run", "weekday", "part"):
        run = chance.choice([each for each in runs if each.where])
        values = {
            "course": run.course_id,
            "strand": run.strand.id,
            "venue": run.where.id,
            "mode": run.mode,
            "run": run.id,
            "weekday": run.day + 1,
            "part": run.hour,
        }
        found += [{name: values[name], "term": run.term_id}]
    run = chance.choice(runs)
    day = in_london(run.start).date()
    return [
        *found,
        {"since": day, "until": day + timedelta(days=20)},
        {"since": day + timedelta(days=1), "term": run.term_id},
        {"until": day, "strand": run.strand.id},
    ]


def check(chance: Random, rows: Rows, asked: Asked, names: Sequence[str] = tuple(SECOND)) -> None:
    """Everything by all it is told apart by, and the rest by one thing, to be quick."""
    for name in names:
        maker = REPORTS[name]
        if maker.whole_terms and asked.keys() - {"term"}:
            continue
        by = maker.by if FULL or not asked else [chance.choice(maker.by)]
        made = printed(maker.make(Filters(**asked), by, rows.now, ()))
        expected = SECOND[name](rows, asked, [each.value for each in by])
        where = f"{name} {asked}"
        assert made.headlines == expected.headlines, where
        assert made.beside == expected.beside, where
        assert made.tables.keys() == expected.tables.keys(), where
        for slug, lines in expected.tables.items():
            assert _sorted(made.tables[slug]) == _sorted(lines), f"{where} {slug}"
    behind(rows, asked)


def check_earlier(rows: Rows, asked: Asked, earlier: Asked) -> None:
    """What the front page sets beside each of its figures."""
    before = [("Before", Filters(**earlier))]
    found = key_figures(Filters(**asked), rows.now, before).headlines
    on_front = [(name, each.on_front) for name, each in REPORTS.items() if each.on_front]
    of = [
        [line for name, many in on_front for line in SECOND[name](rows, when, []).headlines[:many]]
        for when in (asked, earlier)
    ]
    assert [(line.label, line.large or _large(line.share)) for line in found] == [
        (label, large) for label, large, _ in of[0]
    ]
    for line, (_, large, numbers) in zip(found, of[1], strict=True):
        [words] = line.before
        begins = f"Before: {large}. "
        assert words.startswith(begins)
        assert NUMBER.findall(words.removeprefix(begins)) == numbers


def behind(rows: Rows, asked: Asked) -> None:
    """As many rows as the figures count."""
    filters = Filters(**asked)
    ran, begun = rows.ran(rows.sessions(asked)), rows.begun(asked)
    over = [run for run in begun if places.is_over(run, rows)]
    assert queries.count_sessions(filters, rows.now) == len(ran)
    assert counts.count_runs(filters, rows.now, over=False) == len(begun)
    assert counts.count_runs(filters, rows.now, over=True) == len(over)


def _sorted(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=str)


@pytest.fixture(autouse=True)
def nothing_is_small(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what reports hide can be compared: what is hidden has tests of its own."""
    monkeypatch.setitem(SMALL, SmallNumbers.HIDDEN, 0)
    monkeypatch.setattr(listing, "hide_over_stars", lambda *_: None)
    small_numbers(SmallNumbers.HIDDEN)


@pytest.mark.parametrize("number", COLLEGES)
def test_every_figure_of_a_generated_college_is_what_a_second_count_gives(number: int) -> None:
    chance = Random(number)  # noqa: S311
    with time_machine.travel(NOW, tick=False):
        make_college(chance)
        rows = all_rows(NOW)
        assert min(sessions.attendance(rows, {}, []).headlines, key=str)[2] != []
        filters = some_filters(chance, rows)
        for asked in filters:
            check(chance, rows, asked)
        check_earlier(rows, filters[3], filters[2])
        add_up_all()
        for asked in filters[:5]:
            check(chance, rows, asked, ADDED_UP)


@pytest.mark.parametrize("make_database", HARBOUR_ON, indirect=True, scope="session")
def test_every_figure_of_the_harbour_college_is_what_a_second_count_gives() -> None:
    """843 places are held in its workbook, and 12 wait."""
    half_way, long_after = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)
    with time_machine.travel(half_way, tick=False):
        take_file(HARBOUR)
        db.session.execute(text("ANALYZE"))
        check(Random(0), all_rows(half_way), {})  # noqa: S311
    with time_machine.travel(long_after, tick=False):
        rows, chance = all_rows(long_after), Random(0)  # noqa: S311
        for asked in some_filters(chance, rows):
            check(chance, rows, asked)
    found = counts.places_of(Filters(), long_after)
    assert (found.held, found.waiting, found.unserved) == (843, 12, 12)


def test_a_term_without_sessions_untaken_registers_and_another_name_are_counted_too() -> None:
    with time_machine.travel(NOW, tick=False):
        make_college(Random(5), runs=4)  # noqa: S311
        empty = make_term("Empty")
        rows = all_rows(NOW)
        check(Random(0), rows, {"term": empty.id})  # noqa: S311
        [course_id] = {run.course_id for run in rows.begun({})[:1]}
        with transaction():
            db.session.execute(update(Session).values(taken=False))
            db.session.get_one(Course, course_id).title = "Another name"
        rows = all_rows(NOW)
        check(Random(0), rows, {})  # noqa: S311
        lines = sessions.attendance(rows, {}, ["course"]).tables["course"]
    assert [line[1] > 0 for line in lines if line[0] == "Another name"] == [True]
    assert {line[3] for line in lines} == {0}
