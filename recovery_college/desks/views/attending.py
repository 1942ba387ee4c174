"""The office's desk for the places of a run: who has one, who waits, what can be done for them."""

from datetime import time

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit, clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.college.queries import the_college
from recovery_college.desks.attending import (
    contact_of,
    counts_of,
    groups_of,
    is_phoned,
    lines_of,
    pool_name,
)
from recovery_college.desks.forms.attending import LinkPlacesForm, OtherDateForm, SetAsideForm
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import office, queries
from recovery_college.enrolment.commands import answering, capacity, enrolling
from recovery_college.enrolment.commands.enrolling import Request
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import PoolKind, State, Way
from recovery_college.errors import NotFound
from recovery_college.forms import CollegeForm
from recovery_college.messages.commands import told_by_phone
from recovery_college.pages import Page, page_number
from recovery_college.scheduling import queries as scheduling
from recovery_college.scheduling.models import Run

SIZE = 50


@bp.get("/office/runs/<int:run_id>/places")
@desk_only
def run_places(run_id: int) -> str:
    found, viewer = scheduling.run(run_id), the_person()
    college, now = the_college(), clock.now()
    counts = office.counts_on(found)
    page = Page(page_number(request.args), SIZE, counts.total)
    rows = office.page_on(found, first=page.offset, size=SIZE)
    return render_template(
        "office/places.html",
        run=found,
        counts=counts,
        pools=counts_of(queries.pools_of(found)),
        groups=groups_of(lines_of(rows, viewer, found, college, now)),
        page=page,
        phoned=is_phoned(found, college, now),
        now=now,
    )


@bp.route("/office/runs/<int:run_id>/set-aside", methods=["GET", "POST"])
@desk_only
def set_aside(run_id: int) -> ResponseReturnValue:
    found, form = scheduling.run(run_id), SetAsideForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            release_at = clock.london_instant(form.day.data, time())
            name, places = form.name.data or "", form.places.data
            capacity.set_aside(the_person(), found, name, places, release_at)
            flash("Set aside. Enrol people into them by their name.")
            return redirect(f"/office/runs/{run_id}/places")
    return _form_page(found, form, "Set places aside", "Set them aside")


@bp.post("/office/runs/<int:run_id>/pools/<int:pool_id>/release")
@desk_only
def release_places(run_id: int, pool_id: int) -> ResponseReturnValue:
    capacity.release_now(the_person(), office.pool_of(run_id, pool_id), the_college())
    flash("They are everybody\u2019s now. Whoever waits is offered them first.")
    return redirect(f"/office/runs/{run_id}/places")


@bp.route("/office/runs/<int:run_id>/links", methods=["GET", "POST"])
@desk_only
def link_places(run_id: int) -> ResponseReturnValue:
    found = scheduling.run(run_id)
    links = [each for each in queries.pools_of(found) if each.kind is PoolKind.LINK]
    form = LinkPlacesForm(places=links[0].capacity if links else None)
    if form.validate_on_submit():
        with form.showing_refusals():
            capacity.set_link_places(the_person(), found, form.places.data, the_college())
            flash("Kept.")
            return redirect(f"/office/runs/{run_id}/places")
    return _form_page(found, form, "Places by link", "Keep this")


@bp.route("/office/enrolments/<int:enrolment_id>", methods=["GET", "POST"])
@desk_only
def enrolment(enrolment_id: int) -> ResponseReturnValue:
    """What has happened with it, how to reach its person, and moving it to another date."""
    viewer = the_person()
    found = queries.enrolment_for(viewer, enrolment_id)
    if found.person is not None:
        audit.looked(viewer, found.person)
    runs = office.dates_beside(found.run, clock.now()) if found.is_live else []
    form = OtherDateForm(runs)
    if form.validate_on_submit():
        with form.showing_refusals():
            to = queries.run_to_enrol(form.run_id.data)
            made = _move(found, to)
            flash(_moved(made))
            return redirect(f"/office/runs/{to.id}/places")
    page = render_template(
        "office/enrolment.html",
        enrolment=found,
        pool=pool_name(found.pool),
        contact=contact_of(found.person, the_college()) if found.person else None,
        form=form,
        runs=runs,
    )
    return page, form.status


@bp.post("/office/enrolments/<int:enrolment_id>/yes")
@desk_only
def they_said_yes(enrolment_id: int) -> ResponseReturnValue:
    found = queries.enrolment_for(the_person(), enrolment_id)
    answering.accept_by_phone(the_person(), found, the_college())
    _told(found)
    flash("Written down: the place is theirs.")
    return _back(found)


@bp.post("/office/enrolments/<int:enrolment_id>/place")
@desk_only
def they_take_it(enrolment_id: int) -> ResponseReturnValue:
    """What is free after the cut-off, they say on the phone."""
    found = queries.enrolment_for(the_person(), enrolment_id)
    answering.place_by_phone(the_person(), found, the_college())
    _told(found)
    flash("Written down: the place is theirs.")
    return _back(found)


@bp.post("/office/enrolments/<int:enrolment_id>/give-up")
@desk_only
def give_up_for_them(enrolment_id: int) -> ResponseReturnValue:
    """They phoned to give up their place. No reason is asked."""
    found = queries.enrolment_for(the_person(), enrolment_id)
    answering.give_up(the_person(), found, the_college())
    _told(found)
    flash("Written down. What is free goes to the next person.")
    return _back(found)


@bp.post("/office/enrolments/<int:enrolment_id>/no")
@desk_only
def they_said_no(enrolment_id: int) -> ResponseReturnValue:
    """To an offer; somebody else of the office may have written down a yes just before."""
    found = queries.enrolment_for(the_person(), enrolment_id)
    answering.decline(the_person(), found, the_college())
    _told(found)
    flash("Written down. What is free goes to the next person.")
    return _back(found)


@bp.post("/office/enrolments/<int:enrolment_id>/not-reached")
@desk_only
def not_reached(enrolment_id: int) -> ResponseReturnValue:
    found = queries.enrolment_for(the_person(), enrolment_id)
    answering.write_down_call(the_person(), found)
    flash("Written down: you called, and could not reach them.")
    return _back(found)


def _told(found: Enrolment) -> None:
    """Who was on the phone needs no call that says the same."""
    told_by_phone(the_person(), found.thread)


def _back(found: Enrolment) -> ResponseReturnValue:
    """To the list on which the button was."""
    if request.args.get("from") == "contacts":
        return redirect("/office/contacts")
    return redirect(f"/office/runs/{found.run_id}/places")


def _move(found: Enrolment, to: Run) -> Enrolment:
    if found.person is None:
        raise NotFound
    asked = Request(to, with_supporter=found.with_supporter, way=Way.PHONE, instead_of=found)
    return enrolling.enrol(the_person(), found.person, asked, the_college())


def _moved(made: Enrolment) -> str:
    if made.state is State.CONFIRMED:
        return "They have a place on the other date, and have left the first one."
    return "The other date is full, so they wait for it. They keep what they have until then."


def _form_page(found: Run, form: CollegeForm, heading: str, button: str) -> ResponseReturnValue:
    page = render_template(
        "office/places-form.html", run=found, form=form, heading=heading, button=button
    )
    return page, form.status
