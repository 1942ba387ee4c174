"""By way of another organisation and back; and connecting it with oneself.

Each way there has a cookie of its own, so that two windows come back each to where it was
going. It goes when it is used, and the oldest make room for new ones.
"""

from collections.abc import Callable
from typing import Any

from flask import (
    Response,
    after_this_request,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts import organisation
from recovery_college.accounts.access import (
    is_signed_in,
    just_signed_in,
    open_to_anyone,
    signed_in,
    the_person,
    the_visit,
)
from recovery_college.accounts.commands import signing_on
from recovery_college.accounts.commands.signing_on import NotBegunHere, NotVouched, Vouched
from recovery_college.accounts.devices import asking
from recovery_college.accounts.forms.signing_in import PressForm
from recovery_college.accounts.models import Visit
from recovery_college.accounts.organisation import BACK, LASTS, Begun
from recovery_college.accounts.secrets import digest
from recovery_college.accounts.views.account import bp
from recovery_college.accounts.views.signing_in import PROVEN_FOR, join_with, start
from recovery_college.pages import safe_path

MOST_AT_ONCE = 4  # windows; the oldest has to begin again
CONNECTING = "connecting"  # in the browser's session, until they have said yes


@bp.get("/sign-in/with/organisation")
@open_to_anyone
def with_organisation() -> ResponseReturnValue:
    organisation.check_set_up()
    return _lead_there(*organisation.begin(safe_path(request.args.get("next", ""))))


@bp.get("/my/security/organisation")
@just_signed_in
def to_organisation() -> ResponseReturnValue:
    """To be connected: by a link, for a form may not lead to another site."""
    organisation.check_set_up()
    return _lead_there(*organisation.begin("", the_visit().id))


@bp.get(BACK)
@open_to_anyone
def back_from_organisation() -> ResponseReturnValue:
    organisation.check_set_up()
    way = _taken_up(request.args.get("state", ""))
    vouched = organisation.vouched(way, request.args.to_dict())
    if way.visit_id:
        return _ask_to_connect(way, vouched)
    came = signing_on.sign_on(asking(), vouched)
    return start(came, way.way_on) if isinstance(came, Visit) else join_with(came, way.way_on)


@bp.route("/my/security/connect", methods=["GET", "POST"])
@signed_in
def connect() -> ResponseReturnValue:
    """Back again; only a press connects it, or another site could do it for them."""
    visit_id, until, *said = session.get(CONNECTING, (0, 0))
    if visit_id != the_visit().id or clock.now().timestamp() >= until:
        return redirect("/my/security")
    form, vouched = PressForm(), Vouched(*said)
    if form.validate_on_submit():
        with form.showing_refusals():
            signing_on.connect(the_person(), vouched)
            del session[CONNECTING]
            flash("Your organisation is connected. It can sign you in from now on.")
            return redirect("/my/security")
    return render_template("accounts/connect.html", form=form, called=vouched.called), form.status


@bp.post("/my/security/disconnect")
@just_signed_in
def disconnect() -> ResponseReturnValue:
    signing_on.disconnect(the_person())
    flash("Your organisation is not connected any more.")
    return redirect("/my/security")


@bp.errorhandler(NotVouched)
def not_signed_on(refused: NotVouched) -> ResponseReturnValue:
    return render_template("accounts/not-signed-on.html", words=refused.message), 409


def _ask_to_connect(way: Begun, vouched: Vouched) -> ResponseReturnValue:
    if not is_signed_in() or way.visit_id != the_visit().id:
        raise NotBegunHere
    until = (clock.now() + PROVEN_FOR).timestamp()
    said = (vouched.issuer, vouched.subject, "", vouched.called)
    session[CONNECTING] = (way.visit_id, until, *said)
    return redirect("/my/security/connect")


def _lead_there(address: str, way: Begun) -> Response:
    """With a cookie that sorts by when it was given and is found by its state."""
    there = make_response(redirect(address))
    for name in _pending()[: 1 - MOST_AT_ONCE]:
        _forgetting(name)(there)
    name = f"{_prefix()}{int(clock.now().timestamp())}-{_mark(way.state)}"
    there.set_cookie(name, way.sealed(), max_age=LASTS, **_attributes())
    return there


def _taken_up(state: str) -> Begun:
    """Each works once, whatever comes of it."""
    name = next((each for each in _pending() if each.endswith(_mark(state))), "")
    way = organisation.begun(request.cookies.get(name, ""), state)
    after_this_request(_forgetting(name))
    return way


def _pending() -> list[str]:
    """The cookies of those on their way, the oldest first."""
    return sorted(name for name in request.cookies if name.startswith(_prefix()))


def _forgetting(name: str) -> Callable[[Response], Response]:
    def forget(response: Response) -> Response:
        response.delete_cookie(name, **_attributes())
        return response

    return forget


def _prefix() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-on-"


def _mark(state: str) -> str:
    return digest(state)[:16]


def _attributes() -> dict[str, Any]:
    """As the session's own."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return {"httponly": True, "samesite": "Lax", "secure": secure}
