"""The office makes terms, changes their days and copies one into another."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Role, Side
from recovery_college.courses.rules import Look
from recovery_college.database import db
from recovery_college.scheduling.models import Run, Session, Term
from recovery_college.scheduling.rules import RunState
from tests.conftest import Browse, Browser, counted
from tests.factories import (
    NOW,
    make_course,
    make_person,
    make_run,
    make_strand,
    make_term,
    make_tutor,
)
from tests.markup import Markup, seen

pytestmark = pytest.mark.usefixtures("app")
AUTUMN = {
    "name": "Autumn 2027",
    "starts_on": "2027-09-13",
    "ends_on": "10/12/2027",
    "public_at": "2027-07-01T10:00",
    "enrolment_opens_at": "01/08/2027 10:00",
}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(browse: Browse) -> Browser:
    return browse(make_person("Dee Marsh", Role.DESK))


def new_term(office: Browser, **typed: str) -> tuple[int, str]:
    shown = seen(office.get("/office/terms/new").text)
    page = office.post("/office/terms/new", data=AUTUMN | typed | {"seen": shown})
    return page.status_code, page.location or page.text


def test_a_term_has_its_days_and_its_moments_on_the_wall_clock(office: Browser) -> None:
    assert new_term(office)[0] == 302
    term = db.session.scalars(select(Term)).one()
    assert (term.name, term.slug, term.starts_on, term.ends_on) == (
        "Autumn 2027",
        "autumn-2027",
        date(2027, 9, 13),
        date(2027, 12, 10),
    )
    assert term.public_at == datetime(2027, 7, 1, 9, tzinfo=UTC)
    assert "Autumn 2027" in office.get("/office/terms").text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Give the term a name."),
        ({"starts_on": "31/02/2027"}, "Write a date"),
        ({"public_at": "2027-03-28T01:30"}, "The clocks change in that hour"),
        ({"public_at": "soon"}, "Write a day and a time"),
    ],
)
def test_what_can_t_be_a_term_is_said_and_what_was_typed_stays(
    office: Browser, typed: dict[str, str], says: str
) -> None:
    status, page = new_term(office, **typed)
    assert (status, says in page, 'value="10/12/2027"' in page) == (422, True, True)


def test_the_second_of_two_editors_of_a_term_is_told(office: Browser) -> None:
    term = make_term("Summer 2027")
    address = f"/office/terms/{term.id}/edit"
    page = office.get(address).text
    typed = {
        "starts_on": "2027-05-01",
        "ends_on": "2027-07-31",
        "public_at": "2027-04-01T01:00",
        "enrolment_opens_at": "2027-04-01T01:00",
    }
    for name, status in (("Summer", 302), ("High summer", 422)):
        kept = office.post(address, data=typed | {"name": name, "seen": seen(page)})
        assert kept.status_code == status
        assert kept.location == (None if status == 422 else f"/office/terms/{term.id}")
    assert "This is now: Summer" in kept.text


def test_a_term_is_copied_and_says_what_came_along(office: Browser) -> None:
    old, new = make_term("Summer 2027"), make_term("Summer 2028")
    with db.session.begin_nested():
        new.starts_on, new.ends_on = date(2028, 5, 1), date(2028, 7, 31)
    db.session.commit()
    make_run(term=old, sessions=2)
    address = f"/office/terms/{new.id}/copy"
    assert "Summer 2027" in office.get(address).text
    assert "Tutors are asked anew" in office.get(f"{address}/{old.id}").text
    page = office.post(f"{address}/{old.id}", data={"skipping": ""})
    assert "1 run came along as drafts." in page.text
    copied = db.session.scalars(select(Run).where(Run.term_id == new.id)).one()
    assert copied.state is RunState.DRAFT
    days = select(Session.starts_at).where(Session.run_id == copied.id).order_by(Session.id)
    assert {day.weekday() for day in db.session.scalars(days)} == {0}
    board, runs = f"/office/terms/{new.id}", f"/office/terms/{new.id}/runs"
    assert [word in office.get(board).text for word in ("Nothing is planned", "draft")] == [
        False,
        True,
    ]
    assert [word in office.get(runs).text for word in ("Nothing is planned", "Draft")] == [
        False,
        True,
    ]


def test_only_an_empty_term_is_removed(office: Browser) -> None:
    empty, full = make_term(), make_run().term
    assert office.post(f"/office/terms/{full.id}/remove").status_code == 409
    assert office.post(f"/office/terms/{empty.id}/remove").status_code == 302
    assert db.session.scalars(select(Term.id)).all() == [full.id]


def test_a_term_leads_to_all_that_can_be_done_with_it(office: Browser) -> None:
    here = f"/office/terms/{make_term('Summer 2027').id}"
    board, runs = office.get(here).text, office.get(f"{here}/runs").text
    links = {f"{here}/{page}" for page in ("runs", "edit", "check", "copy")}
    assert links <= set(Markup(board).links)
    assert ("Nothing is planned yet" in board, "c-board" in board) == (True, False)
    assert (f'action="{here}/remove"' in runs, f"{here}/copy" in Markup(runs).links) == (True, True)


def test_a_chip_says_in_words_what_its_disc_shows(office: Browser) -> None:
    course = make_course("Sleep & rest", strand=make_strand(look=Look.KITE))
    run = make_run(course, tutors=(make_tutor(Side.LIVED),))
    session = run.sessions[0]
    page = office.get(f"/office/terms/{run.term_id}").text
    chip = (
        f'<a class="strand-kite is-open" href="/office/sessions/{session.id}">'
        "<b>Sleep &amp; rest</b> Mon 10am<br>"
        '<i class="c-disc--lived">needs a professional tutor</i> 12 places</a>'
    )
    assert chip in page
    assert "0 of 1 session is paired." in page
    assert '<div class="c-scroll" role="region" aria-label="Sessions by week and room" ' in page


@pytest.mark.parametrize("page", ["", "/runs"])
def test_a_term_of_one_run_or_thirty_asks_as_often(office: Browser, page: str) -> None:
    term, counts = make_term(), []
    for number in (1, 30):
        for _ in range(number):
            make_run(term=term, sessions=2)
        with counted() as statements:
            assert office.get(f"/office/terms/{term.id}{page}").status_code == 200
        counts.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert counts[0] == counts[1] <= 10
