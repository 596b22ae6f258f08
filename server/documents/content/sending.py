"""A version on its way out: opened piece by piece, given way after each, cut off when it must be.

Owns the answer with content: its headers, its pieces of 256 KiB, deciding again on the way, and
the closing entry with the bytes sent. A chunk that does not verify breaks the connection; nothing
is padded, and nothing that was not authenticated leaves (ENC-5).
"""

import asyncio
import base64
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi import Response
from starlette.types import Receive, Scope, Send

from crypto.errors import Unverified
from crypto.sealing import RangeReader
from server.access.transfer import Transfer
from server.documents.content import names
from server.documents.content.download_limits import giving_back
from server.documents.content.manifest import Manifest, ManifestPart
from server.documents.content.ranges import Span
from server.ids import Id
from server.problems import Problem
from server.vault import Damaged, Vault, read_at


@dataclass(frozen=True, slots=True)
class ToSend:
    """What the first transaction of a download gives: the manifest, and for each of its parts the
    key, or None for a part of which nothing is sent.
    """

    manifest: Manifest
    keys: tuple[bytes | None, ...]


class Cut(Exception):
    """An answer that had begun was broken off; the server closes the connection."""


class Reading:
    """One version, read part by part: at any moment one of its objects is open, until `close`."""

    def __init__(self, vault: Vault, wanted: ToSend) -> None:
        """Opens the first part that is needed. Raises Damaged when its object is missing, changed,
        cut, or another's.
        """
        self._vault, self._wanted = vault, wanted
        self._open: tuple[Id, int] | None = None
        self._reader: RangeReader
        parts = zip(wanted.manifest.parts, wanted.keys, strict=True)
        part, key = next(each for each in parts if each[1] is not None)
        try:
            self._enter(part, key)
        except Unverified as error:
            raise Damaged(str(error)) from error

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        """The plaintext of [start, stop) in pieces of at most 256 KiB.

        Raises, while iterating, Unverified, Damaged and StorageUnhealthy.
        """
        for part, key in zip(self._wanted.manifest.parts, self._wanted.keys, strict=True):
            if start < part.length and stop > 0:
                self._enter(part, key)
                yield from self._reader.read(max(start, 0), min(stop, part.length))
            start, stop = start - part.length, stop - part.length

    def _enter(self, part: ManifestPart, key: bytes | None) -> None:
        if self._open is not None and self._open[0] == part.id:
            return
        if key is None:
            raise LookupError("this part was not opened for this read")
        self.close()
        descriptor, size = self._vault.open(part.id)
        self._open = part.id, descriptor
        try:
            context = self._wanted.manifest.context(part.id)
            self._reader = RangeReader(at(descriptor), size, key, context)
            if self._reader.length != part.length:
                raise Damaged("a part does not have the length its manifest says")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the descriptor back; once."""
        if self._open is not None:
            descriptor, self._open = self._open[1], None
            os.close(descriptor)


def read_whole(vault: Vault, wanted: ToSend) -> bytes:
    """A version's plaintext, in memory only. Raises Damaged."""
    reading = Reading(vault, wanted)
    try:
        return b"".join(reading.pieces(0, wanted.manifest.total))
    except Unverified as error:
        raise Damaged(str(error)) from error
    finally:
        reading.close()


def at(descriptor: int) -> Callable[[int, int], bytes]:
    """Reads at an offset, without a position that others could move."""
    return partial(read_at, descriptor)


def headers(manifest: Manifest, kind: str, span: Span) -> dict[str, str]:
    """The headers of an answer with content. A browser may show it, but never runs it."""
    ranged = {"Content-Range": span.content_range} if span.partial else {}
    kind, media_type = names.sent_as(kind, manifest.media_type)
    return {
        "Content-Type": media_type,
        "Content-Length": str(span.length),
        **ranged,
        "Accept-Ranges": "bytes",
        "ETag": etag(manifest),
        **_digest(manifest),
        "Content-Disposition": names.disposition(kind, manifest.file_name),
        **names.NEVER_RUN,
        "Cache-Control": "private, no-store",
    }


def _digest(manifest: Manifest) -> dict[str, str]:
    """RFC 9530; of a version whose digest nobody announced, once it was read again."""
    if manifest.sha256 is None:
        return {}
    return {"Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(manifest.sha256)).decode()}:"}


def etag(manifest: Manifest) -> str:
    """The strong tag of a version: its id, for a version never changes."""
    return f'"{manifest.version}"'


async def sending(transfer: Transfer[ToSend], span: Span, kind: str) -> Response:
    """The answer, once its first piece is authentic. Raises Damaged."""
    wanted = transfer.prepared
    reading, first, pieces = await run_sync(_opened, transfer.parts.vault, wanted, span)
    return Sending(transfer, reading, first, pieces, span, headers(wanted.manifest, kind, span))


def _opened(vault: Vault, wanted: ToSend, span: Span) -> tuple[Reading, bytes, Iterator[bytes]]:
    """In one hop to a thread: the version, the first piece of the span, and those that follow."""
    reading = Reading(vault, wanted)
    try:
        pieces = reading.pieces(span.start, span.stop)
        return reading, next(pieces, b""), pieces
    except Unverified as error:
        reading.close()
        raise Damaged(str(error)) from error
    except BaseException:
        reading.close()
        raise


class Sending(Response):
    """Sends what was opened, as fast as the receiver takes it."""

    def __init__(
        self,
        transfer: Transfer[ToSend],
        reading: Reading,
        first: bytes,
        pieces: Iterator[bytes],
        span: Span,
        headers: dict[str, str],
    ) -> None:
        super().__init__(status_code=206 if span.partial else 200, headers=headers)
        self._transfer, self._reading, self._span = transfer, reading, span
        self._first, self._pieces = first, pieces
        self._sent = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send start and pieces. Raises Cut when it must stop midway."""
        gone = asyncio.create_task(until_gone(receive))
        outcome, facts = "refused", {"code": "disconnected"}
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            await self._send_pieces(send, gone)
            if self._sent == self._span.length:
                outcome, facts = "done", {}
        except Problem as problem:
            facts = {"code": problem.code}
            raise Cut(problem.code) from problem
        except Unverified as error:
            facts = {"code": Damaged.code}
            raise Cut(Damaged.code) from error
        finally:
            gone.cancel()
            self._reading.close()
            # The entry is written also when the server is stopping or the reader has gone.
            with CancelScope(shield=True):
                await self._note(outcome, facts)

    async def _note(self, outcome: str, facts: dict[str, Any]) -> None:
        version = self._transfer.prepared.manifest.version
        also = giving_back(self._transfer.grant, self._span.length - self._sent)
        start, sent = self._span.start, self._sent
        if outcome == "done" and self._transfer.counted(start, sent):
            return
        await self._transfer.note(
            outcome, also=also, version=version, start=start, bytes=sent, **facts
        )

    async def _send_pieces(self, send: Send, gone: "asyncio.Task[None]") -> None:
        piece = self._first
        while not gone.done():
            self._sent += len(piece)
            more = self._sent < self._span.length
            await send({"type": "http.response.body", "body": piece, "more_body": more})
            if not more:
                return
            # A fast socket never makes us wait: without this, nobody else would be served.
            await asyncio.sleep(0)
            await self._transfer.keep_deciding(self._sent)
            piece = next(self._pieces)


async def until_gone(receive: Receive) -> None:
    """Return when the receiver is no longer there."""
    with suppress(RuntimeError):
        while (await receive())["type"] != "http.disconnect":
            pass
