"""Is the process up, can it serve, and how is it? For the machinery that watches, in plain text."""

from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, request

from recovery_college.accounts.access import open_to_anyone
from recovery_college.operations.exposition import exposition
from recovery_college.operations.queries import can_serve, database_answers, queue_answers
from recovery_college.operations.standing import standing

bp = Blueprint("operations", __name__)
FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@bp.get("/healthz")
@open_to_anyone
def healthz() -> Response:
    return _say("ok", 200)


@bp.get("/readyz")
@open_to_anyone
def readyz() -> Response:
    """It can serve if the first line says so; the others are for whoever looks after it."""
    if not database_answers():
        return _say("not ready: database", 503)
    if not can_serve():
        return _say("not ready: the database is not of this version", 503)
    if not queue_answers():
        return _say("not ready: queue", 503)
    found = [("database", True, "it answers"), *standing().lines()]
    lines = [f"{name}: {'ok' if good else 'look'}, {how}" for name, good, how in found]
    return _say("\n".join(["ready", *lines]), 200)


@bp.get("/metrics")
@open_to_anyone
def metrics() -> Response:
    """For whoever has the token; without one it isn't there."""
    token = str(current_app.config["METRICS_TOKEN"])
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not compare_digest(given.encode(), f"Bearer {token}".encode()):
        answer = _say("Send COLLEGE_METRICS_TOKEN as a bearer token.", 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    answer = _say(exposition().rstrip("\n"), 200)
    answer.headers["Content-Type"] = FORMAT
    return answer


def _say(words: str, status: int) -> Response:
    answer = Response(words + "\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
