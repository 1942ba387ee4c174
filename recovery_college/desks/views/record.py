"""The record of a course: who made it together, how they are shown, what was decided."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts import queries as people
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.accounts.rules import Side
from recovery_college.courses import queries
from recovery_college.courses.commands import record
from recovery_college.courses.models import Decision
from recovery_college.desks.forms.courses import DecisionForm, ShownAsForm, as_id
from recovery_college.desks.forms.people import FindForm
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotFound
from recovery_college.fields import member

MOST_PEOPLE = 20


@bp.get("/office/courses/<int:course_id>/made-by")
@desk_only
def makers(course_id: int) -> str:
    course, form = queries.course(course_id), FindForm(request.args)
    question = form.q.data or ""
    found = people.page_of_people(the_person(), question, first=0, size=MOST_PEOPLE)
    return render_template(
        "office/makers.html", course=course, form=form, people=found if question else []
    )


@bp.post("/office/courses/<int:course_id>/made-by")
@desk_only
def add_maker(course_id: int) -> ResponseReturnValue:
    course = queries.course(course_id)
    side = member(Side)(request.form.get("side"))
    if not isinstance(side, Side):
        raise NotFound
    person = people.person_for(the_person(), as_id(request.form.get("person")) or 0)
    record.add_contributor(the_person(), course, person, side)
    flash("Added. They are not named in public until you write down how they wish to be shown.")
    return redirect(f"/office/courses/{course.id}#record")


@bp.route("/office/courses/<int:course_id>/made-by/<int:maker_id>", methods=["GET", "POST"])
@desk_only
def maker(course_id: int, maker_id: int) -> ResponseReturnValue:
    found = queries.contributor(course_id, maker_id)
    form = ShownAsForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            record.show_contributor_as(the_person(), found, form.shown_as.data)
            flash("Kept.")
            return redirect(f"/office/courses/{course_id}#record")
    return render_template("office/maker.html", maker=found, form=form), form.status


@bp.post("/office/courses/<int:course_id>/made-by/<int:maker_id>/remove")
@desk_only
def remove_maker(course_id: int, maker_id: int) -> ResponseReturnValue:
    record.remove_contributor(the_person(), queries.contributor(course_id, maker_id))
    flash("Taken off the record of this course.")
    return redirect(f"/office/courses/{course_id}#record")


@bp.route("/office/courses/<int:course_id>/decisions/new", methods=["GET", "POST"])
@desk_only
def new_decision(course_id: int) -> ResponseReturnValue:
    course = queries.course(course_id)
    form = DecisionForm(Decision(decided_on=clock.in_london(clock.now()).date()))
    if form.validate_on_submit():
        with form.showing_refusals():
            day, words = form.decided_on.data, form.words.data or ""
            record.record_decision(the_person(), course, day, words)
            flash("Kept.")
            return redirect(f"/office/courses/{course.id}#decisions")
    return render_template("office/decision.html", course=course, form=form), form.status


@bp.route("/office/courses/<int:course_id>/decisions/<int:decision_id>", methods=["GET", "POST"])
@desk_only
def decision(course_id: int, decision_id: int) -> ResponseReturnValue:
    course, found = queries.course(course_id), queries.decision(course_id, decision_id)
    form = DecisionForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            record.correct_decision(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(f"/office/courses/{course.id}#decisions")
    page = render_template("office/decision.html", course=course, form=form, decision=found)
    return page, form.status


@bp.post("/office/courses/<int:course_id>/decisions/<int:decision_id>/remove")
@desk_only
def remove_decision(course_id: int, decision_id: int) -> ResponseReturnValue:
    record.remove_decision(the_person(), queries.decision(course_id, decision_id))
    flash("Removed.")
    return redirect(f"/office/courses/{course_id}#decisions")
