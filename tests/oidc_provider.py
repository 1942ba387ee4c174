"""An organisation that signs people on: a small OpenID Connect provider on this machine."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "college", "a secret between the two"  # of this test only


@dataclass
class Provider:
    """Who signs on next, and what goes wrong meanwhile."""

    address: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "ada", "email": "ada@example.org", "email_verified": True}
    )
    wrong: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def app(self) -> Flask:
        made, key = Flask("provider"), RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})

        @made.get("/.well-known/openid-configuration")
        def discovery() -> Response:
            return jsonify(
                issuer=self.address,
                authorization_endpoint=f"{self.address}/authorize",
                token_endpoint=f"{self.address}/token",
                jwks_uri=f"{self.address}/keys",
                id_token_signing_alg_values_supported=["RS256"],
            )

        @made.get("/keys")
        def keys() -> Response:
            return jsonify(keys=[key.as_dict(private=False)])

        @made.get("/authorize")
        def authorize() -> Any:
            code = token_urlsafe(8)
            self.asked[code] = request.args.to_dict()
            back = {"code": code, "state": request.args["state"]} | self.wrong.get("back", {})
            return redirect(f"{request.args['redirect_uri']}?{urlencode(back)}")

        @made.post("/token")
        def token() -> Any:
            asked = self.asked.pop(request.form["code"])
            if not self._is_known() or not self._has_verifier(asked):
                self.faults.append("token")
                return jsonify(error="invalid_grant"), 400
            now = int(time.time())
            claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60}
            claims |= {"nonce": asked.get("nonce", "")} | self.claims | self.wrong.get("id", {})
            made_by = self.wrong.get("key", key)
            signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, made_by)
            answer = {"access_token": "x", "token_type": "Bearer", "id_token": signed}
            return Response(json.dumps(answer), mimetype="application/json")

        return made

    def _is_known(self) -> bool:
        given = request.authorization
        return given is not None and (given.username, given.password) == (CLIENT, SECRET)

    def _has_verifier(self, asked: dict[str, str]) -> bool:
        """PKCE, RFC 7636, 4.6."""
        digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return asked.get("code_challenge_method") == "S256" and challenge == asked["code_challenge"]


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()
    server = make_server("127.0.0.1", 0, made.app(), threaded=True)
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
