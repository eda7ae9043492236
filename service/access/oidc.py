"""Signs people in at an OpenID Connect provider: authorization code with PKCE, state and nonce."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete

from classifier.errors import PortolanError, UsageError
from service.access.users import add_user, find_user
from service.clock import now
from service.store.tables import OidcRequest, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.settings import Settings
    from service.store.database import Database

_LIFE = timedelta(minutes=10)
_SECONDS = 10.0
_LEEWAY = 60
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcError(PortolanError):
    """The provider or what it says cannot be trusted."""

    title = "The sign-in elsewhere did not succeed"


@dataclass(frozen=True, slots=True)
class Departure:
    """A person on the way to the provider: where to, and the state that their browser must bring back."""

    url: str
    state: str


class OidcProvider:
    """The provider that the settings name."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._found: Mapping[str, Any] = {}

    async def depart(self) -> Departure:
        """Begin a sign-in."""
        endpoints = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                endpoints["authorization_endpoint"],
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                redirect_uri=self._return_url,
            )
        with self._database.writing() as session:
            session.execute(delete(OidcRequest).where(OidcRequest.expires <= now()))
            session.add(OidcRequest(state_hash=_hash(state), nonce=nonce, verifier=verifier, expires=now() + _LIFE))
        return Departure(url, state)

    async def arrive(self, state: str, code: str) -> User:
        """End a sign-in; a state counts once.

        Raises
        ------
        OidcError
            When the state is none of ours or too old, the provider refuses the code, or its token does not hold.
        """
        with self._database.writing() as session:
            request = session.get(OidcRequest, _hash(state))
            if request is not None:
                session.delete(request)
        if request is None or request.expires <= now():
            raise OidcError(
                "The sign-in took too long, or was not begun here.", code="oidc-state", remedy="Begin anew."
            )
        claims = await self._redeem(code, request)
        return self._admit(claims)

    @property
    def _return_url(self) -> str:
        return f"{self._settings.url}/oidc/return"

    def _client(self) -> Any:  # noqa: ANN401 - the library has no types
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret.get_secret_value(),
            scope="openid email profile",
            code_challenge_method="S256",
            timeout=_SECONDS,
        )

    async def _discover(self) -> Mapping[str, Any]:
        if not self._found:
            issuer = self._settings.oidc_issuer.rstrip("/")
            found = await self._fetch(f"{issuer}/.well-known/openid-configuration")
            if found.get("issuer", "").rstrip("/") != issuer or not all(found.get(name) for name in _ENDPOINTS):
                raise OidcError("The provider does not describe itself as its issuer.", code="oidc-provider")
            self._found = found
        return self._found

    async def _fetch(self, url: str) -> dict[str, Any]:
        try:
            async with self._client() as client:
                response = await client.request("GET", url, withhold_token=True)
                response.raise_for_status()
                return cast("dict[str, Any]", response.json())
        except Exception:  # noqa: BLE001 - whatever the network or the provider comes up with
            raise OidcError(
                "The provider does not answer.", code="oidc-provider", remedy="Sign in with a password, or try later."
            ) from None

    async def _redeem(self, code: str, request: OidcRequest) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        endpoints = await self._discover()
        keys = await self._fetch(endpoints["jwks_uri"])
        try:
            async with self._client() as client:
                token = await client.fetch_token(
                    endpoints["token_endpoint"],
                    code=code,
                    code_verifier=request.verifier,
                    redirect_uri=self._return_url,
                )
        except Exception:  # noqa: BLE001
            raise OidcError("The provider refused the sign-in.", code="oidc-refused", remedy="Begin anew.") from None
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": endpoints["issuer"]},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": request.nonce},
        )
        try:
            claims = jwt.decode(
                token["id_token"], KeySet.import_key_set(cast("Any", keys)), algorithms=_ALGORITHMS
            ).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise OidcError(
                "The token of the provider does not hold.", code="oidc-token", remedy="Begin anew."
            ) from None
        return claims

    def _admit(self, claims: Mapping[str, Any]) -> User:
        """Return the user of the claims; one seen first is made where the settings allow it."""
        name = claims.get(self._settings.oidc_claim)
        unverified = self._settings.oidc_claim == "email" and claims.get("email_verified") is False
        if not isinstance(name, str) or not name.strip() or unverified:
            raise OidcError(f"The provider does not tell the {self._settings.oidc_claim}.", code="oidc-claim")
        try:
            with self._database.reading() as session:
                user = find_user(session, name)
        except UsageError:
            if not self._settings.oidc_role:
                raise OidcError(
                    "You have no account here.", code="oidc-unknown", remedy="Ask the administrator."
                ) from None
            user = add_user(self._database, name, self._settings.oidc_role, actor="oidc")
        if user.disabled is not None:
            raise OidcError("The account is shut.", code="oidc-disabled", remedy="Ask the administrator.")
        return user


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
