"""A real server of two workers, and what it uses: CPU and memory as the system counts them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

WORKERS = 2
PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Server:
    """A gunicorn and, where there is one, the PostgreSQL that works for it."""

    process: int
    port: int
    database: int | None

    @property
    def workers(self) -> list[int]:
        return _children(self.process)

    def cpu(self) -> float:
        """Seconds used so far by the workers, and by the database on their behalf."""
        others = _children(self.database) if self.database else []
        return sum(_seconds(each) for each in (*self.workers, *others))

    def memory(self) -> float:
        """Resident megabytes of the largest worker."""
        return max(_kilobytes(worker, "status", "VmRSS") for worker in self.workers) / 1024

    def own_memory(self) -> float:
        """Megabytes that another worker more would take: what it does not share."""
        own = (_kilobytes(worker, "smaps_rollup", "Private_Dirty") for worker in self.workers)
        return max(own) / 1024


@contextmanager
def serving(
    application: str,
    environ: Mapping[str, str],
    database: int | None = None,
    workers: int = WORKERS,
) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "-w", str(workers)]
    command += ["--config", "scripts/web.conf.py", "--max-requests", "0"]  # or one is lost count of
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen(  # noqa: S603  # our own
        command, env={**os.environ, **environ}, start_new_session=True
    )
    try:
        wait_for(port)
        yield Server(process.pid, port, database)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # all is measured
        process.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            try:
                connection.request("GET", "/")
            except OSError:
                sleep(0.05)
            else:
                return
    raise RuntimeError(f"The server did not answer on port {port} within {PATIENCE} seconds.")


def _children(process: int) -> list[int]:
    """What the system lists as started by it, gone ones among them left out."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(each) for each in listed]


def _seconds(process: int) -> float:
    """On a processor, to the nanosecond; each of these processes is one thread."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def _kilobytes(process: int, file: str, name: str) -> int:
    found = Path(f"/proc/{process}/{file}").read_text()
    return int(found.split(f"{name}:")[1].split()[0])
