"""Places and demand, completion, and students: what came of the runs that were asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from recovery_college.college.queries import the_college
from recovery_college.reports import counts, students
from recovery_college.reports.layouts import Before, Layout, Line, out_of, registers, report, summed
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Outcome, Places, Students
from recovery_college.reports.rules.definitions import Share
from recovery_college.reports.rules.tables import Column, Kind, Report
from recovery_college.reports.tallies import Group

RUNS_BY = (By.STRAND, By.COURSE, By.VENUE, By.TERM, By.MODE, By.RUN)
STUDENTS_BY = (By.TERM, By.STRAND, By.COURSE, By.VENUE, By.MODE)
PEOPLE = Kind.PEOPLE


def _beside_places(of: Places) -> str:
    """How far ahead people asked goes with it: it is no share of anything."""
    words = f"Counted are {of.runs:,} runs that have begun, without drop-ins."
    days = figures.lead_days(of)
    if days is None:
        return words
    return f"{words} Who had a place asked {days:,} days before it began, on average."


def _all_places(parts: Iterable[Places]) -> Places:
    return summed(parts, Places())


PLACES: Layout[Places] = Layout(
    "places",
    "Places and demand",
    (
        Line(
            "Fill",
            figures.fill,
            lambda of: out_of(
                of.held, of.capacity, "places were held when the first session began"
            ),
        ),
        Line(
            "Left without a place",
            figures.unserved,
            lambda of: out_of(of.unserved, of.asked, "who asked never had a place on that run"),
        ),
        Line(
            "Offers taken",
            figures.offers_taken,
            lambda of: out_of(of.accepted, of.offered, "offers from the waiting list were taken"),
        ),
    ),
    (
        (Column("Runs that began"), lambda of: of.runs),
        (Column("Places"), lambda of: of.capacity),
        (Column("Held at the start", Kind.PEOPLE_SHARE), figures.fill),
        (Column("Waiting at the start", PEOPLE), lambda of: of.waiting),
        (Column("Left without a place", PEOPLE), lambda of: of.unserved),
        (Column("Offers taken", Kind.PEOPLE_SHARE), figures.offers_taken),
        (Column("Days ahead"), figures.lead_days),
    ),
    (2,),
    counts.places_of,
    counts.places_by,
    _beside_places,
    total=_all_places,
    behind="runs",
)


def _beside_outcome(of: Outcome) -> str:
    lost = of.runs - of.counted
    words = registers(Share(of.taken, of.sessions))
    return f"{words} {lost:,} runs have no register at all, and are not counted." if lost else words


def _outcome(filters: Filters, now: datetime) -> Outcome:
    return counts.outcome_of(filters, now, the_college().completion_percent)


def _outcomes(by: By, filters: Filters, now: datetime) -> Iterable[Group[Outcome]]:
    return counts.outcomes_by(by, filters, now, the_college().completion_percent)


def finished(filters: Filters, now: datetime) -> list[dict[str, Any]]:
    return counts.finished(filters, now, the_college().completion_percent)


def _all_outcomes(parts: Iterable[Outcome]) -> Outcome:
    return summed(parts, Outcome())


COMPLETION: Layout[Outcome] = Layout(
    "completion",
    "Completion",
    (
        Line(
            "Completion",
            figures.completion,
            lambda of: out_of(of.completed, of.students, "students completed their course"),
        ),
    ),
    (
        (Column("Runs that are over"), lambda of: of.runs),
        (Column("Registers taken", Kind.SHARE), lambda of: Share(of.taken, of.sessions)),
        (Column("Students", PEOPLE, "students"), lambda of: of.students),
        (Column("Completed", Kind.PEOPLE_SHARE, "students"), figures.completion),
    ),
    (3,),
    _outcome,
    _outcomes,
    _beside_outcome,
    total=_all_outcomes,
    behind="runs",
)


def completion(filters: Filters, by: Sequence[By], now: datetime, before: Before = ()) -> Report:
    """What the college calls enough is asked once for all its parts."""
    percent = the_college().completion_percent
    layout = replace(
        COMPLETION,
        whole=lambda those, now: counts.outcome_of(those, now, percent),
        parts=lambda by, those, now: counts.outcomes_by(by, those, now, percent),
    )
    return report(layout, filters, by, now, before)


def _beside_students(_of: Students) -> str:
    return (
        "A student is counted once. Who was on several courses stands in several lines, so the "
        "lines may add up to more than all together."
    )


STUDENTS: Layout[Students] = Layout(
    "students",
    "Students",
    (
        Line(
            "Students",
            figures.newcomers,
            lambda of: out_of(of.new, of.students, "never held a place before this time"),
            lambda of: f"{of.students:,}",
        ),
        Line(
            "On two or more courses",
            figures.several,
            lambda of: out_of(
                of.two + of.three + of.more, of.students, "students held places on several courses"
            ),
        ),
    ),
    (
        (Column("Students", PEOPLE, "students"), lambda of: of.students),
        (Column("New", Kind.PEOPLE_SHARE, "students"), figures.newcomers),
    ),
    (1,),
    students.students_of,
    students.students_by,
    _beside_students,
    behind="runs",
    inside=(
        (Column("Places", PEOPLE), lambda of: of.places),
        (Column("Coming back", PEOPLE), lambda of: of.students - of.new),
        (Column("On one course", PEOPLE), lambda of: of.one),
        (Column("On two", PEOPLE), lambda of: of.two),
        (Column("On three", PEOPLE), lambda of: of.three),
        (Column("On four or more", PEOPLE), lambda of: of.more),
    ),
    inside_heading="on how many courses",
)


def figures_of(name: str, filters: Filters, now: datetime, ids: Sequence[int]) -> dict[int, Any]:
    """What is counted of these runs: one statement for a page of them."""
    if not ids:
        return {}
    found: Iterable[Group[Any]]
    if name == COMPLETION.name:
        percent = the_college().completion_percent
        found = counts.outcomes_by(By.RUN, filters, now, percent, ids)
    else:
        found = counts.places_by(By.RUN, filters, now, ids)
    return {group.key: group.tally for group in found}
