"""A request on its way through the guard: what its route says of itself, and what it asks for.

Owns the two values that everybody who takes a part in guarding hands on. Decides nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from server.access.grant import Attempt
from server.access.kind import Kind
from server.access.parts import Parts
from server.access.vocabulary import Action
from server.database import Tx

Ahead = Callable[[Tx, Mapping[str, Any]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a route says of itself: read by the start-up check and by the route matrix."""

    action: Action
    kind: Kind
    before: Callable[["Call"], Any] | None = None
    ahead: Ahead | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the rule it is under, what is to be run, and the arguments it came with."""

    parts: Parts
    request: Request
    attempt: Attempt
    rule: Guarded
    endpoint: Callable[..., Any]
    arguments: dict[str, Any]
    wants: frozenset[str]

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments as JSON has them: what two requests for the same agree in."""
        return {
            name: value.model_dump(mode="json") if isinstance(value, BaseModel) else value
            for name, value in self.arguments.items()
        }
