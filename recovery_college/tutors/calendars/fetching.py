"""What a link leads to, from the open internet only, within some seconds and some bytes.

A name is resolved once, every address that it has is checked, and the connection goes to one of
these: a name that means something else a moment later changes nothing. So with every redirect.
"""

import signal
import socket
import ssl
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.links import LARGEST, is_web_link, may_connect

REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
CHUNK = 65_536
HERE = "127.0.0.1"
SAFE = "%/:=&?~#+!$,;'@()*[]"
PORTS = {"http": 80, "https": 443}
ASKING = {
    "User-Agent": "recovery-college-calendar",
    "Accept": "text/calendar, */*;q=0.1",
    "Accept-Encoding": "gzip, identity;q=0.5",
    "Connection": "close",
}


def fetch(link: str, *, loopback: bool = False, patience: float) -> bytes:
    """Raises `Trouble`. Only in a program's main thread, for the clock is the machine's alarm."""
    try:
        with _within(patience):
            return _follow(link, loopback)
    except (OSError, HTTPException, UnicodeError) as error:
        raise Trouble(CalendarTrouble.AWAY) from error


def _follow(link: str, loopback: bool) -> bytes:
    for _ in range(REDIRECTS + 1):
        _check(link)
        parts = urlsplit(link)
        connection = _connected(parts, loopback)
        with closing(connection), closing(_asked(connection, parts)) as response:
            if response.status not in MOVED:
                return _content(response)
            link = _next(link, response)
    raise Trouble(CalendarTrouble.NOT_ALLOWED)


def _check(link: str) -> None:
    if not is_web_link(link):
        raise Trouble(CalendarTrouble.NOT_ALLOWED)


def _next(link: str, response: HTTPResponse) -> str:
    """Where it sends us, which is never from a safe line to an open one."""
    following = urljoin(link, response.headers.get("Location", ""))
    if urlsplit(link).scheme == "https" and urlsplit(following).scheme != "https":
        raise Trouble(CalendarTrouble.NOT_ALLOWED)
    return following


def _connected(parts: SplitResult, loopback: bool) -> HTTPConnection:
    """To the very address that was checked, whatever the name means by now."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    connection = HTTPConnection(host, port)
    connection.sock = _line(_addresses(host, port, loopback))
    if parts.scheme == "https":
        safe = ssl.create_default_context()
        connection.sock = safe.wrap_socket(connection.sock, server_hostname=host)
    return connection


def _addresses(host: str, port: int, loopback: bool) -> list[Any]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, address in found:
        if not may_connect(str(address[0])) and not (loopback and address[0] == HERE):
            raise Trouble(CalendarTrouble.NOT_ALLOWED)
    return found


def _line(addresses: list[Any]) -> socket.socket:
    fault: OSError = ConnectionError("no address")
    for family, kind, protocol, _, address in addresses:
        line = socket.socket(family, kind, protocol)
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            fault = error
        except Trouble:
            line.close()
            raise
        else:
            return line
    raise fault


def _asked(connection: HTTPConnection, parts: SplitResult) -> HTTPResponse:
    path = quote(parts.path or "/", safe=SAFE)
    question = f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
    connection.request("GET", path + question, headers=ASKING)
    return connection.getresponse()


def _content(response: HTTPResponse) -> bytes:
    if response.status != 200:
        raise Trouble(CalendarTrouble.AWAY)
    if (response.length or 0) > LARGEST:
        raise Trouble(CalendarTrouble.TOO_BIG)
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing in ("gzip", "x-gzip", "deflate"):
        return _unpacked(_sent(response))
    return b"".join(_sent(response))


def _sent(response: HTTPResponse) -> Iterator[bytes]:
    total = 0
    while piece := response.read(CHUNK):
        total += len(piece)
        if total > LARGEST:
            raise Trouble(CalendarTrouble.TOO_BIG)
        yield piece


def _unpacked(pieces: Iterator[bytes]) -> bytes:
    """A small parcel may hold more than the machine does."""
    parcel, content = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32), b""
    try:
        for piece in pieces:
            content += parcel.decompress(piece, LARGEST + 1 - len(content))
            if len(content) > LARGEST:
                raise Trouble(CalendarTrouble.TOO_BIG)
    except zlib.error as error:
        raise Trouble(CalendarTrouble.NO_CALENDAR) from error
    return content


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """In all, however many steps it takes and however slowly bytes drip."""

    def stop(_signal: int, _frame: object) -> None:
        raise Trouble(CalendarTrouble.TOO_SLOW)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
