"""The weekly drill: the last backup is restored beside the college, and audited there."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from recovery_college.config import IN_FILE, ROOT
from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.operations.backup.restoring import is_newest
from recovery_college.operations.backup.stores import store_of

SENDS_NOTHING = {
    "COLLEGE_MAIL_SERVER": "",
    "COLLEGE_NOTIFY_API_KEY": "",
    "COLLEGE_NOTIFY_TEMPLATE": "",
}


@dataclass(frozen=True)
class Drilled:
    """`broken` are the lines of `flask check` that say so."""

    held: int
    broken: list[str]
    restored_in: float  # seconds
    checked_in: float


def drill(path: Path, revision: str, said: Callable[[str], None]) -> Drilled:
    """By the same commands that would be typed on an empty machine."""
    with store_of(db.engine).beside() as url:
        began = monotonic()
        said("Restoring it beside the college.")
        _flask(url, "restore", str(path.resolve()))
        if not is_newest(revision):
            _flask(url, "db", "upgrade")
        restored = monotonic()
        said("Proving everything that must always be true.")
        lines = _flask(url, "check", may_end=(0, 2)).splitlines()
        broken = [line for line in lines if line.startswith("VIOLATED")]
        held = len([line for line in lines if line.startswith("ok ")])
        return Drilled(held, broken, restored - began, monotonic() - restored)


def _flask(url: str, *command: str, may_end: tuple[int, ...] = (0,)) -> str:
    changed = SENDS_NOTHING | {"COLLEGE_DATABASE_URL": url}
    given = {k: v for k, v in os.environ.items() if k.removesuffix(IN_FILE) not in changed}
    environ = given | changed
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "flask", *command],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in may_end:
        why = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise Refusal(f"The drill failed at flask {command[0]}: {why}")
    return done.stdout
