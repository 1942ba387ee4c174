"""Logs as JSON, a line each, in UTC. They hold ids and places in the code, nobody's words."""

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from flask import has_request_context, request

REFERENCE = "college.reference"  # of a request, in its environment
OURS = "recovery_college"
SERVERS = ("gunicorn.error", "gunicorn.access")  # they have handlers of their own


class AsJson(logging.Formatter):
    """A fault is told by its kind and where it was: its own words may be somebody's."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        reference = this_request()
        if reference:
            line["request"] = reference
        if record.exc_info and record.exc_info[1]:
            line["fault"] = type(record.exc_info[1]).__name__
            line["where"] = places(record.exc_info[2])
        return json.dumps(line | getattr(record, "figures", {}), ensure_ascii=False)


def log_as_json() -> None:
    """Of this process: ours, what our parts warn of, and the server's."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson())
    logging.getLogger().handlers = [handler]
    logging.getLogger(OURS).setLevel(logging.INFO)
    for server in map(logging.getLogger, SERVERS):
        for each in server.handlers:
            each.setFormatter(AsJson())


def this_request() -> str:
    """The reference of the request that is answered just now, if one is."""
    return str(request.environ.get(REFERENCE, "")) if has_request_context() else ""


def places(step: TracebackType | None) -> list[str]:
    """The way through the code to where it happened."""
    found = []
    while step:
        code = step.tb_frame.f_code
        found.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return found
