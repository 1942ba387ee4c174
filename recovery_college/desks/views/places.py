"""A student's own places: where each stands, why, and what they can do."""

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock, ical
from recovery_college.accounts.access import signed_in, the_person, with_key
from recovery_college.accounts.models import Person
from recovery_college.attendance import feedback
from recovery_college.college.queries import the_college
from recovery_college.desks.diary import dates_of
from recovery_college.desks.places import mine_of, place_of
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import places, queries
from recovery_college.enrolment.commands import answering, enrolling
from recovery_college.enrolment.commands.enrolling import Request
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.offering import read_offer_key
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound, Refusal
from recovery_college.forms import CollegeForm
from recovery_college.keys import our_secret

KIND = {
    State.WAITING: "You are not on the waiting list any more. You are welcome at any time.",
    State.OFFERED: "Thank you for telling us. Somebody else will be glad of the place.",
    State.CONFIRMED: "Thank you for telling us. Somebody else will be glad of your place.",
}


@bp.get("/enrolments/<int:enrolment_id>")
@signed_in
def place(enrolment_id: int) -> str:
    found = queries.own_enrolment(the_person(), enrolment_id)
    return render_template("desks/place.html", place=place_of(found, clock.now(), our_secret()))


@bp.get("/enrolments/<int:enrolment_id>/dates.ics")
@signed_in
def all_dates(enrolment_id: int) -> Response:
    found = queries.own_enrolment(the_person(), enrolment_id)
    if found.state is not State.CONFIRMED:
        raise NotFound
    answer = Response(dates_of(found, the_college()), content_type=ical.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = "attachment; filename=dates.ics"
    return answer


@bp.post("/enrolments/<int:enrolment_id>/accept")
@signed_in
def accept_offer(enrolment_id: int) -> ResponseReturnValue:
    person = the_person()
    answering.accept(person, queries.own_enrolment(person, enrolment_id), the_college())
    flash("The place is yours.")
    return redirect(f"/enrolments/{enrolment_id}")


@bp.route("/enrolments/<int:enrolment_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(enrolment_id: int) -> ResponseReturnValue:
    """Opening it changes nothing: pressing does."""
    person, form = the_person(), CollegeForm()
    found = queries.own_enrolment(person, enrolment_id)
    if form.validate_on_submit():
        before = found.state
        answering.give_up(person, found, the_college())
        flash(KIND.get(before, "You have given this up already."))
        return redirect("/my/courses")
    shown = place_of(found, clock.now(), our_secret())
    return render_template("desks/withdraw.html", place=shown, form=form)


@bp.post("/enrolments/<int:enrolment_id>/instead/<int:run_id>")
@signed_in
def ask_instead(enrolment_id: int, run_id: int) -> ResponseReturnValue:
    """Another date of the same course: to move there, or because either would do."""
    person = the_person()
    found = queries.own_enrolment(person, enrolment_id)
    standing = places.live_on(person, run_id)
    if standing is not None:  # pressed twice
        return redirect(f"/enrolments/{standing}")
    others = queries.other_dates(found, clock.now())
    run = next((each for each in others if each.id == run_id), None)
    if run is None or not found.is_live:
        raise NotFound
    asked = Request(run, instead_of=found, with_supporter=found.with_supporter)
    made = enrolling.enrol(person, person, asked, the_college())
    return redirect(f"/enrolments/{made.id}")


@bp.route("/offers/<key>", methods=["GET", "POST"])
@with_key
def offer(key: str) -> ResponseReturnValue:
    """Nobody needs to sign in. Mail scanners open links too: only pressing answers."""
    found = queries.enrolment(read_offer_key(our_secret(), key))
    person, form = found.person, CollegeForm()
    if person is None:
        raise NotFound
    if form.validate_on_submit():
        _answer(person, found)
        return redirect(f"/offers/{key}")
    shown = place_of(found, clock.now(), our_secret())
    return render_template("desks/offer.html", place=shown, form=form, key=key)


@bp.get("/my/courses")
@signed_in
def my_courses() -> str:
    person = the_person()
    needs = queries.waiting_for_word(person)
    mine = mine_of(places.own_places(person), clock.now(), needs=needs)
    to_tell = feedback.waiting_for(person)
    return render_template("desks/my-courses.html", mine=mine, to_tell=to_tell)


def _answer(person: Person, found: Enrolment) -> None:
    """The button that was pressed; any other says nothing."""
    verb = {"yes": answering.accept, "no": answering.decline}.get(request.form.get("answer", ""))
    if verb is None:
        raise Refusal("Go back, and press one of the two buttons.")
    verb(person, found, the_college())
