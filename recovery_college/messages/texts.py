"""Texts, by GOV.UK Notify or what speaks as it does: it takes one at once, and sends it on.

Its own client asks for a part that has no wheel, and so is not on our list of parts.
"""

import hmac
from typing import TYPE_CHECKING, Any

from flask import current_app

from recovery_college import clock
from recovery_college.keys import newest, newest_first, our_secret
from recovery_college.messages.channels import NotSent
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import TEXTS_WAIT, Trouble
from recovery_college.messages.smtp import Post

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

LONGEST = 918  # characters, of which six texts are made
TAKEN, FOUND, ODD, TOO_MANY = 201, 200, 400, 429
SERVICE, SECRET = slice(-73, -37), slice(-36, None)  # the two parts of a key


def send_text(message: OutboxMessage, _post: Post) -> None:
    """It goes out once, though we may have missed the answer: at a second try we ask first."""
    from requests.exceptions import RequestException, SSLError

    if not current_app.config["NOTIFY_API_KEY"]:
        raise NotSent(Trouble.NO_SERVER)
    if len(message.body) > LONGEST:
        raise NotSent(Trouble.UNWRITABLE)
    try:
        if message.tries < 2 or not _was_taken(message):
            _hand_over(message)
    except SSLError as fault:
        raise NotSent(Trouble.NOT_LET_IN) from fault
    except RequestException as fault:
        raise NotSent(Trouble.AWAY) from fault


def _was_taken(message: OutboxMessage) -> bool:
    """Under whichever key it was tried."""
    for secret in newest_first(our_secret()):
        with _asked("GET", "", params={"reference": _reference(message, secret)}) as answer:
            _check(answer, FOUND)
            if answer.json()["notifications"]:
                return True
    return False


def _hand_over(message: OutboxMessage) -> None:
    """The template there says ((words)), and nothing else."""
    text = {
        "phone_number": message.address,
        "template_id": current_app.config["NOTIFY_TEMPLATE"],
        "personalisation": {"words": message.body},
        "reference": _reference(message, newest(our_secret())),
    }
    with _asked("POST", "/sms", json=text) as answer:
        _check(answer, TAKEN)


def _asked(method: str, path: str, **sent: Any) -> "Response":
    """It is not followed elsewhere, where a key and a number would go with us."""
    import requests

    return requests.request(
        method,
        f"{current_app.config['NOTIFY_URL']}/v2/notifications{path}",
        auth=_signed,
        timeout=TEXTS_WAIT.total_seconds(),
        allow_redirects=False,
        **sent,
    )


def _signed(asked: "PreparedRequest") -> "PreparedRequest":
    """By a key that says who we are, and proves it with a token of this moment."""
    from joserfc import jwt
    from joserfc.jwk import OctKey

    key = str(current_app.config["NOTIFY_API_KEY"])
    claims = {"iss": key[SERVICE], "iat": int(clock.now().timestamp())}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key[SECRET]))
    asked.headers["Authorization"] = f"Bearer {token}"
    return asked


def _reference(message: OutboxMessage, secret: str) -> str:
    """The same at every try, and to others it says nothing."""
    return hmac.digest(secret.encode(), message.key.encode(), "sha256").hex()


def _check(answer: "Response", good: int) -> None:
    """A no to this number, or one to us, which the next text would hear too."""
    code = answer.status_code
    if code == good:
        return
    if code == ODD and "phone_number" in answer.text:
        raise NotSent(Trouble.ADDRESS_REFUSED)
    raise NotSent(Trouble.BUSY if code == TOO_MANY or code >= 500 else Trouble.NOT_LET_IN)
