"""By password, by link, and how often; nothing tells whether an address is known."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select

from recovery_college import clock
from recovery_college.accounts import passwords, queries
from recovery_college.accounts.commands import signing_in
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.commands.throttling import count_try
from recovery_college.accounts.models import OneTimeLink, Person, Visit
from recovery_college.accounts.passwords import PoorPassword
from recovery_college.accounts.rules import (
    PASSWORDS_OF_NETWORK,
    BadLink,
    NoAddressYet,
    Role,
    TooManyTries,
    WrongPassword,
)
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from tests.conftest import ON_SQLITE
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")
HERE = Asking("Firefox on Linux", "here", "192.0.2.1", "secret")
THERE = Asking("Chrome on Android", "there", "192.0.2.2", "secret")
GOOD = "seven green boats"
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller, app.test_request_context():
        yield traveller


def make_ada(*roles: Role, password: str | None = GOOD) -> Person:
    ada = make_person("Ada Osei", *roles, email=ADA)
    if password and ada.sign_in:
        with transaction():
            ada.sign_in.password_hash = passwords.hashed(password)
    return ada


def letters() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def last_key() -> str:
    found = re.search(r"/sign-in/link/(\S+)", letters()[-1].body)
    assert found
    return found[1]


def entries() -> list[tuple[str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.verb, line.subject) for line in lines]


def test_a_password_opens_a_visit_whatever_the_capitals_of_the_address() -> None:
    ada = make_ada()
    visit = signing_in.sign_in(HERE, " ADA@example.ORG ", GOOD)
    assert (visit.person, visit.device, visit.ends_at - visit.began_at) == (
        ada,
        "Firefox on Linux",
        timedelta(hours=12),
    )
    assert visit.key != visit.key_digest
    assert queries.visit_of(visit.key, clock.now()) == visit


@pytest.mark.parametrize(
    ("roles", "own", "lasts"),
    [
        ((), True, timedelta(days=30)),
        ((), False, timedelta(hours=12)),
        ((Role.TUTOR,), True, timedelta(hours=12)),
        ((Role.DESK,), True, timedelta(hours=12)),
    ],
)
def test_only_a_student_on_their_own_device_stays_for_a_month(
    roles: tuple[Role, ...], own: bool, lasts: timedelta, in_may: time_machine.Traveller
) -> None:
    make_ada(*roles)
    asking = Asking("Firefox", "here", "192.0.2.1", "secret", own_device=own)
    key = signing_in.sign_in(asking, ADA, GOOD).key
    in_may.move_to(clock.now() + lasts - timedelta(seconds=1))
    assert queries.visit_of(key, clock.now()) is not None
    in_may.move_to(clock.now() + timedelta(seconds=1))
    assert queries.visit_of(key, clock.now()) is None


@pytest.mark.parametrize("email", [ADA, "nobody@example.org", "", "\x00", "a" * 5_000])
def test_a_wrong_password_and_an_unknown_address_are_told_the_same(email: str) -> None:
    make_ada()
    with pytest.raises(WrongPassword) as refused:
        signing_in.sign_in(HERE, email, "another password")
    assert (refused.value.message, refused.value.field) == (WrongPassword().message, "password")


@ON_SQLITE
def test_ten_wrong_ones_close_the_account_to_passwords_once_and_its_owner_is_told() -> None:
    ada = make_ada()
    for _ in range(12):
        with pytest.raises((WrongPassword, TooManyTries)):
            signing_in.sign_in(THERE, ADA, "a wrong guess")
    with pytest.raises(TooManyTries):
        signing_in.sign_in(THERE, ADA, GOOD)
    assert entries() == [("throttled", f"person:{ada.id}")]
    assert [letter.address for letter in letters()] == [ADA]


@ON_SQLITE
def test_after_a_rest_the_password_works_again(in_may: time_machine.Traveller) -> None:
    make_ada()
    for _ in range(10):
        with pytest.raises(WrongPassword):
            signing_in.sign_in(THERE, ADA, "a wrong guess")
    in_may.move_to(clock.now() + timedelta(minutes=15))
    assert signing_in.sign_in(THERE, ADA, GOOD)
    for _ in range(9):
        with pytest.raises(WrongPassword):
            signing_in.sign_in(THERE, ADA, "a wrong guess")
    assert signing_in.sign_in(THERE, ADA, GOOD)


@ON_SQLITE
def test_a_closed_account_still_opens_to_its_owners_link() -> None:
    ada = make_ada()
    for _ in range(10):
        with pytest.raises(WrongPassword):
            signing_in.sign_in(THERE, ADA, "a wrong guess")
    signing_in.ask_for_link(HERE, ADA)
    visit = signing_in.use_link(HERE, last_key())
    assert isinstance(visit, Visit)
    assert visit.person == ada
    assert signing_in.sign_in(HERE, ADA, GOOD)


def test_a_network_that_tries_many_addresses_is_stopped() -> None:
    make_ada()
    network = THERE.throttle("network", THERE.network)
    with transaction():
        for _ in range(PASSWORDS_OF_NETWORK.tries - 2):
            count_try(network, PASSWORDS_OF_NETWORK, clock.now())
    for number in range(2):
        with pytest.raises(WrongPassword):
            signing_in.sign_in(THERE, f"guess{number}@example.org", "a wrong guess")
    with pytest.raises(TooManyTries):
        signing_in.sign_in(THERE, ADA, GOOD)
    assert signing_in.sign_in(HERE, ADA, GOOD)


def test_a_link_works_once_and_for_a_quarter_of_an_hour(in_may: time_machine.Traveller) -> None:
    make_ada()
    signing_in.ask_for_link(HERE, ADA)
    key = last_key()
    assert signing_in.use_link(HERE, key)
    with pytest.raises(BadLink) as used:
        signing_in.use_link(HERE, key)
    signing_in.ask_for_link(HERE, ADA)
    in_may.move_to(clock.now() + timedelta(minutes=15))
    with pytest.raises(BadLink) as old:
        signing_in.use_link(HERE, last_key())
    with pytest.raises(BadLink) as wrong:
        signing_in.use_link(HERE, "no-such-key")
    assert used.value.message == old.value.message == wrong.value.message


def test_only_digests_are_kept_of_a_link_and_of_a_visit() -> None:
    make_ada()
    signing_in.ask_for_link(HERE, ADA)
    key = last_key()
    visit = signing_in.use_link(HERE, key)
    assert isinstance(visit, Visit)
    kept = " ".join(
        str(value)
        for table in (OneTimeLink, Visit)
        for row in db.session.execute(select(table.__table__))
        for value in row
    )
    assert key not in kept
    assert visit.key not in kept


def test_asking_sends_a_letter_to_a_known_and_to_an_unknown_address_alike() -> None:
    make_ada()
    signing_in.ask_for_link(HERE, ADA)
    signing_in.ask_for_link(HERE, "new@example.org")
    known, unknown = letters()
    assert (known.subject, unknown.subject) == ("Harbour", "Harbour")
    assert known.body[:110] == unknown.body[:110]
    assert "to sign in" in known.body
    assert "to join" in unknown.body
    assert signing_in.use_link(HERE, last_key()) == "new@example.org"


def test_a_link_is_sent_though_the_number_of_a_forgotten_one_comes_again() -> None:
    make_ada()
    signing_in.ask_for_link(HERE, ADA)
    with transaction():
        db.session.execute(delete(OneTimeLink))
    signing_in.ask_for_link(HERE, ADA)
    assert len(letters()) == 2


def test_nothing_in_a_letters_beginning_tells_what_the_college_is() -> None:
    make_ada()
    signing_in.ask_for_link(HERE, ADA)
    letter = letters()[0]
    told = re.search("recovery|mental|course|Ada", letter.subject + letter.body[:110])
    assert told is None


def test_more_than_five_links_in_a_quarter_of_an_hour_are_too_many() -> None:
    make_ada()
    for _ in range(5):
        signing_in.ask_for_link(HERE, ADA)
    with pytest.raises(TooManyTries):
        signing_in.ask_for_link(HERE, ADA)
    assert len(letters()) == 5


def test_an_address_that_two_people_gave_signs_nobody_in_on_a_guess() -> None:
    make_person("Ash Reed"), make_person("Bo Reed")
    for person in db.session.scalars(select(Person)):
        with transaction():
            person.email = "reeds@example.org"
    signing_in.ask_for_link(HERE, "reeds@example.org")
    assert letters()[0].person_id is None


def test_the_first_to_prove_a_shared_address_signs_in_with_it_and_the_other_stays_a_student() -> (
    None
):
    ash = make_person("Ash Reed")
    bo = make_person("Bo Reed")
    office = make_person("Dee", Role.DESK)
    keys = [signing_in.make_link(office, each, "reeds@example.org") for each in (ash, bo)]
    assert isinstance(signing_in.use_link(HERE, keys[0]), Visit)
    with pytest.raises(BadLink):
        signing_in.use_link(HERE, keys[1])
    assert queries.person_signing_in_at("Reeds@example.org") == ash
    assert bo.sign_in is None


def test_whoever_was_in_without_proof_is_out_when_the_owner_proves_the_address() -> None:
    stranger = make_person("Ada Osei")
    with transaction():
        stranger.email = ADA
    before = make_visit(stranger)
    signing_in.ask_for_link(HERE, ADA)
    visit = signing_in.use_link(HERE, last_key())
    assert isinstance(visit, Visit)
    assert [each.id for each in queries.visits_of(stranger, clock.now())] == [visit.id]
    assert queries.visit_of(before.key, clock.now()) is None


def test_a_link_knows_the_device_that_asked_for_it() -> None:
    make_ada()
    signing_in.ask_for_link(HERE, ADA)
    assert signing_in.is_elsewhere(last_key(), HERE) is False
    assert signing_in.is_elsewhere(last_key(), THERE) is True
    assert signing_in.is_elsewhere(last_key(), Asking("", "", "", "secret")) is True


def test_a_new_password_signs_everybody_else_out_and_its_owner_is_told() -> None:
    ada = make_ada()
    here, there = make_visit(ada), make_visit(ada)
    signing_in.set_password(HERE, here, "eight brown goats")
    assert [each.id for each in queries.visits_of(ada, clock.now())] == [here.id]
    assert queries.visit_of(there.key, clock.now()) is None
    assert signing_in.sign_in(HERE, ADA, "eight brown goats")
    with pytest.raises(WrongPassword):
        signing_in.sign_in(HERE, ADA, GOOD)
    assert letters()[0].address == ADA


@pytest.mark.parametrize("poor", ["Harbour College 1", "recovery-college!", "ada@example.org"])
def test_a_password_that_says_who_or_where_one_is_is_refused(poor: str) -> None:
    ada = make_ada()
    with pytest.raises(PoorPassword):
        signing_in.set_password(HERE, make_visit(ada), poor)


def test_a_password_needs_a_proven_address() -> None:
    bo = make_person("Bo Lind")
    with pytest.raises(NoAddressYet):
        signing_in.set_password(HERE, make_visit(bo), GOOD)


def test_one_signs_out_here_there_or_everywhere_else_and_never_somebody_else() -> None:
    ada, bo = make_ada(), make_person("Bo Lind")
    visits = [make_visit(ada) for _ in range(4)]
    others = make_visit(bo)
    signing_in.sign_out(visits[0])
    signing_in.sign_out_there(ada, visits[1].id)
    with pytest.raises(NotFound):
        signing_in.sign_out_there(ada, others.id)
    signing_in.sign_out_elsewhere(ada, visits[2])
    assert db.session.scalars(select(Visit.id).order_by(Visit.id)).all() == [
        visits[2].id,
        others.id,
    ]


def test_without_a_password_only_a_link_signs_in() -> None:
    ada = make_ada()
    signing_in.drop_password(ada)
    with pytest.raises(WrongPassword):
        signing_in.sign_in(HERE, ADA, GOOD)
    assert db.session.scalar(select(func.count(Visit.id))) == 0
