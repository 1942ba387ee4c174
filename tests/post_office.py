"""A real mail server on this machine, which can be told to behave badly."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class PostOffice:
    """What came in. `answers` are given to the next letters instead of taking them.

    It waits some seconds before it answers to a letter (`hangs_for`) or an address (`slow`).
    """

    port: int = 0
    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    hangs_for: float = 0.0
    slow: dict[str, float] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802  # the name and arguments that aiosmtpd calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        await asyncio.sleep(self.slow.get(address, 0))
        if address in self.unknown:
            return "550 no such address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # as above
        await asyncio.sleep(self.hangs_for)
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250") or answer == "drop":
            self.letters.append(bytes(envelope.content))
            self.recipients += envelope.rcpt_tos
        if answer == "drop":
            server.transport.close()
        return answer

    @property
    def read(self) -> list[Message]:
        return [message_from_bytes(letter) for letter in self.letters]


@contextmanager
def post_office(**settings: Any) -> Iterator[PostOffice]:
    """`settings` are those of aiosmtpd: certificates, passwords."""
    office = PostOffice(port=free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **settings)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
