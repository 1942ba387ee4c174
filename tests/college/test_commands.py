"""The settings are changed one at a time, and the trail says which, never to what."""

from contextlib import suppress

import pytest
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.audit.models import AuditEntry
from recovery_college.college.commands import (
    back_to_default,
    change_settings,
    go_live,
    pause_mail,
)
from recovery_college.college.models import Setting
from recovery_college.college.queries import Draft, settings_to_edit, the_college
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import NotFound, Refusal
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")

NAME = "Harbour Recovery College"


@pytest.fixture
def olu() -> Person:
    return make_person("Olu Bankole")


def edit_of(draft: Draft, **values: object) -> Edit:
    return Edit(values, prints_of(draft, values))


def change(actor: Person, **values: object) -> None:
    draft = settings_to_edit()
    change_settings(actor, draft, edit_of(draft, **values))


def kept() -> dict[str, str]:
    return {row.key: row.value for row in db.session.scalars(select(Setting))}


def trail() -> list[tuple[object, ...]]:
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(e.actor_id, e.verb, e.subject, e.fields) for e in found]


def test_what_was_changed_is_kept_and_what_was_not_has_no_row(olu: Person) -> None:
    change(olu, booking_cap_runs=0, run_places=12, short_name="Quay")
    assert the_college() == College(name=NAME, booking_cap_runs=0, short_name="Quay")
    assert kept() == {"booking_cap_runs": "0", "short_name": "Quay"}
    assert trail() == [(olu.id, "changed", "college", "booking_cap_runs short_name")]


def test_nothing_changed_leaves_no_line(olu: Person) -> None:
    change(olu, run_places=12)
    assert (kept(), trail()) == ({}, [])


def test_the_second_of_two_is_told_what_it_is_now(olu: Person) -> None:
    draft = settings_to_edit()
    edit = edit_of(draft, run_places=10)
    change(olu, run_places=8, office_hours="Mornings")
    with pytest.raises(Overtaken) as told:
        change_settings(olu, draft, edit)
    assert (told.value.fields, draft.run_places) == (("run_places",), 8)
    assert the_college().run_places == 8


def test_two_who_change_different_things_do_not_meet(olu: Person) -> None:
    draft = settings_to_edit()
    edit = edit_of(draft, run_places=10)
    change(olu, office_hours="Mornings")
    change_settings(olu, draft, edit)
    assert the_college() == College(name=NAME, run_places=10, office_hours="Mornings")


def test_settings_that_would_not_agree_change_nothing(olu: Person) -> None:
    with suppress(Refusal):
        change(olu, offer_days=9, run_places=8)
    assert (kept(), trail()) == ({}, [])


def test_back_to_the_start_in_one_press(olu: Person) -> None:
    change(olu, run_places=8)
    back_to_default(olu, "run_places")
    assert (the_college(), kept()) == (College(name=NAME), {})
    assert trail() == [(olu.id, "changed", "college", "run_places")] * 2


@pytest.mark.parametrize("key", ["name", "invented", "mail_paused", "phone_link", "motto", ""])
def test_what_is_no_setting_has_no_start(olu: Person, key: str) -> None:
    with pytest.raises(NotFound):
        back_to_default(olu, key)


def test_messages_pause_until_a_manager_lets_them_go(olu: Person) -> None:
    pause_mail(None)
    assert the_college() == College(name=NAME, mail_paused=True)
    go_live(olu)
    assert the_college() == College(name=NAME)
    assert trail() == [
        (None, "changed", "college", "mail_paused"),
        (olu.id, "changed", "college", "mail_paused"),
    ]
