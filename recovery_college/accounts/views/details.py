"""What the college knows about somebody, for themself: to see, to change and to take back."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college.accounts import queries
from recovery_college.accounts.access import just_signed_in, signed_in, the_person
from recovery_college.accounts.commands import details
from recovery_college.accounts.devices import asking, remember_device
from recovery_college.accounts.forms.details import (
    AddressForm,
    EqualityForm,
    ReachMeForm,
    RestrictForm,
)
from recovery_college.accounts.forms.joining import HelpsForm, NamesForm, ReasonsForm
from recovery_college.accounts.views.account import bp
from recovery_college.fields import offered
from recovery_college.forms import EditForm

EVERYBODY = "everybody"
KEPT = "Kept. Thank you for telling us."


@bp.get("/my/details")
@signed_in
def my_details() -> str:
    person = the_person()
    return render_template(
        "accounts/details.html",
        person=person,
        reasons=queries.reasons_of(person),
        answered=sum(bool(given) for given in queries.answers_of(person).values()),
        manager=queries.manager_named_by(person),
        yes=queries.yes_of(person),
    )


@bp.route("/my/details/names", methods=["GET", "POST"])
@signed_in
def my_names() -> ResponseReturnValue:
    why = "So that we call you what you like. The office sees it; tutors do from the day before."
    return _edit(NamesForm(the_person()), "Your name", why)


@bp.route("/my/details/reach", methods=["GET", "POST"])
@signed_in
def my_reach() -> ResponseReturnValue:
    why = "So that we can tell you where and when. The office sees it, and no tutor."
    return _edit(ReachMeForm(the_person()), "How we reach you", why)


@bp.route("/my/details/helps", methods=["GET", "POST"])
@signed_in
def my_helps() -> ResponseReturnValue:
    why = "So that the room is ready for you. We ask whether it is still right when you enrol."
    return _edit(HelpsForm(the_person()), "What helps you", why)


def _edit(form: EditForm, title: str, why: str) -> ResponseReturnValue:
    if form.validate_on_submit():
        with form.showing_refusals():
            details.keep_details(the_person(), form.edit)
            flash(KEPT)
            return redirect("/my/details")
    return render_template("accounts/detail.html", form=form, heading=title, why=why), form.status


@bp.route("/my/details/email", methods=["GET", "POST"])
@just_signed_in
def my_email() -> ResponseReturnValue:
    form, person = AddressForm(), the_person()
    if form.validate_on_submit():
        with form.showing_refusals():
            remember_device()
            details.change_address(asking(), person, form.email.data or "")
            flash("We sent a link to that address. When you open it, the address counts.")
            return redirect("/my/details")
    return render_template("accounts/my-email.html", form=form, person=person), form.status


@bp.post("/my/details/no-email")
@just_signed_in
def no_email() -> ResponseReturnValue:
    details.no_address(the_person())
    flash("We have no e-mail address of yours any more.")
    return redirect("/my/details")


@bp.route("/my/details/reasons", methods=["GET", "POST"])
@signed_in
def my_reasons() -> ResponseReturnValue:
    person = the_person()
    form = ReasonsForm(reasons=queries.reasons_of(person))
    if form.validate_on_submit():
        details.keep_reasons(person, form.reasons.data or ())
        flash(KEPT)
        return redirect("/my/details")
    why = "No rule, list or register ever reads this. Tick nothing to take it back."
    page = render_template("accounts/detail.html", form=form, heading="Why you come", why=why)
    return page, form.status


@bp.route("/my/details/equality", methods=["GET", "POST"])
@signed_in
def my_equality() -> ResponseReturnValue:
    person = the_person()
    form = EqualityForm.over(queries.answers_of(person))
    if form.validate_on_submit():
        details.keep_answers(person, form.answers)
        flash(KEPT)
        return redirect("/my/details")
    return render_template("accounts/my-equality.html", form=form), form.status


@bp.post("/my/details/equality/delete")
@signed_in
def no_equality() -> ResponseReturnValue:
    details.keep_answers(the_person(), {})
    flash("Your answers are deleted.")
    return redirect("/my/details")


@bp.route("/my/details/restrict", methods=["GET", "POST"])
@signed_in
def my_restrict() -> ResponseReturnValue:
    person = the_person()
    form = RestrictForm(manager=str(person.restricted_to_id or EVERYBODY))
    others = [(str(each.id), each.name) for each in queries.managers() if each.id != person.id]
    form.manager.choices = offered([(EVERYBODY, "Everybody of the office"), *others])
    if form.validate_on_submit():
        with form.showing_refusals():
            chosen = form.manager.data
            details.restrict_to(person, None if chosen == EVERYBODY else int(chosen))
            flash(KEPT)
            return redirect("/my/details")
    why = "If somebody you know works in the office, you can choose who may see that you are here."
    page = render_template("accounts/detail.html", form=form, heading="Who sees you", why=why)
    return page, form.status
