"""An organisation that signs people on: a small OpenID Connect provider on this machine."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from secrets import token_urlsafe
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from recovery_college.accounts.organisation import ORGANISATION
from recovery_college.app import create_app

CLIENT, SECRET = "college", "a secret between the two"  # of this test only
HERE = "http://127.0.0.1:8000"


@cache
def key_called(kid: str, _twin: str = "") -> RSAKey:
    """Made once, for it takes a while; a twin has the same name."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class Provider:
    """Who signs on next, and what goes wrong meanwhile.

    `claims` stand in the token, `told` is said when it is asked for; `key` signs, and `shown`
    are the keys that it shows. `seen` counts what was asked of it.
    """

    address: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "ada", "email": "ada@example.org", "email_verified": True}
    )
    told: dict[str, Any] | None = None
    wrong: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: key_called("1"))
    shown: list[RSAKey] = field(default_factory=list)

    def app(self) -> Flask:
        made = Flask("provider")
        made.before_request(lambda: self.seen.append(request.path))
        made.get("/.well-known/openid-configuration")(self._discovery)
        made.get("/keys")(self._keys)
        made.get("/authorize")(self._authorize)
        made.post("/token")(self._token)
        made.get("/userinfo")(self._userinfo)
        return made

    def _discovery(self) -> Response:
        return jsonify(
            issuer=self.address,
            authorization_endpoint=f"{self.address}/authorize",
            token_endpoint=f"{self.address}/token",
            userinfo_endpoint=f"{self.address}/userinfo",
            jwks_uri=f"{self.address}/keys",
            id_token_signing_alg_values_supported=["RS256"],
        )

    def _keys(self) -> Response:
        return jsonify(keys=[key.as_dict(private=False) for key in self.shown or [self.key]])

    def _authorize(self) -> Any:
        code = token_urlsafe(8)
        self.asked[code] = request.args.to_dict()
        back = {"code": code, "state": request.args["state"]} | self.wrong.get("back", {})
        return redirect(f"{request.args['redirect_uri']}?{urlencode(back)}")

    def _token(self) -> Any:
        """A code is worth something once, to the client that asked, with its verifier."""
        if "status" in self.wrong:
            return "broken", self.wrong["status"]
        asked = self.asked.pop(request.form["code"], None)
        if asked is None or not self._is_known() or not _has_verifier(asked):
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60}
        claims |= {"nonce": asked.get("nonce", "")} | self.claims | self.wrong.get("id", {})
        answer = {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(claims)}
        return Response(json.dumps(answer), mimetype="application/json")

    def _signed(self, claims: dict[str, Any]) -> str:
        if "unsigned" in self.wrong:
            parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
            return ".".join(
                [*(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts), ""]
            )
        made_by = self.wrong.get("key", self.key)
        return jwt.encode({"alg": "RS256", "kid": made_by.kid}, claims, made_by)

    def _userinfo(self) -> Any:
        if self.told is None or request.headers.get("Authorization") != "Bearer x":
            return "not here", 404
        return jsonify(self.told)

    def _is_known(self) -> bool:
        given = request.authorization
        return given is not None and (given.username, given.password) == (CLIENT, SECRET)


def _has_verifier(asked: dict[str, str]) -> bool:
    """PKCE, RFC 7636, 4.6."""
    digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return asked.get("code_challenge_method") == "S256" and challenge == asked["code_challenge"]


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()
    server = make_server("127.0.0.1", 0, made.app(), threaded=True)
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def set_up(app: Flask, monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    """The application as it would be with the three settings."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    settings = zip(names, (issuer, CLIENT, SECRET), strict=True)
    with_it = create_app({f"COLLEGE_{name}": value for name, value in settings})
    monkeypatch.setitem(app.config, "OIDC_ISSUER", issuer)
    monkeypatch.setitem(app.config, "OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setitem(app.extensions, ORGANISATION, with_it.extensions[ORGANISATION])


def signed_on_there(away: str) -> str:
    """Where the organisation sends somebody back to who went to this address of its own."""
    answer = requests.get(away, allow_redirects=False, timeout=5)
    back = answer.headers["Location"]
    assert back.startswith(f"{HERE}/sign-in/with/organisation/back?")
    return back.removeprefix(HERE)
