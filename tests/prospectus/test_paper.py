"""The printed prospectus: whom it names, whether everyone can read it, and what it costs."""

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from page import ValidationProfile, validate_pdf_bytes

from recovery_college import clock
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, transaction
from recovery_college.prospectus import paper, queries
from recovery_college.prospectus.paper import Draft, Size
from recovery_college.prospectus.press import OwnFiles, ready
from recovery_college.scheduling.rules import RunState, Visibility
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import NOW, make_course, make_run, make_strand, make_term, make_tutor

pytestmark = [pytest.mark.usefixtures("app", "nothing_kept"), ON_SQLITE]

SITE = "https://college.example"
COLLEGE = College("Harbour Recovery College")
TITLES = ("Open to all", "Next year", "A draft", "By its link", "Through the office", "Withdrawn")


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    paper.KEPT.clear()
    with time_machine.travel(NOW, tick=False):
        yield
    paper.KEPT.clear()


def draft(size: Size = Size.NORMAL) -> Draft:
    return paper.typeset(queries.printed_runs(clock.now()), COLLEGE, SITE, size)


def texts(size: Size = Size.NORMAL) -> list[Any]:
    """Every piece of text that is drawn, with its style."""
    pages = ready(draft(size).html, SITE).render().pages
    boxes = (box for page in pages for box in page._page_box.descendants())
    return [box for box in boxes if hasattr(box, "text")]


def words(size: Size = Size.NORMAL) -> str:
    return " ".join(box.text for box in texts(size))


