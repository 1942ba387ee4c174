"""Headers, error pages, slugs, static files and pagination, without any database."""

import gzip
import logging
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from gunicorn.http.errors import InvalidChunkExtension
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import Conflict, ImATeapot

from recovery_college.app import create_app
from recovery_college.config import ROOT
from recovery_college.database import db
from recovery_college.errors import NotAllowed, NotFound, Refusal
from recovery_college.pages import KEYS, Page, leading_to, safe_path, static_addresses

AWAY = {"COLLEGE_DATABASE_URL": "sqlite:////no/such/folder/college.sqlite"}
FAULTS: dict[str, Exception] = {
    "refused": Refusal("This course has already started."),
    "not-found": NotFound(),
    "not-allowed": NotAllowed("You need to be signed in as a tutor."),
    "away": OperationalError("SELECT", {}, Exception("gone")),
    "bug": ValueError("Ada Byron typed this"),
    "broken": IntegrityError("INSERT", {"name": "Ada Byron"}, Exception("UNIQUE")),
    "teapot": ImATeapot(),
    "conflict": Conflict(),
    "pieces": InvalidChunkExtension(b"0;"),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.fixture
def visitor() -> FlaskClient:
    """Of an application whose database is away, and with pages that go wrong."""
    return a_visitor()


def a_visitor(**environ: str) -> FlaskClient:
    app = create_app(AWAY | environ, WTF_CSRF_ENABLED=False)
    for name, fault in FAULTS.items():
        app.add_url_rule(f"/{name}", name, raising(fault))
    app.add_url_rule("/read", "read", lambda: request.get_data(), methods=["POST"])
    return app.test_client()


def raising(fault: Exception) -> Callable[[], NoReturn]:
    def view() -> NoReturn:
        raise fault

    return view


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere", 404, "We could not find that"),
        ("/not-found", 404, "We could not find that"),
        ("/refused", 409, "This course has already started."),
        ("/not-allowed", 403, "You need to be signed in as a tutor."),
        ("/away", 503, "We can&#39;t do that right now"),
        ("/bug", 500, "Sorry, something went wrong"),
        ("/broken", 500, "Sorry, something went wrong"),
        ("/teapot", 418, "Sorry, that did not work"),
        ("/pieces", 400, "Sorry, that did not work"),
        ("/conflict", 409, "Sorry, that could not be done"),
        ("/courses/sleep-well", 503, "Nothing was lost"),
    ],
)
def test_a_no_is_a_whole_page_even_without_a_database(
    visitor: FlaskClient, address: str, status: int, words: str
) -> None:
    page = visitor.get(address)
    assert page.status_code == status
    assert words in page.text
    assert page.text.count("<h1>") == page.text.count("<main") == 1
    assert 'href="/courses"' in page.text
    assert HEADERS.items() <= dict(page.headers).items()
    assert "Phone the office" not in page.text  # its number isn't known


def test_when_the_database_is_away_the_page_says_when_to_try_again(visitor: FlaskClient) -> None:
    assert visitor.get("/away").headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    "address", ["/my", "/nowhere", "/refused", "/not-allowed", "/static/no.css"]
)
def test_who_is_signed_in_hears_so_too_also_instead_of_a_no(
    visitor: FlaskClient, address: str
) -> None:
    """A page that says no shows who is signed in, which can't be known either."""
    with visitor.session_transaction() as kept:
        kept["_user_id"] = "a key"
    page = visitor.get(address)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "Nothing was lost" in page.text


def test_a_database_that_is_away_is_not_asked_again_for_the_page_that_says_so(
    visitor: FlaskClient,
) -> None:
    tries: list[str] = []
    with visitor.application.app_context():
        event.listen(db.engine, "do_connect", lambda *_: tries.append("once more"))
    visitor.get("/away")
    visitor.get("/bug")
    assert tries == []
    visitor.get("/nowhere")
    assert tries == ["once more"]


