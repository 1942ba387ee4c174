"""How a run was: a student says so without a name, and the office and the pair read it."""

from flask import Response, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import (
    desk_only,
    open_to_anyone,
    signed_in,
    the_person,
    tutor_only,
    with_key,
)
from recovery_college.attendance import feedback
from recovery_college.attendance.commands import feedback as verbs
from recovery_college.attendance.models import FeedbackTicket
from recovery_college.attendance.rules.feedback import (
    FEWEST,
    OwnQuestion,
    pair_may_read,
    questions_of,
)
from recovery_college.calendars.invites import title_for
from recovery_college.college.queries import the_college
from recovery_college.desks.feedback import filename, typeset
from recovery_college.desks.forms.feedback import FeedbackForm
from recovery_college.desks.letters import Print
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotFound
from recovery_college.pages import Page, page_number
from recovery_college.prospectus.paper import alone_at_the_press, pressed
from recovery_college.prospectus.queries import finish_reading
from recovery_college.scheduling import queries
from recovery_college.scheduling.models import Run

SIZE = 50


@bp.route("/feedback/<key>", methods=["GET", "POST"])
@with_key
def say_how_it_was(key: str) -> ResponseReturnValue:
    """Nobody needs to sign in. Mail scanners open links too: only sending it counts."""
    return _asked(feedback.ticket_by_key(key))


@bp.get("/feedback/thanks")
@open_to_anyone
def thanked() -> str:
    return render_template("feedback/thanks.html")


@bp.route("/enrolments/<int:enrolment_id>/feedback", methods=["GET", "POST"])
@signed_in
def say_signed_in(enrolment_id: int) -> ResponseReturnValue:
    """Of one's own place; it is kept without a name all the same."""
    ticket = feedback.own_ticket(the_person(), enrolment_id)
    return _asked(None if ticket.used else ticket)


def _asked(ticket: FeedbackTicket | None) -> ResponseReturnValue:
    """Of a used key and of a wrong one it says the same: neither tells of which run."""
    questions = questions_of(the_college())
    person = ticket.enrolment.person if ticket else None
    if ticket is None or person is None or not questions:
        return render_template("feedback/over.html"), 404
    form = FeedbackForm.over(*questions)
    if form.validate_on_submit():
        with form.showing_refusals():
            verbs.answer(ticket, form.answers)
            return redirect("/feedback/thanks")
    run = ticket.enrolment.run
    page = render_template(
        "feedback/form.html",
        form=form,
        course=title_for(person, run.course.title),
        ended_at=run.ends_at,
        fewest=FEWEST,
    )
    return page, form.status


@bp.get("/office/feedback")
@desk_only
def feedback_of_runs() -> str:
    page = Page(page_number(request.args), SIZE, feedback.count_runs())
    rows = feedback.page_of_runs(first=page.offset, size=SIZE)
    return render_template("office/feedback-runs.html", rows=rows, page=page)


@bp.get("/office/runs/<int:run_id>/feedback")
@desk_only
def run_feedback(run_id: int) -> str:
    run = queries.run(run_id)
    return render_template(
        "office/feedback.html",
        run=run,
        heard=feedback.heard_of(run),
        has_questions=bool(questions_of(the_college())),
        sizes=list(Print),
    )


@bp.get("/office/runs/<int:run_id>/feedback/paper.pdf")
@desk_only
def feedback_paper(run_id: int) -> Response:
    return _printed(queries.run(run_id))


@bp.get("/tutor/runs/<int:run_id>/feedback")
@tutor_only
def tutor_feedback(run_id: int) -> str:
    """To whoever is not of its pair it is not there."""
    run = feedback.run_of_pair(the_person(), run_id)
    heard = feedback.heard_of(run)
    return render_template(
        "tutor/feedback.html",
        run=run,
        heard=heard if pair_may_read(heard.forms) else None,
        fewest=FEWEST,
        has_questions=bool(questions_of(the_college())),
        sizes=list(Print),
    )


@bp.get("/tutor/runs/<int:run_id>/feedback/paper.pdf")
@tutor_only
def tutor_feedback_paper(run_id: int) -> Response:
    return _printed(feedback.run_of_pair(the_person(), run_id))


@bp.route("/office/runs/<int:run_id>/feedback/new", methods=["GET", "POST"])
@desk_only
def type_in_feedback(run_id: int) -> ResponseReturnValue:
    """As it stands on somebody's paper."""
    run, form = queries.run(run_id), FeedbackForm.over(*_asked_now())
    if form.validate_on_submit():
        with form.showing_refusals():
            verbs.type_in(the_person(), run, form.answers)
            flash("Kept. Is there another one?")
            return redirect(f"/office/runs/{run_id}/feedback/new")
    return render_template("office/feedback-form.html", run=run, form=form), form.status


def _printed(run: Run) -> Response:
    """The connection is free meanwhile."""
    college, website = the_college(), str(current_app.config["BASE_URL"])
    size = Print.read(request.args.get("size", ""))
    html = typeset(run, _asked_now(), college, website, size)
    finish_reading()
    with alone_at_the_press():
        pdf = pressed(html, website)
    headers = {"Content-Disposition": f"inline; filename={filename(college)}"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _asked_now() -> list[OwnQuestion]:
    questions = questions_of(the_college())
    if not questions:
        raise NotFound
    return questions
