"""The other organisation: the way there, and what is believed of what it says (OpenID Connect).

Authlib speaks with it. State, nonce and verifier of one way there and back are handed to the
browser, sealed for it alone (see `views.signing_on`), so that nothing is kept here meanwhile
and two windows don't get in each other's way.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from recovery_college.accounts.commands.signing_on import (
    NotBegunHere,
    NotVouched,
    OrganisationAway,
    OrganisationRefused,
    Vouched,
)
from recovery_college.errors import NotFound
from recovery_college.keys import our_secret

ORGANISATION = "organisation"
BACK = "/sign-in/with/organisation/back"
LASTS = 30 * 60  # seconds to sign in over there
LONGEST_WAY_ON = 400  # characters; four such cookies fit into one request
BROKEN_THERE = {"server_error", "temporarily_unavailable"}  # RFC 6749, 4.1.2.1
AMISS = (ValueError, KeyError, TypeError, AttributeError, RuntimeError)


@dataclass(frozen=True)
class Begun:
    """One way there. `visit_id` is of somebody who is signed in and connects it, else 0."""

    state: str
    nonce: str
    code_verifier: str
    way_on: str
    visit_id: int = 0

    def sealed(self) -> str:
        return str(_seal().dumps(asdict(self)))


def begin(way_on: str, visit_id: int = 0) -> tuple[str, Begun]:
    """Where to go, and what must come back."""
    with _in_our_words():
        made = _client().create_authorization_url(_back())
    kept = way_on if len(way_on) <= LONGEST_WAY_ON else ""
    return str(made["url"]), Begun(
        made["state"], made["nonce"], made["code_verifier"], kept, visit_id
    )


def begun(sealed: str, state: str) -> Begun:
    """What this browser was given for this state, if it was, and not too long ago."""
    try:
        found = Begun(**_seal().loads(sealed, max_age=LASTS))
    except (BadData, TypeError) as error:
        raise NotBegunHere from error
    if found.state != state:
        raise NotBegunHere
    return found


def vouched(way: Begun, said: Mapping[str, str]) -> Vouched:
    """What it says of whoever comes back with these words in the address."""
    if "error" in said:
        raise OrganisationAway if said["error"] in BROKEN_THERE else OrganisationRefused
    with _in_our_words():
        return _vouched(way, said["code"])


def check_set_up() -> None:
    if ORGANISATION not in current_app.extensions:
        raise NotFound


@contextmanager
def _in_our_words() -> Iterator[None]:
    """It is away, or what it says can't be believed."""
    from authlib.integrations.base_client.errors import OAuthError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        yield
    except RequestException as away:
        raise OrganisationAway from away
    except (OAuthError, JoseError, *AMISS) as amiss:
        raise NotVouched from amiss


def _vouched(way: Begun, code: str) -> Vouched:
    """Signature, nonce and times are Authlib's to check; issuer and audience are told it.

    By itself it believes the issuer that discovery names, and a token for others with our `azp`.
    """
    client = _client()
    token = client.fetch_access_token(_back(), code=code, code_verifier=way.code_verifier)
    said = client.parse_id_token(token, nonce=way.nonce, claims_options=_ours())
    issuer, subject = str(said["iss"]), str(said["sub"])
    if not {"email", "email_verified"} <= said.keys():
        said = _asked_for(client, token, subject) or said
    email = str(said.get("email") or "")
    verified = said.get("email_verified") in (True, "true")
    return Vouched(issuer, subject, email if verified else "", email or subject)


def _asked_for(client: Any, token: Any, subject: str) -> Mapping[str, Any]:
    """Some tell the address only when asked; without it those who are known still come in."""
    said: Mapping[str, Any] = {}
    with suppress(OrganisationAway, NotVouched), _in_our_words():
        said = client.userinfo(token=token)
    is_theirs = said.get("sub") == subject  # OpenID Connect Core, 5.3.2
    return said if is_theirs and "email" in said else {}


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


def _back() -> str:
    return f"{current_app.config['BASE_URL']}{BACK}"


def _seal() -> Any:
    return URLSafeTimedSerializer(our_secret(), salt="signing on")
