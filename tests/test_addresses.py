"""One rule for what an e-mail address looks like, wherever somebody types one."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from recovery_college.addresses import is_email
from recovery_college.config import BadSetting, load_config
from recovery_college.errors import Refusal
from recovery_college.fields import Email
from recovery_college.forms import CollegeForm
from recovery_college.intake.rules import cells

GOOD = [
    "ada@example.org",
    "Ada.Osei+c@Example.co.uk",
    "o'neil@example.org",
    "a@b\u00fccher.example.org",
]
BAD = [
    "",
    "ada",
    "ada@",
    "@example.org",
    "ada@example",
    "ada osei@example.org",
    "Ada <ada@example.org>",
    "ada@example.org, bo@example.org",
    "ada@example.org\nBcc: bo@example.org",
    "ad\u00e4@example.org",
    "\u0430da@example.org",  # its first letter is Cyrillic
    "ada@" + "a" * 250 + ".org",
]


@pytest.mark.parametrize(
    ("typed", "is_one"), [*((a, True) for a in GOOD), *((a, False) for a in BAD)]
)
def test_what_is_an_address(typed: str, is_one: bool) -> None:
    assert is_email(typed) is is_one


class AddressForm(CollegeForm):
    class Meta:
        csrf = False

    email = Email("E-mail address", needed="Type it.")


def by_form(typed: str) -> bool:
    return bool(AddressForm(MultiDict({"email": typed})).validate())


def by_workbook(typed: str) -> bool:
    try:
        return bool(cells.email(typed))
    except Refusal:
        return False


def by_setting(typed: str) -> bool:
    try:
        return bool(load_config({"COLLEGE_MAIL_SENDER": typed}))
    except BadSetting:
        return False


@pytest.mark.parametrize("typed", [*GOOD, "ad\u00e4@example.org", "ada@example", "ada"])
def test_every_way_to_say_an_address_keeps_to_it(app: Flask, typed: str) -> None:
    with app.test_request_context(method="POST"):
        answers = [by_form(typed), by_workbook(typed), by_setting(typed)]
    said = app.test_cli_runner().invoke(args=["people", "add", typed, "Ada"]).output
    assert answers == [is_email(typed)] * 3
    assert ("is not an e-mail address" in said) is not is_email(typed)
