"""The pages of a learning record and its certificates, and the certificate on paper."""

import re
from collections.abc import Iterator

import pytest
from page import ValidationProfile, validate_pdf_bytes

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.attendance import completion
from recovery_college.attendance.commands.certifying import change, make_for_run, make_own
from recovery_college.attendance.rules.completion import in_fours
from recovery_college.college.queries import the_college
from recovery_college.database import transaction
from recovery_college.desks.certificates import filename, sheets, typeset
from recovery_college.desks.letters import Print
from recovery_college.prospectus.paper import pressed
from recovery_college.prospectus.press import ready
from recovery_college.scheduling.models import Run
from tests.attendance.completing import make_ran, over
from tests.conftest import ON_SQLITE, Browse
from tests.factories import make_person
from tests.markup import words_of
from tests.prospectus.test_paper import unpacked

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
SITE = "https://college.example"
VARIES = {"Date", "Set-Cookie"}


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email="ada@example.org")


@pytest.fixture
def run(ada: Person) -> Iterator[Run]:
    made, _ = make_ran({ada: "plu", make_person("Bea Lunt"): "ppp", make_person("Cy Moss"): "puu"})
    with over(made):
        yield made


def who_came_to(run: Run, sessions: int) -> Person:
    parts = completion.parts_on(run, the_college(), clock.now())
    [theirs] = [each.person_id for each in parts if each.came == sessions]
    return completion.people_of([theirs])[theirs]


def test_a_learning_record_says_what_somebody_came_to_and_nothing_that_they_missed(
    run: Run, ada: Person, browse: Browse
) -> None:
    page = words_of(browse(ada).get("/my/certificates").text)
    assert "Sleeping well Took part : 4 hours, over 2 sessions" in page
    assert "From 7 June 2027 to 21 June 2027" in page
    assert "Make my certificate" not in page
    assert not re.search("hear|missed|absent|not complete|of 3|percent", page)
    nobody = words_of(browse(make_person()).get("/my/certificates").text)
    assert "When you have come to a session of a course, it stands here." in nobody


def test_a_student_makes_it_says_how_it_is_to_be_and_opens_it(run: Run, browse: Browse) -> None:
    bea = who_came_to(run, 3)
    student = browse(bea)
    assert "Completed : 6 hours, over 3 sessions" in words_of(student.get("/my/certificates").text)
    answer = student.post(f"/my/certificates/runs/{run.id}")
    here = str(answer.location)
    assert re.fullmatch(r"/my/certificates/\d+", here)
    assert student.post(f"/my/certificates/runs/{run.id}").location == here
    assert student.post(here, data={"name": " ", "course": "title"}).status_code == 422
    assert student.post(here, data={"name": "Bee", "course": "course"}).location == here
    page = student.get(here).text
    assert "Name Bee For completing a course" in words_of(page)
    pdf = student.get(f"{here}.pdf?size=large")
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Content-Disposition"] == "inline; filename=certificate-harbour.pdf"
    assert b"/Title (Certificate, Harbour)" in unpacked(pdf.data)
    assert b"Sleeping" not in unpacked(pdf.data)
    other = browse(make_person())
    assert {other.get(f"{here}{end}").status_code for end in ("", ".pdf")} == {404}
    assert other.post(f"/my/certificates/runs/{run.id}").status_code == 404


def test_anybody_may_ask_whether_a_code_is_ours_and_nobody_hears_whose_it_is(
    run: Run, browse: Browse
) -> None:
    bea = who_came_to(run, 3)
    certificate = make_own(bea, run, the_college())
    right = browse().get(f"/certificates/{in_fours(certificate.code).lower()}")
    assert right.status_code == 200
    said = words_of(right.text)
    assert "For completing Sleeping well How long 6 hours When from 7 June 2027" in said
    assert not re.search("bea|lunt|osei", right.text.lower())
    assert (
        "no-store" in right.headers["Cache-Control"] or "private" in right.headers["Cache-Control"]
    )
    again = who_came_to(run, 3)
    change(again, completion.own_certificate(again, certificate.id), "Bea", shows_title=False)
    plain = browse().get(f"/certificates/{certificate.code}").text
    assert "Sleeping" not in plain
    assert "For completing a course" in words_of(plain)


def test_all_wrong_codes_look_alike_to_the_byte_and_cost_the_same(run: Run, browse: Browse) -> None:
    bea = who_came_to(run, 3)
    code = make_own(bea, run, the_college()).code
    near = code[:-1] + ("A" if code[-1] != "A" else "B")
    wrong = (
        near,
        code[:-1],
        code + "A",
        "x",
        "%00",
        "\u00b2" * 16,
        "A" * 2000,
        "%3F" * 16,
        "%27--",
    )
    answers = [browse().get(f"/certificates/{each}") for each in wrong]
    told = {
        (each.status_code, each.data, frozenset(h for h in each.headers if h[0] not in VARIES))
        for each in answers
    }
    assert len(told) == 1
    assert answers[0].status_code == 404
    assert "We know no such certificate" in words_of(answers[0].text)


