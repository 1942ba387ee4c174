"""A pair, or the office for them, finds another time for a session; a pair finds one to meet."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person, tutor_only
from recovery_college.attendance.notes import tutor_of
from recovery_college.attendance.rules import pair_may_take
from recovery_college.college.queries import college_on_pages
from recovery_college.desks.forms.together import MeetingForm, PickForm, TimesForm
from recovery_college.desks.students import students_of
from recovery_college.desks.together import by_week, choices_of, key_of
from recovery_college.desks.views.desk import bp
from recovery_college.desks.week import teaching_of
from recovery_college.enrolment.commands import dates
from recovery_college.fields import offered
from recovery_college.scheduling import pairing, proposals, together
from recovery_college.scheduling.commands import meetings, moving
from recovery_college.scheduling.models import ProposedSlot, Session, TimeProposal
from recovery_college.scheduling.rules import ProposalState, SessionKind
from recovery_college.scheduling.rules.together import Slot, check_one

MINUTE = timedelta(minutes=1)


@bp.get("/tutor/sessions/<int:session_id>")
@tutor_only
def tutor_session(session_id: int) -> str:
    return _own_page(proposals.own_session(the_person(), session_id), _pick_form)


@bp.route("/tutor/sessions/<int:session_id>/times", methods=["GET", "POST"])
@tutor_only
def propose_times(session_id: int) -> ResponseReturnValue:
    found = proposals.to_move(the_person(), session_id)
    slots = together.times_for(found, college_on_pages(), clock.now())
    form = _times_form(slots)
    if form.validate_on_submit():
        with form.showing_refusals():
            moving.propose_times(the_person(), found, _chosen(form, slots))
            flash("They are asked which of these times suits them.")
            return redirect(f"/tutor/sessions/{session_id}")
    page = render_template("tutor/times.html", session=found, form=form, weeks=by_week(slots))
    return page, form.status


@bp.post("/tutor/proposals/<int:proposal_id>/pick")
@tutor_only
def pick_time(proposal_id: int) -> ResponseReturnValue:
    found = proposals.own_proposal(the_person(), proposal_id)
    form = _pick_form(found.slots)
    if form.validate_on_submit():
        with form.showing_refusals():
            slot = proposals.slot_of(found, form.slot.data)
            done = moving.pick_time(the_person(), slot, college_on_pages())
            flash(_picked(done))
            return redirect(f"/tutor/sessions/{done.session_id}")
    session = proposals.own_session(the_person(), found.session_id)
    return _own_page(session, lambda _slots: form), form.status


@bp.post("/tutor/proposals/<int:proposal_id>/none")
@tutor_only
def none_suits(proposal_id: int) -> ResponseReturnValue:
    moving.leave_as_it_was(the_person(), proposals.own_proposal(the_person(), proposal_id))
    flash("Kept. The others are told.")
    return redirect("/tutor")


@bp.route("/tutor/runs/<int:run_id>/meet", methods=["GET", "POST"])
@tutor_only
def meet(run_id: int) -> ResponseReturnValue:
    run, asked = proposals.own_run(the_person(), run_id), _meeting_asked()
    length = int(asked.minutes.data) * MINUTE
    slots = together.times_to_meet(
        run, together.pair_of(run), length, college_on_pages(), clock.now()
    )
    form = _times_form(slots)
    if form.validate_on_submit():
        with form.showing_refusals():
            kind = SessionKind(asked.kind.data)
            made = meetings.propose_meeting(the_person(), run, kind, _chosen(form, slots))
            flash("They are asked which of these times suits them.")
            return redirect(f"/tutor/sessions/{made.id}")
    page = render_template("tutor/meet.html", run=run, asked=asked, form=form, weeks=by_week(slots))
    return page, form.status


@bp.post("/tutor/sessions/<int:session_id>/call-off")
@tutor_only
def call_off(session_id: int) -> ResponseReturnValue:
    meetings.call_off(the_person(), proposals.own_session(the_person(), session_id))
    flash("The meeting is called off. The others are told.")
    return redirect("/tutor")


@bp.route("/office/sessions/<int:session_id>/times", methods=["GET", "POST"])
@desk_only
def office_times(session_id: int) -> ResponseReturnValue:
    found = proposals.any_to_move(session_id)
    slots = together.times_for(found, college_on_pages(), clock.now())
    form = _times_form(slots)
    if form.validate_on_submit():
        with form.showing_refusals():
            slot = check_one(_chosen(form, slots))
            dates.move_to_slot(the_person(), found, slot, college_on_pages())
            flash("It has moved. Everybody who teaches it is told.")
            return redirect(f"/office/sessions/{session_id}")
    page = render_template("office/times.html", session=found, form=form, weeks=by_week(slots))
    return page, form.status


@bp.post("/office/proposals/<int:proposal_id>/confirm")
@desk_only
def confirm_time(proposal_id: int) -> ResponseReturnValue:
    found = proposals.proposal(proposal_id)
    dates.confirm_time(the_person(), found, college_on_pages())
    flash("It has moved. Everybody who teaches it is told.")
    return redirect(f"/office/sessions/{found.session_id}")


@bp.post("/office/proposals/<int:proposal_id>/pick/<int:slot_id>")
@desk_only
def they_pick(proposal_id: int, slot_id: int) -> ResponseReturnValue:
    """What somebody said on the phone."""
    found = proposals.proposal(proposal_id)
    done = moving.pick_by_phone(the_person(), proposals.slot_of(found, slot_id), college_on_pages())
    flash(_picked(done))
    return redirect(f"/office/sessions/{found.session_id}")


@bp.post("/office/proposals/<int:proposal_id>/leave")
@desk_only
def leave_as_it_was(proposal_id: int) -> ResponseReturnValue:
    found = proposals.proposal(proposal_id)
    run_id = found.session.run_id
    moving.leave_as_it_was(the_person(), found)
    flash("It stays as it was. Everybody who teaches it is told.")
    return redirect(f"/office/runs/{run_id}")


def _own_page(found: Session, form_for: Callable[[Sequence[ProposedSlot]], PickForm]) -> str:
    proposal, now, person = found.proposal, clock.now(), the_person()
    students = students_of(found, person, now)
    return render_template(
        "tutor/session.html",
        session=found,
        teaching=teaching_of(pairing.as_taught(found), person),
        proposal=proposal,
        is_mine=bool(proposal and proposal.made_by.person_id == person.id),
        students=students,
        has_notes=found.is_teaching and tutor_of(person, found) is not None,
        takes_register=students and pair_may_take(found.starts_at, found.ends_at, now),
        form=form_for(proposal.slots if proposal else ()),
        now=now,
    )


def _meeting_asked() -> MeetingForm:
    """As the address says, or as it is when nothing was said: an hour, to plan."""
    asked = MeetingForm(request.args)
    return asked if asked.validate() else MeetingForm(None)


def _pick_form(slots: Sequence[ProposedSlot]) -> PickForm:
    form = PickForm()
    form.slot.choices = choices_of(slots)
    return form


def _times_form(slots: Sequence[Slot]) -> TimesForm:
    form = TimesForm()
    form.slots.choices = offered((key_of(each), "") for each in slots)
    return form


def _chosen(form: TimesForm, slots: Sequence[Slot]) -> list[Slot]:
    return [each for each in slots if key_of(each) in (form.slots.data or ())]


def _picked(proposal: TimeProposal) -> str:
    if proposal.state is ProposalState.DONE:
        return "It has moved there. Everybody who teaches it is told."
    return "Thank you. The office confirms it, for it is in the prospectus already."
