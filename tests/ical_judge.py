"""A strict reader of the college's calendars: what parsers let through is a fault here.

It knows what the college writes and nothing more: a property that isn't in its lists is a fault.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from recovery_college.clock import LONDON

TEXT = r"(?:[^\\;,]|\\[\\;,n])*"
UTC = r"\d{8}T\d{6}Z"
LOCAL = r"\d{8}T\d{6}"
MAILTO = r"mailto:[^\s@:;,<>\"]+@[^\s@:;,<>\"]+"
NAMED = {"CN": r'"[^"^\\]+"'}
ASKED = NAMED | {
    "CUTYPE": "INDIVIDUAL",
    "ROLE": "REQ-PARTICIPANT",
    "PARTSTAT": "NEEDS-ACTION|ACCEPTED|TENTATIVE|DECLINED",
    "RSVP": "TRUE|FALSE",
}
IN_LONDON = {"TZID": "Europe/London"}
LENGTH = {"VALUE": "DURATION"}


class Rule(NamedTuple):
    """How often a property stands in its component, its parameters (all of them), its value."""

    least: int
    most: int
    parameters: dict[str, str]
    value: str


def once(value: str, parameters: dict[str, str] | None = None) -> Rule:
    return Rule(1, 1, parameters or {}, value)


def never(value: str = "") -> Rule:
    return Rule(0, 0, {}, value)


CLOCKS = {
    "TZNAME": once("BST|GMT"),
    "TZOFFSETFROM": once(r"\+0[01]00"),
    "TZOFFSETTO": once(r"\+0[01]00"),
    "DTSTART": once(LOCAL),
    "RRULE": once("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=(?:3|10)"),
}
ALWAYS = {
    "VCALENDAR": {
        "PRODID": once("-//[^/]+//[^/]+//EN"),
        "VERSION": once(r"2\.0"),
        "CALSCALE": once("GREGORIAN"),
        "METHOD": once("REQUEST|CANCEL|PUBLISH"),
    },
    "VTIMEZONE": {"TZID": once("Europe/London")},
    "DAYLIGHT": CLOCKS,
    "STANDARD": CLOCKS,
    "VEVENT": {
        "UID": once(r"[^\s@]+@[^\s@]+"),
        "DTSTAMP": once(UTC),
        "CREATED": Rule(0, 1, {}, UTC),
        "LAST-MODIFIED": once(UTC),
        "DTSTART": once(LOCAL, IN_LONDON),
        "DTEND": once(LOCAL, IN_LONDON),
        "SEQUENCE": once(r"0|[1-9]\d*"),
        "STATUS": once("CONFIRMED|CANCELLED"),
        "SUMMARY": once(TEXT),
        "LOCATION": once(TEXT),
        "DESCRIPTION": once(TEXT),
        "ORGANIZER": once(MAILTO, NAMED),
        "CLASS": once("PRIVATE"),
        "TRANSP": once("OPAQUE"),
        "PRIORITY": once("5"),
        "X-MICROSOFT-CDO-BUSYSTATUS": once("BUSY"),
        "X-MICROSOFT-CDO-INTENDEDSTATUS": once("BUSY"),
        "X-MICROSOFT-DISALLOW-COUNTER": once("TRUE"),
    },
}
SENT = {
    "VCALENDAR": ALWAYS["VCALENDAR"],
    "VEVENT": ALWAYS["VEVENT"] | {"ATTENDEE": once(MAILTO, ASKED)},
}
KEPT = {
    "VCALENDAR": ALWAYS["VCALENDAR"]
    | {
        "NAME": once(TEXT),
        "X-WR-CALNAME": once(TEXT),
        "REFRESH-INTERVAL": once("PT1H", LENGTH),
        "X-PUBLISHED-TTL": once("PT1H"),
    }
}
LISTS = {
    "REQUEST": ALWAYS | SENT,
    "CANCEL": ALWAYS | SENT,
    "PUBLISH": ALWAYS | KEPT,
}
STATUSES = {
    "REQUEST": {"CONFIRMED"},
    "CANCEL": {"CANCELLED"},
    "PUBLISH": {"CONFIRMED", "CANCELLED"},
}
INSIDE = {
    "VCALENDAR": "",
    "VTIMEZONE": "VCALENDAR",
    "VEVENT": "VCALENDAR",
    "DAYLIGHT": "VTIMEZONE",
    "STANDARD": "VTIMEZONE",
}
LINE = re.compile(
    r'(?P<name>[A-Z-]+)(?P<parameters>(?:;[A-Z]+=(?:"[^"]*"|[^";:,]*))*):(?P<value>.*)'
)
PARAMETER = re.compile(r';([A-Z]+)=("[^"]*"|[^";:,]*)')
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Property(NamedTuple):
    name: str
    parameters: list[tuple[str, str]]
    value: str


class Component:
    """One BEGIN to its END."""

    def __init__(self, name: str, above: str) -> None:
        self.name = name
        self.above = above
        self.properties: list[Property] = []

    def values(self, name: str) -> list[str]:
        return [each.value for each in self.properties if each.name == name]


def faults(calendar: bytes, method: str) -> list[str]:
    """What is wrong with it, as something that was sent or shown by this method."""
    found = list[str]()
    try:
        found += _of_octets(calendar)
        components = _components(calendar)
    except ValueError as fault:
        return [*found, str(fault)]
    found += _of_numbers(components, method)
    for component in components:
        found += _of_properties(component, LISTS[method][component.name])
    return found or [*_of_meaning(components, method)]


def _of_octets(calendar: bytes) -> Iterator[str]:
    if not calendar.endswith(b"END:VCALENDAR\r\n"):
        yield "it doesn't end with its end"
    if re.search(rb"\r(?!\n)|(?<!\r)\n", calendar):
        yield "a line ends with less than CR and LF"
    for line in calendar.split(b"\r\n")[:-1]:
        if len(line) > 75:
            yield f"{len(line)} octets on a line"
        if not line.decode().strip():
            yield "an empty line"


def _components(calendar: bytes) -> list[Component]:
    """In the order of their beginnings. Raises ValueError where lines make no calendar."""
    done, open_ones = list[Component](), list[Component]()
    for line in calendar.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]:
        told = _property(line)
        if told.name == "BEGIN":
            _check_place(told.value, open_ones, done)
            open_ones.append(Component(told.value, open_ones[-1].name if open_ones else ""))
            done.append(open_ones[-1])
        elif not open_ones:
            raise ValueError(f"{told.name} in no component")
        elif told.name != "END":
            open_ones[-1].properties.append(told)
        elif open_ones.pop().name != told.value:
            raise ValueError(f"END:{told.value} ends something else")
    if open_ones:
        raise ValueError(f"{open_ones[-1].name} has no end")
    return done


def _check_place(name: str, open_ones: list[Component], done: list[Component]) -> None:
    above = open_ones[-1].name if open_ones else ""
    if INSIDE.get(name) != above or (done and not above):
        raise ValueError(f"{name} stands in {above or 'nothing'}")


def _property(line: str) -> Property:
    if UNSEEN.search(line):
        raise ValueError(f"a control character in {line!r}")
    read = LINE.fullmatch(line)
    if not read:
        raise ValueError(f"no property: {line!r}")
    return Property(read["name"], PARAMETER.findall(read["parameters"]), read["value"])


def _of_numbers(components: list[Component], method: str) -> Iterator[str]:
    numbers = Counter(component.name for component in components)
    for name in ("VCALENDAR", "VTIMEZONE", "DAYLIGHT", "STANDARD"):
        if numbers[name] != 1:
            yield f"{numbers[name]} of {name}"
    if method != "PUBLISH" and numbers["VEVENT"] != 1:
        yield f"{numbers['VEVENT']} of VEVENT"


def _of_properties(component: Component, rules: dict[str, Rule]) -> Iterator[str]:
    numbers = Counter(each.name for each in component.properties)
    for name in {*rules, *numbers}:
        rule = rules.get(name, never())
        if not rule.least <= numbers[name] <= rule.most:
            yield f"{numbers[name]} of {name} in {component.name}"
    for told in component.properties:
        if told.name in rules:
            yield from _of_property(told, rules[told.name])


def _of_property(told: Property, rule: Rule) -> Iterator[str]:
    if not re.fullmatch(rule.value, told.value):
        yield f"{told.name} is {told.value!r}"
    if sorted(name for name, _ in told.parameters) != sorted(rule.parameters):
        yield f"{told.name} has the parameters {told.parameters}"
        return
    for name, value in told.parameters:
        if not re.fullmatch(rule.parameters[name], value):
            yield f"{told.name} has {name}={value}"


def _of_meaning(components: list[Component], method: str) -> Iterator[str]:
    """Asked only of a calendar whose form is right."""
    if components[0].values("METHOD") != [method]:
        yield f"its method is {components[0].values('METHOD')}"
    events = [each for each in components if each.name == "VEVENT"]
    for uid, number in Counter(uid for event in events for uid in event.values("UID")).items():
        if number > 1:
            yield f"{number} events are {uid}"
    for event in events:
        if event.values("STATUS")[0] not in STATUSES[method]:
            yield f"{method} of an event that is {event.values('STATUS')}"
        yield from _of_times(event)


def _of_times(event: Component) -> Iterator[str]:
    starts, ends = (_instant(event.values(name)[0]) for name in ("DTSTART", "DTEND"))
    if starts.timestamp() >= ends.timestamp():
        yield "it ends before it starts"
    for local in (starts, ends):
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            yield f"{local} falls inside a change of the clocks"
    made = [datetime.strptime(when, "%Y%m%dT%H%M%S%z") for when in event.values("CREATED")]
    stamped = [
        datetime.strptime(when, "%Y%m%dT%H%M%S%z")
        for name in ("DTSTAMP", "LAST-MODIFIED")
        for when in event.values(name)
    ]
    if made and made[0] > min(stamped):
        yield "it changed before it was made"


def _instant(local: str) -> datetime:
    return datetime.strptime(local, "%Y%m%dT%H%M%S").replace(tzinfo=LONDON)
