"""A phone that carries registers: what has to be there before its signal may go."""

from playwright.sync_api import Page

from tests.operations.waiting import wait_until

INSTALLED = "navigator.serviceWorker.getRegistration().then((found) => !!found?.active)"
CARRIED = 'typeof all === "function" && all("registers").then((each) => each.length)'


def carries_registers(page: Page) -> None:
    """Asked again and again: a worker that could not be installed is never `ready`."""
    wait_until(lambda: bool(page.evaluate(INSTALLED)))
    wait_until(lambda: bool(page.evaluate(CARRIED)))
