"""By way of another organisation and back."""

from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client.errors import OAuthError
from flask import Response, current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from recovery_college import clock
from recovery_college.accounts.access import open_to_anyone
from recovery_college.accounts.commands.signing_on import NotVouched, Vouched, sign_on
from recovery_college.accounts.devices import asking
from recovery_college.accounts.models import Visit
from recovery_college.accounts.rules import LINK_LIVES
from recovery_college.accounts.views.account import bp
from recovery_college.accounts.views.signing_in import start
from recovery_college.errors import NotFound
from recovery_college.pages import safe_path

ORGANISATION = "organisation"
BACK = "/sign-in/with/organisation/back"
AMISS = (OAuthError, JoseError, RequestException, ValueError, KeyError, RuntimeError)


@bp.get("/sign-in/with/organisation")
@open_to_anyone
def with_organisation() -> ResponseReturnValue:
    _check_set_up()
    session["way_on"] = safe_path(request.args.get("next", ""))
    try:
        there: Response = _client().authorize_redirect(f"{current_app.config['BASE_URL']}{BACK}")
    except AMISS as amiss:
        raise NotVouched from amiss
    return there


@bp.get(BACK)
@open_to_anyone
def back_from_organisation() -> ResponseReturnValue:
    _check_set_up()
    way_on = safe_path(str(session.pop("way_on", "")))
    came = sign_on(asking(), _vouched())
    if isinstance(came, Visit):
        return start(came, way_on)
    session["proven"] = (came, (clock.now() + LINK_LIVES).timestamp())
    return redirect(f"/join?{urlencode({'next': way_on})}" if way_on else "/join")


def _vouched() -> Vouched:
    """State, PKCE, signature and nonce are Authlib's to check; issuer and audience are told it.

    By itself it believes the issuer that discovery names, and a token for others with our `azp`.
    """
    try:
        said = _client().authorize_access_token(claims_options=_ours())["userinfo"]
        verified = said.get("email_verified") is True
        email = str(said.get("email") or "") if verified else ""
        return Vouched(str(said["iss"]), str(said["sub"]), email)
    except AMISS as amiss:
        raise NotVouched from amiss


def _ours() -> dict[str, dict[str, Any]]:
    """The setting leaves out a slash at the end, which some issuers have."""
    issuer = current_app.config["OIDC_ISSUER"]
    return {
        "iss": {"essential": True, "values": [issuer, f"{issuer}/"]},
        "aud": {"essential": True, "value": current_app.config["OIDC_CLIENT_ID"]},
    }


def _client() -> Any:
    """Authlib's, which `app` makes if the organisation is set up."""
    return current_app.extensions[ORGANISATION]


def _check_set_up() -> None:
    if ORGANISATION not in current_app.extensions:
        raise NotFound
