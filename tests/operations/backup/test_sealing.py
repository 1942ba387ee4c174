"""A file that is wrong in any byte gives nothing that is wrong."""

from io import BytesIO
from random import Random

import pytest

from recovery_college.errors import Refusal
from recovery_college.operations.backup import sealing
from recovery_college.operations.backup.sealing import HEADER, Sealing, unsealed

KEY, WORDS = "k" * 32, b"places, " * 60


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 100)


def sealed(key: str) -> bytes:
    file = BytesIO()
    sealing_it = Sealing(file, key)
    sealing_it.put(b"what it is")
    for start in range(0, len(WORDS), 7):
        sealing_it.write(WORDS[start : start + 7])
    sealing_it.end()
    return file.getvalue()


def read(file: bytes, key: str) -> list[bytes]:
    return list(unsealed(BytesIO(file), key))


@pytest.mark.parametrize("key", [KEY, ""])
def test_what_was_put_in_comes_out(key: str) -> None:
    first, *rest = read(sealed(key), key)
    assert (first, b"".join(rest)) == (b"what it is", WORDS)
    assert (WORDS[:20] in sealed(key)) == (not key)


@pytest.mark.parametrize("key", [KEY, ""])
def test_a_byte_that_is_flipped_anywhere_is_seen(key: str) -> None:
    file = sealed(key)
    lot = Random(1)  # noqa: S311  # which bytes are tried is no secret
    for place in {*range(HEADER + 30), *lot.sample(range(len(file)), 60)}:
        flipped = bytearray(file)
        flipped[place] ^= 1 << lot.randrange(8)
        with pytest.raises(Refusal):
            read(bytes(flipped), key)


@pytest.mark.parametrize("key", [KEY, ""])
def test_a_file_that_is_cut_short_anywhere_is_seen(key: str) -> None:
    file = sealed(key)
    for length in range(len(file)):
        with pytest.raises(Refusal):
            read(file[:length], key)


@pytest.mark.parametrize("key", [KEY, ""])
def test_chunks_that_change_places_or_are_left_out_are_seen(key: str) -> None:
    file, length = sealed(key), sealing.FRAME.size + 100 + sealing.SEAL
    begin = HEADER + sealing.FRAME.size + len(b"what it is") + sealing.SEAL
    first, second = file[begin : begin + length], file[begin + length : begin + 2 * length]
    rest = file[begin + 2 * length :]
    for changed in (second + first + rest, first + rest, first + first + second + rest):
        with pytest.raises(Refusal, match="changed or damaged"):
            read(file[:begin] + changed, key)


def test_each_wrong_way_is_said_in_its_words() -> None:
    for file, key, words in (
        (sealed(KEY), "x" * 32, "is not the key"),
        (sealed(KEY), "", "is encrypted: set COLLEGE_BACKUP_KEY"),
        (sealed(""), KEY, "is not encrypted"),
        (b"PK" + sealed(""), "", "not a backup of a college"),
        (sealed("")[:-1], "", "The end of this backup is missing"),
        (sealed("") + b"\n", "", "More stands in this file"),
    ):
        with pytest.raises(Refusal, match=words):
            read(file, key)


def test_two_files_under_one_key_have_nothing_in_common() -> None:
    one, other = sealed(KEY)[HEADER:], sealed(KEY)[HEADER:]
    assert [a for a in range(0, len(one) - 16, 16) if one[a : a + 16] in other] == []
