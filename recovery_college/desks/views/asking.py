"""The office, or who leads the course, asks a tutor for a session or for a whole run."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import desk_only, the_person, tutor_only
from recovery_college.accounts.rules import Side
from recovery_college.college.queries import the_college
from recovery_college.desks.forms.asking import AloneForm, AskForm
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotAllowed, NotFound
from recovery_college.fields import offered
from recovery_college.formatting import count
from recovery_college.scheduling import pairing, queries
from recovery_college.scheduling.commands import asking, covering, sessions
from recovery_college.scheduling.commands.asking import Wanted
from recovery_college.scheduling.models import Delivery, Run, Session


@bp.route("/office/sessions/<int:session_id>/ask", methods=["GET", "POST"])
@desk_only
def ask_for_session(session_id: int) -> ResponseReturnValue:
    session = queries.session(session_id)
    form = _form(session)
    if form.validate_on_submit():
        with form.showing_refusals():
            asking.ask_for_session(the_person(), session, _wanted(form), the_college())
            flash("They are asked.")
            return redirect(f"/office/sessions/{session_id}")
    return _page(form, session.run, session, f"/office/sessions/{session_id}")


@bp.route("/office/runs/<int:run_id>/ask", methods=["GET", "POST"])
@desk_only
def ask_for_run(run_id: int) -> ResponseReturnValue:
    return _ask_for_run(queries.run(run_id), f"/office/runs/{run_id}")


@bp.route("/tutor/runs/<int:run_id>/ask", methods=["GET", "POST"])
@tutor_only
def lead_asks(run_id: int) -> ResponseReturnValue:
    """Who leads a course finds whom to teach it with."""
    run = queries.run(run_id)
    if not pairing.leads(the_person(), run.course_id):
        raise NotAllowed("Only who leads this course, and the office, ask others to teach it.")
    return _ask_for_run(run, "/tutor")


@bp.post("/office/requests/<int:delivery_id>/accept")
@desk_only
def they_accept(delivery_id: int) -> ResponseReturnValue:
    """What somebody said on the phone. Only they themself can put their own limits aside."""
    delivery = pairing.delivery(delivery_id)
    asking.accept(the_person(), delivery, the_college())
    return _back_to(delivery, "Written down: they said yes.")


@bp.post("/office/requests/<int:delivery_id>/decline")
@desk_only
def they_decline(delivery_id: int) -> ResponseReturnValue:
    delivery = pairing.delivery(delivery_id)
    asking.decline(the_person(), delivery)
    return _back_to(delivery, "Written down: they said no.")


@bp.post("/office/requests/<int:delivery_id>/step-back")
@desk_only
def they_step_back(delivery_id: int) -> ResponseReturnValue:
    delivery = pairing.delivery(delivery_id)
    asking.step_back(the_person(), delivery)
    return _back_to(delivery, "Written down: they step back.")


@bp.post("/office/requests/<int:delivery_id>/stand-down")
@desk_only
def stand_down(delivery_id: int) -> ResponseReturnValue:
    delivery = pairing.delivery(delivery_id)
    asking.stand_down(the_person(), delivery)
    return _back_to(delivery, "They are told that they are not needed there.")


@bp.post("/office/sessions/<int:session_id>/cover/<slug:slug>")
@desk_only
def seek_cover(session_id: int, slug: str) -> ResponseReturnValue:
    """One press asks all those who could take that same side, wave by wave."""
    session = queries.session(session_id)
    side = next((each for each in Side if each == slug), None)
    if side is None:
        raise NotFound
    call = covering.seek_cover(the_person(), session, side, the_college())
    asked = len([each for each in session.standing if each.cover_id == call.id])
    flash(f"{count(asked, 'tutor')} asked." if asked else "Nobody who could was left to ask.")
    return redirect(f"/office/sessions/{session_id}")


@bp.post("/office/cover/<int:call_id>/stop")
@desk_only
def stop_seeking(call_id: int) -> ResponseReturnValue:
    call = pairing.cover_call(call_id)
    covering.stop_seeking(the_person(), call)
    flash("Nobody is asked any more. Whoever was asked hears of it.")
    return redirect(f"/office/sessions/{call.session_id}")


@bp.route("/office/sessions/<int:session_id>/alone", methods=["GET", "POST"])
@desk_only
def alone(session_id: int) -> ResponseReturnValue:
    session, college, form = queries.session(session_id), the_college(), AloneForm()
    form.reason.choices = offered([(each, each) for each in college.alone_reasons.splitlines()])
    if form.validate_on_submit():
        with form.showing_refusals():
            words = form.words.data or ""
            sessions.say_why_alone(the_person(), session, form.reason.data, words, college)
            flash("Kept. It is reported as not co-delivered.")
            return redirect(f"/office/sessions/{session_id}")
    return render_template("office/alone.html", session=session, form=form), form.status


def _ask_for_run(run: Run, back: str) -> ResponseReturnValue:
    form = _form(run.sessions[0] if run.sessions else None)
    if form.validate_on_submit():
        with form.showing_refusals():
            made = asking.ask_for_run(the_person(), run, _wanted(form), the_college())
            flash(f"They are asked for {count(len(made), 'session')}.")
            return redirect(back)
    return _page(form, run, None, back)


def _page(form: AskForm, run: Run, session: Session | None, back: str) -> ResponseReturnValue:
    page = render_template("office/ask.html", form=form, run=run, session=session, back=back)
    return page, form.status


def _form(session: Session | None) -> AskForm:
    """`side` in the address narrows the list, and is chosen already."""
    asked = request.args.get("side", "")
    side = next((each for each in Side if each == asked), None)
    form = AskForm(side=side)
    found = pairing.candidates(session, side) if session else []
    form.tutor.choices = offered(
        [("", "Choose a tutor"), *((str(each.tutor_id), _called(each)) for each in found)]
    )
    return form


def _called(each: Any) -> str:
    notes = [*([each.teaches.label.lower()] if each.teaches else ["has not taught this course"])]
    notes += ["teaches elsewhere then"] if each.is_busy else []
    return f"{each.name} ({', '.join(notes)})"


def _wanted(form: AskForm) -> Wanted:
    tutor = pairing.tutor(form.tutor.data)
    return Wanted(tutor, form.side.data, shadowing=bool(form.shadowing.data))


def _back_to(delivery: Delivery, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"/office/sessions/{delivery.session_id}")