def test_the_office_sees_who_completed_a_run_makes_theirs_and_prints_them_all(
    run: Run, ada: Person, browse: Browse
) -> None:
    dee = browse(make_person("Dee Hart", Role.DESK))
    here = f"/office/runs/{run.id}/certificates"
    page = words_of(dee.get(here).text)
    assert "Bea Lunt 6 hours, over 3 sessions No certificate yet" in page
    assert "Ada Osei" not in page
    assert "Cy Moss" not in page
    assert dee.get(f"{here}.pdf").status_code == 404
    assert dee.post(here).location == here
    page = words_of(dee.get(here).text)
    assert "1 certificate made." in page
    assert "Certificate " in page
    pdf = dee.get(f"{here}.pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert browse(ada).get(here).status_code == 403


def test_whose_record_is_with_one_manager_is_named_to_that_manager_alone(
    ada: Person, browse: Browse
) -> None:
    nia = make_person("Nia Cole", Role.MANAGER)
    run, _ = make_ran({ada: "pp", make_person("Di Hale", restricted_to_id=nia.id): "pp"})
    with over(run):
        dee, here = (
            browse(make_person("Dee Hart", Role.DESK)),
            f"/office/runs/{run.id}/certificates",
        )
        page = words_of(dee.get(here).text)
        assert "Di Hale" not in page
        assert "1 more person has completed it" in page
        assert "Di Hale" in words_of(browse(nia).get(here).text)


def test_before_it_is_over_the_office_is_told_when_it_is_known(run: Run, browse: Browse) -> None:
    made, _ = make_ran({make_person(): "ppp-"}, "Rest")
    dee = browse(make_person("Dee Hart", Role.DESK))
    page = words_of(dee.get(f"/office/runs/{made.id}/certificates").text)
    assert "Who completed it is known when its last session is over" in page


def test_a_whole_term_is_made_and_printed_together_for_a_graduation(browse: Browse) -> None:
    nia = make_person("Nia Cole", Role.MANAGER)
    run, _ = make_ran(
        {make_person("Bea Lunt"): "pp", make_person("Di Hale", restricted_to_id=nia.id): "pp"}
    )
    other, _ = make_ran({make_person("Cy Moss"): "pp", make_person(): "uu"}, "Rest")
    with transaction():
        other.term = run.term
    with over(run):
        dee, here = (
            browse(make_person("Dee", Role.DESK)),
            f"/office/terms/{run.term_id}/certificates",
        )
        page = words_of(dee.get(here).text)
        assert "Make 2 certificates" in page
        assert re.search("Rest .{,40} 1 person completed it. 0 certificates made.", page)
        assert "1 more person has completed one" in page
        assert dee.get(f"{here}.pdf").status_code == 404
        assert dee.post(here).location == here
        page = words_of(dee.get(here).text)
        assert "All that are made" in page
        assert "Make" not in page
        assert dee.get(f"{here}.pdf").mimetype == "application/pdf"
        assert dee.get(f"{here}.pdf?page=2").status_code == 404
        assert "Make 1 certificate" in words_of(browse(nia).get(here).text)


def test_sheets_come_out_so_many_at_a_time() -> None:
    assert sheets(0, 100) == []
    assert sheets(100, 100) == [(1, "1 to 100")]
    assert sheets(101, 100) == [(1, "1 to 100"), (2, "101")]


@pytest.mark.parametrize("size", Print)
def test_a_batch_is_one_tagged_pdf_with_each_on_a_sheet_of_its_own(
    size: Print, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    dee = make_person("Dee Hart", Role.DESK)
    long, _ = make_ran(
        {make_person("Maximiliana Wolfeschlegelsteinhausenbergerdorff"): "pp", make_person(): "pp"},
        "Understanding and living well with worries, low mood and long nights, part two",
    )
    with over(run):
        make_for_run(dee, long, the_college())
    made = completion.to_print(dee, long, first=0, most=9)
    html = typeset(made, the_college(), SITE, size)
    pages = ready(html, SITE).render().pages
    assert len(pages) == 2
    points = {"normal": 12, "large": 16, "larger": 20}[size]
    sizes = {
        round(box.style["font_size"] * 0.75)
        for page in pages
        for box in page._page_box.descendants()
        if getattr(box, "text", "").strip()
    }
    assert min(sizes) == points
    pdf = pressed(html, SITE)
    report = validate_pdf_bytes(pdf, profile=ValidationProfile.PDF_UA_1)
    assert [(f.rule_id, f.message) for f in report.failures] == []
    assert report.is_compliant
    catalogue = unpacked(pdf)
    assert b"/Lang (en-GB)" in catalogue
    assert b"/Title (Certificates, Harbour)" in catalogue
    assert caplog.messages == []


def test_a_file_is_called_by_the_college_alone() -> None:
    assert filename(the_college()) == "certificate-harbour.pdf"
    assert filename(the_college(), 2) == "certificates-harbour.pdf"
