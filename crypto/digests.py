"""Digests: plain, committing, keyed.

Owns how a value is hidden behind a hash and how that is opened again. Never stores a salt or key.
"""

import hashlib
import hmac
import unicodedata

from crypto.canonical import canonical
from crypto.errors import Unverified

DIGEST_SIZE = 32
SALT_SIZE = 32


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of `data`."""
    return hashlib.sha256(data).digest()


def commit(salt: bytes, value: object) -> bytes:
    """Commit to `value` under a fresh random salt of 32 bytes: HMAC-SHA-256(salt, JCS(value)).

    The commitment says nothing about the value without the salt, however easily the value is
    guessed (LOG-3). Raises ValueError for a salt of another length or a value JCS cannot carry.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt has 32 bytes")
    return hmac.digest(salt, canonical(value), "sha256")


def open_commitment(commitment: bytes, salt: bytes, value: object) -> None:
    """Check that `commitment` was made to `value` with `salt`; raises Unverified if not."""
    try:
        expected = commit(salt, value)
    except ValueError:
        raise Unverified("opening of a commitment is malformed") from None
    if not hmac.compare_digest(expected, commitment):
        raise Unverified("commitment does not open to this value")


def keyed_digest(key: bytes, purpose: str, text: str) -> bytes:
    """Return a digest by which equal texts are found without being readable (ENC-10).

    Texts equal under Unicode canonical caseless matching (Unicode 3.13, D145) have equal digests;
    digests for different purposes have nothing in common. Raises ValueError for a key that is not
    32 bytes, an unusable purpose, or text that is not Unicode (a lone surrogate).
    """
    if len(key) != DIGEST_SIZE:
        raise ValueError("a digest key has 32 bytes")
    if not purpose or "\0" in purpose:
        raise ValueError("a purpose is text without NUL")
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    message = f"kyogikai/keyed-digest/v1\0{purpose}\0{folded}"
    return hmac.digest(key, message.encode("utf-8"), "sha256")
