"""An identity service on loopback, which signs whatever a test lets it say."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "tracker", "a secret of the service"


@dataclass(kw_only=True)
class FakeService:
    """Gives out one code for each sign-in that was asked for."""

    address: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    says: dict[str, object] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def enter(self, url: str) -> str:
        """Do what a browser does at the service: sign in, and be sent back with a code."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.address}/authorize"
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert given["client_id"] == CLIENT
        assert given["code_challenge_method"] == "S256"
        code = f"code {len(self.asked)}"
        self.asked[code] = given
        return code

    def token(self, form: dict[str, str], now: int) -> dict[str, object]:
        given = self.asked.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert challenge == given["code_challenge"]
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "17",
            "iat": now,
            "exp": now + 300,
            "nonce": given["nonce"],
            "preferred_username": "fgj.zhang",
            **self.says,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with or self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@contextmanager
def identity_service(now: int) -> Iterator[FakeService]:
    """Run one until the test is over; `now` is its clock."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.calls.append(self.path)
            if self.path == "/jwks":
                self.answer(KeySet([fake.key]).as_dict(private=False))
            else:
                self.answer(
                    {
                        "issuer": fake.says.get("issuer", fake.address),
                        "authorization_endpoint": f"{fake.address}/authorize",
                        "token_endpoint": f"{fake.address}/token",
                        "jwks_uri": f"{fake.address}/jwks",
                    }
                )

        def do_POST(self) -> None:
            fake.calls.append(self.path)
            length = int(self.headers["content-length"])
            form = parse_qs(self.rfile.read(length).decode())
            self.answer(fake.token({name: values[0] for name, values in form.items()}, now))

        def answer(self, data: dict[str, object]) -> None:
            body = json.dumps(data).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeService(address=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
