"""A tutor's own calendar, a link or a file: when it says that they are busy, and no more.

Fetching and reading what strangers serve happens in a process of its own, with little memory and
little time, so that nothing in a calendar can hold up the worker or the web.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime

from recovery_college.config import ROOT
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.free import Stretch
from recovery_college.tutors.rules.links import LARGEST

APART = (sys.executable, "-m", "recovery_college.tutors.calendars.apart")
FETCH_WITHIN = 10.0  # seconds, however slowly it comes
READ_WITHIN = 10  # seconds of work
SPARE = 5  # seconds to start and to answer


def read_link(
    link: str, between: Stretch, *, loopback: bool = False, patience: float = FETCH_WITHIN
) -> list[Stretch]:
    """When the calendar behind the link is busy. Raises `Trouble`.

    Only tests read from this machine itself.
    """
    wanted = {"link": link, "loopback": loopback, "patience": patience}
    return _read(wanted, b"", between, late=CalendarTrouble.TOO_SLOW)


def read_file(content: bytes, between: Stretch) -> list[Stretch]:
    """When the calendar in the file is busy. Raises `Trouble`."""
    if len(content) > LARGEST:
        raise Trouble(CalendarTrouble.TOO_BIG)
    return _read({}, content, between, late=CalendarTrouble.TOO_MUCH)


def _read(
    wanted: dict[str, object], content: bytes, between: Stretch, *, late: CalendarTrouble
) -> list[Stretch]:
    """The link goes in by the child's input: everybody may see what a program is called with."""
    asked = wanted | {"between": [between.starts_at.timestamp(), between.ends_at.timestamp()]}
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            APART,
            input=json.dumps(asked).encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            timeout=FETCH_WITHIN + READ_WITHIN + SPARE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Trouble(late) from error
    if done.returncode:
        raise Trouble(CalendarTrouble.TOO_MUCH)
    return _answer(json.loads(done.stdout))


def _answer(said: dict[str, object]) -> list[Stretch]:
    if "trouble" in said:
        raise Trouble(CalendarTrouble(str(said["trouble"])))
    busy = said["busy"]
    if not isinstance(busy, list):
        raise TypeError("the child answered with something else")
    return [Stretch(*(datetime.fromtimestamp(at, UTC) for at in pair)) for pair in busy]
