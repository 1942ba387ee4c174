"""The way to the mail server: it waits, but not for ever, and brings letter after letter."""

import smtplib
import socket
import ssl
from contextlib import suppress
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection, Mail, Message

from recovery_college.messages.rules import DELIVERY_TAKES, SMTP_WAITS

ANSWERS_SAY = 100_000  # bytes about one letter, at most
LETTERS = 50  # that one connection brings: some servers count them


class PatientSMTP(smtplib.SMTP):
    """Waits for each answer, and for all those about one letter, but not for ever."""

    def __init__(self, server: str, port: int) -> None:
        self.begin()
        waits = SMTP_WAITS.total_seconds()
        super().__init__(server, port, local_hostname=_our_name(), timeout=waits)

    def begin(self) -> None:
        """Another letter."""
        self.until = monotonic() + DELIVERY_TAKES.total_seconds()
        self.heard = 0

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:  # at first, and after STARTTLS
            self.file = BufferedReader(Answers(self, self.sock))
        return super().getreply()


class Answers(RawIOBase):
    """What the server says: one that says it letter by letter, or never comes to an end, is not
    listened to for longer.
    """

    def __init__(self, host: PatientSMTP, connection: socket.socket) -> None:
        self.host = host
        self.connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.host.until - monotonic()
        if left <= 0 or self.host.heard > ANSWERS_SAY:
            raise TimeoutError
        self.connection.settimeout(min(left, SMTP_WAITS.total_seconds()))
        came = self.connection.recv_into(buffer)
        self.host.heard += came
        return came


class Post(Connection):
    """One connection for many letters, opened when the first one comes.

    Flask-Mail's own would wait without end, and believe any certificate.
    """

    def __init__(self, post: Mail) -> None:
        super().__init__(post)
        self.host: PatientSMTP | None = None
        self.letters = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        """What was taken stays taken if the server leaves without a word."""
        if self.host is not None:
            with suppress(OSError):
                self.host.quit()
        self._hang_up()

    def take(self, letter: Message) -> None:
        """After any fault a new connection is made: an answer to this may still come on the old."""
        if not self.mail.suppress and not self._is_open():
            self._hang_up()
            self.host = self.configure_host()
        try:
            self.send(letter)
        except OSError:
            self._hang_up()
            raise
        self.letters += 1

    def configure_host(self) -> PatientSMTP:
        host = PatientSMTP(self.mail.server, self.mail.port)
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except OSError:
            host.close()
            raise
        return host

    def _is_open(self) -> bool:
        """The server may have hung up since the last letter, or wish to."""
        if self.host is None or self.letters >= LETTERS:
            return False
        self.host.begin()
        with suppress(OSError):
            return self.host.rset()[0] == 250
        return False

    def _hang_up(self) -> None:
        if self.host is not None:
            self.host.close()
        self.host, self.letters = None, 0


def _our_name() -> str:
    """How we greet: asking the network for our own name may take longer than the mail."""
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname or "localhost"
    return f"[{host}]" if host[-1].isdigit() or ":" in host else host
