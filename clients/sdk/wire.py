"""What both runners do with a call, without input or output of its own.

Owns the headers that are sent, what an answer means, and when a call may be tried again: only one
that does no more when sent twice, and only after a broken connection, 429, 502, 503 or 504.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from clients.sdk.call import Call
from clients.sdk.problems import (
    Failure,
    Problem,
    Proposed,
    UnexpectedAnswer,
    Unreachable,
    problem_of,
)

DEFAULT_SERVER = "http://localhost:8000"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PASSING = (429, 502, 503, 504)
LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Wire:
    """How to talk to one server as one caller. Times are in seconds."""

    server: str = DEFAULT_SERVER
    token: str | None = None
    language: str = "ja"
    agent: str = "kyogikai-sdk"
    timeout: float = 30.0
    tries: int = 4
    first_wait: float = 0.2

    def __post_init__(self) -> None:
        parts = urlsplit(self.server)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError(f"a server is named by http(s)://HOST[:PORT]: {self.server!r}")
        _ = parts.port  # which raises ValueError for what is no port
        if parts.scheme == "http" and not self.on_loopback:
            raise ValueError(f"only https keeps credentials safe on the way: {self.server!r}")

    @property
    def on_loopback(self) -> bool:
        """Whether the server is this machine."""
        return urlsplit(self.server).hostname in LOOPBACK

    def client_options(self) -> dict[str, Any]:
        """How a httpx2 client is made for this server.

        Loopback never goes through a proxy, and plain http needs no (slow) certificate store.
        """
        return {
            "base_url": self.server.rstrip("/"),
            "timeout": httpx2.Timeout(self.timeout),
            "trust_env": not self.on_loopback,
            "verify": urlsplit(self.server).scheme == "https",
            "headers": {"Accept-Language": self.language, "User-Agent": self.agent},
        }

    def headers(self, call: Call[Any]) -> dict[str, str]:
        """The headers of a call; one Idempotency-Key for all its tries."""
        sent = {"Accept": "application/json"}
        if self.token is not None and call.signed_in:
            sent["Authorization"] = f"Bearer {self.token}"
        if call.keyed:
            sent["Idempotency-Key"] = secrets.token_urlsafe(24)
        if call.if_match is not None:
            sent["If-Match"] = call.if_match
        return sent


class Exchange:
    """The tries of one call: what to send, and after each try its answer or the time to wait."""

    def __init__(self, wire: Wire, call: Call[Any]) -> None:
        self._call, self._left, self._wait = call, wire.tries, wire.first_wait
        self.request: dict[str, Any] = {
            "method": call.method,
            "url": call.target,
            "params": dict(call.query),
            "headers": wire.headers(call),
        }
        if call.body is not None:
            self.request["json"] = dict(call.body)

    def broke(self, error: httpx2.TransportError) -> float:
        """Seconds until the next try. Raises Unreachable when there is to be none."""
        unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
        if (self._call.repeatable or unsent) and self._left > 1:
            return self._next()
        raise Unreachable(str(error) or type(error).__name__) from error

    def busy(self, response: httpx2.Response) -> float | None:
        """Seconds until the next try if this answer asks for one."""
        if response.status_code not in PASSING or not self._call.repeatable or self._left <= 1:
            return None
        asked = retry_after(response.headers)
        if asked is not None and asked > LONGEST_WAIT:
            return None
        return max(self._next(), asked or 0.0)

    def _next(self) -> float:
        self._left -= 1
        wait, self._wait = self._wait, self._wait * 2
        return wait


def document_of(response: httpx2.Response) -> Any:
    """The JSON of an answer whose body was read; None for 204.

    Raises Problem, Proposed (202), UnexpectedAnswer.
    """
    if response.status_code >= 300:
        raise failure_of(response)
    if response.status_code == 204 or not response.content:
        return None
    try:
        document = json.loads(response.content)
    except ValueError:
        raise UnexpectedAnswer("the answer is not JSON") from None
    if response.status_code == 202:
        raise Proposed(document)
    return document


def failure_of(response: httpx2.Response) -> Failure:
    """The exception for a refusal whose body was read."""
    try:
        document = json.loads(response.content)
    except ValueError:
        document = None
    wait = retry_after(response.headers)
    if isinstance(document, Mapping) and "code" in document:
        return problem_of({**document, "status": response.status_code}, wait)
    if response.status_code >= 400:
        title = response.reason_phrase
        return problem_of({"status": response.status_code, "title": title}, wait)
    return UnexpectedAnswer(f"status {response.status_code} from {response.url}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of Retry-After, where given in seconds (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() else None


__all__ = ["Exchange", "Problem", "Wire", "document_of", "failure_of", "retry_after"]
