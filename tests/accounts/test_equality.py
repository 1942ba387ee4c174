"""Why somebody comes, and their equality answers, are nobody's but their own."""

import re
from collections.abc import Iterator, Sequence

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, inspect

from recovery_college.accounts.equality import ANSWERS, Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.config import ROOT
from recovery_college.database import Model, db, transaction
from tests.conftest import Browse
from tests.factories import NOW, make_person, make_tutor

pytestmark = pytest.mark.usefixtures("app")
THEIR_OWN = {
    "recovery_college/accounts/commands/details.py",
    "recovery_college/accounts/models/__init__.py",
    "recovery_college/accounts/models/answers.py",
    "recovery_college/accounts/queries.py",
    "recovery_college/accounts/views/details.py",
    "recovery_college/accounts/views/joining.py",
}
NOT_ASKED = {
    "/my/security/authenticator",  # a new secret each time
    "/prospectus.pdf",  # a second and a half each, and the same for everybody
}
SAID: list[Sequence[Model]] = [
    (),
    (
        ComingAs(reason=Reason.FAMILY),
        EqualityAnswer(question=Question.RELIGION, answer="jewish"),
    ),
    (
        ComingAs(reason=Reason.STAFF),
        ComingAs(reason=Reason.SERVICE_USER),
        EqualityAnswer(question=Question.RELIGION, answer="sikh"),
        EqualityAnswer(question=Question.DISABILITY, answer="a_lot"),
    ),
]


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def say(person: Person, rows: Sequence[Model]) -> None:
    with transaction():
        for table in (ComingAs, EqualityAnswer):
            db.session.execute(delete(table).where(table.person_id == person.id))
        for row in rows:
            kept = {c.key: getattr(row, c.key) for c in inspect(type(row)).columns}
            db.session.add(type(row)(**kept | {"person_id": person.id}))


def addresses(app: Flask, person: Person) -> list[str]:
    """Every page there is; where one is about somebody, it is about them."""
    rules = [str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    filled = {re.sub("<int:[^>]+>", str(person.id), rule) for rule in rules}
    return sorted({re.sub("<[^>]+>", "x", rule) for rule in filled} - NOT_ASKED)


def test_every_question_has_answers_and_no_two_answers_the_same_words() -> None:
    assert set(ANSWERS) == set(Question)
    for answers in ANSWERS.values():
        assert len(set(answers.values())) == len(answers)


def test_nothing_that_anybody_else_can_open_depends_on_what_somebody_answered(
    app: Flask, browse: Browse
) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    tutor = make_tutor(Side.LIVED).person
    others = {
        "nobody": browse(),
        "student": browse(make_person("Bo Lind", email="bo@example.org")),
        "tutor": browse(tutor),
        "desk": browse(make_person("Dee Marsh", Role.DESK, email="dee@example.org")),
        "manager": browse(make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")),
    }
    pages = addresses(app, ada)

    def all_pages() -> dict[tuple[str, str], bytes]:
        for browser in others.values():
            browser.token()
        return {(who, page): each.get(page).data for who, each in others.items() for page in pages}

    all_pages()  # the office's first look into a record is written down, and shows
    shown = []
    for rows in SAID:
        say(ada, rows)
        shown.append(all_pages())
    assert f"/office/people/{ada.id}" in pages
    assert [key for key in shown[0] if len({each[key] for each in shown}) > 1] == []


def test_only_the_pages_of_the_person_themself_know_of_them() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "recovery_college").rglob("*.py")
        if re.search(r"ComingAs|EqualityAnswer\b|reasons_of|answers_of", path.read_text())
    }
    assert found == THEIR_OWN


def test_nothing_leads_from_a_person_to_their_answers() -> None:
    tables = {each.mapper.class_ for each in inspect(Person).relationships}
    assert tables.isdisjoint({ComingAs, EqualityAnswer})
    for table in (ComingAs, EqualityAnswer):
        assert table.__mapper__.relationships.keys() == []
