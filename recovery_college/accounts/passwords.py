"""Passwords: argon2id, at least ten characters, and none of those that everybody tries."""

import re
from functools import cache
from pathlib import Path
from string import digits, punctuation

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from recovery_college.accounts.secrets import digest
from recovery_college.accounts.words import plain
from recovery_college.errors import Refusal

SHORTEST = 10  # characters
LONGEST = 200
SALTED = "$"
COMMON = Path(__file__).parent / "common-passwords.txt"
ADDED = digits + punctuation  # what people put around a word, for a rule that asked for it
HASHER = PasswordHasher()  # argon2id, RFC 9106's low-memory settings


class PoorPassword(Refusal):
    """Too short, or one that a machine tries first."""


def hashed(password: str) -> str:
    return HASHER.hash(password)


def verifies(kept: str | None, password: str) -> bool:
    """Takes as long when there is nothing to compare with."""
    try:
        HASHER.verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None and len(password) <= LONGEST


def code_digest(code: str, salt: bytes) -> str:
    """What is kept of a code that is short enough to be tried: as slow to make as a password's.

    Codes of one sheet share their salt, so that one of ten is found by a single digest.
    """
    made = hash_secret_raw(
        code.encode(),
        salt,
        HASHER.time_cost,
        HASHER.memory_cost,
        HASHER.parallelism,
        HASHER.hash_len,
        Type.ID,
    )
    return f"{salt.hex()}{SALTED}{made.hex()}"


def digest_like(kept: str, code: str) -> str:
    """The digest of a code as another of its sheet is kept; the first had no salt."""
    salt = salt_of(kept)
    return code_digest(code, bytes.fromhex(salt)) if salt else digest(code)


def salt_of(kept: str) -> str:
    return kept.rpartition(SALTED)[0]


def is_outdated(kept: str) -> bool:
    return HASHER.check_needs_rehash(kept)


def check_good(password: str, about: tuple[str, ...]) -> None:
    """`about` are words that somebody who knows the person would try."""
    if len(password) < SHORTEST:
        raise PoorPassword(
            f"Use {SHORTEST} characters or more. Three or four words in a row are easy to keep.",
            field="password",
        )
    if len(password) > LONGEST:
        raise PoorPassword(f"Use {LONGEST} characters or fewer.", field="password")
    if _is_common(plain(password)) or _is_about(plain(password), about):
        raise PoorPassword(
            "This password is easy to guess. Choose another, such as three or four words in a row.",
            field="password",
        )


def _is_common(password: str) -> bool:
    return not {password, password.strip(ADDED)}.isdisjoint(_common()) or len(set(password)) < 4


def _is_about(password: str, about: tuple[str, ...]) -> bool:
    """Names or an address with little around them."""
    whole = _letters(password)
    words = {_letters(word) for each in about for word in (each, *re.split(r"[\s@.]", each))}
    known = [word for word in words if len(word) > 3 and word in whole]
    rest = whole
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    return bool(known) and len(rest) < 5


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", plain(text))


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text().split())


@cache
def _nobodys() -> str:
    """A hash that no password has, to spend the same time on."""
    return HASHER.hash("nobody's password, which nobody knows")
