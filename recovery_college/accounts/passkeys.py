"""Passkeys (WebAuthn): what a device is asked, and whether its answer is right.

Which site it is comes from our own setting, never from what a browser says of the host.
A challenge is worked out from the visit, so nothing of it is kept: once proven, the visit goes
by another key, and an answer to the old challenge is worth nothing.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app

from recovery_college.accounts.factors import (
    KnownPasskey,
    NoPasskeysHere,
    PasskeyStopped,
    WrongPasskey,
)
from recovery_college.accounts.models import Passkey, Person
from recovery_college.errors import Refusal
from recovery_college.keys import Secret, newest

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor
    from webauthn.registration.verify_registration_response import VerifiedRegistration

LONGEST_ANSWER = 20_000  # characters; with an attestation that nobody asked for, some 8,000
FAULTS: dict[str, type[Refusal]] = {  # by the names that browsers have for them
    "AbortError": PasskeyStopped,
    "InvalidStateError": KnownPasskey,
    "NotAllowedError": PasskeyStopped,
    "NotSupportedError": NoPasskeysHere,
    "SecurityError": NoPasskeysHere,
    "TypeError": NoPasskeysHere,
}
NOT_AN_ANSWER = (ValueError, KeyError, TypeError, AttributeError)


def challenge(secret: Secret, purpose: str, visit_digest: str) -> bytes:
    """Unguessable, for one purpose, and only for this visit."""
    return hmac.new(newest(secret).encode(), f"{purpose}:{visit_digest}".encode(), sha256).digest()


def offer_to_make(asked: bytes, person: Person, college: str, known: Iterable[Passkey]) -> str:
    """What the device needs to make a new one, as the script hands it on."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement

    options = generate_registration_options(
        rp_id=_site(),
        rp_name=college,
        user_id=sha256(f"{_origin()}:{person.id}".encode()).digest(),
        user_name=person.sign_in.address_key if person.sign_in else person.goes_by,
        user_display_name=person.goes_by,
        challenge=asked,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED
        ),
        exclude_credentials=_named(known),
    )
    return options_to_json(options)


def offer_to_prove(asked: bytes, known: Iterable[Passkey]) -> str:
    from webauthn import generate_authentication_options, options_to_json

    options = generate_authentication_options(
        rp_id=_site(), challenge=asked, allow_credentials=_named(known)
    )
    return options_to_json(options)


def read(typed: str) -> Mapping[str, object]:
    """What the script put into the form."""
    try:
        answer = json.loads(typed[:LONGEST_ANSWER])
    except (ValueError, RecursionError) as error:
        raise WrongPasskey from error
    if not isinstance(answer, dict):
        raise WrongPasskey
    if "fault" in answer:
        raise FAULTS.get(str(answer["fault"]), WrongPasskey)
    return answer


def credential_in(answer: Mapping[str, object]) -> bytes:
    """Which passkey it says it is."""
    from webauthn.helpers import base64url_to_bytes

    with _or_wrong():
        return base64url_to_bytes(str(answer["rawId"]))


def made(answer: Mapping[str, Any], asked: bytes) -> "VerifiedRegistration":
    from webauthn import verify_registration_response

    with _or_wrong():
        return verify_registration_response(
            credential=dict(answer),
            expected_challenge=asked,
            expected_rp_id=_site(),
            expected_origin=_origin(),
        )


def proven(answer: Mapping[str, Any], asked: bytes, public_key: bytes, sign_count: int) -> int:
    """Its new count of signatures; one that does not grow is a copy's."""
    from webauthn import verify_authentication_response

    with _or_wrong():
        return verify_authentication_response(
            credential=dict(answer),
            expected_challenge=asked,
            expected_rp_id=_site(),
            expected_origin=_origin(),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
        ).new_sign_count


@contextmanager
def _or_wrong() -> Iterator[None]:
    """Whatever is amiss with an answer, its sender hears the same."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, *NOT_AN_ANSWER) as error:
        raise WrongPasskey from error


def _named(known: Iterable[Passkey]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=each.credential_id) for each in known]


def _origin() -> str:
    parts = urlsplit(str(current_app.config["BASE_URL"]))
    return f"{parts.scheme}://{parts.netloc}"


def _site() -> str:
    return urlsplit(_origin()).hostname or ""
