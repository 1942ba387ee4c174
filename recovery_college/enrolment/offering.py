"""The key in the letter about an offer: whoever has it may say yes or no, and do no more."""

from itsdangerous import BadData, URLSafeSerializer

from recovery_college.errors import NotFound


def offer_key(secret: str, enrolment_id: int) -> str:
    return str(_serializer(secret).dumps(enrolment_id))


def read_offer_key(secret: str, key: str) -> int:
    """Whatever nobody has signed is not there."""
    try:
        return int(_serializer(secret).loads(key))
    except (BadData, ValueError, TypeError) as error:
        raise NotFound from error


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="an offer of a place")
