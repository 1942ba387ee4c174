"""The student agreement: a person reads it and says yes; a manager writes a new version."""

from flask import flash, redirect, render_template, session
from flask.typing import ResponseReturnValue

from recovery_college.accounts import queries
from recovery_college.accounts.access import manager_only, signed_in, the_person
from recovery_college.accounts.agreement import WE_ASK, WE_PROMISE
from recovery_college.accounts.commands import agreeing, joining
from recovery_college.accounts.devices import asking, remember_device
from recovery_college.accounts.forms.agreement import AgreementForm, WriteAgreementForm
from recovery_college.accounts.models import Agreement
from recovery_college.accounts.views.account import bp
from recovery_college.accounts.views.joining import is_on_the_way_to_a_place
from recovery_college.pages import safe_path

SHIPPED = Agreement(we_promise=WE_PROMISE, we_ask=WE_ASK)


@bp.route("/join/agreement", methods=["GET", "POST"])
@signed_in
def agreement() -> ResponseReturnValue:
    person, form = the_person(), AgreementForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            return _say_yes(form)
    current = queries.current_agreement()
    form.version.data = current.id if current else ""
    page = render_template(
        "accounts/agreement.html",
        form=form,
        person=person,
        yes=queries.yes_of(person),
        version=current or SHIPPED,
    )
    return page, form.status


def _say_yes(form: AgreementForm) -> ResponseReturnValue:
    """The last step of joining, or a yes to a new version."""
    person = the_person()
    if person.is_joining:
        remember_device()
        joining.finish_joining(asking(), person, form.shown)
        return redirect(_way_on() or "/join/done")
    agreeing.accept(person, form.shown)
    flash("Thank you. Your yes is kept.")
    return redirect("/my")


def _way_on() -> str:
    """Whoever joined on the way to a place goes straight on to it."""
    if not is_on_the_way_to_a_place():
        return ""
    flash("You are a student now. One more press, and you have asked for your place.")
    return safe_path(str(session["way_on"]))


@bp.route("/office/agreement", methods=["GET", "POST"])
@manager_only
def write_agreement() -> ResponseReturnValue:
    current = queries.current_agreement()
    form = WriteAgreementForm(obj=current or SHIPPED, version=current.id if current else "")
    if form.validate_on_submit():
        with form.showing_refusals():
            promised, asked = form.we_promise.data or "", form.we_ask.data or ""
            agreeing.write_agreement(the_person(), promised, asked, form.shown)
            flash("Kept. Everybody is asked to read it at their next visit.")
            return redirect("/office/agreement")
    newest = queries.current_agreement()
    form.version.data = newest.id if newest else ""
    page = render_template("office/agreement.html", form=form, versions=queries.agreements())
    return page, form.status


@bp.get("/office/agreement/<int:version_id>")
@manager_only
def old_agreement(version_id: int) -> str:
    version = queries.agreement_at(version_id)
    return render_template("office/old-agreement.html", version=version)
