"""The key in a tutor's letter: it shows what one tutor is asked for in one run, and no more."""

from itsdangerous import BadData, URLSafeSerializer

from recovery_college.errors import NotFound
from recovery_college.keys import Secret


def answer_key(secret: Secret, tutor_id: int, run_id: int) -> str:
    return str(_serializer(secret).dumps([tutor_id, run_id]))


def read_answer_key(secret: Secret, key: str) -> tuple[int, int]:
    """The tutor's id and the run's; whatever nobody has signed is not there."""
    try:
        tutor_id, run_id = _serializer(secret).loads(key)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound from error
    return int(tutor_id), int(run_id)


def _serializer(secret: Secret) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="a tutor's answers")
