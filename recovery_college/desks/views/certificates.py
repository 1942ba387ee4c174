"""A student's learning record and certificates, the office's, and who asks whether one is real."""

from collections.abc import Sequence

from flask import Response, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit, clock
from recovery_college.accounts.access import desk_only, signed_in, the_person, with_key
from recovery_college.accounts.models import Person
from recovery_college.attendance import completion
from recovery_college.attendance.commands import certifying
from recovery_college.attendance.models import Certificate
from recovery_college.attendance.rules.completion import read_code
from recovery_college.college.queries import the_college
from recovery_college.desks import certificates
from recovery_college.desks.forms.certificates import CertificateForm
from recovery_college.desks.letters import MOST, Print
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotFound
from recovery_college.formatting import count
from recovery_college.forms import CollegeForm
from recovery_college.pages import page_number
from recovery_college.prospectus.paper import alone_at_the_press, pressed
from recovery_college.prospectus.queries import finish_reading
from recovery_college.scheduling import queries
from recovery_college.tutors.rules.limits import hours


@bp.get("/my/certificates")
@signed_in
def my_certificates() -> str:
    person = the_person()
    parts = completion.parts_of(person, the_college(), clock.now())
    runs = completion.titles_of([each.run_id for each in parts])
    made = completion.certificates_of(person)
    learnt = certificates.learnt_of(parts, runs, made)
    return render_template("certificates/mine.html", learnt=learnt)


@bp.post("/my/certificates/runs/<int:run_id>")
@signed_in
def make_certificate(run_id: int) -> ResponseReturnValue:
    made = certifying.make_own(the_person(), queries.run(run_id), the_college())
    return redirect(f"/my/certificates/{made.id}")


@bp.route("/my/certificates/<int:certificate_id>", methods=["GET", "POST"])
@signed_in
def my_certificate(certificate_id: int) -> ResponseReturnValue:
    person = the_person()
    found = completion.own_certificate(person, certificate_id)
    form = CertificateForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            certifying.change(person, found, form.name.data or "", shows_title=form.shows_title)
            flash("Kept. Your certificate says it like that from now on.")
            return redirect(f"/my/certificates/{certificate_id}")
    page = render_template(
        "certificates/one.html", certificate=found, form=form, sizes=list(Print), hours=hours
    )
    return page, form.status


@bp.get("/my/certificates/<int:certificate_id>.pdf")
@signed_in
def my_certificate_pdf(certificate_id: int) -> Response:
    return _printed([completion.own_certificate(the_person(), certificate_id)])


@bp.get("/certificates/<code>")
@with_key
def certificate(code: str) -> ResponseReturnValue:
    """Of a wrong code it says the same, whatever is wrong with it; of a right one not whose."""
    found = completion.certificate_by_code(read_code(code))
    page = render_template("certificates/check.html", certificate=found, hours=hours)
    return page, 200 if found else 404


@bp.route("/office/runs/<int:run_id>/certificates", methods=["GET", "POST"])
@desk_only
def run_certificates(run_id: int) -> ResponseReturnValue:
    viewer, college, run = the_person(), the_college(), queries.run(run_id)
    form = CollegeForm()
    if form.validate_on_submit():
        made = certifying.make_for_run(viewer, run, college)
        flash(f"{count(made, 'certificate')} made." if made else "All of them are made.")
        return redirect(f"/office/runs/{run_id}/certificates")
    parts = completion.parts_on(run, college, clock.now())
    people = completion.people_of([each.person_id for each in parts])
    made_before = completion.certificates_on(run)
    return render_template(
        "office/certificates.html",
        run=run,
        is_over=completion.is_run_over(run, clock.now()),
        found=certificates.completions_of(viewer, parts, people, made_before),
        sizes=list(Print),
        sheets=certificates.sheets,
        most=MOST,
    )


@bp.get("/office/runs/<int:run_id>/certificates.pdf")
@desk_only
def run_certificates_pdf(run_id: int) -> Response:
    viewer, run = the_person(), queries.run(run_id)
    return _printed_all(completion.to_print(viewer, run, first=_first(), most=MOST))


@bp.route("/office/terms/<int:term_id>/certificates", methods=["GET", "POST"])
@desk_only
def term_certificates(term_id: int) -> ResponseReturnValue:
    """All of a term together, for a graduation."""
    viewer, college, term = the_person(), the_college(), queries.term(term_id)
    form = CollegeForm()
    parts = completion.parts_in(term, college, clock.now())
    runs = completion.titles_of({each.run_id for each in parts})
    if form.validate_on_submit():
        made = sum(certifying.make_for_run(viewer, run, college) for run in runs.values())
        flash(f"{count(made, 'certificate')} made." if made else "All of them are made.")
        return redirect(f"/office/terms/{term_id}/certificates")
    people = completion.people_of({each.person_id for each in parts})
    certified = completion.certified_in(term)
    return render_template(
        "office/graduation.html",
        term=term,
        found=certificates.graduation_of(viewer, parts, people, certified, runs),
        sizes=list(Print),
        sheets=certificates.sheets,
        most=MOST,
    )


@bp.get("/office/terms/<int:term_id>/certificates.pdf")
@desk_only
def term_certificates_pdf(term_id: int) -> Response:
    viewer, term = the_person(), queries.term(term_id)
    return _printed_all(completion.term_to_print(viewer, term, first=_first(), most=MOST))


def _first() -> int:
    """Of which part: they come out of the press so many at a time."""
    return (page_number(request.args) - 1) * MOST


def _printed_all(made: Sequence[Certificate]) -> Response:
    if not made:
        raise NotFound
    people = completion.people_of([each.enrolment.person_id or 0 for each in made])
    return _printed(made, *people.values())


def _printed(made: Sequence[Certificate], *looked_at: Person) -> Response:
    """The connection is free meanwhile."""
    college, website = the_college(), str(current_app.config["BASE_URL"])
    size = Print.read(request.args.get("size", ""))
    html = certificates.typeset(made, college, website, size)
    named = certificates.filename(college, len(made))
    if looked_at:
        audit.looked(the_person(), *looked_at)
    finish_reading()
    with alone_at_the_press():
        pdf = pressed(html, website)
    headers = {"Content-Disposition": f"inline; filename={named}"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
