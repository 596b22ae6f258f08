"""Keys: made, derived, wrapped.

Owns how one key comes from another. Never stores a key, and holds none longer than a call.
"""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto.errors import Unverified
from crypto.sealing import KEY_SIZE, seal, unseal

__all__ = [
    "KEY_SIZE",
    "derive",
    "new_key",
    "public_bytes",
    "signing_key_from_seed",
    "unwrap",
    "wrap",
]


def new_key() -> bytes:
    """Return 32 fresh random bytes."""
    return secrets.token_bytes(KEY_SIZE)


def derive(key: bytes, purpose: str) -> bytes:
    """Derive the key for one purpose: HKDF-Expand-SHA-512 labelled `kyogikai/<purpose>/v1`.

    Expand alone (RFC 5869, 3.3), since our keys are uniformly random. Raises ValueError for a key
    that is not 32 bytes or a purpose that is not printable ASCII.
    """
    _check(key)
    if not (purpose.isascii() and purpose.isprintable() and purpose):
        raise ValueError("a purpose is printable ASCII")
    return HKDFExpand(SHA512(), KEY_SIZE, f"kyogikai/{purpose}/v1".encode("ascii")).derive(key)


def wrap(kek: bytes, key: bytes, context: bytes) -> bytes:
    """Seal `key` under `kek`, bound to what it is for (KEY-1).

    Raises ValueError for keys that are not 32 bytes and for an empty context.
    """
    _check(key)
    _check(kek)
    return seal(kek, key, _named(context))


def unwrap(kek: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Return the key; raises Unverified unless `wrapped` is a key wrapped by kek for context."""
    _check(kek)
    key = unseal(kek, wrapped, _named(context))
    if len(key) != KEY_SIZE:
        raise Unverified("wrapped bytes are not a key")
    return key


def signing_key_from_seed(seed: bytes) -> Ed25519PrivateKey:
    """Return the Ed25519 key of a 32-byte seed (RFC 8032, 5.1.5)."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_bytes(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    """Return the public key's 32 bytes (RFC 8032, 5.1.2)."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes_raw()


def _check(key: bytes) -> None:
    if len(key) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")


def _named(context: bytes) -> bytes:
    if not context:
        raise ValueError("a key is wrapped for something: the context may not be empty")
    return context
