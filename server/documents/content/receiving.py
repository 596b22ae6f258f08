"""An upload on its way into the vault: sealed and hashed while it arrives, never plain on disk.

Owns what happens between the two transactions of an upload (ENC-2, ENC-7, ENC-9). One worker
thread seals a batch while the next one is received; all uploads together hold a bounded amount of
memory, however many they are. Whatever goes wrong leaves no object behind. What was stored already
and is sent again is only measured.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from anyio.to_thread import run_sync
from starlette.requests import Request

from crypto.sealing import Sealer
from server.clock import Instant
from server.crashpoints import crashpoint
from server.ids import Id
from server.problems import Malformed, Problem, TooLarge
from server.vault import Vault, Writer

# A batch costs a hop to a thread: a large one is quick, many uploads at once have small ones. Of
# each upload there are up to four: with the web server, received, being sealed, and sealed.
BATCH, LEAST_BATCH, BUDGET, COPIES = 1 << 20, 1 << 16, 48 << 20, 4
Data = bytes | memoryview
_SHA256 = re.compile(r"(?:^|,)\s*sha-256\s*=\s*([^,]*)")


class WrongDigest(Problem):
    status, code = 422, "wrong_digest"
    ja = "届いた内容がContent-Digestと一致しません。保存していません。送り直してください。"
    en = "What arrived does not have the stated Content-Digest. Not stored; send it again."


class Empty(Problem):
    status, code = 422, "empty_document"
    ja = "内容が空（0バイト）です。ファイルを確認して送り直してください。"
    en = "The content is empty (0 bytes). Check the file and send it again."


class Truncated(Problem):
    status, code = 400, "truncated"
    ja = "内容が途中で切れています。保存していません。送り直してください。"
    en = "The content ends before its Content-Length. Not stored; send it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What the first transaction allots to an upload: the ids and the key it is sealed with."""

    version_id: Id
    part_id: Id
    key: bytes
    wrapped: bytes
    context: bytes
    created: Instant
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived: its length in bytes and its SHA-256."""

    length: int
    sha256: bytes


class Measure:
    """Takes one body in, and keeps of it only its length and its SHA-256."""

    _open = 0  # how many there are; they begin and end in the one event loop

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._digest = hashlib.sha256()
        self._waiting: list[Data] = []
        self._held = self._length = 0
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        Measure._open += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        Measure._open -= 1
        if self._work is not None:
            await asyncio.wait([self._work])
            self._work.exception()

    @property
    def length(self) -> int:
        """How many bytes have arrived."""
        return self._length

    async def take(self, data: Data) -> None:
        """The next bytes. Raises TooLarge, StorageFull, StorageUnhealthy."""
        self._length += len(data)
        if self._length > self._limit:
            raise TooLarge(None, limit=self._limit)
        self._waiting.append(data)
        self._held += len(data)
        if self._held >= min(BATCH, max(LEAST_BATCH, BUDGET // (COPIES * Measure._open))):
            await self._hand_over()

    async def _hand_over(self) -> None:
        await self._settle()
        batch, self._waiting, self._held = self._waiting, [], 0
        self._work = asyncio.create_task(run_sync(self._pass, batch))

    async def _settle(self) -> None:
        """Wait for the batch that is being sealed; a wait cut short leaves it to the end."""
        if self._work is not None:
            await asyncio.wait([self._work])
            work, self._work = self._work, None
            work.result()

    def _pass(self, batch: list[Data]) -> None:
        for data in batch:
            self._digest.update(data)
            self._keep(data)

    def _keep(self, data: Data) -> None:
        """Of what is only measured, nothing."""

    async def finish(self, *, length: int | None, digest: bytes | None) -> Received:
        """Its end, if it is what was announced; what an Intake took is then durably in the vault.

        Raises Empty, Truncated, WrongDigest, StorageFull, StorageUnhealthy.
        """
        await self._hand_over()
        await self._settle()
        received = Received(self._length, self._digest.digest())
        if length is not None and received.length != length:
            raise Truncated
        if received.length == 0:
            raise Empty
        if digest is not None and not hmac.compare_digest(digest, received.sha256):
            raise WrongDigest
        await run_sync(self._close)
        return received

    def _close(self) -> None:
        """Of what is only measured, nothing is to be ended."""


class Intake(Measure):
    """Takes one object in. Leaving the block without `finish` having returned forgets it all.

    Until the block is left nobody takes the finished object for a stray: name it in there.
    """

    def __init__(self, vault: Vault, slot: Slot, limit: int) -> None:
        super().__init__(limit)
        self._vault, self._slot = vault, slot
        self._sealer = Sealer(slot.key, slot.context)
        self._writer: Writer

    async def __aenter__(self) -> Self:
        self._writer = await run_sync(self._vault.create, self._slot.part_id)
        return await super().__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await super().__aexit__(kind, error, at)
        self._writer.abandon()

    def _keep(self, data: Data) -> None:
        # Written as it comes: joined first, every byte would be held once more.
        self._writer.write(self._sealer.update(data))  # type: ignore[arg-type]  # any buffer

    def _close(self) -> None:
        self._writer.write(self._sealer.finalize())
        self._writer.finish(held=True)
        crashpoint("upload.object_finished")


def announced_length(request: Request, limit: int) -> int | None:
    """The Content-Length. Raises TooLarge before a byte is read."""
    text = request.headers.get("content-length")
    if text is None:
        return None
    length = int(text)
    if length > limit:
        raise TooLarge(None, limit=limit)
    return length


def announced_digest(request: Request) -> bytes | None:
    """The SHA-256 of Content-Digest (RFC 9530); other algorithms are not asked for. Raises
    Malformed when it cannot be one.
    """
    match = _SHA256.search(request.headers.get("content-digest", ""))
    if match is None:
        return None
    try:
        text = match[1].split(";")[0].strip()
        if not (len(text) > 1 and text[0] == text[-1] == ":"):
            raise ValueError("a byte sequence stands between colons")
        digest = base64.b64decode(text[1:-1], validate=True)
        if len(digest) != hashlib.sha256().digest_size:
            raise ValueError("a SHA-256 has 32 bytes")
    except (ValueError, binascii.Error):
        raise Malformed("Content-Digest: sha-256=:BASE64: (RFC 9530)") from None
    return digest
