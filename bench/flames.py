"""Where the time of a page goes, as a picture: py-spy looks at the server while it is asked."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which

from bench.server import Server

SECONDS = 10


def program() -> str:
    """Where py-spy is, or a sentence that says how to have it."""
    beside = Path(sys.executable).with_name("py-spy")
    found = str(beside) if beside.exists() else which("py-spy")
    if not found:
        sys.exit("For --flames, install py-spy first: .venv/bin/pip install py-spy")
    return found


def draw(server: Server, ask: Callable[[], object], picture: Path) -> None:
    """Of one worker, for ten seconds, while `ask` is called again and again."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    command = [program(), "record", "--pid", str(server.workers[0]), "--output", str(picture)]
    command += ["--duration", str(SECONDS), "--rate", "200", "--nonblocking"]
    with ThreadPoolExecutor(1) as one:
        looking = one.submit(subprocess.run, command, check=True, capture_output=True)
        while not looking.done():
            ask()
        looking.result()
