"""Proving oneself a second time, and setting up how."""

import segno
from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from recovery_college.accounts import factors, passkeys, queries
from recovery_college.accounts.access import (
    halfway_in,
    just_signed_in,
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
    PaperForm,
    PasskeyForm,
    SetUpAppForm,
)
from recovery_college.accounts.forms.signing_in import PressForm
from recovery_college.accounts.models import Visit
from recovery_college.accounts.secrets import opened, sealed
from recovery_college.accounts.views.account import bp
from recovery_college.college.queries import the_college
from recovery_college.forms import CollegeForm
from recovery_college.pages import leading_to, safe_path

SETTING_UP = "an app that is being set up"
CODES = "codes"  # in the browser's session, between the press and the page


@bp.route("/sign-in/second", methods=["GET", "POST"])
@halfway_in
def second() -> ResponseReturnValue:
    visit, form = the_visit(), CodeForm()
    if not must_prove(visit):
        return redirect(_way_on() or "/my")
    if not visit.has_factor:
        return redirect(leading_to("/my/security/authenticator", _way_on()))
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
    page = render_template("accounts/second-by-paper.html", form=form, way_on=_way_on())
    return page, form.status


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
        way_on=_way_on(),
        offer=passkeys.offer_to_prove(challenge, known.passkeys) if known.passkeys else "",
    )
    return page, form.status


@bp.route("/my/security/authenticator", methods=["GET", "POST"])
@just_signed_in
def authenticator() -> ResponseReturnValue:
    visit, form = the_visit(), SetUpAppForm()
    shared = _kept(form) or factors.fresh_app_secret()
    if form.validate_on_submit():
        with form.showing_refusals():
            if not _kept(form):
                raise WrongCode
            _keep(commands.set_up_app(visit, asking(), shared, form.code.data or ""))
            flash("Your app is set up. Now make recovery codes, for the day when you lose it.")
            return redirect(leading_to("/my/security", _way_on()))
    form.kept.data = sealed(asking().secret, shared, _purpose(SETTING_UP)).hex()
    page = render_template(
        "accounts/authenticator.html",
        form=form,
        picture=_picture(shared, visit),
        typed=factors.grouped(shared),
        way_on=_way_on(),
    )
    return page, form.status


@bp.post("/my/security/authenticator/remove")
@just_signed_in
def remove_authenticator() -> ResponseReturnValue:
    commands.remove_app(the_person())
    flash("Your authenticator app is not asked any more.")
    return redirect("/my/security")


@bp.route("/my/security/passkeys", methods=["GET", "POST"])
@just_signed_in
def new_passkey() -> ResponseReturnValue:
    """The name comes after: a device never keeps a passkey that we refused for its name."""
    visit, form = the_visit(), AnswerForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            answer = passkeys.read(form.answer.data or "")
            key = commands.add_passkey(visit, asking(), answer)
            _keep(visit)
            flash("Your passkey is set up.")
            return redirect(leading_to(f"/my/security/passkeys/{key.id}", _way_on()))
    challenge = passkeys.challenge(asking().secret, "make", visit.key_digest)
    known = queries.factors_of(visit.person).passkeys
    offer = passkeys.offer_to_make(challenge, visit.person, the_college().short_name, known)
    return render_template("accounts/passkey.html", form=form, offer=offer), form.status


@bp.route("/my/security/passkeys/<int:passkey_id>", methods=["GET", "POST"])
@signed_in
def passkey(passkey_id: int) -> ResponseReturnValue:
    form = PasskeyForm(queries.passkey_of(the_person(), passkey_id))
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.rename_passkey(the_person(), passkey_id, form.edit)
            flash("Kept.")
            return redirect(leading_to("/my/security", _way_on()))
    page = render_template("accounts/passkey-name.html", form=form, way_on=_way_on())
    return page, form.status


@bp.post("/my/security/passkeys/<int:passkey_id>/remove")
@just_signed_in
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    commands.remove_passkey(the_person(), passkey_id)
    flash("That passkey does not work here any more.")
    return redirect("/my/security")


@bp.route("/my/security/codes", methods=["GET", "POST"])
@just_signed_in
def codes() -> ResponseReturnValue:
    """Made by a press, shown on the page after it, once: asking for that again makes none."""
    if PressForm().validate_on_submit():
        made = commands.make_paper_codes(the_person())
        session[CODES] = sealed(asking().secret, " ".join(made), _purpose(CODES)).hex()
        return redirect(leading_to("/my/security/codes", _way_on()))
    shown = _opened(session.pop(CODES, ""), CODES)
    if not shown:
        flash("Recovery codes are shown once. If you did not keep them, make new ones.")
        return redirect(leading_to("/my/security", _way_on()))
    return render_template("accounts/codes.html", codes=shown.split(), way_on=_way_on())


@bp.post("/office/people/<int:person_id>/reset-second-factor")
@manager_only
def reset_second_factor(person_id: int) -> ResponseReturnValue:
    found = queries.person_for(the_person(), person_id)
    commands.reset_second_factor(the_person(), found)
    flash("The second step is reset. They set it up anew when they sign in next.")
    return redirect(f"/office/people/{found.id}")


def _go_on(visit: Visit) -> ResponseReturnValue:
    _keep(visit)
    return redirect(_way_on() or "/my")


def _way_on() -> str:
    return safe_path(request.args.get("next", ""))


def _keep(visit: Visit) -> None:
    """The device gets the visit's new key."""
    session["_user_id"] = visit.get_id()


def _kept(form: SetUpAppForm) -> str | None:
    return _opened(str(form.kept.data or ""), SETTING_UP)


def _opened(kept: str, what: str) -> str | None:
    """What a page or the browser kept for us, sealed for this."""
    try:
        return opened(asking().secret, bytes.fromhex(kept), _purpose(what))
    except ValueError:
        return None


def _purpose(what: str) -> str:
    """Another person's page, or an older visit's, is of no use."""
    return f"{what}:{the_visit().id}"


def _picture(shared: str, visit: Visit) -> Markup:
    """The QR code as a drawing in the page; it holds nothing but squares."""
    account = visit.person.sign_in.address_key if visit.person.sign_in else visit.person.goes_by
    address = factors.app_address(shared, account, the_college().short_name)
    drawing = segno.make(address, micro=False).svg_inline(
        scale=5, border=4, svgclass="c-qr", lineclass=None, title="QR code for your app"
    )
    return Markup(drawing)  # noqa: S704  # segno's own markup; the address is only in its squares
