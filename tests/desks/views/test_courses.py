"""The office makes courses, says who made them together, and publishes them."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, ShownAs, Side
from recovery_college.courses.models import Contributor, Course, Decision, Strand
from recovery_college.courses.rules import CourseState, Theme
from recovery_college.database import db
from tests.conftest import Browse, counted
from tests.factories import NOW, make_course, make_person, make_run, make_strand
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def dee() -> Person:
    return make_person("Dee Marsh", Role.DESK)


def now(course: Course) -> Course:
    """As it stands after a request."""
    return db.session.get_one(Course, course.id)


def test_a_college_without_courses_says_what_to_do(browse: Browse) -> None:
    office = browse(dee())
    assert "There is no course yet." in office.get("/office/courses").text
    assert "Make the first strand" in office.get("/office/courses/new").text


def test_a_course_is_made_changed_and_published(browse: Browse) -> None:
    office, strand = browse(dee()), make_strand("Body and rest")
    typed = {"title": "Sleep well", "strand_id": str(strand.id), "mode": "in_person"}
    made = office.post("/office/courses/new", data=typed | {"chime": ["hope"]})
    course = db.session.scalars(select(Course)).one()
    address = f"/office/courses/{course.id}"
    assert (made.status_code, made.location, course.chime) == (302, address, [Theme.HOPE])
    page = office.get(address).text
    assert "It can be published when" in page
    kept = office.post(address, data=typed | {"summary": "Rest.", "seen": seen(page)})
    assert kept.status_code == 302
    assert office.post(f"{address}/publish").status_code == 409
    for side in Side:
        maker = make_person()
        office.post(f"{address}/made-by", data={"person": str(maker.id), "side": side.value})
    office.post(f"{address}/publish")
    course = now(course)
    assert (course.state, course.summary, course.chime) == (CourseState.PUBLISHED, "Rest.", [])


def test_the_second_of_two_editors_loses_nothing_and_saves_again(browse: Browse) -> None:
    office, course = browse(dee()), make_course("Sleep well")
    address = f"/office/courses/{course.id}"
    typed = {"title": "Sleep well", "strand_id": str(course.strand_id), "mode": "in_person"}
    shown = seen(office.get(address).text)
    office.post(address, data=typed | {"summary": "First.", "seen": shown})
    page = office.post(address, data=typed | {"summary": "Second.", "seen": shown})
    assert page.status_code == 422
    assert "Somebody else changed this" in page.text
    assert "This is now: First." in page.text
    assert "Second.</textarea>" in page.text
    office.post(address, data=typed | {"summary": "Second.", "seen": seen(page.text)})
    assert now(course).summary == "Second."


def test_a_course_may_come_before_another_and_never_round_in_a_circle(browse: Browse) -> None:
    office, course, first = browse(dee()), make_course("Sleep well"), make_course("Beginnings")
    typed = {"title": "Sleep well", "strand_id": str(course.strand_id), "mode": "in_person"}
    more = typed | {"first_course_id": str(first.id), "first_course_needed": "y"}
    address = f"/office/courses/{course.id}"
    office.post(address, data=more | {"seen": seen(office.get(address).text)})
    course = now(course)
    assert (course.first_course_id, course.first_course_needed) == (first.id, True)
    back = {"title": "Beginnings", "strand_id": str(first.strand_id), "mode": "in_person"}
    address = f"/office/courses/{first.id}"
    shown = {"seen": seen(office.get(address).text), "first_course_id": str(course.id)}
    page = office.post(address, data=back | shown)
    assert (page.status_code, "comes after this one" in page.text) == (422, True)
    assert now(first).first_course_id is None


def test_courses_are_found_and_paged_with_the_question_kept(browse: Browse) -> None:
    strand, office = make_strand(), browse(dee())
    for number in range(51):
        make_course(f"Sleep {number}", strand=strand)
    make_course("Clay", strand=strand)
    page = office.get("/office/courses?q=sleep&state=published").text
    assert ("51 courses found" in page, "Clay" in page) == (True, False)
    assert "q=sleep&amp;state=published&amp;page=2" in page
    assert "No course matches that." in office.get("/office/courses?q=zebra&state=nonsense").text


def test_a_maker_is_found_shown_as_they_wish_and_taken_off(browse: Browse) -> None:
    office, course = browse(dee()), make_course()
    make_person("Ada Osei")
    assert "Ada Osei" in office.get(f"/office/courses/{course.id}/made-by?q=osei").text
    maker = now(course).contributors[0]
    address = f"/office/courses/{course.id}/made-by/{maker.id}"
    page = office.get(address).text
    office.post(address, data={"shown_as": "first_name", "seen": seen(page)})
    assert db.session.get_one(Contributor, maker.id).shown_as is ShownAs.FIRST_NAME
    assert office.post(f"{address}/remove").status_code == 409
    assert office.get(f"/office/courses/{make_course().id}/made-by/{maker.id}").status_code == 404
    nobody = office.post(f"/office/courses/{course.id}/made-by", data={"side": "lived"})
    assert nobody.status_code == 404


def test_a_decision_is_written_corrected_and_taken_out(browse: Browse) -> None:
    office, course = browse(dee()), make_course()
    address = f"/office/courses/{course.id}/decisions"
    refused = office.post(f"{address}/new", data={"decided_on": "2027-05-01", "words": " "})
    assert refused.status_code == 422
    office.post(f"{address}/new", data={"decided_on": "2027-05-01", "words": "Breaks."})
    line = db.session.scalars(select(Decision)).one()
    shown = seen(office.get(f"{address}/{line.id}").text)
    typed = {"decided_on": "2027-05-01", "words": "More breaks.", "seen": shown}
    office.post(f"{address}/{line.id}", data=typed)
    assert "More breaks." in office.get(f"/office/courses/{course.id}").text
    office.post(f"{address}/{line.id}/remove")
    assert db.session.scalars(select(Decision)).all() == []


def test_strands_are_made_named_moved_and_removed(browse: Browse) -> None:
    office = browse(dee())
    assert "There is no strand yet." in office.get("/office/strands").text
    for name in ("Body", "Mind"):
        office.post("/office/strands", data={"name": name, "look": "leaf"})
    taken = office.post("/office/strands", data={"name": "MIND", "look": "leaf"})
    assert (taken.status_code, "already has this name" in taken.text) == (422, True)
    mind = db.session.scalars(select(Strand).filter_by(name="Mind")).one()
    office.post(f"/office/strands/{mind.id}/up")
    shown = seen(office.get(f"/office/strands/{mind.id}").text)
    office.post(
        f"/office/strands/{mind.id}", data={"name": "Thinking", "look": "kite", "seen": shown}
    )
    names = select(Strand.name).order_by(Strand.position)
    assert db.session.scalars(names).all() == ["Thinking", "Body"]
    office.post(f"/office/strands/{mind.id}/remove")
    assert db.session.scalars(names).all() == ["Body"]


def test_one_course_or_thirty_cost_the_same_number_of_statements(browse: Browse) -> None:
    office, course, counts = browse(dee()), make_course(), []
    for number in (1, 30):
        for _ in range(number):
            make_run(course)
        for address in ("/office/courses", f"/office/courses/{course.id}", "/office/strands"):
            with counted() as statements:
                assert office.get(address).status_code == 200
            counts.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 10
