"""Sealed bytes: Cobblestone-256 (c2sp.org/chunked-encryption v1: SHA-512, AES-256-GCM).

Owns the format: whole, streamed, and read by range. Adds no byte of its own, so that any other
implementation opens what is sealed here (ENC-1). Never trusts a length that was not authenticated,
and has no way to open without authentication (ENC-4, ENC-11).
"""

import hmac
from collections.abc import Callable, Iterator

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import AlreadyFinalized, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto.errors import Unverified

KEY_SIZE = 32
NONCE_SIZE = 12
SALT_SIZE = 24
COMMITMENT_SIZE = 32
TAG_SIZE = 16
CHUNK_SIZE = 16 * 1024
MAX_CHUNKS = 2**38
HEADER_SIZE = SALT_SIZE + COMMITMENT_SIZE
SEALED_CHUNK_SIZE = CHUNK_SIZE + TAG_SIZE

# Read and yielded at once: enough to make the cost of a step vanish, little enough to hold.
PIECE_CHUNKS = 16
PIECE_SIZE = PIECE_CHUNKS * CHUNK_SIZE

_LABEL = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"


def seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Seal `plaintext` under a 32-byte key, bound to `context`; a fresh salt each time."""
    sealer = Cobblestone256Encryptor(key, context)
    return sealer.update(plaintext) + sealer.finalize()


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Open what `seal` made; raises Unverified if key, context or any byte is another."""
    opener = Opener(key, context)
    return opener.update(sealed) + opener.finalize()


class Sealer:
    """Seals a stream. Without `finalize` no bytes that it gave can be opened (ENC-7)."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._encryptor = Cobblestone256Encryptor(key, context)

    def update(self, data: bytes) -> bytes:
        """Return the sealed bytes that are ready."""
        return self._encryptor.update(data)

    def finalize(self) -> bytes:
        """Return the last sealed bytes."""
        return self._encryptor.finalize()


class Opener:
    """Opens a stream. What `update` gives is authentic, but whole only after `finalize`."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._decryptor = Cobblestone256Decryptor(key, context)

    def update(self, sealed: bytes) -> bytes:
        """Return the plaintext authenticated so far; raises Unverified, and then for ever."""
        try:
            return self._decryptor.update(sealed)
        except (InvalidTag, AlreadyFinalized):
            raise Unverified("sealed bytes do not open") from None

    def finalize(self) -> bytes:
        """Return the last plaintext; raises Unverified if the sealed bytes were cut short."""
        try:
            return self._decryptor.finalize()
        except (InvalidTag, AlreadyFinalized):
            raise Unverified("sealed bytes do not open") from None


class RangeReader:
    """Reads any range of a sealed file without opening what lies before it (ENC-5).

    `read_at(offset, length)` gives sealed bytes, `size` is how many there are. To make a reader is
    to verify that key and context are the ones it was sealed with, and, by opening the final
    chunk, that the file is whole; from then `length` is the plaintext's authentic length. Raises
    Unverified for what does not verify; what `read_at` raises passes through.
    """

    def __init__(
        self, read_at: Callable[[int, int], bytes], size: int, key: bytes, context: bytes
    ) -> None:
        if len(key) != KEY_SIZE:
            raise ValueError("a key has 32 bytes")
        self._full_chunks, final_size = divmod(size - HEADER_SIZE, SEALED_CHUNK_SIZE)
        if size < HEADER_SIZE or final_size < TAG_SIZE or self._full_chunks >= MAX_CHUNKS:
            raise Unverified("sealed bytes have an impossible length")
        self._read_at = read_at
        self._derive(key, context)
        final = self._sealed(self._full_chunks, final_size)
        self._final = self._open(self._full_chunks, final)
        self.length = self._full_chunks * CHUNK_SIZE + len(self._final)

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the plaintext of [start, stop) in pieces of at most `PIECE_SIZE` bytes.

        Each piece costs one `read_at` and is verified before it is given. Raises ValueError at
        once for a range outside the length; Unverified, while iterating, at the first bad chunk.
        """
        if not 0 <= start <= stop <= self.length:
            raise ValueError("range outside the plaintext")
        return self._pieces(start, stop)

    def _pieces(self, start: int, stop: int) -> Iterator[bytes]:
        while start < stop:
            first = start // CHUNK_SIZE
            base = first * CHUNK_SIZE
            end = min(stop, base + PIECE_SIZE)
            piece = self._chunks(first, -(-end // CHUNK_SIZE))
            if (start, end) != (base, base + len(piece)):
                piece = piece[start - base : end - base]
            yield piece
            start = end

    def _chunks(self, first: int, past: int) -> bytes:
        """Return the plaintext of the chunks [first, past); the final one is at hand."""
        full = min(past, self._full_chunks) - first
        opened = []
        if full > 0:
            sealed = memoryview(self._sealed(first, full * SEALED_CHUNK_SIZE))
            for at in range(full):
                chunk = sealed[at * SEALED_CHUNK_SIZE : (at + 1) * SEALED_CHUNK_SIZE]
                opened.append(self._open(first + at, chunk))
        if past > self._full_chunks:
            opened.append(self._final)
        return b"".join(opened)

    def _derive(self, key: bytes, context: bytes) -> None:
        """Derive the message's key and base nonce; verify its commitment to key and context."""
        header = self._exactly(0, HEADER_SIZE)
        salt, commitment = header[:SALT_SIZE], header[SALT_SIZE:]
        size = KEY_SIZE + NONCE_SIZE + COMMITMENT_SIZE
        derived = HKDFExpand(SHA512(), size, _LABEL + salt + context).derive(key)
        if not hmac.compare_digest(derived[KEY_SIZE + NONCE_SIZE :], commitment):
            raise Unverified("sealed bytes do not belong to this key and context")
        self._aead = AESGCM(derived[:KEY_SIZE])
        self._base_nonce = int.from_bytes(derived[KEY_SIZE : KEY_SIZE + NONCE_SIZE], "big")

    def _open(self, number: int, chunk: bytes | memoryview) -> bytes:
        nonce = (self._base_nonce ^ number).to_bytes(NONCE_SIZE, "big")
        try:
            return self._aead.decrypt(nonce, chunk, None)
        except InvalidTag:
            raise Unverified(f"chunk {number} of sealed bytes does not open") from None

    def _sealed(self, chunk: int, length: int) -> bytes:
        return self._exactly(HEADER_SIZE + chunk * SEALED_CHUNK_SIZE, length)

    def _exactly(self, offset: int, length: int) -> bytes:
        data = self._read_at(offset, length)
        if len(data) != length:
            raise Unverified("sealed bytes are shorter than stated")
        return data
