"""The only way to a content key.

Owns wrapping and unwrapping data keys of document parts. `open_contents` needs a Grant: without a
decision there is no key. `Inspection` is the server checking its own store: it opens a part and
gives back a length and a digest, never a key; its bytes are seen in passing by what examines them
in the same process. A test forbids the unwrapping elsewhere.
"""

import hashlib
from collections.abc import Callable, Sequence

from crypto import keys as crypto_keys
from crypto.canonical import canonical
from crypto.digests import sha256
from crypto.sealing import RangeReader
from server.access.grant import Grant
from server.database import Tx
from server.ids import Id
from server.keys import service as keys

ReadAt = Callable[[int, int], bytes]
MOST_NAMED = 32


def new_content_key(tx: Tx, council_id: Id, part_id: Id) -> tuple[bytes, bytes]:
    """A fresh data key for one part and its wrap under the council's key (ENC-2)."""
    key = crypto_keys.new_key()
    wrapped = crypto_keys.wrap(
        keys.key(tx, council_id, keys.CONTENT), key, _context(council_id, part_id)
    )
    return key, wrapped


def open_contents(grant: Grant, wraps: Sequence[tuple[Id, bytes]]) -> dict[Id, bytes]:
    """The data keys of parts of the granted thing, by id; the entry of the Grant says which were
    opened: each by name, or of more than 32 how many, and the digest of their sorted ids.

    Raises Unverified when a wrap was changed, or belongs to another part or council.
    """
    ids = sorted(id for id, _ in wraps)
    if ids:
        digest = {"count": len(ids), "sha256": sha256(canonical(ids)).hex()}
        grant.note(opened=ids if len(ids) <= MOST_NAMED else digest)
    return {id: _unwrap(grant.tx, grant.council_id, id, wrapped) for id, wrapped in wraps}


class Inspection:
    """One part, opened for the server's own check of its store. Keeps no transaction open."""

    def __init__(self, tx: Tx, council_id: Id, part_id: Id, wrapped: bytes, context: bytes) -> None:
        """Raises Unverified when the wrap was changed, or belongs to another part or council."""
        self._key, self._context = _unwrap(tx, council_id, part_id, wrapped), context

    def length(self, read_at: ReadAt, size: int) -> int:
        """The authentic length, once commitment and final chunk verify. Raises Unverified."""
        return RangeReader(read_at, size, self._key, self._context).length

    def measure(
        self, read_at: ReadAt, size: int, seen_by: Sequence[Callable[[bytes], object]] = ()
    ) -> tuple[int, bytes]:
        """Length and SHA-256 of the plaintext, every chunk of it opened, and each piece of at most
        256 KiB given to `seen_by`. Raises Unverified, and what those raise.
        """
        reader = RangeReader(read_at, size, self._key, self._context)
        digest = hashlib.sha256()
        for piece in reader.read(0, reader.length):
            digest.update(piece)
            for see in seen_by:
                see(piece)
        return reader.length, digest.digest()


def _unwrap(tx: Tx, council_id: Id, part_id: Id, wrapped: bytes) -> bytes:
    key = keys.key(tx, council_id, keys.CONTENT)
    return crypto_keys.unwrap(key, wrapped, _context(council_id, part_id))


def _context(council_id: Id, part_id: Id) -> bytes:
    return b"kyogikai/content-key/v1\0" + canonical({"council": council_id, "part": part_id})
