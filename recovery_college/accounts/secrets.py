"""Keys that only their holder knows: the house keeps digests of them."""

import hmac
from hashlib import sha256
from secrets import token_urlsafe


def fresh_key() -> str:
    """32 random bytes, as text for an address or a cookie."""
    return token_urlsafe(32)


def digest(key: str) -> str:
    """What is kept of a random key; it can't be turned back or guessed."""
    return sha256(key.encode(errors="replace")).hexdigest()


def keyed_digest(secret: str, words: str) -> str:
    """What is kept of something that could be guessed, such as an address."""
    return hmac.new(secret.encode(), words.encode(errors="replace"), sha256).hexdigest()