def unpacked(pdf: bytes) -> bytes:
    """The file with its streams inflated: metadata, bookmarks, links."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompress(s) for s in streams if s[:1] == b"\x78")


@pytest.mark.parametrize("size", Size)
def test_it_passes_pdf_ua_1_and_the_press_has_nothing_to_complain_of(
    size: Size, caplog: pytest.LogCaptureFixture
) -> None:
    strand = make_strand()
    tutors = (
        make_tutor(name="Ada Osei", shown_as=ShownAs.FULL_NAME),
        make_tutor(Side.PROFESSIONAL),
    )
    for title in ("Sleep well", "Anger", "Mindful walking"):
        course = make_course(title, strand=strand, summary="A friendly course. " * 40)
        with transaction():
            course.learn = "What sleep is\nTwo things to try"
        make_run(course, sessions=4)
    make_run(make_course("Photography"), tutors=tutors)
    report = validate_pdf_bytes(paper.printed(draft(size)), profile=ValidationProfile.PDF_UA_1)
    assert [(f.rule_id, f.message) for f in report.failures] == []
    assert report.is_compliant
    assert caplog.messages == []


def test_with_nothing_to_book_it_is_still_a_whole_prospectus() -> None:
    pdf = paper.printed(draft())
    assert validate_pdf_bytes(pdf, profile=ValidationProfile.PDF_UA_1).is_compliant
    assert "No courses are open for booking yet." in words()


def test_it_says_how_to_book_and_where_one_just_comes() -> None:
    make_run(make_course("Sleep well"))
    assert "You can book on our website too" in words()
    assert "Just come" not in words()
    with transaction():
        make_run(make_course("Open studio")).drop_in = True
    assert words().count("Just come. No need to book.") == 1


@pytest.mark.parametrize("size", Size)
def test_the_contents_page_leads_to_every_course(size: Size) -> None:
    for n in range(5):
        make_run(make_course(f"Course {n}", summary="Long. " * 300))
    pages = ready(draft(size).html, SITE).render().pages
    boxes = [box for box in pages[1]._page_box.descendants() if hasattr(box, "text")]
    listed = "".join(box.text for box in boxes)
    for n in range(5):
        [begins] = [i for i, page in enumerate(pages, 1) if f"course-course-{n}" in page.anchors]
        assert re.search(rf"Course {n} *{begins}(?!\d)", listed)


def test_large_print_is_18_points_and_nothing_in_it_is_under_16() -> None:
    make_run(make_course("Sleep well", summary="A gentle start"))
    sizes = {
        size: [(box.text, round(box.style["font_size"] * 0.75)) for box in texts(size)]
        for size in Size
    }
    assert ("A gentle start", 12) in sizes[Size.NORMAL]
    assert ("A gentle start", 18) in sizes[Size.LARGE]
    assert [text for text, points in sizes[Size.LARGE] if points < 16] == []


def test_who_has_not_said_how_to_be_shown_is_nowhere_in_the_file() -> None:
    course = make_course("Sleep well")
    tutors = (make_tutor(name="Quentin Zouch"), make_tutor(Side.PROFESSIONAL, name="Ysolde Vex"))
    with transaction():
        course.contributors[0].person.name = "Xerxes Umber"
    make_run(course, tutors=tutors)
    made = unpacked(paper.printed(draft())) + words().encode() + draft().html.encode()
    hidden = ("Quentin", "Zouch", "Ysolde", "Vex", "Xerxes", "Umber")
    found = [
        n for n in hidden if n.encode() in made or n.encode("utf-16-be").hex().encode() in made
    ]
    assert found == []
    assert b"Sleep well" in made
    assert "Made by people with lived and professional experience." in words()


def test_others_are_named_as_they_wish() -> None:
    tutors = (
        make_tutor(name="Ada Osei", shown_as=ShownAs.FIRST_NAME),
        make_tutor(Side.PROFESSIONAL, name="Tom Evans", shown_as=ShownAs.FULL_NAME),
    )
    make_run(tutors=tutors)
    assert "Ada lived experience Tom Evans professional" in words()
    assert "Osei" not in words()


def test_only_what_the_public_may_find_is_printed() -> None:
    term, later = make_term(), make_term()
    runs = {title: make_run(make_course(title), term=term) for title in TITLES}
    make_run(make_course("Under way"), term=term, first=date(2027, 5, 3))
    with transaction():
        later.public_at = datetime(2027, 9, 1, tzinfo=UTC)
        runs["Next year"].term = later
        runs["A draft"].state = RunState.DRAFT
        runs["By its link"].visibility = Visibility.BY_LINK
        runs["Through the office"].visibility = Visibility.OFFICE
        runs["Withdrawn"].course.state = CourseState.ARCHIVED
    now = datetime(2027, 5, 3, 10, tzinfo=UTC)
    assert [run.course.title for run in queries.printed_runs(now)] == ["Open to all"]
    assert queries.printed_count(now) == 1


def test_what_is_typed_into_a_course_stays_words() -> None:
    make_run(make_course("Letters <img src='file:///etc/passwd'> & numbers"))
    assert "Letters <img src='file:///etc/passwd'> & numbers" in words()


def test_the_same_words_are_the_same_bytes() -> None:
    make_run()
    first = paper.printed(draft())
    paper.KEPT.clear()
    with time_machine.travel("2027-05-04T10:00Z"):
        assert paper.printed(draft()) == first


def test_the_press_reads_the_sites_own_static_files_and_nothing_else() -> None:
    fetcher = OwnFiles(SITE)
    assert b"@page" in fetcher.fetch(f"{SITE}/static/paper.css").read()
    for url in (
        "file:///etc/passwd",
        "http://elsewhere.example/static/paper.css",
        f"{SITE}/static/../wsgi.py",
        f"{SITE}/static/%2e%2e/wsgi.py",
        f"{SITE}/courses",
        f"{SITE}/static//etc/passwd",
        "data:text/css,body{}",
    ):
        with pytest.raises(ValueError, match="not ours"):
            fetcher.fetch(url)


def test_a_college_too_large_for_paper_is_told_so() -> None:
    paper.check_printable(paper.MOST_RUNS, COLLEGE)
    with pytest.raises(paper.TooLongToPrint, match=r"301 starting dates.*01632 960 123"):
        paper.check_printable(paper.MOST_RUNS + 1, COLLEGE)


def test_the_page_that_says_so_leads_on(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run()
    monkeypatch.setattr(paper, "MOST_RUNS", 0)
    answer = browse().get("/prospectus.pdf")
    assert (answer.status_code, "too many to print" in answer.text) == (409, True)


def test_who_comes_while_it_is_printed_is_asked_to_wait(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "PATIENCE", 0)
    with paper.AT_THE_PRESS:
        answer = browse().get("/prospectus.pdf")
    assert (answer.status_code, "Try again in a minute" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("query", "filename"),
    [
        ("", "prospectus.pdf"),
        ("?size=normal", "prospectus.pdf"),
        ("?size=large", "prospectus-large-print.pdf"),
        ("?size=nonsense%00", "prospectus.pdf"),
    ],
)
def test_the_file_has_a_name_and_opens_in_the_browser(
    browse: Browse, query: str, filename: str
) -> None:
    answer = browse().get(f"/prospectus.pdf{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f"inline; filename={filename}"
    assert answer.data.startswith(b"%PDF-1.7")


def test_who_has_this_version_gets_nothing_and_nothing_is_printed(browse: Browse) -> None:
    make_run()
    tag = browse().get("/prospectus.pdf").headers["ETag"]
    paper.KEPT.clear()
    for known in (tag, f"W/{tag}"):
        answer = browse().get("/prospectus.pdf", headers={"If-None-Match": known})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert paper.KEPT == {}


def test_a_new_title_is_a_new_version(browse: Browse) -> None:
    course = make_run().course
    first = browse().get("/prospectus.pdf")
    with transaction():
        db.session.get_one(Course, course.id).title = "Another title"
    known = {"If-None-Match": first.headers["ETag"]}
    second = browse().get("/prospectus.pdf", headers=known)
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]


def test_the_sizes_are_two_versions(browse: Browse) -> None:
    tags = {browse().get(f"/prospectus.pdf?size={size}").headers["ETag"] for size in Size}
    assert len(tags) == 2


def test_it_asks_the_database_as_often_for_one_run_as_for_many(browse: Browse) -> None:
    make_run(sessions=2, tutors=(make_tutor(),))
    with counted() as few:
        browse().get("/prospectus.pdf")
    strand = make_strand()
    for _ in range(8):
        make_run(make_course(strand=strand), sessions=2, tutors=(make_tutor(),))
    with counted() as many:
        browse().get("/prospectus.pdf")
    asked = [[s for s in each if s.startswith("SELECT")] for each in (few, many)]
    assert [len(each) for each in asked] == [5, 5]


def test_no_transaction_is_open_while_it_is_printed(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run()
    watch = Watch()
    monkeypatch.setattr(paper, "AT_THE_PRESS", watch)
    assert browse().get("/prospectus.pdf").status_code == 200
    assert watch.seen == [False, False]


class Watch:
    """A lock that notes, before and after the press, whether the request holds a transaction."""

    def __init__(self) -> None:
        self.seen: list[bool] = []

    def acquire(self, timeout: float) -> bool:
        self.release()
        return timeout > 0

    def release(self) -> None:
        self.seen.append(db.session().in_transaction())
