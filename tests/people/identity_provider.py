"""A small OpenID provider on loopback: discovery, authorize, token, userinfo, jwks; its id_tokens are really signed.

A test bends it through its fields: which person it has before it, and what it says that it should not say.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "throughline", "between the two of us, and long"


class Provider:
    """One running provider.

    Attributes:
        person: claims of who is signed in at the provider.
        twist: changes the claims of the next id_token.
        userinfo: claims of userinfo that differ from the id_token's.
        discovery: entries of the discovery document that differ.
        signing_key: signs id_tokens; the published key stays the first one.
        refuses: the authorize step answers with this error.
    """

    def __init__(self) -> None:
        self.key = self.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {}
        self.twist: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.refuses, self.algorithm = "", "RS256"
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.asked: list[dict[str, str]] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, dict(parse_qs(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                provider.answer(self, dict(parse_qs(body.decode())))

            def log_message(self, *_words: Any) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Go away: nobody answers at the address any more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, call: BaseHTTPRequestHandler, words: dict[str, list[str]]) -> None:
        """Route one call."""
        given = {name: values[0] for name, values in words.items()}
        step = {
            "/.well-known/openid-configuration": lambda: self._json(call, self._document()),
            "/jwks": lambda: self._json(call, self._keys()),
            "/authorize": lambda: self._authorize(call, given),
            "/token": lambda: self._token(call, given),
            "/userinfo": lambda: self._userinfo(call),
        }.get(urlsplit(call.path).path)
        step() if step else self._json(call, {"error": "not_found"}, 404)

    def _document(self) -> dict[str, Any]:
        ends = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
        }
        return {"issuer": self.url} | {name: f"{self.url}/{path}" for name, path in ends.items()} | self.discovery

    def _keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "first", "alg": "RS256", "use": "sig"}]}

    def _authorize(self, call: BaseHTTPRequestHandler, given: dict[str, str]) -> None:
        self.asked.append(given)
        code = secrets.token_hex(8)
        self.codes[code] = given
        back = {"state": given["state"]} | ({"error": self.refuses} if self.refuses else {"code": code})
        call.send_response(302)
        call.send_header("Location", f"{given['redirect_uri']}?{urlencode(back)}")
        call.end_headers()

    def _token(self, call: BaseHTTPRequestHandler, given: dict[str, str]) -> None:
        asked = self.codes.pop(given.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET)
            or given["redirect_uri"] != asked["redirect_uri"]
            or proof.decode().rstrip("=") != asked.get("code_challenge")
        ):
            self._json(call, {"error": "invalid_grant"}, 400)
            return
        token = secrets.token_hex(16)
        self.tokens.add(token)
        claims = {"iss": self.url, "aud": CLIENT, "exp": int(time.time()) + 60, "nonce": asked.get("nonce")}
        key = SECRET if self.algorithm.startswith("HS") else None if self.algorithm == "none" else self.signing_key
        signed = jwt.encode(
            claims | self.person | self.twist, key, algorithm=self.algorithm, headers={"kid": "first"}
        )  # fmt: skip
        self._json(call, {"access_token": token, "token_type": "Bearer", "id_token": signed})

    def _userinfo(self, call: BaseHTTPRequestHandler) -> None:
        known = call.headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens
        self._json(call, self.person | self.userinfo if known else {"error": "invalid_token"}, 200 if known else 401)

    @staticmethod
    def _json(call: BaseHTTPRequestHandler, body: dict[str, Any], status: int = 200) -> None:
        text = json.dumps(body).encode()
        call.send_response(status)
        call.send_header("Content-Type", "application/json")
        call.send_header("Content-Length", str(len(text)))
        call.end_headers()
        call.wfile.write(text)
