"""One rule for what an e-mail address or a mobile number looks like, wherever one is typed."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from recovery_college.addresses import is_email, mobile
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


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("(07700) 900-123", "+447700900123"),
        ("+44 (0)7700 900 123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("07624\u2011900123", "+447624900123"),  # the Isle of Man
        ("07640 900123", ""),  # a pager
        ("070 0090 0123", ""),
        ("01632 960123", ""),
        ("07700 90012", ""),
        ("07700 900123 or 07700 900124", ""),
        ("+33 6 12 34 56 78", ""),
        ("", ""),
    ],
)
def test_what_is_a_mobile_that_a_text_reaches(typed: str, number: str) -> None:
    assert mobile(typed) == number
