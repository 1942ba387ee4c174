"""How `make run` serves: the process that loads the application brings its database up first."""

import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

from flask import Flask
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.database import db

STOPS_WITHIN = 30  # seconds; what it did not finish it finds again

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = 2
preload_app = True
loglevel = "warning"
limit_request_line = 0  # the site reads of an address what it needs, and refuses the rest in words


def on_starting(server: Any) -> None:
    app: Flask = server.app.wsgi()
    with app.app_context():
        try:
            _bring_up_the_database()
        except SQLAlchemyError as fault:
            raise SystemExit(
                f"The database can't be used ({type(fault).__name__}): see COLLEGE_DATABASE_URL."
            ) from fault
        db.engine.dispose()


def _bring_up_the_database() -> None:
    import flask_migrate

    flask_migrate.upgrade()
    if _is_empty():
        _say("Loading an invented college. This takes a moment, once.")
        _run_flask("demo")


def when_ready(server: Any) -> None:
    server.worker_beside = subprocess.Popen([sys.executable, "-m", "flask", "worker"])
    _say(f"The college is open at http://{bind} (press Ctrl-C to close it)")


def on_exit(server: Any) -> None:
    beside = getattr(server, "worker_beside", None)
    if beside is not None:
        beside.terminate()  # it finishes the message that it holds
        with suppress(subprocess.TimeoutExpired):
            beside.wait(STOPS_WITHIN)
        beside.kill()


def _run_flask(command: str) -> None:
    done = subprocess.run([sys.executable, "-m", "flask", command], check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.returncode)


def _is_empty() -> bool:
    with db.engine.connect() as connection:
        return not any(
            connection.scalar(select(literal(1)).select_from(table).limit(1))
            for table in db.metadata.sorted_tables
        )


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
