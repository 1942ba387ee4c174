"""How somebody signs in, and where they are signed in."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts import queries
from recovery_college.accounts.access import just_signed_in, signed_in, the_person, the_visit
from recovery_college.accounts.commands import signing_in
from recovery_college.accounts.devices import asking
from recovery_college.accounts.forms.signing_in import PasswordForm
from recovery_college.accounts.views.account import bp
from recovery_college.pages import safe_path


@bp.get("/my/security")
@signed_in
def security() -> str:
    person, visit = the_person(), the_visit()
    return render_template(
        "accounts/security.html",
        person=person,
        this=visit,
        way_on=safe_path(request.args.get("next", "")),
        known=queries.factors_of(person),
        has_sign_on=queries.has_sign_on(person),
        visits=queries.visits_of(person, clock.now()),
    )


@bp.route("/my/security/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    visit = the_visit()
    form = PasswordForm(says_current=signing_in.must_say_password(visit, clock.now()))
    if form.validate_on_submit():
        current = form.current_password.data or "" if form.current_password else ""
        with form.showing_refusals():
            signing_in.set_password(asking(), visit, form.password.data or "", current=current)
            flash("Your new password works from now on.")
            return redirect("/my/security")
    return render_template("accounts/password.html", form=form), form.status


@bp.post("/my/security/no-password")
@just_signed_in
def no_password() -> ResponseReturnValue:
    signing_in.drop_password(the_person())
    flash("You have no password any more. You sign in with a link.")
    return redirect("/my/security")


@bp.post("/my/security/elsewhere")
@signed_in
def elsewhere() -> ResponseReturnValue:
    signing_in.sign_out_elsewhere(the_person(), the_visit())
    flash("You are signed out on every other device.")
    return redirect("/my/security")


@bp.post("/my/security/visits/<int:visit_id>")
@signed_in
def sign_out_there(visit_id: int) -> ResponseReturnValue:
    signing_in.sign_out_there(the_person(), visit_id)
    flash("You are signed out there.")
    return redirect("/my/security")
