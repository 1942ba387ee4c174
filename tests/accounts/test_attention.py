"""Who needs the office, and only as far as the viewer may know them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from recovery_college.accounts.attention import Why, people_to_mind, post_to_mind
from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.rules import JoinStep, Role
from recovery_college.database import db, transaction
from recovery_college.messages.rules import MessageState, Trouble
from tests.factories import NOW, make_message, make_person

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu", Role.MANAGER, email="olu@example.org")


@pytest.fixture
def pat() -> Person:
    return make_person("Pat", Role.MANAGER, email="pat@example.org")


def found(viewer: Person, why: Why, *, most: int = 9) -> list[Any]:
    return [row for row in people_to_mind(viewer, AT, most=most) if row.why == why]


def test_who_can_not_be_reached_and_who_stopped_joining(olu: Person, pat: Person) -> None:
    make_person("By mail", email="a@example.org")
    make_person("By phone", phone="07700 900123")
    make_person("By letter", address="1 Quay Street")
    make_person("Of Pat", restricted_to_id=pat.id)
    make_person("Just began", join_step=JoinStep.REACH, active_at=AT - DAY / 2)
    make_person("Stopped", join_step=JoinStep.REACH, active_at=AT - DAY)
    for name in ("C", "A", "B"):
        make_person(name)
    rows = [*found(olu, Why.JOINING, most=2), *found(olu, Why.UNREACHED, most=2)]
    assert [(row.name, row.why, row.total) for row in rows] == [
        ("Stopped", "joining", 1),
        ("A", "unreached", 3),
        ("B", "unreached", 3),
    ]
    assert [row.name for row in found(pat, Why.UNREACHED)] == ["A", "B", "C", "Of Pat"]


def test_who_joined_of_late_and_may_have_been_here_before(olu: Person, pat: Person) -> None:
    old = make_person("Ada Osei", made_at=AT - 900 * DAY)
    both = [make_person(name, made_at=AT - 90 * DAY) for name in ("Ash Reed", "Bo Reed")]
    with transaction():
        for person in both:
            person.email = "Reeds@example.org"
    joined: dict[str, Any] = {"over_18_at": AT, "made_at": AT - 13 * DAY}
    ada = make_person("ada osei", **joined)
    cy = make_person("Cy Reed", email="reeds@example.org", **joined)
    make_person("Di", **joined)
    make_person("Ada Osei", made_at=AT)  # the office was asked when it added her
    make_person("Ada Osei", restricted_to_id=pat.id, **joined)
    make_person("Di", over_18_at=AT, made_at=AT - 14 * DAY)
    with transaction():
        both[0].restricted_to_id = pat.id
    seen = [(row.id, row.other_id, row.total) for row in found(olu, Why.DOUBLE)]
    assert seen == [(cy.id, both[1].id, 2), (ada.id, old.id, 2)]
    assert [(row.other_name, row.total) for row in found(pat, Why.DOUBLE, most=2)] == [
        ("Ada Osei", 6),
        ("ada osei", 6),
    ]


def test_messages_that_did_not_go(olu: Person, pat: Person) -> None:
    ada = make_person("Ada", restricted_to_id=pat.id)
    make_message(olu)
    refused = make_message(state=MessageState.NEEDS_SOMEBODY, trouble=Trouble.REFUSED)
    serverless = make_message(olu, trouble=Trouble.NO_SERVER)
    hidden = make_message(ada, trouble=Trouble.NO_SERVER)
    assert [
        [(row.id, row.name, row.trouble, row.total) for row in post_to_mind(viewer, AT, most=2)]
        for viewer in (olu, pat)
    ] == [
        [
            (serverless.id, "Olu", Trouble.NO_SERVER, 2),
            (refused.id, None, Trouble.REFUSED, 2),
        ],
        [
            (hidden.id, "Ada", Trouble.NO_SERVER, 3),
            (serverless.id, "Olu", Trouble.NO_SERVER, 3),
        ],
    ]


def test_notes_to_look_at_again(olu: Person, pat: Person) -> None:
    today = date(2027, 5, 3)
    ada, bo = make_person("Ada"), make_person("Bo", restricted_to_id=pat.id)
    with transaction():
        db.session.add_all(
            RingFirst(person=person, review_on=today + days * DAY, set_at=AT)
            for person, days in ((ada, 9), (ada, 7), (bo, 6), (ada, -1))
        )
    due = [
        [(row.name, row.review_on, row.total) for row in found(v, Why.REVIEW)] for v in (olu, pat)
    ]
    assert due == [
        [("Ada", today - DAY, 2), ("Ada", today + 7 * DAY, 2)],
        [("Ada", today - DAY, 3), ("Bo", today + 6 * DAY, 3), ("Ada", today + 7 * DAY, 3)],
    ]
