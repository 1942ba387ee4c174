"""Pages of a college of some size, beside a bare page, round by round."""

from dataclasses import dataclass
from statistics import median

from flask import Flask
from sqlalchemy import event, select, text

from bench import data
from bench.load import CLIENTS, Figure, load, tag_of
from bench.progress import say
from bench.server import Server
from bench.table import Line, only, spread
from recovery_college import clock
from recovery_college.app import create_app
from recovery_college.courses.models import Course
from recovery_college.database import db

COURSES, SEARCH = "/courses", "/courses?q=sleep"
TIMES = f"/tutor/sessions/{data.SESSIONS}/times"  # of a pair with full calendars
SIGNED_IN = ("/my", "/tutor", "/office", TIMES)
MOST_PUBLIC, MOST_SIGNED_IN = 6, 10  # SQL statements of a page
MOST_TIMES = 18


@dataclass(frozen=True)
class Written:
    """A college that is there: what opens its private pages, and how many statements each takes."""

    cookie: str
    feed: str
    course: str
    statements: dict[str, int]


def write(url: str, size: int) -> Written:
    app = create_app({"COLLEGE_DATABASE_URL": url})
    with app.app_context():
        db.drop_all()
        db.create_all()
        data.fill(size, clock.now().date())
        data.fill_calendars(clock.now().date())
        feed = data.fill_a_feed(size)
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        cookie = data.sign_in_a_tutor_of_the_office(app)
        slug = db.session.scalars(select(Course.slug).order_by(Course.id).limit(1)).one()
        course = f"/courses/{slug}"
        numbers = {page: _statements(app, page) for page in (COURSES, course)}
        numbers |= {page: _statements(app, page, cookie) for page in SIGNED_IN}
        db.session.remove()
        db.engine.dispose()
    return Written(cookie, feed, course, numbers)


def _statements(app: Flask, path: str, cookie: str = "") -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    with app.app_context():  # or who is signed in would be remembered from the page before
        answer = app.test_client(use_cookies=False).get(path, headers={"Cookie": cookie})
    event.remove(db.engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(seen)


@dataclass(frozen=True)
class Served:
    """A college under its name in the table, on a server of its own, beside the limits'."""

    name: str
    url: str
    written: Written
    bare: Server
    ours: Server


def rounds(served: Served, requests: int, times: int) -> dict[str, list[Figure]]:
    """Everything in turn, round by round, so that a slow minute is slow for all."""
    bare, ours, college = served.bare, served.ours, served.written
    tag, same = ({"If-None-Match": tag_of(ours, page)} for page in (COURSES, college.feed))
    few = max(CLIENTS, requests // 8)  # of what takes long
    figures: dict[str, list[Figure]] = {}
    for number in range(times + 1):  # the first warms up and is not counted
        say(f"{served.name}round {number} of {times}")
        measured = {
            "hello": load(bare, "/hello", requests),
            "rows": load(bare, "/rows", requests),
            "courses": load(ours, COURSES, requests),
            "unchanged": load(ours, COURSES, requests, expect=304, headers=tag),
            "course": load(ours, college.course, requests),
            "search": load(ours, SEARCH, requests),
            "library": load(bare, "/library", few),
            "feed": load(ours, college.feed, few),
            "feed unchanged": load(ours, college.feed, requests, expect=304, headers=same),
        }
        for page in SIGNED_IN:
            measured[page] = load(ours, page, requests, headers={"Cookie": college.cookie})
        if number:
            for name, figure in measured.items():
                figures.setdefault(name, []).append(figure)
    return figures


def lines(college: str, figures: dict[str, list[Figure]]) -> list[Line]:
    def cpu(what: str, name: str, limit: str = "", goal: float | None = None) -> Line:
        ratio = _ratio(figures, name, limit) if limit else None
        costs = spread(figure.cpu for figure in figures[name])
        return Line(college + what, "ms CPU", costs, limit, ratio, goal)

    def seen(what: str, unit: str, values: list[float]) -> Line:
        return Line(college + what, unit, spread(values))

    return [
        cpu("bare page", "rows", "hello"),
        cpu("/courses", "courses", "rows", 4),
        cpu("/courses, unchanged (304)", "unchanged", "rows", 2),
        cpu("/courses/<slug>", "course", "rows", 5),
        cpu("/courses?q=", "search", "courses", 2),
        *(cpu(page, page, "rows", 8) for page in SIGNED_IN),
        cpu(f"a calendar of {data.IN_A_FEED} sessions by the library", "library"),
        cpu(f"a calendar of {data.IN_A_FEED} sessions", "feed", "library", 1.3),
        cpu(f"a calendar of {data.IN_A_FEED}, unchanged (304)", "feed unchanged", "rows", 2),
        cpu('bare "hello"', "hello"),
        seen("bare page", "requests/s", [figure.rate for figure in figures["rows"]]),
        seen("/courses", "requests/s", [figure.rate for figure in figures["courses"]]),
        seen("/courses", "ms at p99", [figure.p99 for figure in figures["courses"]]),
    ]


def statement_lines(college: str, written: Written) -> list[Line]:
    """How often each page asks the database."""
    most = {COURSES: MOST_PUBLIC, written.course: MOST_PUBLIC, TIMES: MOST_TIMES}
    return [
        only(
            f"{college}SQL statements of {'/courses/<slug>' if page == written.course else page}",
            "",
            number,
            most.get(page, MOST_SIGNED_IN),
        )
        for page, number in written.statements.items()
    ]


def _ratio(figures: dict[str, list[Figure]], name: str, limit: str) -> float:
    """Round by round, so that it holds when the machine's speed drifts."""
    pairs = zip(figures[name], figures[limit], strict=True)
    return median(ours.cpu / theirs.cpu for ours, theirs in pairs)
