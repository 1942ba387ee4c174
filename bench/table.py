"""Lines of the table: a figure, its limit in the same run, their ratio, the goal."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Spread:
    """The middle, lowest and highest of the rounds."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """One measurement. `ratio` is to the `limit`; without a goal it only informs."""

    what: str
    unit: str
    spread: Spread
    limit: str = ""
    ratio: float | None = None
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        measured = self.spread.median if self.ratio is None else self.ratio
        return None if self.goal is None else measured <= self.goal


def spread(values: Iterable[float]) -> Spread:
    ordered = sorted(values)
    return Spread(median(ordered), ordered[0], ordered[-1])


def only(what: str, unit: str, value: float, goal: float) -> Line:
    """Of what is measured once."""
    return Line(what, unit, spread([value]), goal=goal)


def written(lines: Sequence[Line]) -> str:
    """The whole table, for the terminal."""
    columns: list[tuple[str, Callable[[Line], str]]] = [
        ("what", lambda line: line.what),
        ("median", lambda line: _number(line.spread.median)),
        ("min", lambda line: _number(line.spread.low)),
        ("max", lambda line: _number(line.spread.high)),
        ("unit", lambda line: line.unit),
        ("ratio", lambda line: "" if line.ratio is None else f"{line.ratio:.2f}"),
        ("of", lambda line: line.limit),
        ("goal", lambda line: "" if line.goal is None else f"<= {line.goal:g}"),
        ("", lambda line: {True: "met", False: "NOT MET", None: ""}[line.met]),
    ]
    rows = [[name for name, _ in columns]]
    rows += [[cell(line) for _, cell in columns] for line in lines]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def keep(lines: Sequence[Line], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(line) | {"met": line.met} for line in lines], indent=1))


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
