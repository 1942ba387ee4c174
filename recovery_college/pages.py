"""What every page shares: its headers, its error pages, slugs, static files, pagination."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, render_template
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter
from whitenoise import WhiteNoise

from recovery_college.errors import NotAllowed, NotFound, Refusal
from recovery_college.watching.logs import places, this_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WRITTEN = {".py", ".html", ".txt", ".xml", ".css", ".svg", ".png"}  # not what Python makes of it
YEAR = 365 * 24 * 60 * 60  # seconds
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for what is older than the policy above
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_ONLY = {"Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains"}
PROBLEMS = {
    403: ("This page is not open to you", "You may need to sign in as somebody else."),
    404: (
        "We could not find that",
        "The page may have moved, or the address may have a slip in it.",
    ),
    405: ("This page can't be used like that", "Go back and try another way."),
    409: ("Sorry, that could not be done", "Go back and try again."),
    413: ("That is too big to send", "Send something smaller."),
    500: ("Sorry, something went wrong", "It is our fault, not yours. Try again in a minute."),
    503: ("We can't do that right now", "Nothing was lost. Try again in a minute."),
}
ANYTHING_ELSE = ("Sorry, that did not work", "Go back and try again.")
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
RETRY_AFTER = 60  # seconds


OPENED_BY_KEY = "calendar|cannot-come|feedback|heard|offers|sign-in/link|tutor/answer"
KEYS = re.compile(rf"(/(?:{OPENED_BY_KEY})/)[^\s\"'?#/]+")
SERVERS = ("gunicorn.access", "gunicorn.error", "werkzeug")  # whose logs tell of addresses


class WithoutKeys(logging.Filter):
    """A key in an address opens what it is for: it is no log's business."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = KEYS.sub(r"\1…", record.getMessage()), None
        return True


class SlugConverter(BaseConverter):
    """What `slug_of` makes; any other address is not found, without asking the database."""

    regex = "[a-z0-9-]{1,200}"


@dataclass(frozen=True)
class Page:
    """One page of a list: `number` counts from 1, `total` is of all rows."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def first_row(self) -> int:
        return min((self.number - 1) * self.size + 1, self.total)

    @property
    def offset(self) -> int:
        """How many rows stand before it."""
        return (self.number - 1) * self.size

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def has_next(self) -> bool:
        return self.number < self.last

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def page_number(arguments: Mapping[str, str]) -> int:
    """Which page of a list an address asks for; nonsense is the first."""
    typed = arguments.get("page", "")
    fits = typed.isascii() and typed.isdecimal() and len(typed) < 7
    return max(1, int(typed)) if fits else 1


def safe_path(given: str) -> str:
    """A place on this site to go on to, or nothing: never another site, whatever was typed."""
    fits = re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}", given)
    return given if fits else ""


def leading_to(address: str, way_on: str) -> str:
    """The address of a page from which somebody goes on, if there is somewhere to go on to."""
    return f"{address}?{urlencode({'next': way_on})}" if way_on else address


def static_addresses(folder: Path) -> dict[str, str]:
    """Each file's address. It changes with the content, so that a browser may keep it."""
    return {
        str(path.relative_to(folder)): f"/static/{path.relative_to(folder)}?v={_digest(path)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def version_of(project: Path) -> str:
    """What this code is: a page that was kept under another version is rendered again."""
    folders = (project / "recovery_college", project / "templates", project / "static")
    files = sorted(p for folder in folders for p in folder.rglob("*.*") if p.suffix in WRITTEN)
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def static_files(application: "WSGIApplication", folder: Path, *, fresh: bool) -> "WSGIApplication":
    """Answers for the files of a folder, and leaves the rest to the application.

    `fresh` looks at the folder at each request, for somebody who is changing it.
    """
    files: WSGIApplication = WhiteNoise(
        application,
        folder,
        prefix="static/",
        autorefresh=fresh,
        max_age=YEAR,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
    )
    return files


def with_headers(application: "WSGIApplication", *, https: bool) -> "WSGIApplication":
    """Every answer carries them: pages, files, errors, and "as you have it"."""
    always = HEADERS | (HTTPS_ONLY if https else {})

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], *rest: Any) -> Any:
            names = {name.lower() for name, _ in given}
            missing = [item for item in always.items() if item[0].lower() not in names]
            return start_response(status, given + missing, *rest)

        return application(environ, start)

    return answer


def behind_proxies(application: "WSGIApplication", count: int) -> "WSGIApplication":
    """Believe so many proxies what they say of the visitor; the address is always our setting."""
    if not count:
        return application
    return ProxyFix(application, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0)


def keep_keys_out_of_logs() -> None:
    """Of this process, whichever server it is."""
    for server in map(logging.getLogger, SERVERS):
        if not any(isinstance(each, WithoutKeys) for each in server.filters):
            server.addFilter(WithoutKeys())


def ask_again(response: Response) -> Response:
    """A page is asked for again before it is shown again."""
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def answer_problems(app: Flask, *, without_database: Callable[[], None]) -> None:
    """How a "no" reaches the page. `without_database` lets a page do without reading."""

    def away(_error: Exception) -> Response:
        without_database()
        response = problem(503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response

    def fault(error: Exception) -> Response:
        """Also of a page that was to say no, and could not be drawn without the database."""
        if isinstance(getattr(error, "original_exception", None), DATABASE_AWAY):
            return away(error)
        without_database()
        return problem(500, reference=g.pop("reference", ""))

    def by_another_name(_error: Exception) -> Response:
        without_database()
        return problem(400, f"This site is at {current_app.config['BASE_URL']} and nowhere else.")

    app.register_error_handler(SecurityError, by_another_name)
    app.register_error_handler(Refusal, lambda error: problem(409, error.message))
    app.register_error_handler(NotFound, lambda _: problem(404))
    app.register_error_handler(NotAllowed, lambda error: problem(403, str(error)))
    app.register_error_handler(HTTPException, _refused_by_the_web)
    app.register_error_handler(ParseException, lambda _: problem(400))  # a body in broken pieces
    app.register_error_handler(500, fault)
    for kind in DATABASE_AWAY:
        app.register_error_handler(kind, away)


def problem(status: int, message: str = "", *, reference: str = "") -> Response:
    """One page that says what went wrong, and the way on."""
    heading, words = PROBLEMS.get(status, ANYTHING_ELSE)
    page = render_template(
        "problem.html", heading=heading, message=message or words, reference=reference
    )
    return make_response(page, status)


def refer_to(error: BaseException, endpoint: str | None) -> str:
    """Log a fault under its request's reference, which the person is shown.

    Only where it happened: an exception's own words may hold what somebody typed.
    """
    reference, where = this_request() or token_hex(4), "\n".join(places(error.__traceback__))
    current_app.logger.error(
        "fault %s: %s in %s\n%s", reference, type(error).__name__, endpoint, where
    )
    return reference


def _refused_by_the_web(error: HTTPException) -> Response:
    """Keeps the headers that the refusal needs, such as Allow."""
    page = problem(error.code or 500)
    for name, value in error.get_headers():
        if name != "Content-Type":
            page.headers[name] = value
    return page


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]
