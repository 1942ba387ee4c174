"""Servers on this machine that behave as the internet does, and worse."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

Behave = Callable[[socket.socket, Event], None]
OPENING, CLOSING = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n", "END:VCALENDAR\r\n"


def event(*lines: str, uid: str = "1") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""])


def calendar(*events: str) -> bytes:
    return (OPENING + "".join(events) + CLOSING).encode()


@contextmanager
def serving(behave: Behave) -> Iterator[str]:
    """Answers each connection in this way; gives the address."""
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        thread = Thread(target=_answer_all, args=(listening, behave, stop))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


def answering(content: bytes = b"", *, status: str = "200 OK", **headers: str) -> Behave:
    """A whole answer at once."""

    def behave(line: socket.socket, _stop: Event) -> None:
        named = (f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        line.sendall(f"HTTP/1.1 {status}\r\n{''.join(named)}\r\n".encode() + content)

    return behave


def moved_to(address: str, *, status: str = "302 Found") -> Behave:
    return answering(status=status, Location=address)


def dripping(beginning: bytes, piece: bytes, every: float = 0.05) -> Behave:
    """The beginning at once, and then a piece again and again."""

    def behave(line: socket.socket, stop: Event) -> None:
        line.sendall(beginning)
        while not stop.wait(every):
            line.sendall(piece)

    return behave


def silent(_line: socket.socket, stop: Event) -> None:
    stop.wait()


def _answer_all(listening: socket.socket, behave: Behave, stop: Event) -> None:
    while not stop.is_set():
        with suppress(OSError):
            line, _ = listening.accept()
            with line:
                line.recv(65_536)
                behave(line, stop)
