"""The office's desk for tutors: what they bring, what they can teach, their training."""

from datetime import date

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.accounts.queries import person_for
from recovery_college.accounts.rules import Side
from recovery_college.courses import queries as courses
from recovery_college.desks.availability import away_lines, week_of
from recovery_college.desks.forms.tutors import (
    DoneForm,
    FindTutorForm,
    SidesForm,
    TeachesForm,
    TrainingForm,
)
from recovery_college.desks.tutors import limits_in_words, sides_in_words, tutor_lines
from recovery_college.desks.views.desk import bp
from recovery_college.fields import offered
from recovery_college.pages import Page, page_number
from recovery_college.scheduling.commands.roles import change_sides, sides_of
from recovery_college.scheduling.teaching import venue_names
from recovery_college.tutors import queries
from recovery_college.tutors.commands import teaching
from recovery_college.tutors.models import Tutor

SIZE = 50


@bp.get("/office/tutors")
@desk_only
def tutors() -> str:
    form = FindTutorForm(request.args)
    asked, side = form.q.data or "", next((s for s in Side if s == form.side.data), None)
    page = Page(page_number(request.args), SIZE, queries.count_tutors(asked, side))
    found = queries.page_of_tutors(asked, side, first=page.offset, size=SIZE)
    return render_template(
        "office/tutors.html",
        form=form,
        question={"q": asked, "side": side.value if side else ""},
        tutors=tutor_lines(found, _today()),
        page=page,
    )


@bp.post("/office/people/<int:person_id>/tutor")
@desk_only
def become_tutor(person_id: int) -> ResponseReturnValue:
    made = teaching.become_tutor(the_person(), person_for(the_person(), person_id))
    return redirect(f"/office/tutors/{made.id}")


@bp.route("/office/tutors/<int:tutor_id>", methods=["GET", "POST"])
@desk_only
def office_tutor(tutor_id: int) -> ResponseReturnValue:
    found = queries.tutor(tutor_id)
    form = SidesForm(sides_of(found))
    if form.validate_on_submit():
        with form.showing_refusals():
            change_sides(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(f"/office/tutors/{tutor_id}")
    return _page(found, sides=form)


@bp.post("/office/tutors/<int:tutor_id>/courses")
@desk_only
def can_teach(tutor_id: int) -> ResponseReturnValue:
    found, form = queries.tutor(tutor_id), _teaches_form(TeachesForm())
    if form.validate_on_submit():
        with form.showing_refusals():
            teaching.can_teach(the_person(), found, int(form.course_id.data), form.step.data)
            flash("Kept.")
            return redirect(f"/office/tutors/{tutor_id}")
    return _page(found, teaches=form)


@bp.post("/office/tutors/<int:tutor_id>/courses/<int:course_id>/remove")
@desk_only
def can_teach_no_more(tutor_id: int, course_id: int) -> ResponseReturnValue:
    teaching.can_teach_no_more(the_person(), queries.tutor(tutor_id), course_id)
    flash("They are not asked to teach it any more. What they have promised stays.")
    return redirect(f"/office/tutors/{tutor_id}")


@bp.post("/office/tutors/<int:tutor_id>/training")
@desk_only
def add_training(tutor_id: int) -> ResponseReturnValue:
    found, form = queries.tutor(tutor_id), TrainingForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            teaching.add_training(the_person(), found, form.name.data, form.done_on.data)
            flash("Kept.")
            return redirect(f"/office/tutors/{tutor_id}")
    return _page(found, training=form)


@bp.route("/office/tutors/<int:tutor_id>/training/<int:step_id>", methods=["GET", "POST"])
@desk_only
def training(tutor_id: int, step_id: int) -> ResponseReturnValue:
    found = queries.tutor(tutor_id)
    step = queries.training_step(found, step_id)
    form = DoneForm(obj=step)
    if form.validate_on_submit():
        with form.showing_refusals():
            teaching.finish_training(the_person(), found, step, form.done_on.data)
            flash("Kept.")
            return redirect(f"/office/tutors/{tutor_id}")
    return render_template("office/training.html", tutor=found, step=step, form=form), form.status


@bp.post("/office/tutors/<int:tutor_id>/training/<int:step_id>/remove")
@desk_only
def remove_training(tutor_id: int, step_id: int) -> ResponseReturnValue:
    found = queries.tutor(tutor_id)
    teaching.remove_training(the_person(), found, queries.training_step(found, step_id))
    flash("The step is gone.")
    return redirect(f"/office/tutors/{tutor_id}")


def _page(
    tutor: Tutor,
    sides: SidesForm | None = None,
    teaches: TeachesForm | None = None,
    training: TrainingForm | None = None,
) -> ResponseReturnValue:
    """With the one form that was sent, if one was."""
    today = _today()
    page = render_template(
        "office/tutor.html",
        tutor=tutor,
        words=sides_in_words(tutor),
        sides=sides or SidesForm(sides_of(tutor), formdata=None),
        teaches=teaches or _teaches_form(TeachesForm(formdata=None)),
        training=training or TrainingForm(formdata=None),
        taught=_taught(tutor),
        limits=limits_in_words(tutor, venue_names()),
        week=week_of(tutor, today),
        away=away_lines(queries.away_from(tutor, today)),
    )
    return page, next((form.status for form in (sides, teaches, training) if form), 200)


def _taught(tutor: Tutor) -> list[tuple[int, str, str]]:
    """Each course with its title and how far they are."""
    steps = {each.course_id: each.step.label for each in tutor.teaches}
    return [(id, title, steps[id]) for id, title in courses.titles(steps).items()]


def _teaches_form(form: TeachesForm) -> TeachesForm:
    all_of_them = ((str(each.id), each.title) for each in courses.courses_to_offer())
    form.course_id.choices = offered([("", "Choose a course"), *all_of_them])
    return form


def _today() -> date:
    return clock.in_london(clock.now()).date()
