"""A real mail server on this machine, which can be told to behave badly."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

TAKEN = "250 taken"
LONG = 3600  # seconds, which nobody waits for
ANSWERS = 20  # of a visit that brings a few letters, counting each line of the second


class Fault(StrEnum):
    """What goes wrong in one visit; from HANGS_UP on, at any of its answers."""

    SLOW = "slow"
    GREYLISTS = "greylists"
    CLOSES = "closes"
    REFUSES_LOGIN = "refuses_login"
    REFUSES_LETTER = "refuses_letter"
    HANGS_UP_UNTAKEN = "hangs_up_untaken"
    HANGS_UP = "hangs_up"
    SILENT = "silent"
    GARBLES = "garbles"
    NEVER_ENDS = "never_ends"
    DRIBBLES = "dribbles"


ANY_TIME = tuple(Fault)[tuple(Fault).index(Fault.HANGS_UP) :]
ENDLESS = frozenset({Fault.SILENT, Fault.DRIBBLES})  # at the latest when the letter is taken


@dataclass
class PostOffice:
    """What came in. `answers` are given to the next letters instead of taking them.

    It waits some seconds before it answers to a letter (`hangs_for`) or an address (`slow`).
    Each visit takes the next of `faults`, with the answer at which it strikes. `said` are the
    letters of which it said that it took them, and `known` the addresses that it let wait.
    """

    loop: asyncio.AbstractEventLoop
    port: int = 0
    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)
    hangs_for: float = 0.0
    slow: dict[str, float] = field(default_factory=dict)
    faults: Iterator[tuple[Fault | None, int]] = field(default_factory=lambda: iter(()))
    said: list[bytes] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    struck: set[Fault] = field(default_factory=set)
    visits: set["Visit"] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802  # the name and arguments that aiosmtpd calls
        self, visit: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        await asyncio.sleep(self.slow.get(address, 0))
        if address in self.unknown:
            return "550 no such address"
        if address in self.busy:
            return "452 too busy for that one"
        if visit.meets(Fault.GREYLISTS) and address not in self.known:
            self.known.add(address)
            return "451 come again"
        if visit.meets(Fault.CLOSES):
            return "421 closing"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, visit: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # as above
        await asyncio.sleep(self.hangs_for)
        answer = self.answers.pop(0) if self.answers else TAKEN
        if visit.meets(Fault.REFUSES_LETTER):
            answer = "552 too much"
        if visit.meets(Fault.HANGS_UP_UNTAKEN):
            visit.transport.close()
            return ""
        if answer.startswith("250") or answer == "drop":
            self.letters.append(bytes(envelope.content))
            self.recipients += envelope.rcpt_tos
        if answer == "drop":
            visit.transport.close()
        return answer

    def lets_in(self, visit: Any, *_given: Any) -> AuthResult:
        """To be an `authenticator`; it refuses where the visit says so."""
        return AuthResult(success=not visit.meets(Fault.REFUSES_LOGIN), handled=False)

    def hang_up(self) -> None:
        """On everybody, and those who still wait for an answer."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()

    async def _hang_up(self) -> None:
        while self.visits:
            for visit in list(self.visits):
                if visit.transport:
                    visit.transport.abort()
            await asyncio.sleep(0.01)

    def read(self) -> list[Message]:
        """No property: aiosmtpd looks at every one of its handler's at each visit."""
        return [message_from_bytes(letter) for letter in self.letters]


def words_in(letter: Message) -> str:
    """Its text, which comes first."""
    first = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    return bytes(first.get_payload(decode=True)).decode()


class Visit(SMTP):
    """One connection, in which one thing may go wrong."""

    transport: Any
    fault: Fault | None = None
    strikes_at = said_so_far = 0

    def connection_made(self, transport: Any) -> None:
        if self.transport is None:  # and not anew after STARTTLS
            self.fault, self.strikes_at = next(self.event_handler.faults, (None, 0))
        super().connection_made(transport)
        self.event_handler.visits.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.visits.discard(self)

    def meets(self, fault: Fault) -> bool:
        if self.fault is fault:
            self.event_handler.struck.add(fault)
        return self.fault is fault

    async def push(self, status: Any) -> None:
        if self.meets(Fault.SLOW):
            await asyncio.sleep(0.01)
        is_last = status == TAKEN and self.fault in ENDLESS
        if (is_last or self.said_so_far == self.strikes_at) and not await self._may_say():
            return
        self.said_so_far += 1
        await super().push(status)
        if status == TAKEN:
            self.event_handler.said += self.event_handler.letters[-1:]

    async def _may_say(self) -> bool:
        """Or it says something else, and is gone."""
        if self.meets(Fault.SILENT):
            await asyncio.sleep(LONG)
        if self.meets(Fault.GARBLES):
            await super().push("999 \x07\x1b]what?")
        while self.meets(Fault.NEVER_ENDS) and self.transport:
            await super().push("250-and " * 500)
        while self.meets(Fault.DRIBBLES) and self.transport:
            self._writer.write(b"2")
            await asyncio.sleep(0.02)
        if self.meets(Fault.HANGS_UP):
            self.transport.close()
        return self.fault not in ANY_TIME


class Branch(Controller):
    def factory(self) -> Visit:
        return Visit(self.handler, **self.SMTP_kwargs)


@contextmanager
def post_office(*, locked: bool = False, **settings: Any) -> Iterator[PostOffice]:
    """`settings` are those of aiosmtpd: certificates, passwords. If `locked`, a login is asked."""
    office = PostOffice(asyncio.new_event_loop(), port=free_port())
    if locked:
        settings |= {"authenticator": office.lets_in, "auth_require_tls": False}
    controller = Branch(
        office, loop=office.loop, hostname="127.0.0.1", port=office.port, **settings
    )
    controller.start()
    try:
        yield office
    finally:
        office.hang_up()
        controller.stop()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
