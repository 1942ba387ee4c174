"""The weekly drill, by the commands that would be typed on an empty machine."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from recovery_college.database import db
from tests.conftest import ON_SQLITE
from tests.operations.backup.conftest import said


@ON_SQLITE
def test_a_drill_restores_the_newest_beside_the_college_and_audits_it(
    full: Flask, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    where = tmp_path / "where"
    where.write_text(environ["COLLEGE_DATABASE_URL"])
    monkeypatch.delenv("COLLEGE_DATABASE_URL")
    monkeypatch.setenv("COLLEGE_DATABASE_URL_FILE", str(where))  # the drill goes elsewhere
    beside = Path(db.engine.url.database or "").parent
    folder = tmp_path / "kept"
    folder.mkdir()
    code, words = said(full, "drill", folder)
    assert (code, "No backup stands in" in words) == (1, True)
    assert said(full, "backup", folder)[0] == 0
    before = sorted(beside.iterdir())
    code, words = said(full, "drill", folder)
    broken = [line for line in said(full, "check")[1].splitlines() if "VIOLATED" in line]
    assert (code, [line for line in words.splitlines() if "VIOLATED" in line]) == (2, broken)
    assert f"rules found true and {len(broken)} broken in" in words
    assert sorted(beside.iterdir()) == before
    assert inspect(db.engine).has_table("person")
