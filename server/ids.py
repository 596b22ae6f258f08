"""Identifiers: UUIDv7 as canonical text (RFC 9562 section 5.7).

Owns how an id is made and recognised. An id is never a secret and never proves anything.
"""

import re
import secrets

Id = str

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id(now: int) -> Id:
    """A fresh UUIDv7 whose first 48 bits are `now` (milliseconds since the epoch, UTC)."""
    random = secrets.randbits(74)
    value = (now & (1 << 48) - 1) << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62
    text = f"{value | random & (1 << 62) - 1:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Whether `text` is a canonical lower-case UUIDv7."""
    return _CANONICAL.fullmatch(text) is not None
