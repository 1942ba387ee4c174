"""Each answer as a line in the log and in the counts: by the rule of its address, never itself."""

import logging
from collections.abc import Iterable
from secrets import token_hex
from threading import local
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.wsgi import ClosingIterator

from recovery_college.watching.counts import Counts
from recovery_college.watching.logs import REFERENCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)
ROUTE = "college.route"
STATIC, NOWHERE = "/static", "nowhere"
TOOK = "college_answer_seconds_bucket"
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"}
LIMITS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


class _Here(local):
    """Of this thread, which answers one request at a time."""

    statements = 0


HERE = _Here()


def watched(
    application: "WSGIApplication", *, logs: bool, counts: Counts | None
) -> "WSGIApplication":
    """Until the last byte has been given out, so that a long download is not a quick one."""
    if not logs and counts is None:
        return application

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began, status = perf_counter(), 500
        environ[REFERENCE], HERE.statements = token_hex(4), 0

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, *rest)

        def done() -> None:
            _note(environ, status, perf_counter() - began, logs=logs, counts=counts)

        given = application(environ, start)
        if ROUTE in environ:
            return ClosingIterator(given, [done])
        done()  # a file goes out by itself, as the server likes it best
        return given

    return answer


def note_route() -> None:
    """Of a request that reaches the pages."""
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else NOWHERE


def _note(
    environ: "WSGIEnvironment", status: int, took: float, *, logs: bool, counts: Counts | None
) -> None:
    method = environ["REQUEST_METHOD"]
    method = method if method in METHODS else "OTHER"
    is_file = environ["PATH_INFO"].startswith(f"{STATIC}/")
    route, statements = environ.get(ROUTE, STATIC if is_file else NOWHERE), HERE.statements
    if logs:
        figures = {
            "request": environ[REFERENCE],
            "method": method,
            "route": route,
            "status": status,
            "ms": round(took * 1000, 1),
            "statements": statements,
        }
        log.info("answered", extra={"figures": figures})
    if counts is not None:
        of_route = f'method="{method}",route="{route}"'
        counts.add(f'college_requests_total{{{of_route},status="{status}"}}')
        counts.add(f"college_statements_total{{{of_route}}}", statements)
        counts.add(f"college_request_seconds_total{{{of_route}}}", took)
        limit = next((each for each in LIMITS if took <= each), "+Inf")
        counts.add(f'{TOOK}{{le="{limit}"}}')


@event.listens_for(Engine, "before_cursor_execute")
def _count(*_: object) -> None:
    HERE.statements += 1
