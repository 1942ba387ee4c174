"""Only the open internet, and only so much of it: against real servers on this machine."""

import gzip
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from recovery_college.tutors.calendars.fetching import fetch
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.links import LARGEST
from tests.tutors.calendars.servers import (
    Behave,
    answering,
    calendar,
    dripping,
    moved_to,
    serving,
    silent,
)

EMPTY = calendar()
OK = b"HTTP/1.1 200 OK\r\n"


def trouble(link: str, *, loopback: bool = True, patience: float = 5) -> CalendarTrouble:
    with pytest.raises(Trouble) as raised:
        fetch(link, loopback=loopback, patience=patience)
    return raised.value.kind


def trouble_with(behave: Behave, **how: Any) -> CalendarTrouble:
    with serving(behave) as address:
        return trouble(f"{address}/a.ics", **how)


def test_a_calendar_comes_as_it_was_sent() -> None:
    with serving(answering(EMPTY)) as address:
        assert fetch(f"{address}/mine/a.ics?key=1%202", loopback=True, patience=5) == EMPTY


def test_a_calendar_that_was_packed_is_unpacked() -> None:
    with serving(answering(gzip.compress(EMPTY), Content_Encoding="gzip")) as address:
        assert fetch(address, loopback=True, patience=5) == EMPTY


CLOSED = (
    "http://127.0.0.1/a.ics",
    "http://127.1/a.ics",
    "http://2130706433/a.ics",
    "http://0x7f000001/a.ics",
    "http://0.0.0.0/a.ics",
    "http://localhost/a.ics",
    "http://10.0.0.8/a.ics",
    "http://172.16.5.4/a.ics",
    "http://192.168.1.1/a.ics",
    "http://100.64.0.1/a.ics",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/a.ics",
    "http://[::]/a.ics",
    "http://[::ffff:127.0.0.1]/a.ics",
    "http://[::ffff:8.8.8.8]/a.ics",
    "http://[64:ff9b::7f00:1]/a.ics",
    "http://[2002:7f00:1::]/a.ics",
    "http://[fe80::1]/a.ics",
    "http://[fc00::1]/a.ics",
    "http://[ff02::1]/a.ics",
    "file:///etc/passwd",
    "ftp://example.org/a.ics",
    "gopher://example.org/a.ics",
    "https://somebody:secret@example.org/a.ics",
    "https:///a.ics",
    "https://example.org:99999/a.ics",
)


@pytest.mark.parametrize("link", CLOSED)
def test_nothing_is_read_from_inside_a_house(link: str) -> None:
    assert trouble(link, loopback=False) is CalendarTrouble.NOT_ALLOWED


@pytest.mark.parametrize(
    "link", [each for each in CLOSED if not re.search("//(127|213|0x7f|localhost)", each)]
)
def test_nor_is_a_redirect_to_there_followed(link: str) -> None:
    kind = trouble_with(moved_to(link))
    assert kind is CalendarTrouble.NOT_ALLOWED


@contextmanager
def named(names: dict[str, list[list[str]]]) -> Iterator[list[str]]:
    """What each name is resolved to, the first time, the second time, and so on."""
    really, asked = socket.getaddrinfo, []

    def resolve(host: str, port: int, **rest: Any) -> list[Any]:
        asked.append(host)
        answers = names.get(host, [[host]])
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [each for address in addresses for each in really(address, port, **rest)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        yield asked


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["::1"], ["93.184.215.14", "10.1.2.3"]],
)
def test_a_name_for_somewhere_inside_is_not_read_either(addresses: list[str]) -> None:
    with named({"calendar.example.org": [addresses]}):
        kind = trouble("https://calendar.example.org/a.ics", loopback=False)
    assert kind is CalendarTrouble.NOT_ALLOWED


def test_a_name_is_asked_for_once_and_the_checked_address_is_the_one_that_is_read() -> None:
    answers = [["127.0.0.1"], ["10.1.2.3"]]
    with serving(answering(EMPTY)) as address, named({"calendar.example.org": answers}) as asked:
        port = address.rsplit(":", 1)[1]
        link = f"http://calendar.example.org:{port}/a.ics"
        assert fetch(link, loopback=True, patience=5) == EMPTY
    assert asked == ["calendar.example.org"]


def test_a_redirect_to_another_calendar_is_followed_three_times() -> None:
    with (
        serving(answering(EMPTY)) as there,
        serving(moved_to(there)) as third,
        serving(moved_to(f"{third}/x")) as second,
        serving(moved_to(second)) as first,
        serving(moved_to(first)) as one_more,
    ):
        assert fetch(first, loopback=True, patience=5) == EMPTY
        assert trouble(one_more) is CalendarTrouble.NOT_ALLOWED


def test_one_that_leads_to_itself_ends() -> None:
    assert trouble_with(moved_to("/a.ics")) is CalendarTrouble.NOT_ALLOWED


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "500 Oh", "204 Nothing"])
def test_any_other_answer_is_none(status: str) -> None:
    assert trouble_with(answering(EMPTY, status=status)) is CalendarTrouble.AWAY


def test_nobody_there() -> None:
    with serving(silent) as address:
        pass
    assert trouble(address) is CalendarTrouble.AWAY


@pytest.mark.parametrize("said", [b"", b"SSH-2.0\r\n", OK + b"a: b\r\n" * 200, OK + b"a" * 70_000])
def test_what_does_not_speak_as_the_web_does_is_no_answer(said: bytes) -> None:
    def speak(line: socket.socket, _stop: object) -> None:
        line.sendall(said)

    assert trouble_with(speak) is CalendarTrouble.AWAY


BOMB = gzip.compress(b"BEGIN:VCALENDAR" + bytes(50_000_000))


@pytest.mark.parametrize(
    "behave",
    [
        answering(EMPTY, Content_Length=str(LARGEST + 1)),
        answering(bytes(LARGEST + 1)),
        dripping(OK + b"\r\n", bytes(500_000), every=0.001),
        answering(BOMB, Content_Encoding="gzip"),
    ],
    ids=["says so", "is so", "never ends", "unpacks to fifty megabytes"],
)
def test_more_than_two_megabytes_are_not_read(behave: Behave) -> None:
    assert trouble_with(behave) is CalendarTrouble.TOO_BIG


@pytest.mark.parametrize(
    "behave",
    [
        silent,
        dripping(b"", b"H"),
        dripping(OK, b"a: b\r\n"),
        dripping(OK + b"\r\n", b"x"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silence", "a first line", "headers", "a body", "continue"],
)
def test_the_time_is_up_however_it_drips(behave: Behave) -> None:
    began = time.monotonic()
    assert trouble_with(behave, patience=0.3) is CalendarTrouble.TOO_SLOW
    assert time.monotonic() - began < 3


def test_what_says_that_it_is_packed_and_is_not_is_no_calendar() -> None:
    behave = answering(EMPTY, Content_Encoding="gzip")
    assert trouble_with(behave) is CalendarTrouble.NO_CALENDAR
