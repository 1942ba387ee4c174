"""What somebody sent when nobody was signed in any more: it is not done, and not lost.

The page shows it, and holds it signed together with the address that it was for. Whoever
signs in meanwhile, in whatever way, sends it from there with one press. We keep none of it,
and never hand back a password or a code.
"""

import logging
import re
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer

from recovery_college.accounts.access import (
    ProveYourself,
    SignInAgain,
    SignInFirst,
    is_signed_in,
    open_to_anyone,
)
from recovery_college.accounts.views.account import bp
from recovery_college.errors import Refusal
from recovery_college.extensions import csrf
from recovery_college.keys import our_secret
from recovery_college.pages import leading_to, problem, safe_path

log = logging.getLogger(__name__)
WAYS = {SignInFirst: "/sign-in", ProveYourself: "/sign-in/second"}
SECRET = re.compile("csrf_token|password|code")
FOR_MACHINES = {"seen", "version", "how"}
LONGEST = 200_000  # characters; no form of ours takes as many
KEEPS = 24 * 60 * 60  # seconds for which the page can still be sent


def led_through(error: Exception) -> ResponseReturnValue:
    """By way of signing in to where somebody wanted to go, or to what they wanted to send."""
    way = WAYS[type(error)]
    if request.method == "POST" and _comes_from_here():
        return _shown(_where(), _sent(), way)
    where = _where() if request.method == "GET" else ""
    return redirect(leading_to(way, where))


def signed_in_again(_error: SignInAgain) -> ResponseReturnValue:
    """What was sent here is a press or an address: it is sent anew from the page."""
    flash("To change how you sign in, first sign in once more.")
    where = _where() if request.method == "GET" else "/my/security"
    return redirect(leading_to("/sign-in", where))


def too_old(_error: CSRFError) -> ResponseReturnValue:
    """The page's token is of an earlier visit; or another site has made it up."""
    if not _comes_from_here():
        log.warning("a form from elsewhere was refused at %s", request.endpoint)
        return problem(400)
    view = current_app.view_functions[request.endpoint or ""]
    is_open = view.__dict__.get("open_to") == "anyone" or is_signed_in()
    return _shown(_where(), _sent(), "" if is_open else "/sign-in")


@bp.post("/sign-in/unsent")
@open_to_anyone
def unsent() -> ResponseReturnValue:
    """Back on the page, after signing in in another window."""
    try:
        where, sent = _seal().loads(request.form.get("sealed", ""), max_age=KEEPS)
    except BadData as error:
        raise Refusal("This page is too old to send from. Go back and copy your words.") from error
    return _shown(where, sent, "" if is_signed_in() else "/sign-in")


csrf.exempt(unsent)  # the page's token is of the visit before; and nothing is done here


def _shown(where: str, sent: list[list[str]], way: str) -> ResponseReturnValue:
    said = [[name, value] for name, value in sent if name not in FOR_MACHINES and value.strip()]
    typed = [(name.replace("_", " ").capitalize(), value) for name, value in said if value != "y"]
    sealed = _seal().dumps([where, sent])
    page = render_template(
        "accounts/unsent.html", where=where, sent=sent, typed=typed, way=way, sealed=sealed
    )
    answer = make_response(page, 403)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sent() -> list[list[str]]:
    fields = [[n, v] for n, v in request.form.items(multi=True) if not SECRET.search(n)]
    return fields if sum(len(value) for _, value in fields) <= LONGEST else []


def _where() -> str:
    return safe_path(request.full_path.rstrip("?"))


def _comes_from_here() -> bool:
    """Our own page has sent it, as the browser says; another site can't put words in a mouth."""
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    ours = {request.host, urlsplit(current_app.config["BASE_URL"]).netloc}
    return urlsplit(request.headers.get("Origin", "")).netloc in ours


def _seal() -> Any:
    return URLSafeTimedSerializer(our_secret(), salt="unsent")
