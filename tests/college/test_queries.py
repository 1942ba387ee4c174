"""The college that pages show: read once a request, and remembered while the database is away."""

import pytest
from flask import Flask, current_app

from recovery_college.college.models import Setting
from recovery_college.college.queries import (
    college_on_pages,
    do_not_read_the_college,
    the_college,
)
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from tests.conftest import counted

NAME = "Harbour Recovery College"


@pytest.fixture(autouse=True)
def phone(app: Flask) -> None:
    app.extensions.pop("college", None)
    with transaction():
        db.session.add(Setting(key="office_phone", value="01632 960 999"))


def test_what_the_office_changed_stands_beside_the_defaults() -> None:
    assert the_college() == College(name=NAME, office_phone="01632 960 999")


def test_a_page_reads_the_college_once_however_often_it_is_shown(app: Flask) -> None:
    with app.app_context(), counted() as statements:
        assert college_on_pages() is college_on_pages()
    assert len([s for s in statements if "FROM setting" in s]) == 1


def test_without_the_database_it_is_shown_as_it_was_last_seen(app: Flask) -> None:
    with app.app_context():
        seen = college_on_pages()
    with app.app_context():
        do_not_read_the_college()
        assert college_on_pages() == seen


def test_before_it_was_ever_seen_no_number_is_made_up(app: Flask) -> None:
    with app.app_context(), counted() as statements:
        do_not_read_the_college()
        assert college_on_pages() == College(name=NAME, office_phone="")
    assert (statements, "college" in current_app.extensions) == ([], False)
