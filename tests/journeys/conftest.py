"""The small college on a server of its own, and visitors to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page

from tests import browser
from tests.factories import NOW

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def live_url(standing_college: Flask) -> Iterator[str]:
    with browser.serving(standing_college) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, live_url: str) -> Iterator[Visit]:
    """Opens a page of its own, as in `visit(width=320, scripts=False)`."""
    with time_machine.travel(NOW, tick=False), ExitStack() as visits:
        yield lambda width=browser.DESK, *, scripts=True: visits.enter_context(
            browser.visitor(chromium, live_url, width=width, scripts=scripts)
        )
