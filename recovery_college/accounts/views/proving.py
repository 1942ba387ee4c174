"""Proving oneself a second time, and setting up how."""

import segno
from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from recovery_college.accounts import factors, passkeys, queries
from recovery_college.accounts.access import (
    halfway_in,
    manager_only,
    must_prove,
    signed_in,
    the_person,
    the_visit,
)
from recovery_college.accounts.commands import factors as commands
from recovery_college.accounts.commands import second_factor
from recovery_college.accounts.devices import asking
from recovery_college.accounts.factors import WrongCode
from recovery_college.accounts.forms.proving import (
    AnswerForm,
    CodeForm,
    NewPasskeyForm,
    PaperForm,
    SetUpAppForm,
)
from recovery_college.accounts.models import Visit
from recovery_college.accounts.secrets import opened, sealed
from recovery_college.accounts.views.account import bp
from recovery_college.college.queries import the_college
from recovery_college.forms import CollegeForm
from recovery_college.pages import safe_path

SETTING_UP = "an app that is being set up"


@bp.route("/sign-in/second", methods=["GET", "POST"])
@halfway_in
def second() -> ResponseReturnValue:
    visit, form = the_visit(), CodeForm()
    if not must_prove(visit):
        return redirect(_way_on())
    if not visit.has_factor:
        return redirect("/my/security/authenticator")
    if form.validate_on_submit():
        with form.showing_refusals():
            return _go_on(second_factor.prove_by_app(visit, asking(), form.code.data or ""))
    return _second(form)


@bp.route("/sign-in/second/paper", methods=["GET", "POST"])
@halfway_in
def second_by_paper() -> ResponseReturnValue:
    visit, form = the_visit(), PaperForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            typed = form.paper_code.data or ""
            return _go_on(second_factor.prove_by_paper(visit, asking(), typed))
    return render_template("accounts/second-by-paper.html", form=form), form.status


@bp.post("/sign-in/second/passkey")
@halfway_in
def second_by_passkey() -> ResponseReturnValue:
    visit, form = the_visit(), AnswerForm()
    with form.showing_refusals():
        answer = passkeys.read(form.answer.data or "")
        return _go_on(second_factor.prove_by_passkey(visit, asking(), answer))
    return _second(form)


def _second(form: CollegeForm) -> ResponseReturnValue:
    visit = the_visit()
    known = queries.factors_of(visit.person)
    challenge = passkeys.challenge(asking().secret, "prove", visit.key_digest)
    page = render_template(
        "accounts/second.html",
        form=form,
        code=form if isinstance(form, CodeForm) else CodeForm(formdata=None),
        answer=AnswerForm(formdata=None),
        known=known,
        way_on=safe_path(request.args.get("next", "")),
        offer=passkeys.offer_to_prove(challenge, known.passkeys) if known.passkeys else "",
    )
    return page, form.status


@bp.route("/my/security/authenticator", methods=["GET", "POST"])
@signed_in
def authenticator() -> ResponseReturnValue:
    visit, form = the_visit(), SetUpAppForm()
    shared = _kept(form) or factors.fresh_app_secret()
    if form.validate_on_submit():
        with form.showing_refusals():
            if not _kept(form):
                raise WrongCode
            made = commands.set_up_app(visit, asking(), shared, form.code.data or "")
            _keep(made)
            flash("Your app is set up. Now make recovery codes, for the day when you lose it.")
            return redirect("/my/security")
    form.kept.data = sealed(asking().secret, shared, _purpose()).hex()
    page = render_template(
        "accounts/authenticator.html",
        form=form,
        picture=_picture(shared, visit),
        typed=factors.grouped(shared),
    )
    return page, form.status


@bp.post("/my/security/authenticator/remove")
@signed_in
def remove_authenticator() -> ResponseReturnValue:
    commands.remove_app(the_person())
    flash("Your authenticator app is not asked any more.")
    return redirect("/my/security")


@bp.route("/my/security/passkeys", methods=["GET", "POST"])
@signed_in
def new_passkey() -> ResponseReturnValue:
    visit, form = the_visit(), NewPasskeyForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            answer = passkeys.read(form.answer.data or "")
            _keep(commands.add_passkey(visit, asking(), form.name.data or "", answer))
            flash("Your passkey is set up.")
            return redirect("/my/security")
    challenge = passkeys.challenge(asking().secret, "make", visit.key_digest)
    known = queries.factors_of(visit.person).passkeys
    offer = passkeys.offer_to_make(challenge, visit.person, the_college().short_name, known)
    return render_template("accounts/passkey.html", form=form, offer=offer), form.status


@bp.post("/my/security/passkeys/<int:passkey_id>/remove")
@signed_in
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    commands.remove_passkey(the_person(), passkey_id)
    flash("That passkey does not work here any more.")
    return redirect("/my/security")


@bp.post("/my/security/codes")
@signed_in
def codes() -> ResponseReturnValue:
    made = commands.make_paper_codes(the_person())
    return render_template("accounts/codes.html", codes=made)


@bp.post("/office/people/<int:person_id>/reset-second-factor")
@manager_only
def reset_second_factor(person_id: int) -> ResponseReturnValue:
    found = queries.person_for(the_person(), person_id)
    commands.reset_second_factor(the_person(), found)
    flash("The second step is reset. They set it up anew when they sign in next.")
    return redirect(f"/office/people/{found.id}")


def _go_on(visit: Visit) -> ResponseReturnValue:
    _keep(visit)
    return redirect(_way_on())


def _way_on() -> str:
    return safe_path(request.args.get("next", "")) or "/my"


def _keep(visit: Visit) -> None:
    """The device gets the visit's new key."""
    session["_user_id"] = visit.get_id()


def _kept(form: SetUpAppForm) -> str | None:
    try:
        given = bytes.fromhex(str(form.kept.data or ""))
    except ValueError:
        return None
    return opened(asking().secret, given, _purpose())


def _purpose() -> str:
    """Another person's page, or an older visit's, is of no use."""
    return f"{SETTING_UP}:{the_visit().id}"


def _picture(shared: str, visit: Visit) -> Markup:
    """The QR code as a drawing in the page; it holds nothing but squares."""
    account = visit.person.sign_in.address_key if visit.person.sign_in else visit.person.goes_by
    address = factors.app_address(shared, account, the_college().short_name)
    drawing = segno.make(address, micro=False).svg_inline(
        scale=5, border=4, svgclass="c-qr", lineclass=None, title="QR code for your app"
    )
    return Markup(drawing)  # noqa: S704  # segno's own markup; the address is only in its squares
