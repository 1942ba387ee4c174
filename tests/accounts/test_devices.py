"""A device is called by a few words, and known again by a key of its own."""

import pytest
from flask import Flask, session

from recovery_college.accounts.devices import asking, in_words, remember_device


@pytest.mark.parametrize(
    ("browser_says", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/138.0.0.0 Safari/537.36",
            "Chrome on a Chromebook",
        ),
        ("curl/8.5.0", "A browser"),
        ("", "A browser"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_a_device_is_called_by_what_its_owner_would_say(browser_says: str, words: str) -> None:
    assert in_words(browser_says) == words


def test_who_asks_is_known_by_device_and_network_and_never_by_what_they_claim(app: Flask) -> None:
    said = {"X-Forwarded-For": "203.0.113.9", "User-Agent": "curl"}
    with app.test_request_context(headers=said, environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        asked = asking(own_device=True)
    assert (asked.network, asked.device, asked.device_key, asked.own_device) == (
        "192.0.2.1",
        "A browser",
        "",
        True,
    )


def test_a_device_keeps_the_key_that_it_was_given_first(app: Flask) -> None:
    with app.test_request_context():
        remember_device()
        first = session["device"]
        remember_device()
        assert (asking().device_key, len(first) > 20) == (first, True)
    with app.test_request_context():
        remember_device()
        assert asking().device_key != first
