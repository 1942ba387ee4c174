"""A line is JSON, in UTC, and nobody's words."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from recovery_college.app import create_app
from recovery_college.watching import logs
from recovery_college.watching.logs import AsJson


def record(words: str, fault: bool = False) -> logging.LogRecord:
    info = None
    if fault:
        try:
            raise ValueError("Ada Byron")
        except ValueError:
            info = sys.exc_info()
    return logging.LogRecord("somewhere", logging.WARNING, "x.py", 1, words, None, info)


def test_a_fault_is_told_by_its_kind_and_its_place_and_not_by_its_words() -> None:
    made = record("message 7 was not sent:\nbusy", fault=True)
    made.created = datetime(2027, 6, 7, 9, 30, 0, 250_000, UTC).timestamp()
    words = AsJson().format(made)
    assert ("\n" in words, "Ada" in words) == (False, False)
    line = json.loads(words)
    where = line.pop("where")
    assert "tests/watching/test_logs.py" in where[-1]
    assert line == {
        "at": "2027-06-07T09:30:00.250+00:00",
        "level": "warning",
        "from": "somewhere",
        "says": "message 7 was not sent:\nbusy",
        "fault": "ValueError",
    }


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(AsJson().format(record)))


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler, log = Kept(), logging.getLogger("recovery_college")
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield handler
    log.removeHandler(handler)
    log.setLevel(before)


@pytest.fixture
def site() -> Flask:
    return create_app({"COLLEGE_LOGS": "json", "COLLEGE_DATABASE_URL": "sqlite:////no/no.sqlite"})


def test_an_answer_is_a_line_by_the_rule_of_its_address(site: Flask, kept: Kept) -> None:
    visitor = site.test_client()
    for address in ("/healthz?q=Ada", "/offers/opens-it", "/ada@example.org", "/static/no.css"):
        visitor.get(address, buffered=True)
    visitor.open("/healthz", method="ADA", buffered=True)
    answers = [line for line in kept.lines if line["says"] == "answered"]
    assert [(line["method"], line["route"], line["status"]) for line in answers] == [
        ("GET", "/healthz", 200),
        ("GET", "/offers/<key>", 404),
        ("GET", "nowhere", 404),
        ("GET", "nowhere", 404),
        ("OTHER", "nowhere", 405),
    ]
    assert len({line["request"] for line in answers}) == 5
    said = json.dumps(kept.lines)
    assert [word for word in ("ada", "Ada", "ADA", "opens-it") if word in said] == []


def test_a_faults_line_the_answers_line_and_the_page_have_one_reference(
    site: Flask, kept: Kept
) -> None:
    site.add_url_rule("/bug", "bug", lambda: str(1 / 0))
    page = site.test_client().get("/bug", buffered=True)
    fault, answer = kept.lines
    reference = answer["request"]
    assert (fault["request"], answer["status"]) == (reference, 500)
    assert str(fault["says"]).startswith(f"fault {reference}: ZeroDivisionError in bug")
    assert f"<strong>{reference}</strong>" in page.text


def test_a_process_speaks_json_and_so_does_its_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server, root = logging.getLogger("gunicorn.error"), logging.getLogger()
    monkeypatch.setattr(server, "handlers", [logging.StreamHandler(sys.stderr)])
    monkeypatch.setattr(server, "propagate", False)
    monkeypatch.setattr(root, "handlers", root.handlers)
    level = logging.getLogger("recovery_college").level
    logs.log_as_json()
    logging.getLogger("recovery_college.x").info("one")
    server.warning("two")
    logging.getLogger("recovery_college").setLevel(level)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["from"], line["says"]) for line in lines] == [
        ("recovery_college.x", "one"),
        ("gunicorn.error", "two"),
    ]
