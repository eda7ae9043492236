"""Signing in at a small OpenID Connect provider that the test starts on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from serving_case import NewCase, assert_problem, open_client

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient

SECRET = "kX9-wandering-albatross"


class Provider:
    """What a provider knows, and how it may misbehave: `changes` go into the claims."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.signing = self.key
        self.asked: dict[str, str] = {}
        self.changes: dict[str, Any] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.asked["code_challenge"]
        assert form["redirect_uri"] == self.asked["redirect_uri"]
        claims = {
            "iss": self.issuer,
            "aud": "portolan",
            "sub": "7",
            "exp": int(time.time()) + 60,
            "nonce": self.asked["nonce"],
            "email": "ann",
            **self.changes,
        }
        known = {name: value for name, value in claims.items() if value is not None}
        return {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, known, self.signing),
        }

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer = provider.issuer
                pages: dict[str, Any] = {
                    "/.well-known/openid-configuration": {
                        "issuer": issuer,
                        "authorization_endpoint": f"{issuer}/authorize",
                        "token_endpoint": f"{issuer}/token",
                        "jwks_uri": f"{issuer}/keys",
                    },
                    "/keys": {"keys": [provider.key.as_dict(private=False)]},
                }
                self._send(pages[self.path])

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._send(provider.token({name: values[0] for name, values in parse_qs(body).items()}))

            def _send(self, content: object) -> None:
                data = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                return

        return Handler


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


def open_with(provider: Provider, new_case: NewCase, **settings: object) -> TestClient:
    given: dict[str, Any] = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": "portolan",
        "oidc_client_secret": SECRET,
        **settings,
    }
    return open_client(new_case(**given))


def go(client: TestClient, provider: Provider) -> Response:
    departure = client.get("/oidc")
    assert departure.status_code == 303, departure.text
    url = urlsplit(departure.headers["location"])
    assert f"{url.scheme}://{url.netloc}" == provider.issuer
    provider.asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert provider.asked["code_challenge_method"] == "S256"
    return client.get("/oidc/return", params={"state": provider.asked["state"], "code": "c"})


def test_a_known_person_signs_in(provider: Provider, new_case: NewCase) -> None:
    with open_with(provider, new_case) as client:
        assert 'href="/oidc"' in client.get("/sign-in").text
        assert go(client, provider).headers["location"] == "/"
        assert "ann" in client.get("/").text
        again = client.get("/oidc/return", params={"state": provider.asked["state"], "code": "c"})
        assert_problem(again, 403, "oidc-state")


def test_somebody_seen_first_comes_in_only_with_a_role(provider: Provider, new_case: NewCase) -> None:
    provider.changes = {"email": "new@example.org"}
    with open_with(provider, new_case) as client:
        assert_problem(go(client, provider), 403, "oidc-unknown")
    with open_with(provider, new_case, oidc_role="reader") as client:
        assert go(client, provider).status_code == 303


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://evil.example"}, "oidc-token"),
        ({"aud": "another"}, "oidc-token"),
        ({"exp": 1}, "oidc-token"),
        ({"nonce": "another"}, "oidc-token"),
        ({"nonce": None}, "oidc-token"),
        ({"email": None}, "oidc-claim"),
        ({"email_verified": False}, "oidc-claim"),
    ],
)
def test_a_token_that_does_not_hold_is_refused(
    provider: Provider, new_case: NewCase, changes: dict[str, Any], code: str
) -> None:
    provider.changes = changes
    with open_with(provider, new_case) as client:
        assert_problem(go(client, provider), 403, code)


def test_a_token_of_another_key_is_refused(provider: Provider, new_case: NewCase) -> None:
    provider.signing = RSAKey.generate_key(2048, {"kid": "one"})
    with open_with(provider, new_case) as client:
        assert_problem(go(client, provider), 403, "oidc-token")


def test_a_sign_in_begun_elsewhere_is_refused(provider: Provider, new_case: NewCase) -> None:
    with open_with(provider, new_case) as client:
        client.get("/oidc")
        assert_problem(client.get("/oidc/return?state=x&code=c"), 403, "oidc-state")
        assert_problem(client.get("/oidc/return"), 403, "oidc-state")


def test_a_provider_that_does_not_answer_is_named(provider: Provider, new_case: NewCase) -> None:
    with open_with(provider, new_case, oidc_issuer="http://127.0.0.1:9") as client:
        assert_problem(client.get("/oidc"), 403, "oidc-provider")
