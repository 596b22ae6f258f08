"""An answer whose bytes are made while it is sent: an archive, an age file, pages, a marked copy.

Owns sending such a flow (it gives way after each piece, and stops when the reader has gone), the
entry that closes it, and its headers: nothing keeps it, nothing in it runs. Pieces of a stored
version go by `sending.py`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

from anyio import CancelScope
from fastapi import Response
from starlette.types import Receive, Scope, Send

from crypto.errors import Unverified
from server.access.transfer import Transfer
from server.documents.content import names
from server.documents.content.download_limits import giving_back
from server.documents.content.sending import Cut, until_gone
from server.ids import Id
from server.problems import Problem
from server.vault import Damaged


def safe_headers(kind: str, name: str) -> dict[str, str]:
    """Headers of a page or file made for one person: never stored, shown, but never run."""
    return {
        "Cache-Control": "no-store",
        "Content-Disposition": names.disposition(kind, names.file_name(name)),
        **names.NEVER_RUN,
        "Accept-Ranges": "none",
    }


@asynccontextmanager
async def closing_entry(
    transfer: Transfer[Any],
    version: Id,
    moved: Callable[[], int],
    *,
    promised: int = 0,
    **facts: Any,
) -> AsyncIterator[None]:
    """Around a flow: however it ends, an entry says how many bytes moved, and why no more. Of those
    `promised` (download_limits.py) the others are given back.
    """
    code = "disconnected"
    try:
        yield
        code = ""
    except Problem as problem:
        code = problem.code
        raise
    except Unverified:
        code = Damaged.code
        raise
    finally:
        # The entry is written also when the server is stopping or the reader has gone.
        with CancelScope(shield=True):
            told = {"version": version, "bytes": moved(), **facts}
            also = giving_back(transfer.grant, max(promised - moved(), 0))
            if code:
                told["code"] = code
            await transfer.note("refused" if code else "done", also=also, **told)


async def decided(
    transfer: Transfer[Any], version: Id, pieces: AsyncGenerator[bytes, None], promised: int = 0
) -> AsyncGenerator[bytes, None]:
    """The pieces, decided on again on the way; their end is an entry with the bytes sent."""
    sent = 0
    async with (
        closing_entry(transfer, version, lambda: sent, promised=promised),
        aclosing(pieces),
    ):
        async for piece in pieces:
            await transfer.keep_deciding(sent)
            sent += len(piece)
            yield piece


class Flowing(Response):
    """Sends what `flow` yields. Where its length is not known before, a broken one has no end."""

    def __init__(self, flow: AsyncGenerator[bytes, None], headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        if "Content-Length" not in headers:
            del self.headers["content-length"]
        self._flow = flow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything. Raises what the first piece raises, and Cut when it must stop midway."""
        gone = asyncio.create_task(until_gone(receive))
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        try:
            first = await self._first()
            await send(start)
            await self._send_pieces(first, send, gone)
        finally:
            gone.cancel()
            with CancelScope(shield=True):
                await self._flow.aclose()

    async def _first(self) -> bytes:
        """Made before anything is sent: what fails here is answered; and only a flow that was begun
        ends with its entry.
        """
        try:
            return await anext(self._flow, b"")
        except Unverified as error:
            raise Damaged(str(error)) from error

    async def _send_pieces(self, first: bytes, send: Send, gone: "asyncio.Task[None]") -> None:
        piece: bytes | None = first
        try:
            while piece is not None:
                if gone.done():
                    return
                if piece:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                # A fast socket never makes us wait: without this, nobody else would be served.
                await asyncio.sleep(0)
                piece = await anext(self._flow, None)
        except Problem as problem:
            raise Cut(problem.code) from problem
        except Unverified as error:
            raise Cut(Damaged.code) from error
        await send({"type": "http.response.body", "body": b"", "more_body": False})
