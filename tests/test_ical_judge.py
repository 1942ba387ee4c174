"""The strict reader finds what it is there for."""

import pytest

from recovery_college.ical import feed
from tests.ical_judge import faults
from tests.test_ical import ENTRY, INVITE, OFFICE, invited

EVENT = INVITE[INVITE.index(b"BEGIN:VEVENT") : INVITE.index(b"END:VCALENDAR")]
ATTENDEE = EVENT[EVENT.index(b"ATTENDEE") : EVENT.index(b"CLASS")]
ZONE = INVITE[INVITE.index(b"BEGIN:VTIMEZONE") : INVITE.index(b"BEGIN:VEVENT")]
LONG = b"DESCRIPTION:" + b"a" * 64 + b"\r\n"


def test_it_finds_nothing_wrong_with_an_invite() -> None:
    assert faults(INVITE, "REQUEST") == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ((b"VERSION:2.0\r\n", b"VERSION:2.0\n"), "a line ends with less than CR and LF"),
        ((b"VERSION:2.0\r\n", b"VERSION:2.0\r"), "a line ends with less than CR and LF"),
        ((b"VERSION:2.0\r\n", b"VERSION:2.0\r\n\r\n"), "an empty line"),
        ((b"LOCATION:", b"LOCATION:\r\n \xc2\xa0\r\n "), "an empty line"),
        ((b"END:VCALENDAR\r\n", b"END:VCALENDAR"), "it doesn't end with its end"),
        ((b"END:VCALENDAR\r\n", b"END:VCALENDAR\r\n\r\n"), "it doesn't end with its end"),
        ((b"LOCATION:", b"LOCATION:\xc3\r\n \xa9"), "unexpected end of data"),
        ((b"LOCATION:", b"LOCATION:\xff"), "invalid start byte"),
        ((b"LOCATION:", b"LOCATION:\x00"), "a control character"),
        ((b"LOCATION:", b"LOCATION:\xe2\x80\xa8"), "a control character"),
        ((b"LOCATION:", b"LOCATION:a\r\n"), "no property"),
        ((b"LOCATION:", b"Location:"), "no property"),
        ((b"LOCATION:", LONG + b"LOCATION:"), "76 octets on a line"),
        ((b"METHOD:REQUEST\r\n", b""), "0 of METHOD in VCALENDAR"),
        ((b"METHOD:REQUEST\r\n", b"METHOD:REQUEST\r\n" * 2), "2 of METHOD in VCALENDAR"),
        ((b"METHOD:REQUEST\r\n", b"METHOD:PUBLISH\r\n"), "its method is ['PUBLISH']"),
        ((b"VERSION:2.0\r\n", b""), "0 of VERSION in VCALENDAR"),
        ((b"PRODID:", b"X-PRODID:"), "0 of PRODID in VCALENDAR"),
        ((b"UID:", b"UID:other@college.example\r\nUID:"), "2 of UID in VEVENT"),
        ((ATTENDEE, ATTENDEE * 2), "2 of ATTENDEE in VEVENT"),
        ((ATTENDEE, b""), "0 of ATTENDEE in VEVENT"),
        ((b"ROLE=REQ-PARTICIPANT;", b""), "ATTENDEE has the parameters"),
        ((b"ROLE=REQ", b"ROLE=OPT"), "ATTENDEE has ROLE=OPT-PARTICIPANT"),
        ((b'CN="The college"', b"CN=The college"), "ORGANIZER has CN=The college"),
        ((b":mailto:office", b":MAILTO:office"), "ORGANIZER is"),
        ((EVENT, EVENT * 2), "2 of VEVENT"),
        ((EVENT, b""), "0 of VEVENT"),
        ((ZONE, b""), "0 of VTIMEZONE"),
        ((ZONE, ZONE * 2), "2 of VTIMEZONE"),
        ((b"DTSTART;TZID=Europe/London:", b"DTSTART:"), "DTSTART has the parameters []"),
        ((b"DTEND;TZID=Europe/London", b"DTEND;TZID=Europe/Paris"), "DTEND has TZID=Europe/Paris"),
        ((b"T023000", b"T003000"), "it ends before it starts"),
        ((b"T023000", b"T013000"), "falls inside a change of the clocks"),
        ((b"CREATED:2027", b"CREATED:2028"), "it changed before it was made"),
        ((b"\\;", b";"), "DESCRIPTION is"),
        ((b"\\;", b"\\:"), "DESCRIPTION is"),
        ((b"CLASS:", b"RRULE:FREQ=WEEKLY\r\nCLASS:"), "1 of RRULE in VEVENT"),
        ((b"END:VEVENT", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"), "VALARM stands in VEVENT"),
        ((b"STATUS:CONFIRMED", b"STATUS:CANCELLED"), "REQUEST of an event that is"),
        ((b"END:VEVENT\r\n", b""), "END:VCALENDAR ends something else"),
        ((b"END:VEVENT\r\nEND:VCALENDAR\r\n", b""), "VEVENT has no end"),
        ((b"BEGIN:VCALENDAR\r\n", b"METHOD:REQUEST\r\nBEGIN:VCALENDAR\r\n"), "METHOD in no comp"),
        ((b"END:VCALENDAR\r\n", b"END:VCALENDAR\r\nBEGIN:VCALENDAR\r\n"), "VCALENDAR stands in"),
    ],
    ids=lambda what: what if isinstance(what, str) else "",
)
def test_it_finds(damage: tuple[bytes, bytes], fault: str) -> None:
    assert INVITE.count(damage[0]) >= 1
    found = faults(INVITE.replace(*damage), "REQUEST")
    assert any(fault in each for each in found), found


def test_it_finds_an_entry_that_stands_twice_in_a_feed() -> None:
    twice = feed([ENTRY, ENTRY], name="Harbour", organizer=OFFICE)
    assert faults(twice, "PUBLISH") == [f"2 events are {ENTRY.uid}"]


def test_it_lets_nobody_be_asked_in_a_feed() -> None:
    shown = feed([ENTRY], name="Harbour", organizer=OFFICE)
    assert faults(shown, "PUBLISH") == []
    asked = shown.replace(b"CLASS:PRIVATE", ATTENDEE + b"CLASS:PRIVATE")
    assert faults(asked, "PUBLISH") == ["1 of ATTENDEE in VEVENT"]


def test_it_takes_no_invite_for_a_cancellation() -> None:
    assert faults(invited(), "CANCEL") == [
        "its method is ['REQUEST']",
        "CANCEL of an event that is ['CONFIRMED']",
    ]
