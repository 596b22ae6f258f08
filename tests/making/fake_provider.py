"""A provider that lies as a test tells it: metadata, keys and tokens of every bad kind.

Owns a small HTTP server on a loopback port. What is good about it is good only as far as the test
leaves it so; how a real one behaves is shown with tests/idp.
"""

import base64
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jws
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from server.clock import Clock

CLIENT = "council"
SECRET = "the client's secret at the provider, long enough"
METADATA, KEYS, TOKEN = "/.well-known/openid-configuration", "/jwks", "/token"

Answer = tuple[int, dict[str, str], bytes]


def segment(value: Any) -> str:
    """One part of a token: base64url of JSON, without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def in_json(value: Any, status: int = 200) -> Answer:
    """A plain answer."""
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


class FakeProvider:
    """`metadata`, `published` and `id_token` (or one for each code) are what it serves; `answers`
    replaces a path.
    """

    def __init__(self, port: int, clock: Clock) -> None:
        self.clock = clock
        self.issuer = f"http://127.0.0.1:{port}"
        self.key: Key = ECKey.generate_key("P-256", {"kid": "first", "use": "sig"})
        self.published: list[dict[str, Any]] = [self.public(self.key)]
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorise",
            "token_endpoint": self.issuer + TOKEN,
            "jwks_uri": self.issuer + KEYS,
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.id_token: str | None = None
        self.by_code: dict[str, str] = {}
        self.answers: dict[str, Callable[[], Answer]] = {}
        self.asked: Counter[str] = Counter()
        self.received: list[dict[str, str]] = []
        self.holding = threading.Event()

    def public(self, key: Key) -> dict[str, Any]:
        """A key as a key set shows it."""
        return {**key.as_dict(private=False), "use": "sig"}

    def rotate(self, kid: str) -> Key:
        """Sign with another key from now, and publish that one alone."""
        self.key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})
        self.published = [self.public(self.key)]
        return self.key

    def claims(self, **changed: Any) -> dict[str, Any]:
        """What a good ID token says, with changes; None leaves a claim out."""
        now = self.clock() // 1000
        good = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "alice",
            "iat": now,
            "exp": now + 300,
            "auth_time": now - 60,
        }
        return {name: value for name, value in (good | changed).items() if value is not None}

    def signed(
        self, claims: dict[str, Any], *, key: Key | None = None, alg: str = "ES256", **header: Any
    ) -> str:
        """A token over these claims; `header` is added to the usual one, None leaves a part out.

        Made by hand: a library would refuse to make most of what is tried here.
        """
        key = key or self.key
        full = {"alg": alg, "kid": key.kid, **header}
        full = {name: value for name, value in full.items() if value is not None}
        text = f"{segment(full)}.{segment(claims)}"
        signature = jws.JWSRegistry.algorithms[alg].sign(text.encode(), key)
        return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def unsigned(self, claims: dict[str, Any]) -> str:
        """A token that says it needs no signature."""
        return f"{segment({'alg': 'none'})}.{segment(claims)}."

    def signed_with_the_public_key(self, claims: dict[str, Any]) -> str:
        """HS256 with what everybody can read: the published RSA key, as PEM."""
        rsa = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
        self.published.append(self.public(rsa))
        everybodys = OctKey.import_key(base64.b64encode(rsa.as_pem(private=False)))
        return self.signed(claims, key=everybodys, alg="HS256", kid="rsa")

    def hang(self, path: str) -> None:
        """Answer a path only when the test is over."""

        def wait() -> Answer:
            self.holding.wait()
            return in_json({})

        self.answers[path] = wait

    def answer(self, path: str, form: str) -> Answer:
        """What this provider answers now."""
        self.asked[path] += 1
        if path in self.answers:
            return self.answers[path]()
        if path == METADATA:
            return in_json(self.metadata)
        if path == KEYS:
            return in_json({"keys": self.published})
        if path == TOKEN:
            code = dict(parse_qsl(form)).get("code", "")
            token = self.by_code.get(code, self.id_token)
            given = {"access_token": "a", "token_type": "Bearer", "id_token": token}
            return in_json(given)
        return in_json({}, 404)


@contextmanager
def running(clock: Clock) -> Iterator[FakeProvider]:
    """A fake provider of one's own, until the block ends."""
    made: list[FakeProvider] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = self.rfile.read(length).decode()
            made[0].received.append({"path": self.path, "form": form, **dict(self.headers)})
            status, headers, body = made[0].answer(self.path, form)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # whoever asked has given up: that is what some tests are about

        do_GET = do_POST = _answer  # noqa: N815  the names http.server calls

        def log_message(self, *_: object) -> None:
            """Nothing is written among the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = FakeProvider(server.server_port, clock)
    made.append(provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        provider.holding.set()
        server.shutdown()
        server.server_close()
        thread.join()
