"""The college's secret keys: by the newest it signs and seals, and it believes each of them.

While a key is being changed there are two. They stand oldest first, as itsdangerous has them.
"""

from flask import current_app

Secret = str | list[str]


def our_secret() -> list[str]:
    found: list[str] = current_app.config["SECRET_KEYS"]
    return found


def newest(secret: Secret) -> str:
    return secret if isinstance(secret, str) else secret[-1]


def newest_first(secret: Secret) -> list[str]:
    return [secret] if isinstance(secret, str) else secret[::-1]
