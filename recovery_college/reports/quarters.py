"""Students and places of a quarter of the year, hidden so that no term tells what it doesn't.

A quarter cuts through terms, holds some of them whole, and with the others makes up what there is.
So all quarters that can be chosen are protected together, beside everything and each term, which
never change for them. Runs are in the quarter in which they begin.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports import counts, students
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Places, Students
from recovery_college.reports.rules.downloads import EVERYTHING, Place, published, unknown
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.filtering import Cut, Wider, narrowed
from recovery_college.reports.rules.small_numbers import Listing
from recovery_college.reports.rules.tables import Column, Kind, Report, Row, Table

Runs = Mapping[Place, frozenset[int]]
Counts = Mapping[Place, Sequence[int]]
ABOUT = "Counted are runs that began in this quarter, without drop-ins."


def report(
    asked: Filters, quarters: Sequence[Filters], now: datetime, rule: SmallNumbers
) -> Report:
    """Of the one of them that is asked for."""
    runs, at = _runs(quarters, now), ("quarter", quarters.index(asked))
    people = _told(_students(quarters, now), runs, rule).get(at, _nobody(2))
    held = _told(_places(quarters, now), runs, rule).get(at, _nobody(1))
    lines = {
        "Students": people.total,
        "New students": people.lines[0],
        "Places held when a run began": held.total,
    }
    table = Table(
        slug="quarter",
        heading="In this quarter",
        first="What",
        columns=[Column("People", Kind.PEOPLE)],
        rows=[Row(words, (shown,)) for words, shown in lines.items()],
    )
    return Report("quarter", "Students and places", (), [table], beside=ABOUT)


def _told(lines: Counts, runs: Runs, rule: SmallNumbers) -> dict[Place, Listing]:
    cuts = {place: Cut(runs[place], lines[place]) for place in lines if runs.get(place)}
    whole = {place: each for place, each in lines.items() if place[0] in ("", "term")}
    above = published(whole, None, (), rule)
    wider = [Wider(cuts[place], above[place]) for place in whole if place in cuts]
    fixed = {each.cut.runs: each.cut.counts for each in wider}
    terms = [cuts[place] for place in whole if place[0] == "term" and place in cuts]
    chosen = {place: cut for place, cut in cuts.items() if place[0] == "quarter"}
    other = [
        place for place, cut in chosen.items() if fixed.get(cut.runs, cut.counts) != cut.counts
    ]
    alike = [cut for place, cut in chosen.items() if place not in other]
    found = narrowed([terms, alike], wider, rule)
    return {
        place: unknown(cut.counts) if place in other else found[cut.runs]
        for place, cut in chosen.items()
    }


def _runs(quarters: Sequence[Filters], now: datetime) -> Runs:
    """What runs with students are told apart by: their term, and the quarter they begin in."""
    first, last = _ends(quarters)
    asked = [*quarters, Filters(until=first - timedelta(days=1)), Filters(since=last)]
    found = [
        (each["term"], number)
        for number, filters in enumerate(asked)
        for each in counts.begun(filters, now)
    ]
    apart = list(dict.fromkeys(found))
    places: dict[Place, set[int]] = {EVERYTHING: set(range(len(apart)))}
    for at, (term, number) in enumerate(apart):
        places.setdefault(("term", term), set()).add(at)
        places.setdefault(("quarter", number), set()).add(at)
    return {place: frozenset(each) for place, each in places.items()}


def _ends(quarters: Sequence[Filters]) -> tuple[date, date]:
    """The first day of all of them, and the first after them."""
    days = [day for each in quarters for day in (each.since, each.until) if day]
    return min(days), max(days) + timedelta(days=1)


def _students(quarters: Sequence[Filters], now: datetime) -> Counts:
    def lines(of: Students) -> list[int]:
        return [of.new, of.students - of.new]

    terms = students.students_by(By.TERM, Filters(), now)
    return {
        EVERYTHING: lines(students.students_of(Filters(), now)),
        **{("term", each.key): lines(each.tally) for each in terms},
        **{
            ("quarter", number): lines(students.students_of(each, now))
            for number, each in enumerate(quarters)
        },
    }


def _places(quarters: Sequence[Filters], now: datetime) -> Counts:
    terms = counts.places_by(By.TERM, Filters(), now)
    whole = sum((each.tally for each in terms), Places())
    return {
        EVERYTHING: [whole.held],
        **{("term", each.key): [each.tally.held] for each in terms},
        **{
            ("quarter", number): [counts.places_of(each, now).held]
            for number, each in enumerate(quarters)
        },
    }


def _nobody(lines: int) -> Listing:
    return Listing((Shown(0),) * lines, Shown(0))