def test_a_page_that_only_shows_says_what_else_it_would_do(visitor: FlaskClient) -> None:
    answer = visitor.post("/healthz")
    allowed = set(answer.headers["Allow"].split(", "))
    assert (answer.status_code, allowed) == (405, {"GET", "HEAD", "OPTIONS"})
    assert "This page can&#39;t be used like that" in answer.text


def test_what_is_too_big_is_not_read(visitor: FlaskClient) -> None:
    assert visitor.post("/read", data=b"x" * 1_000_000).status_code == 200
    answer = visitor.post("/read", data=b"x" * 1_000_001)
    assert (answer.status_code, "That is too big to send" in answer.text) == (413, True)


def test_a_fault_is_logged_under_the_reference_that_is_shown_and_without_anybodys_words(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    page = visitor.get("/bug?q=Ada+Byron")
    (line,) = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    reference = line.split()[1].rstrip(":")
    assert f"<strong>{reference}</strong>" in page.text
    assert line.startswith(f"fault {reference}: ValueError in bug\n")
    assert "tests/test_pages.py" in line
    assert "Ada" not in caplog.text


def test_each_fault_has_a_reference_of_its_own(visitor: FlaskClient) -> None:
    assert visitor.get("/bug").text != visitor.get("/bug").text


@pytest.mark.parametrize(
    "address",
    [
        "/courses/%00",
        "/courses/%ff%fe",
        "/courses/" + "x" * 10_000,
        "/courses/Sleep-Well",
        "/venues/99999999999999999999%20",
        "/venues/²",
        "/venues/%2e%2e/%2e%2e/etc/passwd",
        "/runs/99999999999999999999",
        "/static/../wsgi.py",
        "/static/%00",
        "/%F0%9F%98%80",
    ],
)
def test_nonsense_is_not_found_before_any_database_is_asked(
    visitor: FlaskClient, address: str
) -> None:
    assert visitor.get(address).status_code == 404


def test_a_long_question_breaks_nothing(visitor: FlaskClient) -> None:
    assert visitor.get("/privacy?" + "q=%00%ff" * 1_500).status_code == 200


def test_a_page_is_asked_for_again_and_sets_no_cookie(visitor: FlaskClient) -> None:
    page = visitor.get("/privacy")
    assert page.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in page.headers
    assert "Strict-Transport-Security" not in page.headers


def test_production_is_reached_by_https_only() -> None:
    strict = {
        "COLLEGE_ENVIRONMENT": "production",
        "COLLEGE_SECRET_KEY": "long and random, and longer still",
        "COLLEGE_BASE_URL": "https://college.example.org",
    }
    visitor = a_visitor(**strict)
    file = address_of("college.css")
    whole = visitor.get(file, buffered=True)
    answers = [
        visitor.get("/privacy"),
        visitor.get("/nowhere"),
        whole,
        visitor.get(file, headers={"If-None-Match": whole.headers["ETag"]}),
        visitor.post(file),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 200, 304, 405]
    for answer in answers:
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert HEADERS.items() <= dict(answer.headers).items()


def test_the_site_answers_to_its_own_names_only(tmp_path: Path) -> None:
    strict = {
        "COLLEGE_ENVIRONMENT": "production",
        "COLLEGE_SECRET_KEY": "long and random, and longer still",
        "COLLEGE_BASE_URL": "https://college.example.org",
        "COLLEGE_HOSTS": "www.college.example",
    }
    visitor = a_visitor(**strict)
    names = ("college.example.org", "college.example.org:443", "www.college.example", "127.0.0.1:8")
    asked = [visitor.get("/privacy", headers={"Host": name}) for name in names]
    assert [answer.status_code for answer in asked] == [200] * 4
    for name in ("evil.example", "x.college.example.org", "college.example.org.evil.example", "é"):
        for address in ("/privacy", "/nowhere", "/healthz"):
            answer = visitor.get(address, headers={"Host": name})
            assert answer.status_code == 400
            assert "This site is at https://college.example.org and nowhere else." in answer.text
            assert HEADERS.items() <= dict(answer.headers).items()
            assert "evil" not in answer.text


def test_an_address_with_a_slash_too_many_is_not_sent_elsewhere() -> None:
    answer = a_visitor().get("/courses//x", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers.get("Location")) == (404, None)


def test_a_static_file_is_kept_for_long_and_carries_the_headers(visitor: FlaskClient) -> None:
    with visitor.get(address_of("college.css")) as file:
        assert HEADERS.items() <= dict(file.headers).items()
        assert file.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert file.data == (ROOT / "static/college.css").read_bytes()


def test_the_design_systems_stylesheet_is_sent_small(visitor: FlaskClient) -> None:
    name = "nhsuk-frontend-10.6.1/nhsuk-frontend.min.css"
    with visitor.get(address_of(name), headers={"Accept-Encoding": "gzip"}) as file:
        assert len(file.data) < 40_000
        assert gzip.decompress(file.data) == (ROOT / "static" / name).read_bytes()


def test_the_design_systems_stylesheet_asks_nobody_else_for_anything() -> None:
    folder = ROOT / "static/nhsuk-frontend-10.6.1"
    css = (folder / "nhsuk-frontend.min.css").read_text()
    assert [
        word for word in ("@font-face", "http", "/assets/", "sourceMapping") if word in css
    ] == []
    wanted = {part.split(")")[0] for part in css.split("url(")[1:]}
    assert wanted == {f"images/{path.name}" for path in (folder / "images").iterdir()}


def test_the_address_of_a_static_file_changes_with_its_content(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    file = tmp_path / "inner" / "a.css"
    file.write_text("a {}")
    before = static_addresses(tmp_path)
    file.write_text("b {}")
    after = static_addresses(tmp_path)
    assert before == {"inner/a.css": "/static/inner/a.css?v=9a4487ccbedf"}
    assert before.keys() == after.keys()
    assert before != after


def test_every_static_file_that_a_page_names_is_there(visitor: FlaskClient) -> None:
    page = visitor.get("/privacy").text
    named = [part.split('"')[0] for part in page.split('="/static/')[1:]]
    assert [visitor.get(f"/static/{name}", buffered=True).status_code for name in named] == [
        200
    ] * 4


def test_a_page_of_a_list() -> None:
    page = Page(number=2, size=12, total=30)
    assert (page.last, page.first_row, page.last_row) == (3, 13, 24)
    assert (page.has_previous, page.has_next) == (True, True)


def test_the_last_page_and_an_empty_one() -> None:
    last, empty = Page(number=3, size=12, total=30), Page(number=1, size=12, total=0)
    assert (last.first_row, last.last_row, last.has_next) == (25, 30, False)
    assert (empty.last, empty.first_row, empty.last_row) == (1, 0, 0)
    assert (empty.has_previous, empty.has_next) == (False, False)


def address_of(name: str) -> str:
    return static_addresses(ROOT / "static")[name]


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("/my?next=/office", "/my?next=/office"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("https://evil.example", ""),
        ("/a b", ""),
        ("/a\nSet-Cookie: b=c", ""),
        ("my", ""),
        ("", ""),
    ],
)
def test_one_goes_on_only_within_this_site(given: str, safe: str) -> None:
    assert safe_path(given) == safe


def test_where_to_go_on_to_is_carried_whole() -> None:
    assert (
        leading_to("/sign-in", "/courses?q=a&page=2")
        == "/sign-in?next=%2Fcourses%3Fq%3Da%26page%3D2"
    )
    assert leading_to("/sign-in", "") == "/sign-in"


def test_no_key_of_any_address_stands_in_a_log(app: Flask) -> None:
    opened = [rule.rule for rule in app.url_map.iter_rules() if "<key>" in rule.rule]
    opened.remove("/office/settings/default/<key>")  # the name of a setting, for managers
    asked = [rule.replace("<key>", "opens-it") for rule in opened]
    assert len(asked) > 5
    assert [each for each in asked if "opens-it" in KEYS.sub(r"\1", each)] == []
