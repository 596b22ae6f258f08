"""The one spelling of a value: the JSON Canonicalization Scheme, RFC 8785.

Owns the bytes that are hashed, signed and bound as context. Never guesses: a value with no
canonical spelling, and bytes that are not the canonical spelling of their value, are refused.
"""

import json
from collections.abc import Iterable
from typing import Any

import rfc8785

from crypto.errors import Unverified

# Beyond these a double, which is all JCS knows, no longer tells neighbouring integers apart.
_GREATEST = 2**53 - 1
_SCALARS = frozenset({str, bool, type(None)})

_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    check_circular=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
)


def canonical(value: object) -> bytes:
    """Return the RFC 8785 spelling of `value`.

    Raises ValueError for what JCS cannot carry: other types than JSON's, keys that are not text,
    integers beyond ±(2**53 - 1), infinities, lone surrogates, endless nesting.
    """
    try:
        if _is_plain(value):
            return _ENCODER.encode(value).encode("utf-8")
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # it refuses what it cannot carry
    except RecursionError:
        raise ValueError("value is nested too deeply to be canonical") from None


def parse(data: bytes) -> Any:
    """Return the value whose canonical spelling `data` is.

    Raises Unverified unless `data` is exactly that: no other spacing, key order, escape, number
    form, repeated key or byte beyond it.
    """
    try:
        value = _DECODER.decode(data.decode("utf-8"))
        exact = canonical(value) == data
    except (ValueError, RecursionError):
        raise Unverified("not canonical JSON") from None
    if not exact:
        raise Unverified("not canonical JSON")
    return value


def _is_plain(value: object) -> bool:
    """Tell whether the standard encoder spells `value` as RFC 8785 does.

    The two differ in three places only: numbers that are not safe integers, keys that are not
    text, and key order, which is by code point there and by UTF-16 unit here; for ASCII keys the
    orders agree. Both escape the quotation mark, the backslash and U+0000–U+001F alike and nothing
    else. Subclasses are left to rfc8785, since they may spell themselves.
    """
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is int:
        return -_GREATEST <= value <= _GREATEST  # type: ignore[operator]
    items: Iterable[object] = ()
    if kind is dict:
        for key in value:  # type: ignore[attr-defined]
            if type(key) is not str or not key.isascii():
                return False
        items = value.values()  # type: ignore[attr-defined]
    elif kind is list:
        items = value  # type: ignore[assignment]
    else:
        return False
    # A scalar is passed over here because a call for each would cost as much as the encoding.
    return all(type(item) in _SCALARS or _is_plain(item) for item in items)


def _integer(digits: str) -> int | float:
    """Read a number written without point or exponent; JCS writes doubles below 1e21 so too."""
    number = float(digits)
    return int(digits) if abs(number) <= _GREATEST else number


_DECODER = json.JSONDecoder(parse_int=_integer)
