"""Letters on paper: what the window of an envelope shows, how large they are, where pages end."""

from datetime import UTC, datetime
from typing import Any

import pytest
from page import ValidationProfile, validate_pdf_bytes

from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.desks.letters import Letter, Print, letters_of, stack_of, typeset
from recovery_college.formatting import Paragraph
from recovery_college.messages.models import OutboxMessage
from recovery_college.prospectus.paper import pressed
from recovery_college.prospectus.press import ready
from tests.conftest import ON_SQLITE
from tests.prospectus.test_paper import unpacked

pytestmark = [
    pytest.mark.usefixtures("app"),
    ON_SQLITE,
]
SITE = "https://college.example"
HARBOUR = College("Harbour Recovery College")
MM = 96 / 25.4  # CSS pixels
ADDRESS = [
    "Ada Osei",
    "Flat 3, Larkspur House",
    "9 Larkspur Rise",
    "Old Town",
    "Harbour",
    "HB1 2CD",
]
BODY = """\
Hello,

this is Harbour. Something you asked us for is a little further down in this message.



You have a place on “Sleeping well”.

  Monday 3 May 2027, 10am to midday, Harbour Hall, the blue room
  Monday 10 May 2027, 10am to midday, Harbour Hall, the blue room

Just phone us.


Harbour
01632 960 123
"""


def letter(long: int = 1, envelope: list[str] = ADDRESS) -> Letter:
    dates = Paragraph([f"Monday {day} May 2027, 10am to midday" for day in range(long)], True)
    words = Paragraph(["You have a place, and can give it up at any time."])
    return Letter(envelope, "Addie", datetime(2027, 5, 1, 9, tzinfo=UTC), [words, dates, words])


def pages_of(*letters: Letter, size: Print = Print.NORMAL) -> list[Any]:
    """What stands on each page."""
    pages = ready(typeset(letters, HARBOUR, SITE, size), SITE).render().pages
    return [
        [
            box
            for box in page._page_box.descendants(placeholders=True)
            if getattr(box, "text", "").strip()
        ]
        for page in pages
    ]


def words_on(page: list[Any]) -> str:
    return " ".join(box.text.strip() for box in page)


def test_a_letter_says_what_a_message_says_without_the_greeting_of_an_email() -> None:
    ada = Person(id=7, name="Ada Osei", called="Addie")
    message = OutboxMessage(
        person_id=7,
        address="9 Larkspur Rise\n\nHarbour\n",
        body=BODY,
        queued_at=datetime(2027, 5, 1, 9, tzinfo=UTC),
    )
    place = ", 10am to midday, Harbour Hall, the blue room"
    said = [
        Paragraph(["You have a place on “Sleeping well”."]),
        Paragraph([f"Monday {day} May 2027{place}" for day in (3, 10)], is_list=True),
        Paragraph(["Just phone us."]),
    ]
    written_at = message.queued_at
    known, unknown = letters_of([message], {7: ada}) + letters_of([message], {})
    assert known == Letter(["Ada Osei", "9 Larkspur Rise", "Harbour"], "Addie", written_at, said)
    assert unknown == Letter(["9 Larkspur Rise", "Harbour"], "student", written_at, said)


@pytest.mark.parametrize("size", Print)
def test_the_window_shows_the_name_and_the_address_and_nothing_else(size: Print) -> None:
    """However the sheet slides about in the envelope; `static/letter.css` has the measures."""
    [first, *_] = pages_of(letter(), size=size)
    front = [box for box in first if box.position_y < 92 * MM]
    seen = [
        box for box in front if box.position_y + box.height > 44 * MM and box.position_x < 113 * MM
    ]
    assert [box.text.strip() for box in seen] == ADDRESS
    assert min(box.position_x for box in seen) == pytest.approx(20 * MM)
    assert max(box.position_x + box.width for box in seen) <= 100 * MM
    assert max(box.position_y + box.height for box in seen) <= 79 * MM


def test_seven_lines_of_an_address_still_fit_the_window() -> None:
    [[*boxes]] = pages_of(letter(envelope=[*ADDRESS, "Scotland"]))
    [top] = [box.position_y for box in boxes if box.text.strip() == "Ada Osei"]
    assert top >= 44 * MM


@pytest.mark.parametrize(("size", "points"), list(zip(Print, (12, 16, 20), strict=True)))
def test_all_that_is_for_the_reader_is_in_the_print_that_they_want(
    size: Print, points: int
) -> None:
    boxes = [box for page in pages_of(letter(40), size=size) for box in page]
    sizes = {
        round(box.style["font_size"] * 0.75) for box in boxes if box.text.strip() not in ADDRESS
    }
    assert sizes == {points}


def test_each_letter_begins_a_page_and_counts_its_own() -> None:
    pages = pages_of(letter(60), letter(), letter(60), letter(60))
    assert ["Dear Addie," in words_on(page) for page in pages] == [
        *(True, False),
        True,
        *(True, False),
        *(True, False),
    ]
    numbers = [[box.text for box in page if box.text.startswith("Page")] for page in pages]
    assert numbers == [[], ["Page 2"], [], [], ["Page 2"], [], ["Page 2"]]


def test_who_it_is_from_never_stands_alone_on_a_page() -> None:
    stacks = [pages_of(letter(long)) for long in range(16, 28)]
    assert {len(pages) for pages in stacks} == {1, 2}
    assert [pages for *_, pages in stacks if "You have a place" not in words_on(pages)] == []


def test_all_of_them_are_one_tagged_pdf_with_a_title_and_a_language(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pdf = pressed(typeset([letter(), letter(60)], HARBOUR, SITE, Print.LARGE), SITE)
    report = validate_pdf_bytes(pdf, profile=ValidationProfile.PDF_UA_1)
    assert [(f.rule_id, f.message) for f in report.failures] == []
    assert report.is_compliant
    catalogue = unpacked(pdf)
    assert b"/Lang (en-GB)" in catalogue
    assert b"/StructTreeRoot" in catalogue
    assert b"/Title (Letters, Harbour)" in catalogue
    assert caplog.messages == []


def test_the_stack_is_no_higher_than_one_person_folds() -> None:
    assert [stack_of(waiting) for waiting in (1, 2, 100, 101)] == [
        "The letter",
        "All 2 letters",
        "All 100 letters",
        "The first 100 letters",
    ]
