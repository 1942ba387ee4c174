"""Proving oneself a second time: what is taken, how often, and who hears of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts import queries
from recovery_college.accounts.commands import factors, second_factor
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.factors import (
    CODES_OF_ONE,
    TooManyCodes,
    WrongCode,
    WrongPaperCode,
    WrongPasskey,
)
from recovery_college.accounts.models import Authenticator, Person, RecoveryCode
from recovery_college.accounts.secrets import digest
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")
HERE = Asking("Firefox on Linux", "here", "192.0.2.1", "secret")
SHARED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEP = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller, app.test_request_context():
        yield traveller


@pytest.fixture
def ada(in_may: time_machine.Traveller) -> Person:
    """With an app that she set up an hour ago."""
    ada = make_person("Ada Osei", email="ada@example.org")
    factors.set_up_app(make_visit(ada, proven=False), HERE, SHARED, code())
    in_may.shift(timedelta(hours=1))
    return ada


def code(at: datetime | None = None) -> str:
    return TOTP(SHARED).at(at or clock.now())


def entries() -> list[tuple[int | None, str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.actor_id, line.verb, line.fields) for line in lines]


def letters() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)))


def test_the_code_of_the_app_proves_the_visit_and_gives_it_another_key(ada: Person) -> None:
    visit = make_visit(ada, proven=False)
    before = visit.key
    proven = second_factor.prove_by_app(visit, HERE, code())
    assert (proven.id, proven.second_factor_at) == (visit.id, clock.now())
    assert proven.key != before
    assert queries.visit_of(before, clock.now()) is None
    assert queries.visit_of(proven.key, clock.now()) == visit
    assert entries()[-1] == (ada.id, "proved", "second_factor")


def test_a_code_works_once(ada: Person) -> None:
    second_factor.prove_by_app(make_visit(ada, proven=False), HERE, code())
    visit = make_visit(ada, proven=False)
    for used in (code(), code(clock.now() - STEP)):
        with pytest.raises(WrongCode):
            second_factor.prove_by_app(visit, HERE, used)
    assert second_factor.prove_by_app(visit, HERE, code(clock.now() + STEP))


def test_somebody_elses_code_is_a_wrong_one(ada: Person) -> None:
    bo = make_person("Bo Lind", email="bo@example.org")
    with pytest.raises(WrongCode):
        second_factor.prove_by_app(make_visit(bo, proven=False), HERE, code())


def test_the_secret_is_kept_sealed_for_this_person_alone(ada: Person) -> None:
    app = db.session.get_one(Authenticator, ada.id)
    assert SHARED.encode() not in app.secret
    bo = make_person("Bo Lind", email="bo@example.org")
    with transaction():
        moved = Authenticator(person_id=bo.id, secret=app.secret, made_at=clock.now())
        db.session.add(moved)
    with pytest.raises(WrongCode):
        second_factor.prove_by_app(make_visit(bo, proven=False), HERE, code())


def test_ten_wrong_codes_close_it_for_a_while_and_the_owner_is_told_once(
    ada: Person, in_may: time_machine.Traveller
) -> None:
    visit, told = make_visit(ada, proven=False), len(letters())
    for _ in range(CODES_OF_ONE.tries):
        with pytest.raises(WrongCode):
            second_factor.prove_by_app(visit, HERE, "000000")
    for _ in range(2):
        with pytest.raises(TooManyCodes):
            second_factor.prove_by_app(visit, HERE, code())
    assert entries()[-1] == (None, "throttled", "second_factor")
    assert ["wrong code" in body for body in letters()[told:]] == [True]
    in_may.shift(CODES_OF_ONE.rest)
    assert second_factor.prove_by_app(visit, HERE, code())


def test_a_closed_app_still_leaves_its_owner_the_codes_on_paper(ada: Person) -> None:
    paper = factors.make_paper_codes(ada)
    visit = make_visit(ada, proven=False)
    for _ in range(CODES_OF_ONE.tries):
        with pytest.raises(WrongCode):
            second_factor.prove_by_app(visit, HERE, "000000")
    assert second_factor.prove_by_paper(visit, HERE, paper[0])


def test_a_code_on_paper_works_once_and_its_owner_is_told(ada: Person) -> None:
    paper = factors.make_paper_codes(ada)
    assert second_factor.prove_by_paper(make_visit(ada, proven=False), HERE, paper[3].upper())
    assert "one of the codes that you keep on paper" in letters()[-1]
    assert entries()[-2:] == [
        (ada.id, "used", "recovery_code"),
        (ada.id, "proved", "second_factor"),
    ]
    visit = make_visit(ada, proven=False)
    for wrong in (paper[3], "k7mnp-x2wqr", "", "²"):
        with pytest.raises(WrongPaperCode):
            second_factor.prove_by_paper(visit, HERE, wrong)
    assert second_factor.prove_by_paper(visit, HERE, paper[4])


def test_only_digests_are_kept_of_codes_on_paper(ada: Person) -> None:
    paper = factors.make_paper_codes(ada)
    kept = " ".join(db.session.scalars(select(RecoveryCode.digest)))
    assert [code for code in paper if code.replace("-", "") in kept] == []
    assert len({each.split("$")[0] for each in kept.split()}) == 1  # the sheet's salt


def test_codes_that_were_printed_before_they_were_salted_still_work(ada: Person) -> None:
    old, paper = "k7mnp-x2wqr", factors.make_paper_codes(ada)
    with transaction():
        db.session.add(
            RecoveryCode(person_id=ada.id, digest=digest("k7mnpx2wqr"), made_at=clock.now())
        )
    for code in (old, paper[0]):
        assert second_factor.prove_by_paper(make_visit(ada, proven=False), HERE, code)


@pytest.mark.parametrize("answer", [{}, {"rawId": "x"}, {"rawId": None}, {"rawId": "²"}])
def test_what_no_device_says_is_a_wrong_passkey(ada: Person, answer: dict[str, object]) -> None:
    with pytest.raises(WrongPasskey):
        second_factor.prove_by_passkey(make_visit(ada, proven=False), HERE, answer)
