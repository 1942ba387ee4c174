"""`scripts/grown-up`: the grown-up set-up with an invented college, until Ctrl-C, and then gone."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from recovery_college.config import ROOT
from tests.grown_up import grown_up


def load_the_invented_college(environ: dict[str, str]) -> None:
    """Which production refuses, so it comes in before that begins."""
    before = os.environ | environ | {"COLLEGE_ENVIRONMENT": "development"}
    for command in (["db", "upgrade"], ["demo"]):
        ask = [sys.executable, "-m", "flask", *command]
        subprocess.run(ask, cwd=ROOT, env=before, check=True)


def serve() -> None:
    with (
        TemporaryDirectory(prefix="grown-up") as home,
        grown_up(Path(home), load_the_invented_college) as whole,
    ):
        while not whole.is_up():
            sleep(0.2)
        sys.stdout.write(
            f"The college is open at {whole.site} (press Ctrl-C to close it).\n"
            f"Its groups are at {' and '.join(whole.groups)}; its certificate is "
            f"{whole.certificate}, and its logs are beside it.\n"
        )
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve()
    except KeyboardInterrupt:
        sys.stdout.write("It is closed, and nothing of it is left.\n")
