"""A backup is whole, or it is not there, and the last one still is."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES
from pathlib import Path
from typing import IO

import pytest
from flask import Flask

from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.operations.backup import keeping
from recovery_college.operations.backup.contents import Contents
from recovery_college.operations.backup.keeping import keep
from recovery_college.operations.backup.stores import store_of
from tests.conftest import ON_SQLITE
from tests.operations.backup.conftest import Elsewhere, said

SMALL = 20_000  # bytes


def quiet(_what: str, _count: int) -> None:
    pass


@contextmanager
def a_small_disk() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_last_backup_as_it_was(full: Flask, tmp_path: Path) -> None:
    file = tmp_path / "college.backup"
    assert said(full, "backup", file)[0] == 0
    before = file.read_bytes()
    with a_small_disk():
        code, words = said(full, "backup", file)
    assert (code, "disk is full" in words or "can't be copied" in words) == (1, True)
    assert [each.name for each in tmp_path.iterdir() if each.name != "queue.sqlite"] == [file.name]
    assert file.read_bytes() == before


def test_what_can_not_be_read_again_takes_nobodys_place(
    full: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "college.backup"
    file.write_text("the last one")

    def on_a_bad_disk(written: IO[bytes]) -> None:
        written.seek(-40, os.SEEK_END)
        written.write(b"?")
        written.flush()

    monkeypatch.setattr(keeping, "_on_the_disk", on_a_bad_disk)
    code, words = said(full, "backup", file)
    assert (code, "changed or damaged" in words) == (1, True)
    assert file.read_text() == "the last one"


def test_in_a_folder_it_is_named_by_the_moment(full: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    path, contents = keep(folder, quiet)
    assert path == folder / f"college-{contents.made_at:%Y%m%d-%H%M%S}.backup"
    assert path.stat().st_mode & 0o777 == 0o600
    assert isinstance(contents, Contents)


def test_a_second_at_the_same_time_waits_for_nobody(full: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name == "postgresql":
        return  # any number of them read there
    with store_of(db.engine).snapshot(quiet), pytest.raises(Refusal, match="Another backup"):
        keep(tmp_path / "college.backup", quiet)


def test_what_is_left_of_one_that_was_killed_is_in_nobodys_way(full: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name == "postgresql":
        return  # it leaves nothing
    database = Path(db.engine.url.database or "")
    left = [database.with_name(f"{database.name}.backup{end}") for end in ("", "-journal")]
    for each in left:
        each.write_bytes(b"half a page" * 999)
    assert said(full, "backup", tmp_path / "college.backup")[0] == 0
    assert [each for each in left if each.exists()] == []


def test_an_empty_database_and_a_folder_that_is_not_there_are_refused(
    full: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    code, words = said(elsewhere(), "backup", tmp_path / "college.backup")
    assert (code, "nothing to keep" in words) == (1, True)
    code, words = said(full, "backup", tmp_path / "no" / "college.backup")
    assert (code, "can't be written: No such file" in words) == (1, True)


@ON_SQLITE
@pytest.mark.parametrize(
    ("command", "why"), [("backup", "can't be written: P"), ("restore", "can't be read: P")]
)
def test_a_folder_that_is_closed_to_us_is_said_in_words(
    full: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, why: str
) -> None:
    file = tmp_path / "closed" / "college.backup"

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(EACCES, os.strerror(EACCES))

    for name in ("is_dir", "open"):
        monkeypatch.setattr(Path, name, closed)
    monkeypatch.setattr(keeping, "NamedTemporaryFile", closed)
    code, words = said(full, command, file)
    assert (code, why in words) == (1, True)
