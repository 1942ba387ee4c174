"""What places ask of the office today."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from recovery_college import clock
from recovery_college.accounts.attention import Post, post_to_mind
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.desks.items import MOST, Item, Section, by_kind
from recovery_college.desks.waiting import of_places
from recovery_college.enrolment import attention
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import Way
from recovery_college.messages.rules import Channel
from recovery_college.scheduling.models import Run, Term
from tests.factories import NOW, make_course, make_message, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Marsh", Role.DESK)


@pytest.fixture
def run() -> Run:
    return make_run(make_course("Sleeping well"), capacity=1)


def place(run: Run, name: str, **fields: object) -> Enrolment:
    person = make_person(name, **fields)  # type: ignore[arg-type]
    return enrol(person, person, Request(run), the_college())


def sections(viewer: Person) -> list[Section]:
    places = by_kind(attention.of_places(viewer, the_college(), clock.now(), most=MOST))
    post = by_kind(post_to_mind(viewer, clock.now(), most=MOST))
    return list(of_places(places, post[Post.BY_HAND]))


def said(viewer: Person, slug: str) -> tuple[int, str, list[Item]]:
    found = {each.slug: each for each in sections(viewer)}
    section = found[slug]
    return section.total, section.words, list(section.items)


def test_with_nobody_on_anything_nothing_is_to_do(dee: Person) -> None:
    assert [each.total for each in sections(dee)] == [0, 0, 0, 0, 0]


def test_calls_and_letters_are_counted_apart_and_only_those_one_may_know(dee: Person) -> None:
    nia = make_person("Nia", Role.MANAGER)
    hidden = make_person("Ada", restricted_to_id=nia.id)
    for channel in (Channel.CALL, Channel.LETTER, Channel.LETTER, Channel.EMAIL):
        make_message(make_person("Bo"), channel=channel)
    make_message(hidden, channel=Channel.LETTER)
    assert said(dee, "by-hand") == (
        3,
        "calls and letters",
        [
            Item(
                "Calls to make",
                "1 call waits for somebody.",
                "/office/contacts",
                "Make them",
            ),
            Item(
                "Letters to print",
                "2 letters wait for somebody.",
                "/office/contacts",
                "Print them",
            ),
        ],
    )


def test_an_offer_stands_here_from_a_working_day_before_it_ends(dee: Person, run: Run) -> None:
    nia = make_person("Nia", Role.MANAGER)
    first = place(run, "Ada")
    second = place(run, "Bo", email="bo@example.org", restricted_to_id=nia.id)
    give_up(dee, first, the_college())
    assert second.answer_by == datetime(2027, 5, 5, 9, tzinfo=UTC)
    assert said(dee, "offers")[0] == 0
    with time_machine.travel("2027-05-04T09:00Z", tick=False):
        item = Item(
            "Bo: Sleeping well",
            "The place is held until Wednesday 5 May 2027, 10am.",
            f"/office/enrolments/{second.id}",
            "See how to reach them",
        )
        assert said(nia, "offers") == (1, "offer ends within a working day", [item])
        total, _, items = said(dee, "offers")
        assert (total, items[0].heading, items[0].address) == (
            1,
            "Somebody: Sleeping well",
            f"/office/runs/{run.id}/places",
        )


def test_places_that_only_a_call_gives_out_stand_here(dee: Person, run: Run) -> None:
    assert run.starts_at
    first = place(run, "Ada")
    place(run, "Bo"), place(run, "Cy")
    with time_machine.travel(run.starts_at - timedelta(hours=5), tick=False):
        assert said(dee, "phone-out")[0] == 0
        give_up(dee, first, the_college())
        assert said(dee, "phone-out") == (
            1,
            "run with a place to phone out",
            [
                Item(
                    "Sleeping well, Monday 7 June 2027, 10am",
                    "2 people wait for it, and nothing is offered by itself so late.",
                    f"/office/runs/{run.id}/places",
                    "Call them",
                )
            ],
        )
    with time_machine.travel(run.starts_at + timedelta(hours=1), tick=False):
        assert said(dee, "phone-out")[0] == 0


def test_requests_from_before_the_opening_stand_here_until_lots_are_drawn(
    dee: Person, run: Run
) -> None:
    with transaction():
        term = db.session.get_one(Term, run.term_id)
        term.enrolment_opens_at = datetime(2027, 5, 10, 8, tzinfo=UTC)
    enrol(dee, make_person("Ada"), Request(run, way=Way.PHONE), the_college())
    assert said(dee, "early") == (
        1,
        "run was asked for early",
        [
            Item(
                "Sleeping well",
                "1 request. Lots are drawn on Monday 10 May 2027, 9am.",
                f"/office/runs/{run.id}/places",
                "See who asked",
            )
        ],
    )


def test_needs_that_are_not_settled_are_counted_with_a_name_only_for_whom_one_may_know(
    dee: Person,
) -> None:
    nia = make_person("Nia", Role.MANAGER)
    shares = {"needs": "A chair by the door", "needs_shared": True}
    both = make_run(make_course("Sleeping well"))
    first = place(both, "Ada", **shares)
    place(both, "Bo", **shares, restricted_to_id=nia.id)
    place(both, "Cy", needs="Quiet")
    total, words, items = said(dee, "needs")
    assert (total, words) == (2, "shared needs to settle")
    assert [(each.heading, each.address) for each in items] == [
        ("Ada: Sleeping well", f"/office/enrolments/{first.id}/need"),
        ("Somebody: Sleeping well", "/office/needs"),
    ]
    assert "A chair" not in str(items)
