"""What the tutors of a run write for each other, session by session. The office has no way in."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import signed_in, the_person
from recovery_college.attendance import notes
from recovery_college.attendance.commands.noting import write_note
from recovery_college.attendance.rules.notes import can_write
from recovery_college.desks.forms.notes import NoteForm
from recovery_college.desks.views.desk import bp
from recovery_college.pages import Page, page_number

SIZE = 50


@bp.route("/tutor/sessions/<int:session_id>/notes", methods=["GET", "POST"])
@signed_in
def pair_notes(session_id: int) -> ResponseReturnValue:
    """To whoever teaches no session of the run, it is not there."""
    person, now = the_person(), clock.now()
    session = notes.session_with_notes(person, session_id)
    tutor = notes.tutor_of(person, session)
    form = NoteForm(obj=notes.note_of(tutor, session) if tutor else None)
    if form.validate_on_submit():
        with form.showing_refusals():
            write_note(person, session, form.went_well.data or "", form.to_change.data or "")
            flash("Kept, for the tutors of this run.")
            return redirect(f"/tutor/sessions/{session_id}/notes")
    page = Page(page_number(request.args), SIZE, notes.count_notes(session.run_id))
    shown = render_template(
        "tutor/notes.html",
        session=session,
        notes=notes.page_of_notes(session.run_id, first=page.offset, size=SIZE),
        page=page,
        form=form,
        may_write=tutor is not None and can_write(session.starts_at, session.live, now),
        is_tutor=tutor is not None,
    )
    return shown, form.status
