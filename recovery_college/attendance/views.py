"""The register of a session: for its pair on a phone, and for the office at its desk."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_or_not_there, signed_in, the_person
from recovery_college.attendance import queries
from recovery_college.attendance.commands import taking, welcoming
from recovery_college.attendance.commands.taking import Outcome
from recovery_college.attendance.forms import (
    AloneForm,
    PaperForm,
    RegisterForm,
    StandInForm,
    WelcomeForm,
)
from recovery_college.attendance.reading import Typed, words_of
from recovery_college.attendance.register import TO_MARK, TO_TEACH, Viewer, register_of
from recovery_college.attendance.rules import is_open
from recovery_college.attendance.sheet import numbers_on, sheet_of
from recovery_college.college.queries import college_on_pages
from recovery_college.fields import offered
from recovery_college.formatting import count
from recovery_college.scheduling.models import Session

bp = Blueprint("attendance", __name__)


@dataclass(frozen=True)
class Desk:
    """Where a register is taken: by half of its pair, or by the office."""

    session: Session
    at_desk: bool

    @property
    def here(self) -> str:
        return f"/{'office' if self.at_desk else 'tutor'}/sessions/{self.session.id}/register"


@dataclass(frozen=True)
class Sent:
    """The one form of the page that was sent, if one was."""

    register: RegisterForm | None = None
    welcome: WelcomeForm | None = None
    stand_in: StandInForm | None = None
    alone: AloneForm | None = None

    @property
    def status(self) -> int:
        forms = (self.register, self.welcome, self.stand_in, self.alone)
        return next((form.status for form in forms if form), 200)


@bp.route("/tutor/sessions/<int:session_id>/register", methods=["GET", "POST"])
@signed_in
def register(session_id: int) -> ResponseReturnValue:
    return _register(_of_pair(session_id))


@bp.post("/tutor/sessions/<int:session_id>/register/welcome")
@signed_in
def welcome(session_id: int) -> ResponseReturnValue:
    return _welcome(_of_pair(session_id))


@bp.post("/tutor/sessions/<int:session_id>/register/stand-in")
@signed_in
def stand_in(session_id: int) -> ResponseReturnValue:
    return _stand_in(_of_pair(session_id))


@bp.post("/tutor/sessions/<int:session_id>/register/alone")
@signed_in
def one_taught(session_id: int) -> ResponseReturnValue:
    return _alone(_of_pair(session_id))


@bp.route("/office/sessions/<int:session_id>/register", methods=["GET", "POST"])
@desk_or_not_there
def office_register(session_id: int) -> ResponseReturnValue:
    return _register(_of_office(session_id))


@bp.post("/office/sessions/<int:session_id>/register/welcome")
@desk_or_not_there
def office_welcome(session_id: int) -> ResponseReturnValue:
    return _welcome(_of_office(session_id))


@bp.post("/office/sessions/<int:session_id>/register/stand-in")
@desk_or_not_there
def office_stand_in(session_id: int) -> ResponseReturnValue:
    return _stand_in(_of_office(session_id))


@bp.post("/office/sessions/<int:session_id>/register/alone")
@desk_or_not_there
def office_one_taught(session_id: int) -> ResponseReturnValue:
    return _alone(_of_office(session_id))


@bp.route("/office/sessions/<int:session_id>/register/quick", methods=["GET", "POST"])
@desk_or_not_there
def from_paper(session_id: int) -> ResponseReturnValue:
    """A printed sheet is typed in, by the numbers of its lines."""
    desk, typed = _of_office(session_id), Typed()
    sheet = sheet_of(desk.session, queries.lines_of(desk.session))
    form = PaperForm(sheet)
    if form.is_submitted():
        typed = words_of(request.form, (), queries.tutors_of(desk.session))
    if form.validate_on_submit():
        words = [*typed.words, *sheet.words(form.said, form.of_the_rest)]
        with form.showing_refusals():
            flash(_said(taking.take(the_person(), desk.session, words)))
            return redirect(desk.here)
    return _paper(desk, form, typed)


def _of_pair(session_id: int) -> Desk:
    """To whoever is not half of it, and a student among them, it is not there."""
    return Desk(queries.session_of_pair(the_person(), session_id, clock.now()), at_desk=False)


def _of_office(session_id: int) -> Desk:
    return Desk(queries.session_of_office(session_id), at_desk=True)


def _register(desk: Desk) -> ResponseReturnValue:
    form, typed = RegisterForm(), Typed()
    if form.validate_on_submit():
        lines, tutors = queries.lines_of(desk.session), queries.tutors_of(desk.session)
        typed = words_of(request.form, lines, tutors)
        if not typed.faults:
            with form.showing_refusals():
                flash(_said(taking.take(the_person(), desk.session, typed.words)))
                return redirect(desk.here)
    return _page(desk, Sent(register=form), typed)


def _welcome(desk: Desk) -> ResponseReturnValue:
    form = WelcomeForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            welcoming.welcome(the_person(), desk.session, form.name.data or "")
            flash("They are on the register, and counted.")
            return redirect(desk.here)
    return _page(desk, Sent(welcome=form))


def _stand_in(desk: Desk) -> ResponseReturnValue:
    form = _with_tutors(StandInForm(), desk.session)
    if form.validate_on_submit():
        with form.showing_refusals():
            taking.stand_in(the_person(), desk.session, int(form.stand_in.data))
            flash("Kept: they stood in.")
            return redirect(desk.here)
    return _page(desk, Sent(stand_in=form))


def _alone(desk: Desk) -> ResponseReturnValue:
    form = _with_reasons(AloneForm())
    if form.validate_on_submit():
        with form.showing_refusals():
            taking.say_why_one_taught(
                the_person(), desk.session, form.reason.data, college_on_pages()
            )
            flash("Kept. It is reported as not co-delivered.")
            return redirect(desk.here)
    return _page(desk, Sent(alone=form))


def _page(desk: Desk, sent: Sent, typed: Typed | None = None) -> ResponseReturnValue:
    now, session, typed = clock.now(), desk.session, typed or Typed()
    page = render_template(
        "attendance/register.html",
        session=session,
        register=register_of(session, Viewer(the_person(), desk.at_desk), typed, now),
        numbers=numbers_on(session),
        form=sent.register or RegisterForm(formdata=None),
        faults=typed.faults,
        welcome=sent.welcome or WelcomeForm(formdata=None),
        standing_in=sent.stand_in or _with_tutors(StandInForm(formdata=None), session),
        alone=sent.alone or _with_reasons(AloneForm(formdata=None)),
        marks=TO_MARK,
        teaching=TO_TEACH,
        here=desk.here,
        for_office=desk.at_desk,
        is_open=session.live and is_open(session.starts_at, now),
    )
    return page, sent.status


def _paper(desk: Desk, form: PaperForm, typed: Typed) -> ResponseReturnValue:
    now, session = clock.now(), desk.session
    page = render_template(
        "office/from-paper.html",
        session=session,
        register=register_of(session, Viewer(the_person(), at_desk=True), typed, now),
        numbers=form.sheet.numbers,
        form=form,
        teaching=TO_TEACH,
        here=desk.here,
        is_open=session.live and is_open(session.starts_at, now),
    )
    return page, form.status


def _with_tutors(form: StandInForm, session: Session) -> StandInForm:
    tutors = ((str(id), name) for id, name in queries.who_could_stand_in(session))
    form.stand_in.choices = offered([("", "Choose a tutor"), *tutors])
    return form


def _with_reasons(form: AloneForm) -> AloneForm:
    reasons = college_on_pages().alone_reasons.splitlines()
    form.reason.choices = offered([("", "Choose a reason"), *((each, each) for each in reasons)])
    return form


def _said(outcome: Outcome) -> str:
    """What was kept, and plainly what was not. Names stay on the page."""
    said = [f"Saved: {count(len(outcome.kept), 'mark')}." if outcome.kept else "Nothing new."]
    if outcome.met:
        said.append(
            f"Somebody else had marked {len(outcome.met)} of them differently meanwhile: "
            "yours was the last word."
        )
    if outcome.later:
        said.append(f"{count(len(outcome.later), 'mark')} by somebody else came later, and stands.")
    if outcome.refused:
        said.append(
            f"{count(len(outcome.refused), 'mark')} could not be kept: their place was given up."
        )
    return " ".join(said)
