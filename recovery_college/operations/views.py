"""Is the process up, and can it serve? For the machinery that watches, in plain text."""

from flask import Blueprint, Response

from recovery_college.accounts.access import open_to_anyone
from recovery_college.operations.queries import database_answers

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
@open_to_anyone
def healthz() -> Response:
    return _say("ok", 200)


@bp.get("/readyz")
@open_to_anyone
def readyz() -> Response:
    if database_answers():
        return _say("ready", 200)
    return _say("not ready: database", 503)


def _say(words: str, status: int) -> Response:
    answer = Response(words + "\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
