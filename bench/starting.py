"""How long `make run` takes on a machine that is set up, until its first page is there."""

import os
import signal
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.server import PATIENCE, free_port, wait_for

RUN = Path(__file__).parent.parent / "scripts" / "run"


def seconds(times: int) -> list[float]:
    """Of each start. The invented college is loaded by one before, which is not counted."""
    with TemporaryDirectory() as folder:
        environ = {
            "COLLEGE_DATABASE_URL": f"sqlite:///{folder}/college.sqlite",
            "COLLEGE_QUEUE_URL": f"sqlite:///{folder}/queue.sqlite",
        }
        return [_start(environ) for _ in range(times + 1)][1:]


def _start(environ: dict[str, str]) -> float:
    port, began = free_port(), perf_counter()
    process = subprocess.Popen(  # noqa: S603  # our own
        [RUN],
        env={**os.environ, **environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(port)
        _read(port)
        return perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def _read(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/courses")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"The first page answered {answer.status}.")
