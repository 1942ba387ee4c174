"""How somebody can be reached, in the words of coordinators."""

import pytest

from recovery_college.accounts.rules import ContactBy
from recovery_college.errors import Refusal
from recovery_college.intake.rules import contact
from recovery_college.intake.rules.cells import Raw

NOTHING = ["none", "None.", "NO EMAIL", "no e-mail address", "n/a (none)", "nil", "(no phone)"]


@pytest.mark.parametrize("raw", NOTHING[:4] + NOTHING[5:])
def test_who_has_none_has_none(raw: str) -> None:
    assert (contact.email(raw), contact.phone(raw), contact.address(raw)) == (None, "", "")
    assert contact.needs(raw) == ""


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("07700 900123", "07700 900123"),
        ("(01632) 960-123", "(01632) 960-123"),
        (7700900123, "07700 900123"),
        (7700900123.0, "07700 900123"),
        ("7700 900123", "07700 900123"),
        ("447700900123", "+447700900123"),
        (447700900123, "+447700900123"),
        ("+44 (0)7700 900 123", "+44 (0)7700 900 123"),
        ("tel:07700900123", "07700900123"),
        ("07700 900123 (my daughter's)", "07700 900123 (my daughter's)"),
        ("07700 900123 / 01632 960123", "07700 900123 / 01632 960123"),
        ("960123", "960123"),
    ],
)
def test_a_number_as_it_is_typed_or_as_a_spreadsheet_has_left_it(raw: Raw, read: str) -> None:
    assert contact.phone(raw) == read


@pytest.mark.parametrize("raw", ["call me", "12", "1" * 33, "ask her mum", True])
def test_what_is_no_number_is_refused(raw: Raw) -> None:
    with pytest.raises(Refusal, match="This is not a phone number"):
        contact.phone(raw)


@pytest.mark.parametrize(
    ("raw", "way"),
    [
        ("Email", ContactBy.EMAIL),
        ("by e-mail please", ContactBy.EMAIL),
        ("SMS", ContactBy.TEXT),
        ("Texts", ContactBy.TEXT),
        ("Phone call", ContactBy.PHONE),
        ("Ring", ContactBy.PHONE),
        ("Letter", ContactBy.POST),
        ("post", ContactBy.POST),
        ("Mail", ContactBy.POST),
        ("none", None),
    ],
)
def test_a_way_to_hear_from_us(raw: str, way: ContactBy | None) -> None:
    assert contact.way(raw) is way


@pytest.mark.parametrize("raw", ["pigeon", "phone or text", "e-mail and post"])
def test_no_way_or_two_are_refused(raw: str) -> None:
    with pytest.raises(Refusal, match='Write one of "e-mail", "text", "phone" and "post"'):
        contact.way(raw)


def test_needs_are_as_long_as_the_persons_own_page_takes() -> None:
    assert contact.needs("No strip lights.\nA seat") == "No strip lights.\n\nA seat"
    assert contact.needs("a" * 10_000) == "a" * 10_000
    with pytest.raises(Refusal, match="at most 10,000"):
        contact.needs("a" * 10_001)
