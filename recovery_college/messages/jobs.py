"""What is done beside the web, by the worker: huey's queue, and the jobs that it knows.

huey delivers at most once, so no promise rests on it: a job only drains what stands in our
own tables, and each has a round of its own that finds whatever a lost call left behind.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask

from recovery_college.drivers import with_driver

# isort: split
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.constants import EmptyData
from huey.serializer import SignedSerializer

from recovery_college.database import db
from recovery_college.keys import newest_first
from recovery_college.pages import refer_to

log = logging.getLogger(__name__)
DELIVER = "deliver"
ROUND = "last round"
SALT = "college-jobs"
FEW = 20  # calls that wait: they are made one for each kind of work
TRIES = 4  # as many as the queue has tables
CONNECTS_WITHIN = 3  # seconds: somebody waits for a page while the worker is asked


@dataclass(frozen=True)
class Job:
    """`run` may be called twice, or never; `every` is when it runs by itself."""

    name: str
    run: Callable[..., object]
    every: Mapping[str, str] | None = None


class Jobs:
    """The jobs of one application. The queue is made when it is first needed."""

    def __init__(self, app: Flask, jobs: Iterable[Job]) -> None:
        self._app = app
        self._jobs = tuple(jobs)
        self._queue: Huey | None = None
        self._calls: dict[str, Any] = {}

    @property
    def queue(self) -> Huey:
        if self._queue is None:
            self._queue = _queue_at(self._app.config["QUEUE_URL"], self._app.config["SECRET_KEYS"])
            for job in self._jobs:
                self._know(self._queue, job)
        return self._queue

    def ask(self, name: str, *ids: int) -> None:
        """Ask for a job now. If that fails, the job's own round will find the work."""
        try:
            if ids or not self._is_asked(name):
                self.queue.enqueue(self._calls[name].s(*ids))
        except Exception as fault:  # whatever the queue's own storage raises
            log.warning("the worker could not be asked for %s: %s", name, type(fault).__name__)

    def note_round(self, now: datetime) -> None:
        """The worker is alive. Who can't say so is found by its silence."""
        with suppress(Exception):  # whatever the queue's own storage raises
            self.queue.storage.put_data(ROUND, now.isoformat().encode())

    def last_round(self) -> datetime | None:
        said = self.queue.storage.peek_data(ROUND)
        return None if said is EmptyData else datetime.fromisoformat(bytes(said).decode())

    def _is_asked(self, name: str) -> bool:
        """It waits to be begun, so that it will find this work too."""
        return any(name.encode() in call for call in self.queue.storage.enqueued_items(FEW))

    def _know(self, queue: Huey, job: Job) -> None:
        run = partial(_in_context, self._app, job)
        self._calls[job.name] = queue.task(name=job.name)(run)
        if job.every is not None:
            queue.periodic_task(crontab(**job.every), name=f"{job.name}-by-itself")(run)


def jobs_of(app: Flask) -> Jobs:
    jobs: Jobs = app.extensions["jobs"]
    return jobs


def _in_context(app: Flask, job: Job, *ids: int) -> None:
    """A job that fails is logged by name and place, and does not stop the others."""
    with app.app_context():
        try:
            job.run(*ids)
        except Exception as fault:
            refer_to(fault, f"job {job.name}")
        finally:
            db.session.remove()


class _SignedByUs(SignedSerializer):
    """By the newest key; a call that was signed by the one before is made too."""

    def __init__(self, secret: list[str]) -> None:
        newest, *older = newest_first(secret)
        super().__init__(secret=newest, salt=SALT)
        self._older = [SignedSerializer(secret=each, salt=SALT) for each in older]

    def _unsign(self, signed: bytes) -> bytes:
        for each in self._older:
            with suppress(ValueError):
                return bytes(each._unsign(signed))
        return bytes(super()._unsign(signed))


def _queue_at(url: str, secret: list[str]) -> Huey:
    serializer = _SignedByUs(secret)
    settings: dict[str, Any] = {"serializer": serializer, "results": False}
    if url.startswith("postgresql"):
        from psycopg.errors import UniqueViolation

        with_driver()
        settings["connect_timeout"] = CONNECTS_WITHIN
        dsn = url.replace("+psycopg", "")
        for _ in range(TRIES):
            with suppress(UniqueViolation):  # somebody else was just making its tables
                return PostgresHuey("college", dsn=dsn, **settings)
        return PostgresHuey("college", dsn=dsn, **settings)
    return SqliteHuey("college", filename=url.removeprefix("sqlite:///"), **settings)
