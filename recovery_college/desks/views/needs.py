"""What helps people take part: the office settles it, and the student says whether it works."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit, clock
from recovery_college.accounts.access import desk_only, signed_in, the_person
from recovery_college.college.queries import the_college
from recovery_college.desks.attending import contact_of
from recovery_college.desks.forms.needs import NeedForm
from recovery_college.desks.needs import lines_of
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import queries
from recovery_college.enrolment.commands import settling
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound
from recovery_college.pages import Page, page_number

SIZE = 50


@bp.get("/office/needs")
@desk_only
def needs() -> str:
    now = clock.now()
    page = Page(page_number(request.args), SIZE, queries.count_open_needs(now))
    rows = queries.page_of_open_needs(now, first=page.offset, size=SIZE)
    return render_template("office/needs.html", lines=lines_of(rows, the_person()), page=page)


@bp.route("/office/enrolments/<int:enrolment_id>/need", methods=["GET", "POST"])
@desk_only
def need(enrolment_id: int) -> ResponseReturnValue:
    viewer = the_person()
    found = queries.enrolment_for(viewer, enrolment_id)
    form = NeedForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            how, seen = form.how.data or "", form.seen.data or ""
            settling.settle(viewer, found, form.state.data, how, seen=seen)
            flash("Kept. They hear of it, and say whether it works for them.")
            return redirect("/office/needs")
    return _page(found, form)


@bp.post("/office/enrolments/<int:enrolment_id>/need/yes")
@desk_only
def need_works_they_said(enrolment_id: int) -> ResponseReturnValue:
    found = queries.enrolment_for(the_person(), enrolment_id)
    settling.agree(the_person(), found)
    return _written_down(found, "Written down: it works for them.")


@bp.post("/office/enrolments/<int:enrolment_id>/need/again")
@desk_only
def talk_again_they_said(enrolment_id: int) -> ResponseReturnValue:
    found = queries.enrolment_for(the_person(), enrolment_id)
    settling.ask_again(the_person(), found)
    return _written_down(found, "Written down: it is open again.")


@bp.get("/enrolments/<int:enrolment_id>/need")
@signed_in
def my_need(enrolment_id: int) -> str:
    found = _own(enrolment_id)
    adjustment = queries.adjustment_of(found)
    stage = queries.stage_of_need(adjustment)
    return render_template(
        "desks/need.html", place=found, adjustment=adjustment, stage=stage, person=the_person()
    )


@bp.post("/enrolments/<int:enrolment_id>/need/yes")
@signed_in
def need_works(enrolment_id: int) -> ResponseReturnValue:
    settling.agree(the_person(), _own(enrolment_id))
    flash("Thank you for telling us.")
    return redirect(f"/enrolments/{enrolment_id}/need")


@bp.post("/enrolments/<int:enrolment_id>/need/again")
@signed_in
def talk_again(enrolment_id: int) -> ResponseReturnValue:
    settling.ask_again(the_person(), _own(enrolment_id))
    flash("Thank you for telling us. We talk with you again.")
    return redirect(f"/enrolments/{enrolment_id}/need")


def _own(enrolment_id: int) -> Enrolment:
    """A place of theirs: while they wait for one there is nothing to arrange."""
    found = queries.own_enrolment(the_person(), enrolment_id)
    if found.state is not State.CONFIRMED:
        raise NotFound
    return found


def _page(found: Enrolment, form: NeedForm) -> ResponseReturnValue:
    if found.person is None:
        raise NotFound
    audit.looked(the_person(), found.person)
    form.seen.data = settling.what_stands(found)
    adjustment = queries.adjustment_of(found)
    page = render_template(
        "office/need.html",
        enrolment=found,
        person=found.person,
        contact=contact_of(found.person, the_college()),
        adjustment=adjustment,
        stage=queries.stage_of_need(adjustment),
        form=form,
    )
    return page, form.status


def _written_down(found: Enrolment, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"/office/enrolments/{found.id}/need")
