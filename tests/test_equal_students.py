"""Why somebody comes, and their equality answers, decide over nothing: no rule ever reads them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, insert

from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import accept, give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from tests.conftest import Browse
from tests.factories import NOW, make_person, make_run

CODE, PAGES = Path("recovery_college"), Path("templates")
TOLD = {
    *("ComingAs", "EqualityAnswer", "Reason", "Question", "reasons_of", "answers_of"),
    *("coming_as", "equality_answer"),
}
# joining and the person's own pages ask; privacy copies, merges and erases; a report counts; the
# invented college invents them
READERS = [
    "accounts/commands/details.py",
    "accounts/commands/joining.py",
    "accounts/equality.py",
    "accounts/forms/details.py",
    "accounts/forms/joining.py",
    "accounts/models/__init__.py",
    "accounts/models/answers.py",
    "accounts/queries.py",
    "accounts/views/details.py",
    "accounts/views/joining.py",
    "desks/history.py",
    "operations/told.py",
    "privacy/commands/joining_records.py",
    "privacy/merging.py",
    "privacy/rules.py",
    "reports/answers.py",
    "reports/census.py",
    "reports/models.py",
    "reports/reach.py",
]


def words_of(file: Path) -> Iterator[str]:
    """Every name and every text in it, a key such as "coming_as.person_id" by its parts."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Name | ast.ClassDef | ast.alias):
            yield node.id if isinstance(node, ast.Name) else node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.split(".")


def test_only_these_files_know_why_somebody_comes() -> None:
    readers = [
        str(file.relative_to(CODE))
        for file in sorted(CODE.rglob("*.py"))
        if not TOLD.isdisjoint(words_of(file))
    ]
    assert readers == READERS


def test_no_page_of_places_names_it() -> None:
    own = [PAGES / name for name in ("accounts", "privacy", "privacy.html", "accessibility.html")]
    files = [
        file
        for file in sorted(PAGES.rglob("*.*"))
        if not any(file.is_relative_to(each) for each in own)
    ]
    told = ("coming_as", "equality", "Reason", "why_you_come")
    assert files
    assert [str(f) for f in files if any(word in f.read_text() for word in told)] == []


@pytest.mark.usefixtures("app")
def test_no_statement_about_places_asks_for_it(app: Flask, browse: Browse) -> None:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with time_machine.travel(NOW, tick=False):
        run, college, ada, bo = make_run(capacity=1), the_college(), make_person(), make_person()
        for each in (ada, bo):
            with transaction():
                said = {"person_id": each.id, "question": Question.AGE, "answer": "25-34"}
                db.session.execute(insert(EqualityAnswer).values(said))
                said = {"person_id": each.id, "reason": Reason.FAMILY}
                db.session.execute(insert(ComingAs).values(said))
        office = browse(make_person("", Role.DESK))
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            place, waits = (enrol(each, each, Request(run), college) for each in (ada, bo))
            give_up(ada, place, college)
            accept(bo, waits, college)
            pages = [browse(bo).get(f"/{page}") for page in ("my", "my/courses")]
            pages += [
                browse(ada).get(f"/runs/{run.id}/enrol"),
                office.get(f"/office/runs/{run.id}"),
            ]
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    assert [page.status_code for page in pages] == [200] * 4
    assert any("INSERT INTO enrolment " in each for each in asked)
    assert [each for each in asked if "coming_as" in each or "equality_answer" in each] == []
