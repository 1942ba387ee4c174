"""Links to calendars as people paste them. Where they lead is proven with the fetching."""

import pytest

from recovery_college.tutors.rules.links import NoLink, host_of, may_connect, tidy_link


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("https://example.org/a.ics?k=1", "https://example.org/a.ics?k=1"),
        ("  http://example.org:8080/a.ics\n", "http://example.org:8080/a.ics"),
        ("webcal://p01.example.org/a", "https://p01.example.org/a"),
        ("WEBCAL://p01.example.org/a", "https://p01.example.org/a"),
    ],
)
def test_a_link_as_it_is_pasted(typed: str, link: str) -> None:
    assert tidy_link(typed) == link


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "example.org/a.ics",
        "ftp://example.org/a.ics",
        "javascript:alert(1)",
        "https://",
        "https://me:secret@example.org/",
        "https://example.org:0/",
        "https://example.org:x/",
        "https://[::1/",
        "https://example.org/\x00",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_link_is_refused(typed: str) -> None:
    with pytest.raises(NoLink):
        tidy_link(typed)


def test_only_its_host_is_ever_shown() -> None:
    assert host_of("https://Example.org:444/secret.ics?key=1") == "example.org"


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b::a00:1", False),
        ("2001:0:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("example.org", False),
    ],
)
def test_addresses_of_the_open_internet(address: str, may: bool) -> None:
    assert may_connect(address) is may
