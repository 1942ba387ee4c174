"""The file of a backup: chunks, each with a seal, so that one that is wrong is never taken.

A header, then chunks. Each has its length, whether it is the last, and a seal over all of that and
its place in the file: AES-256-GCM under a key of this file's own, or a plain checksum where no key
is set. So a byte that was changed, a chunk that is gone and an end that is missing are all seen.
"""

import struct
from collections.abc import Callable, Iterator
from hashlib import blake2b
from secrets import token_bytes
from typing import IO

from recovery_college.errors import Refusal

MAGIC = b"RECOVERY COLLEGE BACKUP 1\n"
SEALED, SUMMED = b"E", b"P"
SALT = 16  # bytes
HEADER = len(MAGIC) + 1 + SALT
SEAL = 16  # bytes, of either kind
CHUNK = 1 << 20  # bytes
FRAME = struct.Struct(">I?")

Seal = Callable[[int, bytes, bytes], bytes]  # of a chunk's number, what stands before it, itself


class NotWhole(Refusal):
    """The file is not what was written. It is not used at all."""


class Sealing:
    """Writes a file; whoever forgets `end` has written nothing that can be read."""

    def __init__(self, file: IO[bytes], key: str) -> None:
        self._file, self._number, self._rest = file, 0, bytearray()
        self._header = MAGIC + (SEALED if key else SUMMED) + token_bytes(SALT)
        self._seal = _locks(key, self._header)[0] if key else _sum
        file.write(self._header)

    def put(self, words: bytes) -> None:
        """A chunk of its own, after which others come."""
        self._put(words, last=False)

    def write(self, more: bytes) -> None:
        self._rest += more
        while len(self._rest) > CHUNK:
            self._put(bytes(self._rest[:CHUNK]), last=False)
            del self._rest[:CHUNK]

    def end(self) -> None:
        self._put(bytes(self._rest), last=True)

    def _put(self, words: bytes, *, last: bool) -> None:
        frame = FRAME.pack(len(words), last)
        self._file.write(frame + self._seal(self._number, self._header + frame, words))
        self._number += 1


def unsealed(file: IO[bytes], key: str) -> Iterator[bytes]:
    """Its chunks in order. One that is wrong raises before anything of it is given out."""
    header = file.read(HEADER)
    if not header.startswith(MAGIC) or len(header) < HEADER:
        raise NotWhole("This is not a backup of a college.")
    open_seal = _opening(header, key)
    number, last = 0, False
    while not last:
        frame = _exactly(file, FRAME.size)
        length, last = FRAME.unpack(frame)
        if length > CHUNK:
            raise NotWhole(_wrong(number))
        words = _exactly(file, length + SEAL)
        yield open_seal(number, header + frame, words)
        number += 1
    if file.read(1):
        raise NotWhole("More stands in this file than was written. Take another backup.")


def _opening(header: bytes, key: str) -> Seal:
    is_sealed = header[len(MAGIC) :][:1] == SEALED
    if is_sealed and not key:
        raise Refusal(
            "This backup is encrypted: set COLLEGE_BACKUP_KEY to the key that it was made with."
        )
    if key and not is_sealed:
        raise Refusal(
            "This backup is not encrypted, so nothing says that it is ours. To use it all the "
            "same, leave COLLEGE_BACKUP_KEY out."
        )
    return _locks(key, header)[1] if is_sealed else _unsum


def _locks(key: str, header: bytes) -> tuple[Seal, Seal]:
    """Under a key that is this file's alone, so a chunk's number will do as its nonce."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    own = HKDF(SHA256(), 32, salt=header[-SALT:], info=MAGIC).derive(key.encode())
    lock = AESGCM(own)

    def shut(number: int, before: bytes, words: bytes) -> bytes:
        return lock.encrypt(number.to_bytes(12, "big"), words, before)

    def opened(number: int, before: bytes, words: bytes) -> bytes:
        try:
            return lock.decrypt(number.to_bytes(12, "big"), words, before)
        except InvalidTag:
            raise NotWhole(_wrong(number)) from None

    return shut, opened


def _sum(number: int, before: bytes, words: bytes) -> bytes:
    return words + blake2b(before + number.to_bytes(12, "big") + words, digest_size=SEAL).digest()


def _unsum(number: int, before: bytes, words: bytes) -> bytes:
    if _sum(number, before, words[:-SEAL]) != words:
        raise NotWhole(_wrong(number))
    return words[:-SEAL]


def _exactly(file: IO[bytes], length: int) -> bytes:
    words = file.read(length)
    if len(words) < length:
        raise NotWhole("The end of this backup is missing. Take another.")
    return words


def _wrong(number: int) -> str:
    if number == 0:
        return (
            "COLLEGE_BACKUP_KEY is not the key that this backup was made with, or the file has "
            "been changed."
        )
    return "This backup has been changed or damaged since it was written. Take another."
