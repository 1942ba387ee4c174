"""The papers about security say nothing that is not there."""

import ast
import re
import runpy
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from recovery_college.app import create_app
from recovery_college.config import ROOT

PAPERS = ROOT / "scripts/assurance"
TABLE = runpy.run_path(str(PAPERS / "table.py"))
ROWS: list[dict[str, str]] = TABLE["rows"]()
# Each section's requirements of levels 1 and 2; what follows them there is of level 3.
LEVELS_1_AND_2 = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4",
    "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11",
    "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
MET, NOT_APPLICABLE, EXCEPTION = TABLE["STATES"]
NAMED = re.compile(
    r"`((?:tests|scripts|recovery_college|templates|static)/[^`\s]+|[A-Z]+\.md#[^`]+)`"
)
EVIDENCE = sorted({each for row in ROWS for each in row["evidence"].split("; ") if each})
ANSWERS = sorted(PAPERS.glob("*.md"))


def numbers() -> list[str]:
    spans = {section: span.partition("-") for section, span in LEVELS_1_AND_2.items()}
    return [
        f"{section}.{number}"
        for section, (first, _, last) in spans.items()
        for number in range(int(first), int(last or first) + 1)
    ]


def is_there(named: str) -> bool:
    """A test by its function, a heading by its words, or a file."""
    path, _, heading = named.partition("#")
    path, _, test = path.partition("::")
    if test:
        return test in functions_of(ROOT / path)
    if heading:
        return heading in re.findall(r"^#+ (.+)$", (ROOT / path).read_text(), re.MULTILINE)
    return (ROOT / path).exists()


@cache
def functions_of(path: Path) -> set[str]:
    if not path.exists():
        return set()
    return {
        step.name for step in ast.parse(path.read_text()).body if isinstance(step, ast.FunctionDef)
    }


def test_each_requirement_has_one_line() -> None:
    assert [row["number"] for row in ROWS] == numbers()
    assert len(ROWS) == 253
    assert [sum(row["level"] == level for row in ROWS) for level in "12"] == [70, 183]


def test_what_is_met_names_its_proof_and_what_is_not_its_reason() -> None:
    odd = [
        row["number"]
        for row in ROWS
        if row["state"] not in (MET, NOT_APPLICABLE, EXCEPTION)
        or not row["requirement"].strip()
        or (row["state"] == MET and not row["evidence"].strip())
        or (row["state"] != MET and not row["note"].strip())
    ]
    assert odd == []


def test_every_proof_is_there() -> None:
    assert [each for each in EVIDENCE if not is_there(each)] == []
    assert len([each for each in EVIDENCE if "::" in each]) > 150
    assert is_there("tests/test_assurance.py::test_nothing") is False


def test_what_people_read_is_made_of_what_is_kept() -> None:
    assert (PAPERS / "asvs.md").read_text() == TABLE["rendered"](ROWS)


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.name)
def test_every_paper_names_what_is_there(path: Path) -> None:
    assert [each for each in NAMED.findall(path.read_text()) if not is_there(each)] == []


@pytest.fixture
def alone() -> Flask:
    return create_app({"COLLEGE_DATABASE_URL": "sqlite://"})


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("TRACE", "/privacy", 405),
        ("TRACE", "/static/college.css", 405),
        ("GET", "/static/", 404),
        ("GET", "/static/paper/", 404),
        ("GET", "/.git/config", 404),
        ("GET", "/static/../wsgi.py", 404),
        ("GET", "/static/%2e%2e/wsgi.py", 404),
    ],
)
def test_what_nobody_needs_is_not_answered(
    alone: Flask, method: str, address: str, status: int
) -> None:
    assert alone.test_client().open(address, method=method).status_code == status
