"""Measure every goal beside its limit, on both databases, in one run."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import college, flames, pages, starting, world
from bench.databases import KINDS, database, queue_in
from bench.load import load
from bench.progress import finish, say
from bench.server import serving
from bench.table import Line, keep, spread, written

FIRST_PAGE = 3  # seconds


def main() -> int:
    asked = _arguments()
    if asked.flames:
        return _draw(asked)
    lines: list[Line] = []
    for kind in asked.databases:
        with database(kind) as (url, process):
            lines += college.measure(kind, url, process, asked)
    if asked.world:
        say(f"writing {asked.world:.1%} of all colleges of the world, for their reports")
        with database("postgresql") as (url, _process):
            for line in world.measure(url, asked.world):
                lines.append(
                    replace(line, what=f"reports of {asked.world:.1%} of the world: {line.what}")
                )
                say(f"reports: {line.what}")
    if asked.starts:
        say("starting as `make run` does")
        taken = spread(starting.seconds(asked.starts))
        lines.append(Line("`make run` until its first page", "s", taken, goal=FIRST_PAGE))
    finish()
    sys.stdout.write(written(lines) + "\n")
    keep(lines, asked.json)
    sys.stdout.write(f"The same as JSON: {asked.json}\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 200, 2000, 20000])
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--requests", type=int, default=400, help="of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--world", type=float, default=0.02, help="how much of it reports are asked of; 0: none"
    )
    parser.add_argument("--starts", type=int, default=3, help="of `make run`; 0 leaves it out")
    parser.add_argument(
        "--lasting",
        type=int,
        default=5_000,
        help="requests after which memory is looked at again; 0 leaves it out",
    )
    parser.add_argument(
        "--flames", type=Path, help="draw where the slowest page's time goes, in this SVG, instead"
    )
    parser.add_argument("--json", type=Path, default=Path("instance/bench.json"))
    return parser.parse_args()


def _draw(asked: argparse.Namespace) -> int:
    """Of the slowest page of somebody signed in, in the first size on the first database."""
    flames.program()
    with database(asked.databases[0]) as (url, process), TemporaryDirectory() as folder:
        say(f"writing a college of {asked.sizes[0]:,} runs")
        made = pages.write(url, asked.sizes[0])
        environ = {"COLLEGE_DATABASE_URL": url} | queue_in(folder)
        with serving("wsgi:app", environ, process) as ours:
            whose = {"Cookie": made.cookie}
            costs = {
                page: median(load(ours, page, 40, headers=whose).cpu for _ in range(3))
                for page in (pages.COURSES, made.course, *pages.SIGNED_IN)
            }
            slowest = max(costs, key=lambda page: costs[page])
            say(f"looking at {slowest} for {flames.SECONDS} seconds")
            flames.draw(ours, lambda: load(ours, slowest, 40, headers=whose), asked.flames)
    finish()
    sys.stdout.write(f"{slowest}, {costs[slowest]:.1f} ms of CPU: {asked.flames}\n")
    return 0


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)
    sys.exit(main())
