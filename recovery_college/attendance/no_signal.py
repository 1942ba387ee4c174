"""What a tutor's phone asks for, so that a register can be taken where there is no signal."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from recovery_college import clock
from recovery_college.accounts.access import open_to_anyone, signed_in, the_person
from recovery_college.attendance import queries
from recovery_college.attendance.carrying import at_hand, words_by_session
from recovery_college.attendance.commands import taking
from recovery_college.attendance.commands.taking import Word
from recovery_college.attendance.queries import Who
from recovery_college.attendance.register import BLANK, BLANK_TUTOR, TO_MARK, TO_TEACH
from recovery_college.college.queries import college_on_pages
from recovery_college.errors import NotFound, Refusal

GONE = "This register is not open to you just now. Tell the office what you marked."

bp = Blueprint("no_signal", __name__)


@bp.get("/tutor/registers.json")
@signed_in
def carried() -> Response:
    """With whose they are, and the token that sending them back needs."""
    person = the_person()
    registers = at_hand(person, clock.now()) if person.is_tutor else []
    return jsonify(person=person.id, token=generate_csrf(), registers=registers)


@bp.post("/tutor/registers.json")
@signed_in
def sent() -> Response:
    """Each word's key is answered, so that the device need not keep it: it was kept, it was too
    late, or it can't be; `why` is said once for each session.
    """
    person, now = the_person(), clock.now()
    by_session = words_by_session(request.get_json(silent=True), now)
    answers = {}
    for session_id, words in by_session.items():
        try:
            session = queries.session_of_pair(person, session_id, now)
            answers[session_id] = _answer(taking.take(person, session, words), words)
        except NotFound:
            answers[session_id] = _refused(words, GONE)
        except Refusal as refusal:
            answers[session_id] = _refused(words, refusal.message)
    return jsonify(sessions=answers)


@bp.get("/tutor/offline")
@open_to_anyone
def shell() -> str:
    """Nothing of anybody: the page that a phone keeps, and fills with what it carries."""
    lines = {"marks": TO_MARK, "teaching": TO_TEACH, "student_of": BLANK, "tutor_of": BLANK_TUTOR}
    return render_template("attendance/offline.html", **lines)


@bp.get("/tutor/worker.js")
@open_to_anyone
def worker() -> Response:
    """It speaks for the pages of tutors alone."""
    page = render_template(
        "attendance/worker.js",
        version=current_app.config["VERSION"],
        shell=url_for("no_signal.shell"),
        advice=url_for("desks.what_to_do_now"),
    )
    answer = Response(page, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/tutor"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/tutor/app.webmanifest")
@open_to_anyone
def manifest() -> Response:
    """So that a phone can keep it among its apps; there it is called as the college is."""
    college, version = college_on_pages(), current_app.config["VERSION"]
    answer = jsonify(
        name=college.short_name,
        short_name=college.short_name,
        id="/tutor",
        start_url="/tutor",
        scope="/tutor",
        display="standalone",
        background_color="#f8f5ee",
        theme_color="#12403c",
        icons=[
            {"src": f"/static/mark.svg?v={version}", "sizes": "any", "type": "image/svg+xml"},
            {"src": f"/static/mark-180.png?v={version}", "sizes": "180x180", "type": "image/png"},
        ],
    )
    answer.content_type = "application/manifest+json"
    return answer


def _answer(outcome: taking.Outcome, words: Iterable[Word]) -> dict[str, Any]:
    refused = {str(who) for who in outcome.refused}
    return {
        "keys": [word.key for word in words],
        "later": _named(outcome.later),
        "met": _named(outcome.met),
        "refused": sorted(refused),
        "why": "",
    }


def _named(whose: Iterable[Who]) -> list[str]:
    return [str(who) for who in whose]


def _refused(words: Iterable[Word], why: str) -> dict[str, Any]:
    keys = [word.key for word in words]
    return {"keys": keys, "later": [], "met": [], "refused": [], "why": why}
