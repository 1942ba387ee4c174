"""Whatever is sent to a form, the answer is a page: never a fault of ours, and never late.

Every form that any page has, filled with what no browser sends: zero bytes, half letters, a
megabyte, numbers that are none, broken lines, the same field many times, a file for a word.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from io import BytesIO
from random import Random
from time import process_time
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from recovery_college.database import db
from tests.conftest import ON_SQLITE, Browse, Browser
from tests.factories import NOW
from tests.test_walls import College

FULL = os.environ.get("PROOF") == "full"
POSTS = 5_000 if FULL else 250  # on each database, or on one
pytestmark = [] if FULL else [ON_SQLITE]
SLOWEST = 2  # seconds of one answer; of this process, for the machine may have much else to do
MOST = 30  # fields of one post
FILES = 0.05  # of all posts send files for words
LOOKING = ("a manager", "the session's tutor", "Ada, whose it is", "the desk", "nobody")
FEW = LOOKING[:3]  # who between them see almost all
NONSENSE: tuple[str | bytes, ...] = (
    *("", " ", "\x00", "a\x00b", "\u00b2", "-1", "0", "1e9", str(2**31), str(2**63), "9" * 400),
    *("\r\nBcc: x@example.org", "\u202e\u200b\ufeff", "<script>alert(1)</script>", "'; DROP--"),
    *("NaN", "2027-02-30", "25:61", "on", "None", "../../etc/passwd", "{{7*7}}", "%s%n", "=1+1"),
    *(b"\xed\xa0\x80", b"\xff\xfe", "a" * 1_000_000, "\n" * 5_000, "a@b@c", "\u0661\u0662"),
)


class Form(NamedTuple):
    """Where a form is sent by whom, and the names of what it asks."""

    visitor: str
    action: str
    fields: tuple[str, ...]


class Forms(HTMLParser):
    """The forms of one page that change something."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {}
        self.ids: list[str] = []
        self._inside, self._address = "", address
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag == "form":
            to_send = (given.get("method") or "").lower() == "post"
            self._inside = (given.get("action") or self._address) if to_send else ""
        elif tag in ("input", "select", "textarea", "button") and self._inside:
            self.found.setdefault(self._inside, set()).add(given.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = ""


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def forms_of(app: Flask, college: College) -> list[Form]:
    """Of every page that somebody may open, each form once; then whatever else takes a post.

    On the way: no id stands twice on a page, which is what a validator would say of forms.
    """
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.endswith((".pdf", ".xlsx", ".csv")):
            continue
        address = college.address(rule)
        for visitor in LOOKING if FULL else FEW:
            answer = college.ask(visitor, "GET", address)
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            page = Forms(answer.text, address)
            assert len(page.ids) == len(set(page.ids)), address
            for action, names in page.found.items():
                fields = tuple(sorted(names - {"", "csrf_token"}))
                found.setdefault((action.split("?")[0], fields), Form(visitor, action, fields))
    known = {form.action.split("?")[0] for form in found.values()}
    every = tuple(sorted({name for form in found.values() for name in form.fields}))
    others: set[str] = {
        college.address(rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    bare = [Form("a manager", address, every) for address in sorted(others - known)]
    return [*found.values(), *bare]


def filled(form: Form, chance: Random) -> dict[str, list[str | bytes]]:
    """Some of its fields, now and then twice."""
    typed = defaultdict(list)
    for field in chance.sample(form.fields, min(len(form.fields), MOST)):
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            typed[field].append(chance.choice(NONSENSE))
    return typed


def body_of(typed: Mapping[str, list[str | bytes]], token: str, *, files: bool) -> dict[str, Any]:
    """As a browser sends words; or all of it as files, where most forms expect none."""
    if files:
        kept = {name: (BytesIO(_bytes(each[0])), "a\x00.ics") for name, each in typed.items()}
        return {"data": kept | {"csrf_token": token}}
    body = urlencode({**typed, "csrf_token": token}, doseq=True)
    return {"data": body, "content_type": "application/x-www-form-urlencoded"}


def _bytes(said: str | bytes) -> bytes:
    """Short, so that no file of the test's own stays open."""
    return said[:1_000] if isinstance(said, bytes) else said[:1_000].encode()


def send(college: College, form: Form, typed: Any, *, files: bool) -> TestResponse:
    """As that visitor, with what a real form carries; nothing of it stays."""
    kept, token = college.cookies[form.visitor]
    browser: Browser = college.browse()
    browser.set_cookie(str(college.app.config["SESSION_COOKIE_NAME"]), kept)
    engines: Any = db.engines
    db.session.remove()
    undone = engines[None].begin_nested()
    try:
        return browser.open(form.action, method="POST", **body_of(typed, token, files=files))
    finally:
        db.session.remove()
        undone.rollback()


def test_nothing_that_is_sent_to_a_form_is_a_fault_of_ours_or_takes_long(
    app: Flask, browse: Browse
) -> None:
    college, chance = College(app, browse), Random(2027)  # noqa: S311  # the same every time
    forms = forms_of(app, college)
    assert len(forms) > 200
    faults = []
    for number in range(POSTS):
        form = forms[number % len(forms)] if number < len(forms) else chance.choice(forms)
        typed = filled(form, chance)
        began = process_time()
        answer = send(college, form, typed, files=chance.random() < FILES)
        took = process_time() - began
        if answer.status_code >= 500 or took > SLOWEST:
            shown = {name: str(each)[:60] for name, each in typed.items()}
            faults.append((form, answer.status_code, round(took, 2), shown))
    assert faults == []
