"""One operation of the API, as a value: what to send where, and how to read the answer.

Owns the description alone; no input or output happens here. The two runners (`runners`) carry out
the same values, so that nothing is written twice for the sync and the async face.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from clients.sdk.reading import Page, nothing, page_reader, reader

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Shape = TypeVar("Shape")

BASE = "/api/v1"
SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """A request and the reading of its answer.

    `keyed`: send an Idempotency-Key, so that repeating is safe. It is off where the answer holds
    a secret shown once, which a repetition never gets. `signed_in`: needs credentials.
    """

    method: str
    path: str
    read: Callable[[Any], Answer] = field(compare=False)
    at: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    keyed: bool = False
    signed_in: bool = True
    if_match: str | None = None

    @property
    def target(self) -> str:
        """The path with its ids filled in, each quoted whole."""
        filled = {name: quote(value, safe="") for name, value in self.at.items()}
        return BASE + self.path.format(**filled)

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method in SAFE or self.keyed

    def matching(self, etag: str) -> "Call[Answer]":
        """The same call, to be refused (PreconditionFailed) if the thing changed since."""
        return replace(self, if_match=etag)

    def from_cursor(self, cursor: str) -> "Call[Answer]":
        """The same list, from the page that `cursor` names."""
        return replace(self, query={**self.query, "cursor": cursor})

    def asking(self, **query: Any) -> "Call[Answer]":
        """The same call with these query parameters; None leaves one out."""
        return replace(self, query={**self.query, **plain(query)})


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, without what was left out, times as RFC 3339.

    Raises ValueError for a time without an offset.
    """
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time needs an offset")
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def get(shape: type[Shape], path: str, **at: str) -> Call[Shape]:
    """Read one thing."""
    return Call("GET", path, reader(shape), at)


def listing(item: type[Item], path: str, **at: str) -> Call[Page[Item]]:
    """Read one page of a list."""
    return Call("GET", path, page_reader(item), at)


def post(shape: type[Shape], path: str, body: Mapping[str, Any] | None, **at: str) -> Call[Shape]:
    """An act that answers something."""
    sent = None if body is None else plain(body)
    return Call("POST", path, reader(shape), at, body=sent, keyed=True)


def act(path: str, body: Mapping[str, Any] | None = None, **at: str) -> Call[None]:
    """An act that answers nothing of use."""
    sent = None if body is None else plain(body)
    return Call("POST", path, nothing, at, body=sent, keyed=True)


def put(path: str, body: Mapping[str, Any], **at: str) -> Call[None]:
    """Set something that answers nothing."""
    return Call("PUT", path, nothing, at, body=plain(body))


def delete(path: str, **at: str) -> Call[None]:
    """End something."""
    return Call("DELETE", path, nothing, at)
