"""The process that fetches and reads one calendar: asked by its input, answers by its output.

Its first line of input is what is wanted, as JSON; a file follows it, if it is one.
"""

import json
import resource
import sys
from datetime import UTC, datetime
from typing import Any

from recovery_college.tutors.calendars import READ_WITHIN
from recovery_college.tutors.calendars.fetching import fetch
from recovery_college.tutors.calendars.reading import busy_times
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.free import Stretch

MEMORY = 512_000_000  # bytes


def main() -> None:
    _be_small()
    wanted = json.loads(sys.stdin.buffer.readline())
    try:
        busy = busy_times(_content(wanted), _between(wanted))
        said: Any = {"busy": [(b.starts_at.timestamp(), b.ends_at.timestamp()) for b in busy]}
    except Trouble as trouble:
        said = {"trouble": trouble.kind}
    except MemoryError:
        said = {"trouble": CalendarTrouble.TOO_MUCH}
    json.dump(said, sys.stdout)


def _be_small() -> None:
    """Past these the machine ends this process, and its parent says why."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (READ_WITHIN, READ_WITHIN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _content(wanted: dict[str, Any]) -> bytes:
    if "link" not in wanted:
        return sys.stdin.buffer.read()
    return fetch(wanted["link"], loopback=wanted["loopback"], patience=wanted["patience"])


def _between(wanted: dict[str, Any]) -> Stretch:
    return Stretch(*(datetime.fromtimestamp(at, UTC) for at in wanted["between"]))


if __name__ == "__main__":
    main()
