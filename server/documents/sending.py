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
from server.documents import names
from server.documents.manifest import Manifest, part_context
from server.documents.ranges import Span
from server.ids import Id
from server.problems import Problem
from server.vault import Damaged, Vault


@dataclass(frozen=True, slots=True)
class ToSend:
    """What the first transaction of a download gives: the manifest and each part's key."""

    manifest: Manifest
    keys: tuple[bytes, ...]


class Cut(Exception):
    """An answer that had begun was broken off; the server closes the connection."""


class Reading:
    """The open objects of one version. `close` gives the descriptors back."""

    def __init__(self, vault: Vault, wanted: ToSend) -> None:
        """Raises Damaged when an object is missing, changed, cut, or another's."""
        self._descriptors: list[int] = []
        self._readers: list[RangeReader] = []
        try:
            for part, key in zip(wanted.manifest.parts, wanted.keys, strict=True):
                reader = self._open(vault, wanted.manifest, part.id, key)
                if reader.length != part.length:
                    raise Damaged("a part does not have the length its manifest says")
        except Unverified as error:
            self.close()
            raise Damaged(str(error)) from error
        except BaseException:
            self.close()
            raise

    def _open(self, vault: Vault, manifest: Manifest, part_id: Id, key: bytes) -> RangeReader:
        descriptor, size = vault.open(part_id)
        self._descriptors.append(descriptor)
        context = part_context(manifest.council, manifest.document, manifest.version, part_id)
        reader = RangeReader(at(descriptor), size, key, context)
        self._readers.append(reader)
        return reader

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        """The plaintext of [start, stop) in pieces of at most 256 KiB. Raises Unverified."""
        for reader in self._readers:
            if start < reader.length and stop > 0:
                yield from reader.read(max(start, 0), min(stop, reader.length))
            start, stop = start - reader.length, stop - reader.length

    def close(self) -> None:
        """Give the descriptors back; once."""
        while self._descriptors:
            os.close(self._descriptors.pop())


def at(descriptor: int) -> Callable[[int, int], bytes]:
    """Reads at an offset, without a position that others could move."""
    return lambda offset, length: os.pread(descriptor, length, offset)


def headers(manifest: Manifest, kind: str, span: Span) -> dict[str, str]:
    """The headers of an answer with content. A browser may show it, but never runs it."""
    digest = base64.b64encode(bytes.fromhex(manifest.sha256)).decode()
    ranged = {"Content-Range": span.content_range} if span.partial else {}
    return {
        "Content-Type": manifest.media_type,
        "Content-Length": str(span.length),
        **ranged,
        "Accept-Ranges": "bytes",
        "ETag": etag(manifest),
        "Repr-Digest": f"sha-256=:{digest}:",
        "Content-Disposition": names.disposition(kind, manifest.file_name),
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def etag(manifest: Manifest) -> str:
    """The strong tag of a version: its id, for a version never changes."""
    return f'"{manifest.version}"'


async def sending(transfer: Transfer[ToSend], span: Span, kind: str) -> Response:
    """The answer, once the objects are open and its first piece is authentic. Raises Damaged."""
    wanted = transfer.prepared
    reading = await run_sync(Reading, transfer.parts.vault, wanted)
    pieces = reading.pieces(span.start, span.stop)
    try:
        first = await run_sync(partial(next, pieces, b""))
    except Unverified as error:
        reading.close()
        raise Damaged(str(error)) from error
    except BaseException:
        reading.close()
        raise
    return Sending(transfer, reading, first, pieces, span, headers(wanted.manifest, kind, span))


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
        gone = asyncio.create_task(_until_gone(receive))
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
        await self._transfer.note(
            outcome, version=version, start=self._span.start, bytes=self._sent, **facts
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


async def _until_gone(receive: Receive) -> None:
    """Return when the receiver is no longer there."""
    with suppress(RuntimeError):
        while (await receive())["type"] != "http.disconnect":
            pass
