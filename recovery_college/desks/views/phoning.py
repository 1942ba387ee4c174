"""The phone desk: three letters of a name, one press, one form, and a place is confirmed."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit, clock
from recovery_college.accounts import queries as people
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.accounts.models import Person
from recovery_college.accounts.reaching import recipient_of
from recovery_college.college.queries import the_college
from recovery_college.desks.attending import place_choices, pool_chosen
from recovery_college.desks.forms.courses import as_id
from recovery_college.desks.forms.people import FindForm
from recovery_college.desks.forms.phoning import BY_LINK, EnrolForThemForm
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import office, places, queries
from recovery_college.enrolment.commands import enrolling
from recovery_college.enrolment.commands.enrolling import Request
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import State
from recovery_college.messages.rules import Channel
from recovery_college.scheduling.models import Run

MOST = 20  # people, or runs, that one search shows
NEXT = {
    Channel.EMAIL: "An e-mail is on its way to them.",
    Channel.TEXT: "A text is on its way to them.",
    Channel.LETTER: "A letter to print stands under Calls and letters.",
    Channel.CALL: "A call to make stands under Calls and letters.",
}


@bp.get("/office/runs/<int:run_id>/enrol")
@desk_only
def find_student(run_id: int) -> str:
    """For whom; or, when one is chosen already, who comes with them."""
    run, form = queries.run_to_enrol(run_id), FindForm(request.args)
    question = form.q.data or ""
    found = people.page_of_people(the_person(), question, first=0, size=MOST) if question else []
    return render_template(
        "office/find-student.html",
        run=run,
        form=form,
        question=question,
        people=found,
        first=_somebody("beside"),
    )


@bp.route("/office/runs/<int:run_id>/enrol/<int:person_id>", methods=["GET", "POST"])
@desk_only
def enrol_for_them(run_id: int, person_id: int) -> ResponseReturnValue:
    run, student = queries.run_to_enrol(run_id), people.person_for(the_person(), person_id)
    audit.looked(the_person(), student)
    pools, other = queries.pools_of(run), _somebody("with")
    form = EnrolForThemForm(student, place_choices(pools))
    if form.validate_on_submit():
        with form.showing_refusals():
            made = _enrol(form, run, [student, other] if other else [student], pools)
            flash(" ".join(_said(each) for each in made))
            return redirect(f"/office/runs/{run_id}/places")
    page = render_template(
        "office/enrol.html",
        run=run,
        student=student,
        hears_by=recipient_of(student).channel,
        other=other,
        form=form,
        standing=places.live_on(student, run.id),
        left=places.left_on(run, by_link=False),
        clashes=queries.clashes(student, run),
        first=places.first_course_lacking(student, run),
    )
    return page, form.status


@bp.get("/office/people/<int:person_id>/enrol")
@desk_only
def find_run(person_id: int) -> str:
    """For somebody whose record is open: which run."""
    student, form = people.person_for(the_person(), person_id), FindForm(request.args)
    question = form.q.data or ""
    return render_template(
        "office/find-run.html",
        student=student,
        form=form,
        question=question,
        runs=office.open_runs(question, clock.now(), most=MOST),
        there=office.runs_with(student),
    )


def _enrol(
    form: EnrolForThemForm, run: Run, students: Sequence[Person], pools: Sequence[Pool]
) -> list[Enrolment]:
    asked = Request(
        run,
        by_link=form.chosen == BY_LINK,
        with_supporter=bool(form.with_supporter.data),
        form_key=form.key,
        way=form.came_by.data,
        arrived_at=form.arrived_at(clock.now()),
        pool=pool_chosen(pools, form.chosen),
        details=form.edit,
    )
    if len(students) > 1:
        return enrolling.enrol_together(the_person(), students, asked, the_college())
    return [enrolling.enrol(the_person(), students[0], asked, the_college())]


def _said(made: Enrolment) -> str:
    person = made.person
    if person is None:
        return ""
    became = "has a place" if made.state is State.CONFIRMED else "is on the waiting list"
    return f"{person.name} {became}. {NEXT[recipient_of(person).channel]}"


def _somebody(name: str) -> Person | None:
    """Whom the address names, if anybody."""
    given = as_id(request.args.get(name, ""))
    return people.person_for(the_person(), given) if given else None
