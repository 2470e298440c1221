"""Sign-in by the county's own identity service (OpenID Connect), with the extra `oidc`.

The code flow with PKCE: the browser brings a code back, the token comes straight from the service.
Nothing of the service is kept but the name under which somebody signs in there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from tracker.core.problems import ErrorKind, TrackerError, message

_ALGORITHMS = ("RS256", "PS256", "ES256")
_PATIENCE_SECONDS, _LEEWAY_SECONDS = 5, 60
_KNOWN_FOR = timedelta(minutes=10)
_DISCOVERY = "/.well-known/openid-configuration"
_FAULTS = (
    AuthlibBaseError,
    JoseError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    LookupError,
    ValueError,
    TypeError,
)


class IdentityError(TrackerError):
    """The service did not say who somebody is, or not so that it can be believed."""

    code = "identity"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            message("The identity service did not confirm who you are."),
            remedy=message("Try again, or sign in with name and password."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdConnect:
    """A service by its address, and who we are to it.

    `claim` is the sign-in name in its token, `back` the address of ours to which it sends people.
    """

    issuer: str
    client: str
    secret: str
    claim: str
    back: str
    now: Callable[[], datetime]
    _known: dict[str, tuple[datetime, Mapping[str, Any]]] = field(default_factory=dict)

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser is sent to sign in. Raises IdentityError."""
        try:
            with self._client() as client:
                url, _ = client.create_authorization_url(
                    self._discovered(client)["authorization_endpoint"],
                    state=state,
                    code_verifier=verifier,
                    nonce=nonce,
                )
        except _FAULTS:
            raise IdentityError from None
        return str(url)

    def login(self, code: str, *, nonce: str, verifier: str) -> str:
        """Return the sign-in name of whoever brought a code back. Raises IdentityError.

        The token has to be signed by the service, for us, now, and for this very sign-in.
        """
        try:
            with self._client() as client:
                found = self._discovered(client)
                token = client.fetch_token(
                    found["token_endpoint"], code=code, code_verifier=verifier
                )
                keys = KeySet.import_key_set(_answer(client, found["jwks_uri"]))
            claims = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS).claims
            self._check(claims, nonce)
            name = claims[self.claim]
        except _FAULTS:
            raise IdentityError from None
        if not isinstance(name, str) or not name.strip():
            raise IdentityError
        return name

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self.client,
            self.secret,
            scope="openid profile",
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=_PATIENCE_SECONDS,
            follow_redirects=False,
        )

    def _discovered(self, client: OAuth2Client) -> Mapping[str, Any]:
        """Return what the service says of itself, asked every ten minutes.

        It has to be the named one.
        """
        at, found = self._known.get(self.issuer, (None, None))
        if at is None or found is None or not at <= self.now() < at + _KNOWN_FOR:
            found = _answer(client, self.issuer.rstrip("/") + _DISCOVERY)
            if found["issuer"] != self.issuer:
                raise IdentityError
            self._known[self.issuer] = self.now(), found
        return found

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        registry = JWTClaimsRegistry(
            now=int(self.now().timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(dict(claims))
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1:
            raise IdentityError  # a token for others too could have been taken from them


def _answer(client: OAuth2Client, url: str) -> Any:
    answer = client.request("GET", url, withhold_token=True)
    answer.raise_for_status()
    return answer.json()
