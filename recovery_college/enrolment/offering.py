"""Keys that the college has signed: to answer an offer without signing in, to come together, to
say that one knows what is not happening, and that one can't make a session.

Whoever has one may do that one thing, and no more.
"""

from itsdangerous import BadData, URLSafeSerializer

from recovery_college.errors import NotFound
from recovery_college.keys import Secret

OFFER, TOGETHER = "an offer of a place", "somebody to come with"
HEARD, CANNOT = "that they know", "that they can't make it"


def offer_key(secret: Secret, enrolment_id: int) -> str:
    return _signed(secret, OFFER, enrolment_id)


def read_offer_key(secret: Secret, key: str) -> int:
    """Whatever nobody has signed is not there."""
    return _read(secret, OFFER, key)


def together_key(secret: Secret, enrolment_id: int) -> str:
    """For somebody who would come with whoever waits, or not at all."""
    return _signed(secret, TOGETHER, enrolment_id)


def read_together_key(secret: Secret, key: str) -> int:
    return _read(secret, TOGETHER, key)


def heard_key(secret: Secret, enrolment_id: int, session_id: int) -> str:
    """For whoever was told that a session is off."""
    return str(URLSafeSerializer(secret, salt=HEARD).dumps([enrolment_id, session_id]))


def read_heard_key(secret: Secret, key: str) -> tuple[int, int]:
    """The enrolment, and the session."""
    return _read_both(secret, HEARD, key)


def cannot_key(secret: Secret, enrolment_id: int, session_id: int) -> str:
    """For whoever is reminded of a session."""
    return str(URLSafeSerializer(secret, salt=CANNOT).dumps([enrolment_id, session_id]))


def read_cannot_key(secret: Secret, key: str) -> tuple[int, int]:
    """The enrolment, and the session."""
    return _read_both(secret, CANNOT, key)


def _read_both(secret: Secret, what: str, key: str) -> tuple[int, int]:
    try:
        enrolment_id, session_id = URLSafeSerializer(secret, salt=what).loads(key)
        return int(enrolment_id), int(session_id)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound from error


def _signed(secret: Secret, what: str, enrolment_id: int) -> str:
    return str(URLSafeSerializer(secret, salt=what).dumps(enrolment_id))


def _read(secret: Secret, what: str, key: str) -> int:
    try:
        return int(URLSafeSerializer(secret, salt=what).loads(key))
    except (BadData, ValueError, TypeError) as error:
        raise NotFound from error
