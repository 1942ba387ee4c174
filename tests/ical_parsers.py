"""Two readers of calendars that others wrote, and what each takes from one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from ical.calendar_stream import IcsCalendarStream
from ical.event import Event
from ical.exceptions import CalendarParseError
from ical.types.cal_address import CalAddress
from playwright.sync_api import Browser, ConsoleMessage

from recovery_college.config import ROOT

ICAL_JS = ROOT / "tests/ical.js-2.2.1/ical.min.js"
READ = """text => {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text))
    const instant = time => time.toUnixTime()
    const answer = person => ({
      name: person.getParameter('cn'),
      address: person.getFirstValue(),
      partstat: person.getParameter('partstat') ?? null,
      rsvp: person.getParameter('rsvp') ?? null,
    })
    const session = event => ({
      uid: event.getFirstPropertyValue('uid'),
      sequence: event.getFirstPropertyValue('sequence'),
      status: event.getFirstPropertyValue('status'),
      stamped_at: instant(event.getFirstPropertyValue('dtstamp')),
      starts_at: instant(event.getFirstPropertyValue('dtstart')),
      ends_at: instant(event.getFirstPropertyValue('dtend')),
      starts_on_the_clock: event.getFirstPropertyValue('dtstart').toString(),
      summary: event.getFirstPropertyValue('summary'),
      location: event.getFirstPropertyValue('location'),
      description: event.getFirstPropertyValue('description'),
      organizer: answer(event.getFirstProperty('organizer')),
      attendees: event.getAllProperties('attendee').map(answer),
    })
    return {
      method: calendar.getFirstPropertyValue('method'),
      sessions: calendar.getAllSubcomponents('vevent').map(session),
    }
  } catch (fault) {
    return { fault: `${fault}` }
  }
}"""


class Faulty(Exception):
    """It can't be read, or only with a warning."""


@dataclass(frozen=True)
class Somebody:
    name: str
    address: str
    partstat: str | None = None
    rsvp: str | None = None


@dataclass(frozen=True)
class Session:
    """Its instants are seconds since 1970, and the clock is the one on the wall."""

    uid: str
    sequence: int
    status: str
    stamped_at: int
    starts_at: int
    ends_at: int
    starts_on_the_clock: str
    summary: str
    location: str
    description: str
    organizer: Somebody
    attendees: list[Somebody]


@dataclass(frozen=True)
class Reading:
    method: str
    sessions: list[Session]


class PythonsIcal:
    """The one of the package index called `ical`."""

    def read(self, calendar: bytes) -> Reading:
        try:
            with heard_from("ical") as warnings:
                read = IcsCalendarStream.calendar_from_ics(calendar.decode())
        except (CalendarParseError, ValueError) as fault:
            raise Faulty(str(fault)) from fault
        if warnings:
            raise Faulty(str(warnings))
        return Reading(str(read.method), [_session(event) for event in read.events])


@contextmanager
def heard_from(package: str) -> Iterator[list[str]]:
    """The warnings that it logs meanwhile."""
    heard = Heard()
    logging.getLogger(package).addHandler(heard)
    try:
        yield heard.warnings
    finally:
        logging.getLogger(package).removeHandler(heard)


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.warnings.append(record.getMessage())


def _session(event: Event) -> Session:
    starts = cast(datetime, event.dtstart)
    return Session(
        uid=str(event.uid),
        sequence=cast(int, event.sequence),
        status=str(event.status and event.status.value),
        stamped_at=_instant(event.dtstamp),
        starts_at=_instant(starts),
        ends_at=_instant(event.dtend),
        starts_on_the_clock=f"{starts:%Y-%m-%dT%H:%M:%S}",
        summary=event.summary or "",
        location=event.location or "",
        description=event.description or "",
        organizer=_somebody(cast(CalAddress, event.organizer)),
        attendees=[_somebody(each) for each in event.attendees],
    )


def _instant(when: object) -> int:
    return int(cast(datetime, when).astimezone(UTC).timestamp())


def _somebody(person: CalAddress) -> Somebody:
    rsvp = None if person.rsvp is None else str(person.rsvp).upper()
    return Somebody(str(person.common_name), str(person.uri), person.status, rsvp)


class IcalJs:
    """Thunderbird's, in a real browser."""

    def __init__(self, browser: Browser) -> None:
        self.heard: list[str] = []
        self.page = browser.new_page()
        self.page.add_script_tag(path=ICAL_JS)
        self.page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        self.heard.append(said.text)

    def read(self, calendar: bytes) -> Reading:
        read: dict[str, Any] = self.page.evaluate(READ, calendar.decode())
        heard, self.heard = self.heard, []
        if heard or "fault" in read:
            raise Faulty(str(heard or read["fault"]))
        return Reading(read["method"], [_out_of_a_browser(each) for each in read["sessions"]])

    def close(self) -> None:
        self.page.close()


def _out_of_a_browser(session: dict[str, Any]) -> Session:
    people = [Somebody(**each) for each in session.pop("attendees")]
    return Session(organizer=Somebody(**session.pop("organizer")), attendees=people, **session)
