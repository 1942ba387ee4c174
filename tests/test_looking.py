"""Whoever looks at whatever there is, in whatever role, leaves every row as it was."""

import os
from collections.abc import Iterator
from hashlib import sha256

import pytest
import time_machine
from flask import Flask

from recovery_college.database import db
from tests.conftest import Browse, Browser
from tests.factories import NOW
from tests.test_site import rows_but_of_the_trail
from tests.test_walls import College

FULL = os.environ.get("PROOF") == "full"
EVERYBODY = (
    *("nobody", "Ada, whose it is", "another student", "the session's tutor", "another tutor"),
    *("the desk", "a manager", "the one named manager"),
)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def hashed() -> str:
    db.session.remove()
    return sha256(repr(rows_but_of_the_trail()).encode()).hexdigest()


@pytest.mark.parametrize("visitor", EVERYBODY if FULL else EVERYBODY[:1])
def test_a_look_at_every_page_changes_no_row(app: Flask, browse: Browse, visitor: str) -> None:
    """But that the trail says who looked at whom."""
    college = College(app, browse)
    assert set(college.cookies) == set(EVERYBODY)
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    addresses = [college.address(rule) for rule in rules]
    before = hashed()
    for address in addresses:
        browser: Browser = browse()
        browser.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), college.cookies[visitor][0])
        assert browser.get(address).status_code < 500, address
    assert hashed() == before
