"""What a report prints, as plain as it can be: shares are pairs, lines are tuples."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace as Row
from typing import Any

Line = tuple[Any, ...]


class Minutes(tuple[int, int]):
    """A share of minutes, which a file gives in hours."""


Share = tuple[int, int]
DAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
MODES = {"in_person": "In person", "online": "Online", "hybrid": "In person or online"}
HEADING: Mapping[str, Callable[[Row], tuple[Any, str]]] = {
    "term": lambda run: (run.term_id, run.term.name),
    "strand": lambda run: (run.strand.id, run.strand.name),
    "course": lambda run: (run.course_id, run.course.title),
    "venue": lambda run: (
        (run.where.id, run.where.name) if run.where else (None, "No room in a venue")
    ),
    "mode": lambda run: (run.mode, MODES[run.mode]),
    "weekday": lambda run: (
        run.day,
        "On different days" if run.day is None else DAY_NAMES[run.day],
    ),
    "part": lambda run: (run.hour, (run.hour or "At different times").capitalize()),
    "run": lambda run: (run.id, run.course.title),
}


@dataclass
class Counted:
    """`large` and the numbers of what is said, by headline; `beside` has numbers alone."""

    headlines: list[tuple[str, str, list[str]]]
    tables: dict[str, list[Line]]
    beside: list[str]


def apart(
    by: str, found: Iterable[Row], run_of: Callable[[Row], Row]
) -> Iterable[tuple[str, list[Row]]]:
    groups: dict[tuple[Any, str], list[Row]] = defaultdict(list)
    for each in found:
        groups[HEADING[by](run_of(each))].append(each)
    return [(heading, some) for (_, heading), some in groups.items()]


def tables_of(
    by: Sequence[str],
    found: list[Row],
    run_of: Callable[[Row], Row],
    line: Callable[[list[Row]], Line],
) -> dict[str, list[Line]]:
    return {
        each: [
            *((heading, *line(some)) for heading, some in apart(each, found, run_of)),
            ("All together", *line(found)),
        ]
        for each in by
    }


def share_line(label: str, share: Share) -> tuple[str, str, list[str]]:
    return label, large(share), [number(each) for each in share] if share[1] else []


def large(share: Share) -> str:
    part, whole = share
    if not whole:
        return "none yet"
    return f"{half_up(part, whole)}%" if whole >= 10 else f"{part} of {whole}"


def half_up(part: int, whole: int) -> int:
    percent, rest = divmod(100 * part, whole)
    return percent + (2 * rest >= whole)


def beside_percent(share: Share) -> list[str]:
    percent = [str(half_up(*share))] if share[1] else []
    return [number(share[0]), number(share[1]), *percent]


def number(value: int) -> str:
    return f"{value:,}"


def decimal(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")
