"""Is the process up, and can it serve? For the machinery that watches, in plain text."""

from flask import Blueprint, Response

from recovery_college.accounts.access import open_to_anyone
from recovery_college.operations.queries import database_answers, is_migrated, queue_answers

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
@open_to_anyone
def healthz() -> Response:
    return _say("ok", 200)


@bp.get("/readyz")
@open_to_anyone
def readyz() -> Response:
    if not database_answers():
        return _say("not ready: database", 503)
    if not is_migrated():
        return _say("not ready: the database is not of this version", 503)
    if not queue_answers():
        return _say("not ready: queue", 503)
    return _say("ready", 200)


def _say(words: str, status: int) -> Response:
    answer = Response(words + "\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
