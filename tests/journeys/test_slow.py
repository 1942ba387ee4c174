"""A page that comes slowly, to a visitor without scripts, is looked at once all of it is there."""

from collections.abc import Callable, Iterator
from time import sleep

import pytest
from playwright.sync_api import Browser

from tests.browser import PHONE, scrolls_sideways, serving, visitor

FIRST_HALF = b"<!doctype html><html lang=en><title>Slow</title><p>" + b"half of it " * 500
TOO_WIDE = b'<div style="width: 900px">the other half</div>'


def slow_page(_environ: object, start_response: Callable[..., object]) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    yield FIRST_HALF
    sleep(0.5)
    yield TOO_WIDE


@pytest.mark.browser
def test_what_is_too_wide_is_seen_though_it_comes_last(chromium: Browser) -> None:
    with serving(slow_page) as site, visitor(chromium, site, width=PHONE, scripts=False) as page:
        page.goto("/", wait_until="commit")
        assert scrolls_sideways(page)
