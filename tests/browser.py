"""A real browser, and what it says of a page: faults in its log, what axe finds, its width."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
AXE = Axe().axe_script
ASK_AXE = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
expect.set_options(timeout=15_000)  # a machine may have much else to do
PHONE, DESK = 320, 1280  # the narrowest screen and the usual one, in CSS pixels


def program() -> str:
    """Where the machine's own browser is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RuntimeError("No Chromium here: run `make test`, which installs one.")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own; nothing is downloaded."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS + as_root)
        yield browser
        browser.close()


class Quiet(WSGIRequestHandler):
    """Says nothing of requests; faults are logged by the application."""

    def log_request(self, *_: object) -> None:
        pass


@contextmanager
def serving(app: "WSGIApplication") -> Iterator[str]:
    """An application on a port of its own; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def visitor(browser: Browser, site: str, *, width: int, scripts: bool = True) -> Iterator[Page]:
    """A page whose faults are kept and, at the end, refused."""
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 900}, java_script_enabled=scripts
    )
    faults: list[str] = []
    yield _watched(context, faults)
    context.close()
    assert faults == [], faults


def _watched(context: BrowserContext, faults: list[str]) -> Page:
    page = context.new_page()
    page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda sent: None if _let_go(sent) else faults.append(_why(sent)))
    return page


def _why(request: Request) -> str:
    return f"{request.url} {request.failure}"


def _let_go(request: Request) -> bool:
    """Chromium itself: the address was a download, or the next page was asked for meanwhile."""
    return request.failure == "net::ERR_ABORTED"


def _is_fault(said: ConsoleMessage) -> bool:
    """Chromium also logs the status of an error page that was asked for."""
    page = said.page
    return said.type == "error" and (page is None or said.location["url"] != page.url)


def axe_violations(page: Page) -> list[str]:
    """What axe has to say, as "rule: the element". Its many words of praise stay in the browser."""
    page.wait_for_load_state()  # a page that has only just been answered has no root yet
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
        page.add_init_script(AXE)  # so that it is not sent again for each page that follows
    found: list[dict[str, Any]] = page.evaluate(ASK_AXE)
    return [
        f"{violation['id']}: {node['html']}" for violation in found for node in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Once all of it is there. A page without scripts hears of nothing, so the browser is asked."""
    page.wait_for_load_state()
    wide: bool = page.evaluate(WIDER)
    return wide
