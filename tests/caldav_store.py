"""A real CalDAV store on this machine, and as much of a client as puts calendars into it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import requests
from radicale import config
from radicale.app import Application

from recovery_college.ical import CONTENT_TYPE
from tests.browser import serving

DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
QUERY = """<?xml version="1.0"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{when}
  </C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""
WHEN = '<C:time-range start="{:%Y%m%dT%H%M%SZ}" end="{:%Y%m%dT%H%M%SZ}"/>'


class Store:
    """One calendar in it."""

    def __init__(self, site: str, name: str) -> None:
        self.address = f"{site}/ada/{name}/"
        self._ask("MKCALENDAR", self.address)

    def receive(self, calendar: bytes) -> None:
        """As a mail program does: the method is its instruction, and isn't kept."""
        (uid,) = re.findall(rb"\r\nUID:(\S+)", calendar)
        kept = re.sub(rb"METHOD:\w+\r\n", b"", calendar)
        self._ask("PUT", f"{self.address}{uid.decode()}.ics", kept)

    def import_(self, calendar: bytes) -> None:
        """In place of all it held."""
        self._ask("PUT", self.address, calendar)

    def entries(self) -> list[bytes]:
        return self._found("")

    def starting(self, instant: datetime) -> list[bytes]:
        """Those that overlap the minute from then on."""
        return self._found(WHEN.format(instant, instant + timedelta(minutes=1)))

    def _found(self, when: str) -> list[bytes]:
        answer = self._ask("REPORT", self.address, QUERY.format(when=when).encode())
        found = ElementTree.fromstring(answer.content).iter(DATA)  # noqa: S314
        return [(each.text or "").encode() for each in found]

    def _ask(self, verb: str, address: str, body: bytes = b"") -> requests.Response:
        kind = "application/xml; charset=utf-8" if verb == "REPORT" else CONTENT_TYPE
        answer = requests.request(
            verb,
            address,
            data=body,
            headers={"Content-Type": kind, "Depth": "1"},
            auth=("ada", ""),
            timeout=20,
        )
        answer.raise_for_status()
        return answer


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Gives its address."""
    settings = config.load()
    settings.update(
        {
            "auth": {"type": "none"},
            "storage": {"filesystem_folder": str(folder)},
            "logging": {"level": "warning"},
        },
        "tests",
    )
    with serving(Application(settings)) as site:
        yield site
