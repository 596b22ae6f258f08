"""Field types and base models shared by every domain's schemas.

Owns how text and instants cross the API. Holds no rule of any domain.
"""

import unicodedata
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from server import clock
from server.ids import is_id
from server.networks import LONGEST, parse_network

# The Unicode controls that show text in another order than it is stored (Bidi, UAX 9).
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _no_control_characters(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        raise ValueError("control characters are not allowed")
    return text


def _instant(value: Any) -> Any:
    instant = clock.from_text(value) if isinstance(value, str) else value
    if isinstance(instant, int) and not 0 <= instant <= clock.LAST:
        raise ValueError("a time from 1970 to 9999 is needed")
    return instant


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _one_direction(text: str) -> str:
    if any(c in _TURNING or unicodedata.category(c) in ("Zl", "Zp") for c in text):
        raise ValueError("characters that turn or break the line are not allowed")
    return text


def _network(text: str) -> str:
    return str(parse_network(text))


def _id(text: str) -> str:
    if not is_id(text):
        raise ValueError("not an id of this server (UUIDv7, lower case)")
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\n\t]*$"),
    AfterValidator(_no_control_characters),
    AfterValidator(_one_direction),
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    AfterValidator(_no_control_characters),
]
RegistryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Uuid = Annotated[str, AfterValidator(_id), WithJsonSchema({"type": "string", "format": "uuid"})]
Time = Annotated[
    int,
    BeforeValidator(_instant),
    PlainSerializer(clock.to_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Date = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_day),
]


Cidr = Annotated[
    str,
    StringConstraints(min_length=2, max_length=LONGEST),
    AfterValidator(_network),
    WithJsonSchema({"type": "string", "examples": ["192.0.2.0/24", "2001:db8::/48"]}),
]


Item = TypeVar("Item")


# Content that is sent or given as bytes, for the description of the API.
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


class Asked(BaseModel):
    """Base of what callers send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """Base of what the API answers: every field is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Page(Shown, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, or null at the end."""

    items: list[Item]
    next: str | None
