"""Taking a place: one page for everybody, whether they are signed in, new, or known."""

from urllib.parse import urlencode

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import is_signed_in, open_to_anyone, the_person
from recovery_college.accounts.forms.joining import BeginForm
from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.desks.forms.enrolling import EnrolForm
from recovery_college.desks.ticket import ticket_of
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import places, queries
from recovery_college.enrolment.commands import enrolling
from recovery_college.enrolment.commands.enrolling import Request
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.offering import read_together_key
from recovery_college.enrolment.rules import asking
from recovery_college.errors import NotFound, Refusal
from recovery_college.keys import our_secret
from recovery_college.scheduling.models import Run

KEPT_IN_ADDRESS = ("run", "by", "with")


@bp.route("/runs/<int:run_id>/enrol", methods=["GET", "POST"])
@open_to_anyone
def enrol(run_id: int) -> ResponseReturnValue:
    if request.method == "POST" or is_signed_in():
        return _enrol(the_person(), run_id)
    run = _run(run_id)
    return render_template(
        "desks/enrol.html",
        ticket=ticket_of(run),
        closed=_why_closed(run),
        left=places.left_on(run, by_link=_by_link()),
        form=BeginForm(),
        way_on=_here(run_id),
    )


def _enrol(person: Person, run_id: int) -> ResponseReturnValue:
    if person.is_joining:
        session["way_on"] = _here(_run(run_id).id)
        return redirect(f"/join/{person.join_step}")
    form = EnrolForm(person)
    if form.validate_on_submit():
        with form.showing_refusals():
            made = _ask(person, run_id, form)
            return redirect(f"/enrolments/{made.id}")
    run = _run(run_id)
    standing = places.live_on(person, run.id)
    if standing is not None and not form.is_submitted():
        return redirect(f"/enrolments/{standing}")
    first = places.first_course_lacking(person, run)
    page = render_template(
        "desks/enrol.html",
        ticket=ticket_of(run),
        closed=_why_closed(run, lacks_first=first is not None),
        left=places.left_on(run, by_link=_by_link()),
        clashes=queries.clashes(person, run),
        first=first,
        together=_together(run_id) is not None,
        in_room=run.mode.value != "online" and not _by_link(),
        form=form,
    )
    return page, form.status


def _run(run_id: int) -> Run:
    return places.run_on_show(run_id, clock.now(), key=_key())


def _ask(person: Person, run_id: int, form: EnrolForm) -> Enrolment:
    def asked() -> Request:
        run = queries.hold_run_to_take(run_id, clock.now(), key=_key())
        return Request(
            run,
            by_link=_by_link(),
            has_key=_key() == run.link_key,
            with_supporter=bool(form.with_supporter.data),
            form_key=form.key,
            details=form.edit,
        )

    first = _together(run_id)
    return enrolling.enrol_oneself(person, asked, the_college(), first=first)


def _together(run_id: int) -> Enrolment | None:
    """Whom they come with or not at all, if the address says so; nonsense is nobody."""
    key = request.args.get("with", "")
    if not key:
        return None
    try:
        first = queries.enrolment(read_together_key(our_secret(), key))
    except NotFound:
        return None
    return first if first.run_id == run_id else None


def _key() -> str:
    """Of a run that only those find who have its link."""
    return request.args.get("run", "")


def _by_link() -> bool:
    return request.args.get("by") == "link"


def _why_closed(run: Run, *, lacks_first: bool = False) -> str:
    """Why they can't take a place just now, or nothing."""
    course = run.course
    before = course.first_course.title if course.first_course else ""
    try:
        asking.check_findable(run.state, run.visibility, has_key=True)
        asking.check_enrolled(run.drop_in)
        closes = asking.closes_at([s.starts_at for s in run.planned], joins_late=run.joins_late)
        asking.check_open(run.term.enrolment_opens_at, closes, clock.now())
        needed = course.first_course_needed
        asking.check_first_taken(before, needed=needed, taken=not lacks_first)
    except Refusal as refusal:
        return refusal.message
    return ""


def _here(run_id: int) -> str:
    """This page's own address, with what it was asked."""
    kept = {name: request.args[name] for name in KEPT_IN_ADDRESS if name in request.args}
    return f"/runs/{run_id}/enrol" + (f"?{urlencode(kept)}" if kept else "")
