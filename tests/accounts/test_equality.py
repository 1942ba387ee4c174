"""Why somebody comes, and their equality answers, are nobody's but their own."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, inspect

from recovery_college.accounts.equality import ANSWERS, Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.config import ROOT
from recovery_college.database import Model, db, transaction
from tests.conftest import ON_SQLITE, Browse, Browser
from tests.factories import (
    NOW,
    make_course,
    make_message,
    make_person,
    make_run,
    make_tutor,
)

pytestmark = pytest.mark.usefixtures("app")
FORM_KEY = re.compile(rb'name="form_key" type="hidden" value="[^"]*"')  # each form has its own
THEIRS = re.compile(r"ComingAs|EqualityAnswer\b|reasons_of|answers_of|StudentTally")
THEIR_OWN = {
    "recovery_college/accounts/commands/details.py",
    "recovery_college/accounts/models/__init__.py",
    "recovery_college/accounts/models/answers.py",
    "recovery_college/accounts/queries.py",
    "recovery_college/accounts/views/details.py",
    "recovery_college/accounts/views/joining.py",
    "recovery_college/operations/told.py",  # which invents them for people it invents
    "recovery_college/reports/answers.py",  # which a report counts, hiding small numbers
    *(  # what is kept for that report of each student has their answers
        f"recovery_college/reports/{each}.py"
        for each in (
            *("answers_counted", "checks", "commands", "models", "people_added_up"),
            "students",  # which looks at places only
        )
    ),
}
NOT_ASKED = {
    "/my/security/authenticator",  # a new secret each time
    "/readyz",  # how full the disk is
    "/prospectus.pdf",  # a second and a half each, and the same for everybody
}
EVERYTHING: list[Model] = [
    *(ComingAs(reason=reason) for reason in Reason),
    *(EqualityAnswer(question=each, answer=list(ANSWERS[each])[-1]) for each in Question),
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


def addresses(app: Flask, ids: Mapping[str, int]) -> list[str]:
    """Every page there is; where one is about somebody or some session, it is about theirs."""
    rules = [str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    filled = {
        re.sub(r"<int:(\w+)>", lambda name: str(ids.get(name[1], ids["person_id"])), rule)
        for rule in rules
    }
    return sorted({re.sub("<[^>]+>", "sleeping-well", rule) for rule in filled} - NOT_ASKED)


def test_every_question_has_answers_and_no_two_answers_the_same_words() -> None:
    assert set(ANSWERS) == set(Question)
    for answers in ANSWERS.values():
        assert len(set(answers.values())) == len(answers)


@ON_SQLITE
def test_nothing_that_anybody_else_can_open_depends_on_what_a_student_who_teaches_answered(
    app: Flask, browse: Browse
) -> None:
    ada, bea = make_tutor(Side.PROFESSIONAL, name="Ada Osei"), make_tutor(Side.LIVED)
    nurse, run = ada.person, make_run(make_course("Sleeping well"), tutors=(ada, bea))
    with transaction():
        bea.person.role_rows = [RoleGiven(role=Role.TUTOR)]
    office = {
        "desk": browse(make_person("Dee Marsh", Role.DESK, email="dee@example.org")),
        "manager": browse(make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")),
    }
    others = office | {
        "nobody": browse(),
        "student": browse(make_person("Bo Lind", email="bo@example.org")),
        "who teaches with her": browse(bea.person),
    }
    pages = addresses(
        app,
        {
            "person_id": nurse.id,
            "run_id": run.id,
            "session_id": run.sessions[0].id,
            "course_id": run.course_id,
            "term_id": run.term_id,
            "message_id": make_message(nurse).id,
        },
    )

    def shown_to(visitors: Mapping[str, Browser]) -> dict[tuple[str, str], bytes]:
        for browser in visitors.values():
            browser.token()
        return {
            (who, at): FORM_KEY.sub(b"", each.get(at).data)
            for who, each in visitors.items()
            for at in pages
        }

    shown_to(office)  # the office's first look into a record is written down, and shows
    before = shown_to(others)
    say(nurse, EVERYTHING)
    after = shown_to(others)
    assert [page for page, words in before.items() if after[page] != words] == []
    assert b"Ada Osei" in before["desk", f"/office/people/{nurse.id}"]
    assert b"Ada Osei" in before["who teaches with her", "/tutor"]


def test_only_the_pages_of_the_person_themself_and_one_report_that_counts_know_of_them() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "recovery_college").rglob("*.py")
        if re.search(THEIRS, path.read_text())
    }
    assert found == THEIR_OWN


def test_nothing_leads_from_a_person_to_their_answers() -> None:
    tables = {each.mapper.class_ for each in inspect(Person).relationships}
    assert tables.isdisjoint({ComingAs, EqualityAnswer})
    for table in (ComingAs, EqualityAnswer):
        assert table.__mapper__.relationships.keys() == []
