"""What the operator reads, in which order, and the exit code."""

from pathlib import Path
from threading import Thread

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from recovery_college.app import create_app
from recovery_college.database import db, one_at_a_time, transaction
from recovery_college.intake import cli, commands
from recovery_college.intake.cli import Progress
from tests.intake.workbooks import FROZEN, college, dump, meets, take, write

TAKEN = "2 courses, 3 rooms in 2 venues, 2 tutors, 1 term, 1 run, 1 session."


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["import", *map(str, arguments)])


@time_machine.travel(FROZEN, tick=False)
def test_first_what_it_understood_then_what_it_refused_then_what_it_took(
    app: Flask, tmp_path: Path
) -> None:
    path = write(tmp_path / "it.xlsx", college(meets(), meets("31/02/2027"), Notes=[["a"], ["b"]]))
    result = run(app, path)
    lines = result.output.splitlines()
    assert (result.exit_code, lines[0], lines[1]) == (
        0,
        "What the import understood:",
        '  The tab "Courses": courses, 2 rows',
    )
    assert lines[-10:] == [
        '    the column "Session": session',
        '  The tab "Notes": ignored, because it holds nothing that the import knows',
        "",
        "1 row can't be taken:",
        '  Dates row 3, cell C3 (Date): "31/02/2027". This day does not exist: '
        "February 2027 has 28 days.",
        "",
        "Please note:",
        "  The term Spring 2027 is new, from 18 January 2027 to 24 January 2027. It is in the "
        "prospectus and open for enrolment from 7 December 2026.",
        "",
        f"Taken: {TAKEN}",
    ]


@time_machine.travel(FROZEN, tick=False)
def test_a_check_says_what_would_be_taken_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "it.xlsx", college(meets()))
    before = dump()
    result = run(app, path, "--check")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, f"Would be taken: {TAKEN}")
    assert dump() == before
    assert run(app, path).output.splitlines()[-1] == f"Taken: {TAKEN}"
    assert run(app, path).output.splitlines()[-2:] == [
        "Taken: nothing new.",
        "In the college already: 2 courses, 3 rooms in 2 venues, 2 tutors, 1 run, 1 session.",
    ]


def test_what_can_not_be_read_is_one_sentence_on_the_error_stream(
    app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "it.csv").write_text("Title")
    result = run(app, tmp_path / "it.csv")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        '"it.csv" is not a workbook that the import can read. Open it in your spreadsheet '
        'program, choose "Save as" and ".xlsx", and try again.\n',
    )


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all.sqlite", "sqlite://"])
def test_a_database_that_is_not_ready_is_one_sentence(address: str, tmp_path: Path) -> None:
    app = create_app({"COLLEGE_DATABASE_URL": address})
    path = write(tmp_path / "it.xlsx", college())
    with app.app_context():
        result = run(app, path)
    assert (result.exit_code, result.stderr) == (
        1,
        "The database does not answer, or is not of this version. Run: flask db upgrade\n",
    )


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "it.sqlite").write_text("Dear diary, this is no database. " * 100)
    app = create_app({"COLLEGE_DATABASE_URL": f"sqlite:///{tmp_path}/it.sqlite"})
    path = write(tmp_path / "it.xlsx", college())
    with app.app_context():
        results = [run(app, path), app.test_cli_runner().invoke(args=["demo"])]
    assert [(result.exit_code, result.output.splitlines()[-1:]) for result in results] == [
        (1, ["The file that COLLEGE_DATABASE_URL names is not a database."])
    ] * 2


@time_machine.travel(FROZEN, tick=False)
def test_what_the_database_refuses_is_said_without_a_persons_words(
    app: Flask, tmp_path: Path
) -> None:
    with transaction():  # a rule that no command knows
        db.session.execute(text("CREATE UNIQUE INDEX one_room_a_venue ON room (venue_id)"))
    result = run(app, write(tmp_path / "it.xlsx", college()))
    assert (result.exit_code, result.stderr) == (
        1,
        "The database refused it, and nothing was taken.\n",
    )
    assert dump()["venue"] == []


@pytest.mark.for_real
@time_machine.travel(FROZEN, tick=False)
def test_two_imports_at_once_come_one_after_the_other(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "it.xlsx", college(meets()))
    results: list[Result] = []

    def imported() -> None:
        with app.app_context():
            results.append(run(app, path))

    second = Thread(target=imported)
    with transaction():
        one_at_a_time(commands.IMPORT)
        second.start()
        second.join(1)
        assert results == []
        take(college(meets()))
    second.join()
    assert [result.output.splitlines()[-2:] for result in results] == [
        [
            "Taken: nothing new.",
            "In the college already: 2 courses, 3 rooms in 2 venues, 2 tutors, 1 run, 1 session.",
        ]
    ]


def test_progress_is_said_line_by_line_when_nobody_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 0.5, 3.5, 4.0, 7.0])
    monkeypatch.setattr(cli, "monotonic", lambda: next(seconds))
    progress = Progress()
    for row in (500, 1000, 1500, 2000):
        progress("Reading, row", row)
    progress.end()
    assert capsys.readouterr().err == "Reading, row: 1,000\nReading, row: 2,000\n"


def test_progress_is_one_line_that_is_written_over_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 1.5, 2.0])
    monkeypatch.setattr(cli, "monotonic", lambda: next(seconds))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress = Progress()
    progress("Reading, row", 1000)
    progress("Row", 5)
    progress.end()
    assert (
        capsys.readouterr().err
        == "\rReading, row: 1,000\rRow: 5             \r                   \r"
    )
