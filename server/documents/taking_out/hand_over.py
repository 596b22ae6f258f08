"""Handing a document over, sealed to the keys of those it is for (age-encryption.org/v1).

Owns which recipients are taken, and the sealing in constant memory: a thread of its own encrypts
what it reads, and waits until its bytes were taken. Passphrases are never taken: a password that
has to travel too protects nothing (ENC-16).
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Annotated, Any

import anyio
import pyrage  # type: ignore[import-untyped]
from anyio.to_thread import run_sync
from pydantic import Field, StringConstraints

from server.documents.content.sending import Reading
from server.problems import Malformed
from server.schemas import Asked, Uuid

PIECE = 256 * 1024
AHEAD = 4  # pieces made before the first of them was taken
AT_ONCE = 16  # hand-overs of one process; further ones wait for their turn
Recipient = Annotated[str, StringConstraints(min_length=10, max_length=1000)]
# Threads of their own: a slow receiver holds one of these, and none of those that decide.
_THREADS = anyio.CapacityLimiter(AT_ONCE)
Key = Any  # a recipient of pyrage, which declares no types


class HandOverIn(Asked):
    """For whom: public keys of age (`age1…`) or OpenSSH (`ssh-ed25519 …`)."""

    recipients: list[Recipient] = Field(min_length=1, max_length=20)
    version: Uuid | None = None


def keys_of(recipients: Sequence[str]) -> list[Key]:
    """The keys named. Raises Malformed, which says which one is none."""
    keys = []
    for at, text in enumerate(recipients):
        try:
            keys.append(_key(text))
        except (pyrage.RecipientError, ValueError):
            wrong = {
                "field": f"body.recipients.{at}",
                "message": "a public key is expected: age1… or ssh-ed25519 …",
                "kind": "recipient",
            }
            raise Malformed(None, errors=[wrong]) from None
    return keys


def _key(text: str) -> Key:
    if text.startswith("age1"):
        return pyrage.x25519.Recipient.from_str(text)
    if text.startswith("ssh-ed25519 "):
        return pyrage.ssh.Recipient.from_str(text)
    raise ValueError("neither of the two kinds")


class _Source:
    """What is encrypted, for a reader that asks for so many bytes. Remembers what failed."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""
        self.read_so_far = 0
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        if not self._rest:
            try:
                self._rest = next(self._pieces, b"")
            except Exception as error:
                self.failure = error
                raise
        wanted = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:wanted], self._rest[wanted:]
        self.read_so_far += len(taken)
        return taken


class _Pipe:
    """From the encrypting thread to the sender: bounded, and broken once the sender has stopped."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._taken: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = threading.Semaphore(AHEAD)
        self._stopped = False
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Bytes of the encrypted file. Raises BrokenPipeError once nobody takes them."""
        self._held.append(bytes(data))
        self._size += len(data)
        if self._size >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Pass on what is held."""
        held, self._held, self._size = b"".join(self._held), [], 0
        self._room.acquire()
        if self._stopped:
            raise BrokenPipeError
        self._loop.call_soon_threadsafe(self._taken.put_nowait, held)

    def end(self) -> None:
        """Say that no more comes, whatever the reason."""
        self._loop.call_soon_threadsafe(self._taken.put_nowait, None)

    async def take(self) -> bytes | None:
        """The next piece; None after the last."""
        piece = await self._taken.get()
        self._room.release()
        return piece

    def stop(self) -> None:
        """Nobody takes any more: let the writer go."""
        self._stopped = True
        self._room.release()


class HandingOver:
    """One document being sealed. `read_so_far` is how much of its plaintext went in."""

    def __init__(self, reading: Reading, total: int, keys: Sequence[Key]) -> None:
        self._source = _Source(reading.pieces(0, total))
        self._keys = keys

    @property
    def read_so_far(self) -> int:
        """Bytes of plaintext that were encrypted."""
        return self._source.read_so_far

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The age file. Raises what reading raised; then the file has no end, and does not open."""
        pipe = _Pipe()
        work = asyncio.create_task(run_sync(self._encrypt, pipe, limiter=_THREADS))
        try:
            while (piece := await pipe.take()) is not None:
                yield piece
            await work
        finally:
            pipe.stop()
            await asyncio.wait([work])
            work.exception()

    def _encrypt(self, pipe: _Pipe) -> None:
        try:
            pyrage.encrypt_io(self._source, pipe, self._keys)
            pipe.flush()
        except Exception:
            if self._source.failure is not None:
                raise self._source.failure from None
            raise
        finally:
            pipe.end()
