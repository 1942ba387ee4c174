"""The office's desk for courses: find, make, change, publish and archive them."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import desk_only, the_person
from recovery_college.courses import queries
from recovery_college.courses.commands import courses as commands
from recovery_college.courses.models import Course
from recovery_college.courses.rules import Mode
from recovery_college.desks.forms.courses import CourseForm, FindCourseForm
from recovery_college.desks.views.desk import bp
from recovery_college.pages import Page, page_number
from recovery_college.scheduling.commands.runs import archive_course as archive
from recovery_college.scheduling.queries import runs_of_course

SIZE = 50
MOST_RUNS = 20  # the latest of a course


@bp.get("/office/courses")
@desk_only
def courses_list() -> str:
    form = FindCourseForm(request.args)
    filters = form.filters
    page = Page(page_number(request.args), SIZE, queries.count_courses(filters))
    found = queries.page_of_courses(filters, first=page.offset, size=SIZE)
    return render_template(
        "office/courses.html", form=form, filters=filters, courses=found, page=page
    )


@bp.route("/office/courses/new", methods=["GET", "POST"])
@desk_only
def new_course() -> ResponseReturnValue:
    strands = queries.strands()
    form = CourseForm(Course(mode=Mode.IN_PERSON), strands, queries.all_titles())
    if form.validate_on_submit():
        with form.showing_refusals():
            course = commands.make_course(the_person(), form.values)
            flash("The course is made. Next, say who made it together.")
            return redirect(f"/office/courses/{course.id}")
    return render_template("office/new-course.html", form=form, strands=strands), form.status


@bp.route("/office/courses/<int:course_id>", methods=["GET", "POST"])
@desk_only
def office_course(course_id: int) -> ResponseReturnValue:
    course = queries.course_with_record(course_id)
    form = CourseForm(course, queries.strands(), queries.all_titles())
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.edit_course(the_person(), course, form.edit)
            flash("Kept.")
            return redirect(f"/office/courses/{course.id}")
        course = queries.course_with_record(course_id)
    runs = runs_of_course(course, most=MOST_RUNS)
    return render_template("office/course.html", course=course, form=form, runs=runs), form.status


@bp.post("/office/courses/<int:course_id>/publish")
@desk_only
def publish_course(course_id: int) -> ResponseReturnValue:
    commands.publish_course(the_person(), queries.course(course_id))
    flash("It may stand in the prospectus now. It does as soon as one of its runs is published.")
    return redirect(f"/office/courses/{course_id}")


@bp.post("/office/courses/<int:course_id>/unpublish")
@desk_only
def unpublish_course(course_id: int) -> ResponseReturnValue:
    commands.unpublish_course(the_person(), queries.course(course_id))
    flash("Only the office sees it now.")
    return redirect(f"/office/courses/{course_id}")


@bp.post("/office/courses/<int:course_id>/archive")
@desk_only
def archive_course(course_id: int) -> ResponseReturnValue:
    archive(the_person(), queries.course(course_id))
    flash("It is no longer offered. Its history stays.")
    return redirect(f"/office/courses/{course_id}")
