"""What speaks as GOV.UK Notify does, on this machine: it takes texts, or plays each of its noes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey

SERVICE, SECRET = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
KEY, TEMPLATE = f"college-{SERVICE}-{SECRET}", "33333333-3333-3333-3333-333333333333"
BAD_NUMBER = (400, "ValidationError", "phone_number Not enough digits")
ON_TRIAL = (400, "BadRequestError", "Can't send to this recipient when service is in trial mode")
BAD_KEY = (403, "AuthError", "Invalid token: API key not found")
TOO_MANY = (429, "TooManyRequestsError", "Exceeded send limits (1,000) for today")
BROKEN = (500, "Exception", "Internal server error")
HANGS = (0, "", "it takes the text, and says nothing")


@dataclass
class TextService:
    """`answers` are given to the next texts, in order; `taken` are those that it will send."""

    address: str = ""
    answers: list[tuple[int, str, str]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    looked_up: int = 0
    over: Event = field(default_factory=Event)

    @property
    def numbers(self) -> list[str]:
        return [str(each["phone_number"]) for each in self.taken]

    def serve(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = {"API_KEY": KEY, "TEMPLATE": TEMPLATE, "URL": self.address}
        for name, value in settings.items():
            monkeypatch.setitem(app.config, f"NOTIFY_{name}", value)


class Visit(BaseHTTPRequestHandler):
    """One thing that it was asked."""

    server: "Server"

    def do_POST(self) -> None:  # the name that http.server calls
        there = self.server.there
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code, *why = there.answers.pop(0) if there.answers else (201, "", "")
        if code in (0, 201):
            there.taken.append({"to": self.path, "by": self._by(), **text})
        if code == 0:
            there.over.wait(60)
            return
        self._say(code, {} if code == 201 else _no(code, *why))

    def do_GET(self) -> None:  # as above
        """Which of its texts have this reference."""
        there = self.server.there
        there.looked_up += 1
        asked = parse_qs(urlsplit(self.path).query)["reference"]
        found = [each for each in there.taken if self._by() and each["reference"] in asked]
        self._say(200, {"notifications": found})

    def _by(self) -> str:
        token = self.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, OctKey.import_key(SECRET)).claims
        assert type(claims["iat"]) is int
        return str(claims["iss"])

    def _say(self, code: int, answer: dict[str, Any]) -> None:
        said = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


class Server(ThreadingHTTPServer):
    there: TextService


def _no(code: int, error: str, message: str) -> dict[str, Any]:
    return {"status_code": code, "errors": [{"error": error, "message": message}]}


@contextmanager
def text_service() -> Iterator[TextService]:
    with Server(("127.0.0.1", 0), Visit) as server:
        server.there = TextService(f"http://127.0.0.1:{server.server_port}")
        running = Thread(target=server.serve_forever, args=(0.01,))
        running.start()
        try:
            yield server.there
        finally:
            server.there.over.set()
            server.shutdown()
            running.join()
