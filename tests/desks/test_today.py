"""What needs doing today, in words, each with what to do about it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.rules import JoinStep, Role, Side
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from recovery_college.desks.items import MOST, Item, Section
from recovery_college.desks.today import today_of
from recovery_college.messages.rules import Trouble
from recovery_college.scheduling.rules import RunState
from tests.factories import NOW, make_course, make_message, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
QUAY = College(name="Quay College")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu", Role.MANAGER, email="olu@example.org")


def section(viewer: Person, slug: str, college: College = QUAY) -> Section:
    return next(each for each in today_of(viewer, college, AT) if each.slug == slug)


def test_nothing_to_do_says_nothing(olu: Person) -> None:
    assert today_of(olu, QUAY, AT) == []


def test_sessions_that_lack_a_half_say_which(olu: Person) -> None:
    bo = make_tutor(Side.PROFESSIONAL, name="Bo Lind")
    with transaction():
        bo.person.phone = "01632 960 001"
    run = make_run(make_course("Sleeping well"), tutors=(bo,), sessions=2)
    late, soon = run.sessions
    with transaction():
        late.pair_by_on = date(2027, 5, 2)
    half = frozenset({Side.PROFESSIONAL})
    assert section(olu, "late").items == [
        Item(
            "Sleeping well, Monday 7 June 2027, 10am",
            "Bo Lind is confirmed. Needs a peer tutor. Pair-by date: 2 May 2027.",
            f"/office/sessions/{late.id}",
            "Find a peer tutor",
            half,
        )
    ]
    assert section(olu, "pairs").items == [
        Item(
            "Sleeping well, Monday 14 June 2027, 10am",
            "Bo Lind is confirmed. Needs a peer tutor.",
            f"/office/sessions/{soon.id}",
            "Find a peer tutor",
            half,
        )
    ]


def test_more_than_fit_are_counted(olu: Person) -> None:
    make_run(sessions=MOST + 3)
    pairs = section(olu, "pairs")
    assert (pairs.total, len(pairs.items), pairs.more, pairs.words) == (
        MOST + 3,
        MOST,
        3,
        "sessions lack a half",
    )


def test_runs_in_draft(olu: Person) -> None:
    run = make_run(make_course("Sleeping well"))
    with transaction():
        run.state = RunState.DRAFT
    assert section(olu, "drafts").items == [
        Item(
            "Sleeping well",
            f"{run.term.name}, from Monday 7 June 2027, 10am. Still a draft.",
            f"/office/runs/{run.id}",
            "Publish it, or change it",
        )
    ]


def test_messages_people_and_notes(olu: Person) -> None:
    lost = make_person("Ada Osei")
    stopped = make_person("Bo", join_step=JoinStep.REACH, active_at=AT - timedelta(days=2))
    message = make_message(olu, trouble=Trouble.NO_SERVER)
    wall = RingFirst(person=olu, review_on=date(2027, 5, 4), set_at=AT)
    with transaction():
        db.session.add(wall)
    assert [
        (s.slug, s.total, s.items[0].heading, s.items[0].address) for s in today_of(olu, QUAY, AT)
    ] == [
        ("unsent", 1, "A message to Olu", f"/office/messages/{message.id}"),
        ("unreached", 1, "Ada Osei", f"/office/people/{lost.id}"),
        ("joining", 1, "Bo", f"/office/people/{stopped.id}"),
        ("reviews", 1, "Olu", f"/office/people/{olu.id}/ring-first/{wall.id}"),
    ]
    desk = make_person("Dee", Role.DESK, email="dee@example.org")
    assert "reviews" not in [each.slug for each in today_of(desk, QUAY, AT)]


def test_who_may_be_here_twice_is_compared_by_a_manager_and_opened_by_the_desk(
    olu: Person,
) -> None:
    old = make_person("Ada Osei", phone="01632 960 999")
    new = make_person("Ada Osei", email="ada@example.org", over_18_at=AT)
    assert section(olu, "doubles").items == [
        Item(
            "Ada Osei, and Ada Osei before",
            "They have one name or one address: one person, or two who share it.",
            f"/office/people/{old.id}/merge/{new.id}",
            "Compare them",
        )
    ]
    desk = make_person("Dee", Role.DESK, email="dee@example.org")
    assert section(desk, "doubles").items[0].address == f"/office/people/{new.id}"


def test_a_college_that_moves_in_is_told_what_would_go(olu: Person) -> None:
    make_message(olu)
    paused = section(olu, "paused", College(name="Quay College", mail_paused=True))
    assert [item.words for item in paused.items] == ["1 message would go. A manager lets them go."]
    copied = College(
        name="Quay College", mail_paused=True, restored_from=datetime(2027, 5, 2, tzinfo=UTC)
    )
    words = section(olu, "paused", copied).items[0].words
    assert words.startswith("This is a copy of the college as it was on ")
    assert words.endswith("gone out before. 1 message would go. A manager lets them go.")
