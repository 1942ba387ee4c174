"""The bench, very small: that it measures what it says; never how fast this machine is."""

import json
import subprocess
import sys
from pathlib import Path

from bench.table import Line, Spread, spread, written

SMALL = (
    *("--sizes", "20", "--databases", "sqlite", "--requests", "16", "--rounds", "1"),
    *("--lasting", "56", "--starts", "0", "--world", "0"),
)


def test_every_line_has_its_figure_and_every_goal_its_verdict(tmp_path: Path) -> None:
    kept = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", *SMALL, "--json", str(kept)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = json.loads(kept.read_text())
    assert {line["what"].removeprefix("sqlite 20 runs: ") for line in lines} == {
        "bare page",
        "/courses",
        "/courses, unchanged (304)",
        "/courses?q=",
        "/courses/<slug>",
        "a calendar of 200 sessions by the library",
        "a calendar of 200 sessions",
        "a calendar of 200, unchanged (304)",
        'bare "hello"',
        "/my",
        "/tutor",
        "/office",
        "/tutor/sessions/3/times",
        "finding a time, without its page",
        "SQL statements of /courses",
        "SQL statements of /courses/<slug>",
        "SQL statements of /my",
        "SQL statements of /tutor",
        "SQL statements of /office",
        "SQL statements of /tutor/sessions/3/times",
        "memory of a worker",
        "what one worker more takes",
        "memory of a worker after 56 requests more",
        "from an enrolment to its mail",
        "a message, when many wait for one worker",
        "a register of twenty, saved",
        "/courses against 20 runs",
    }
    assert all((line["goal"] is None) == (line["met"] is None) for line in lines)
    assert "round 1 of 1" in done.stderr
    assert f"The same as JSON: {kept}" in done.stdout


def test_a_goal_is_met_by_the_ratio_where_there_is_one() -> None:
    figure = Spread(median=9, low=1, high=10)
    assert [
        Line("page", "ms", figure, "bare", ratio=3.9, goal=4).met,
        Line("page", "ms", figure, "bare", ratio=4.1, goal=4).met,
        Line("memory", "MB", figure, goal=8).met,
        Line("rate", "requests/s", figure).met,
    ] == [True, False, False, None]
    assert "NOT MET" in written([Line("memory", "MB", figure, goal=8)])


def test_the_middle_stands_between_the_ends() -> None:
    assert spread([5, 1, 3]) == Spread(median=3, low=1, high=5)
