"""Second factors before any database: codes of an app, codes on paper, and who needs one."""

import re
from base64 import b32encode
from collections.abc import Collection
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import choice, token_bytes

from pyotp import TOTP

from recovery_college.accounts.rules import Limit, Role, is_office
from recovery_college.errors import Refusal

STEP = 30  # seconds that a code lives
SECRET_BYTES = 20  # as long as SHA-1's result, RFC 4226
PAPER_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
QUARTER = timedelta(minutes=15)
CODES_OF_ONE = Limit(10, QUARTER, QUARTER)
PAPER_CODES_OF_ONE = Limit(10, QUARTER, QUARTER)
LONGEST_NAME = 60  # characters of a passkey's name


class WrongCode(Refusal):
    """Wrong, too old, or used already: the same for all three."""

    def __init__(self) -> None:
        super().__init__(
            "This code is not right, or was used already. Wait for the next one in your app, "
            "and type that.",
            field="code",
        )


class WrongPaperCode(Refusal):
    """Wrong or used already."""

    def __init__(self) -> None:
        super().__init__(
            "This recovery code is not right, or was used already. Each works once.",
            field="paper_code",
        )


class TooManyCodes(Refusal):
    """Whoever else guesses, the owner still has another way."""

    def __init__(self) -> None:
        super().__init__(
            "There were too many wrong codes. Wait 15 minutes, or use another of your ways in."
        )


class WrongPasskey(Refusal):
    """Whatever is amiss with it."""

    def __init__(self) -> None:
        super().__init__("That passkey did not work here. Try again, or use another way.")


class PasskeyStopped(Refusal):
    """Given up, or not answered in time."""

    def __init__(self) -> None:
        super().__init__(
            "You stopped, or your device waited too long. Nothing was done. Try again, or use "
            "another way."
        )


class NoPasskeysHere(Refusal):
    """An old browser, or one that allows none."""

    def __init__(self) -> None:
        super().__init__(
            "This browser can\u2019t use passkeys here. Try another browser or device, or use "
            "an authenticator app."
        )


class KnownPasskey(Refusal):
    """It stands in the list already."""

    def __init__(self) -> None:
        super().__init__("You have added this passkey already.")


class LastFactor(Refusal):
    """Whoever sees other people's records proves themself twice."""

    def __init__(self) -> None:
        super().__init__(
            "You work in the office, so you need a second step to sign in. Add another first, "
            "then take this one away."
        )


class OwnFactor(Refusal):
    """One's own is changed on one's own page, after proving oneself."""

    def __init__(self) -> None:
        super().__init__("You can\u2019t reset your own second step. Ask another manager.")


class NoFactorYet(Refusal):
    """Recovery codes stand in for something."""

    def __init__(self) -> None:
        super().__init__("First set up an authenticator app or a passkey.")


def must_have_factor(roles: Collection[Role], environment: str) -> bool:
    """Nobody of the office is let in with a password alone, where the people are real."""
    return environment == "production" and is_office(roles)


def check_may_go(roles: Collection[Role], environment: str, left: int) -> None:
    if not left and must_have_factor(roles, environment):
        raise LastFactor


def check_not_ones_own(actor_id: int | None, person_id: int) -> None:
    if actor_id == person_id:
        raise OwnFactor


def fresh_app_secret() -> str:
    return b32encode(token_bytes(SECRET_BYTES)).decode()


def app_address(secret: str, account: str, college: str) -> str:
    """What the picture holds that an authenticator app reads."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=college)


def grouped(secret: str) -> str:
    """In fours, to be typed."""
    return " ".join(re.findall(".{1,4}", secret))


def step_of(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step whose code it is: this one, or one before or after, for clocks differ.

    Never one that was used already, nor one before it.
    """
    typed = re.sub(r"\s", "", code)
    if not re.fullmatch("[0-9]{6}", typed):
        return None
    current, app = int(now.timestamp()) // STEP, TOTP(secret)
    steps = [step for step in (current - 1, current, current + 1) if step > last_step]
    return next((step for step in steps if compare_digest(app.at(step * STEP), typed)), None)


def fresh_paper_codes() -> list[str]:
    """As in: k7mnp-x2wqr. Nearly fifty bits each, so that they can't be guessed."""
    return [f"{_letters(5)}-{_letters(5)}" for _ in range(PAPER_CODES)]


def paper_key(code: str) -> str:
    """A code as it is compared, however it was typed."""
    return re.sub(r"[^a-z0-9]", "", code.casefold())


def _letters(count: int) -> str:
    return "".join(choice(LETTERS) for _ in range(count))
