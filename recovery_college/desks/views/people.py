"""The office's desk for people: find, add, keep their details; roles and walls for managers."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit
from recovery_college.accounts import queries
from recovery_college.accounts.access import desk_only, manager_only, the_person
from recovery_college.accounts.commands import people, signing_in
from recovery_college.accounts.models import Person
from recovery_college.desks.forms.courses import as_id
from recovery_college.desks.forms.people import (
    FindForm,
    NewPersonForm,
    PersonForm,
    ReviewForm,
    RingFirstForm,
    RolesForm,
)
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment.places import own_places
from recovery_college.errors import NotFound, Refusal
from recovery_college.formatting import count
from recovery_college.pages import Page, page_number
from recovery_college.scheduling.commands.roles import set_roles

SIZE = 50


@bp.get("/office/people")
@desk_only
def people_list() -> str:
    form, viewer = FindForm(request.args), the_person()
    question = form.q.data or ""
    total = queries.count_people(viewer, question)
    page = Page(page_number(request.args), SIZE, total)
    found = queries.page_of_people(viewer, question, first=page.offset, size=SIZE)
    return render_template(
        "office/people.html", form=form, question=question, people=found, page=page
    )


@bp.route("/office/people/new", methods=["GET", "POST"])
@desk_only
def new_person() -> ResponseReturnValue:
    form, viewer, like = NewPersonForm(Person(discreet=True)), the_person(), []
    if form.validate_on_submit():
        if not form.somebody_else.data:
            like = list(
                queries.alike(viewer, form.name.data, form.email.data, form.phone.data or "")
            )
        with form.showing_refusals():
            if not like:
                person = people.add_person(viewer, form.values)
                flash(f"{person.name} is a student now.")
                return redirect(_way_on(person))
    return render_template("office/new-person.html", form=form, like=like), form.status


@bp.route("/office/people/<int:person_id>", methods=["GET", "POST"])
@desk_only
def person(person_id: int) -> ResponseReturnValue:
    viewer = the_person()
    found = queries.person_for(viewer, person_id)
    audit.looked(viewer, found)
    form = PersonForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            people.edit_person(viewer, found, form.edit)
            flash("Kept.")
            return redirect(f"/office/people/{found.id}")
    walls = queries.ring_first_about(found) if viewer.is_manager else []
    page = render_template(
        "office/person.html", person=found, form=form, walls=walls, places=own_places(found)
    )
    return page, form.status


@bp.post("/office/people/<int:person_id>/link")
@desk_only
def send_link(person_id: int) -> ResponseReturnValue:
    found = queries.person_for(the_person(), person_id)
    if not found.email:
        raise Refusal("Write down an e-mail address first, and keep it.")
    signing_in.send_link(the_person(), found, found.email)
    flash("A sign-in link is on its way. It works once, for 15 minutes.")
    return redirect(f"/office/people/{found.id}")


@bp.route("/office/people/<int:person_id>/roles", methods=["GET", "POST"])
@manager_only
def roles(person_id: int) -> ResponseReturnValue:
    viewer = the_person()
    found = queries.person_for(viewer, person_id)
    form = RolesForm(roles=sorted(found.roles))
    if form.validate_on_submit():
        with form.showing_refusals():
            open_now = set_roles(viewer, found, frozenset(form.roles.data or ()))
            flash(f"Kept. {_half(open_now)}" if open_now else "Kept.")
            return redirect(f"/office/people/{found.id}")
    return render_template("office/roles.html", person=found, form=form), form.status


@bp.route("/office/people/<int:person_id>/ring-first", methods=["GET", "POST"])
@manager_only
def ring_first(person_id: int) -> ResponseReturnValue:
    viewer = the_person()
    found = queries.person_for(viewer, person_id)
    form = RingFirstForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            other = _other(viewer, form.other.data or "")
            people.ask_to_ring_first(viewer, found, other, form.review_on.data)
            flash("Kept. Look at it again on the day you chose.")
            return redirect(f"/office/people/{found.id}")
    return render_template("office/ring-first.html", person=found, form=form), form.status


@bp.route("/office/people/<int:person_id>/ring-first/<int:wall_id>", methods=["GET", "POST"])
@manager_only
def ring_first_again(person_id: int, wall_id: int) -> ResponseReturnValue:
    found = queries.person_for(the_person(), person_id)
    wall = queries.wall_about(found, wall_id)
    form = ReviewForm(obj=wall)
    if form.validate_on_submit():
        with form.showing_refusals():
            people.review_again(the_person(), wall, form.review_on.data)
            flash("Kept.")
            return redirect(f"/office/people/{found.id}")
    page = render_template("office/ring-first-again.html", person=found, wall=wall, form=form)
    return page, form.status


@bp.post("/office/people/<int:person_id>/ring-first/<int:wall_id>/lift")
@manager_only
def no_longer_ring_first(person_id: int, wall_id: int) -> ResponseReturnValue:
    found = queries.person_for(the_person(), person_id)
    people.no_longer_ring_first(the_person(), queries.wall_about(found, wall_id))
    flash("Lifted.")
    return redirect(f"/office/people/{found.id}")


def _way_on(person: Person) -> str:
    """Back to the run on which they are to be enrolled, if they were added for it."""
    run_id = as_id(request.args.get("run", ""))
    return f"/office/runs/{run_id}/enrol/{person.id}" if run_id else f"/office/people/{person.id}"


def _half(sessions: int) -> str:
    lack = count(sessions, "session lacks", "sessions lack")
    return f"{lack} them now: find somebody else on the page of today."


def _other(viewer: Person, typed: str) -> Person | None:
    """Whom the number means."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise Refusal("Type the number that stands on the other person's page.", field="other")
    try:
        return queries.person_for(viewer, int(typed))
    except NotFound as error:
        raise Refusal("Nobody has that number.", field="other") from error
