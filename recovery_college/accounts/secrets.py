"""Keys that only their holder knows: the house keeps digests of them."""

import hmac
from contextlib import suppress
from hashlib import sha256
from secrets import token_bytes, token_urlsafe

from recovery_college.keys import Secret, newest, newest_first

NONCE = 12  # bytes


def fresh_key() -> str:
    """32 random bytes, as text for an address or a cookie."""
    return token_urlsafe(32)


def digest(key: str) -> str:
    """What is kept of a random key; it can't be turned back or guessed."""
    return sha256(key.encode(errors="replace")).hexdigest()


def keyed_digest(secret: Secret, words: str) -> str:
    """What is kept of something that could be guessed, such as an address."""
    return hmac.new(newest(secret).encode(), words.encode(errors="replace"), sha256).hexdigest()


def sealed(secret: Secret, words: str, about: str) -> bytes:
    """Encrypted (AES-GCM) for one purpose; it opens only for the same."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = token_bytes(NONCE)
    key = AESGCM(_sealing_key(newest(secret)))
    return nonce + key.encrypt(nonce, words.encode(), about.encode())


def opened(secret: Secret, kept: bytes, about: str) -> str | None:
    """What was sealed; nothing if it was for something else, or under another secret."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    for each in newest_first(secret):
        with suppress(InvalidTag, ValueError):
            key = AESGCM(_sealing_key(each))
            return key.decrypt(kept[:NONCE], kept[NONCE:], about.encode()).decode()
    return None


def sealed_anew(secret: Secret, kept: bytes, about: str) -> bytes:
    """Under the newest key, if it is not so already. What no key opens stays as it is."""
    words = opened(secret, kept, about)
    is_new = opened(newest(secret), kept, about) is not None
    return kept if is_new or words is None else sealed(secret, words, about)


def _sealing_key(secret: str) -> bytes:
    """Another key than the one that signs cookies, from the same secret."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"recovery college: sealing")
    return derive.derive(secret.encode())
