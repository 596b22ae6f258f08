"""The two runners: carry out calls over httpx2, waiting or awaiting.

Owns the network and the pauses between tries. Everything that can be decided without either is in
`wire` and `transfers`; a runner holds no rule of its own.
"""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import anyio
import httpx2
from anyio.to_thread import run_sync

from clients.sdk.call import Call
from clients.sdk.reading import Page
from clients.sdk.transfers import (
    PIECE,
    TRANSFER_TIMEOUT,
    Fetched,
    Fetching,
    File,
    Landing,
    Progress,
    Sendable,
    source_of,
    unwatched,
)
from clients.sdk.wire import Exchange, Wire, document_of, failure_of

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Sent = dict[str, Any]


class Runner:
    """Carries out calls and waits for their answers. Close it, or use it as a context manager."""

    def __init__(self, wire: Wire, transport: httpx2.BaseTransport | None = None) -> None:
        self.wire = wire
        self._http = httpx2.Client(**wire.client_options(), transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def run(self, call: Call[Answer]) -> Answer:
        """The answer to a call. Raises Failure in its kinds."""
        return call.read(self.run_plain(call))

    def run_plain(self, call: Call[Any]) -> Any:
        """The answer as the API's JSON document, unread; None where there is none."""
        exchange = Exchange(self.wire, call)
        while True:
            try:
                response = self._http.request(**exchange.request)
            except httpx2.TransportError as error:
                time.sleep(exchange.broke(error))
                continue
            wait = exchange.busy(response)
            if wait is None:
                return document_of(response)
            time.sleep(wait)

    def each(self, call: Call[Page[Item]]) -> Iterator[Item]:
        """Every item of a list, page after page, as it is asked for."""
        while True:
            page = self.run(call)
            yield from page.items
            if page.next is None:
                return
            call = call.from_cursor(page.next)

    def fetch(
        self, call: Call[Any], target: Path | Landing, progress: Progress = unwatched
    ) -> Fetched:
        """Download to a file (continuing what an earlier run left) or another landing."""
        landing: Landing = File(target) if isinstance(target, Path) else target
        try:
            fetching = Fetching(self.wire, call, landing, progress)
            while (wait := self._try_fetch(fetching)) is not None:
                time.sleep(wait)
            return fetching.finish()
        finally:
            landing.close()

    def _try_fetch(self, fetching: Fetching) -> float | None:
        try:
            with self._http.stream(**fetching.request()) as response:
                if response.status_code >= 300:
                    response.read()
                    wait = fetching.refused(response)
                    if wait is None:
                        raise failure_of(response)
                    return wait
                fetching.begin(response)
                for piece in response.iter_bytes(PIECE):
                    fetching.take(piece)
        except httpx2.TransportError as error:
            return fetching.broke(error)
        return None

    def send(
        self, call: Call[Answer], source: Sendable | Path, progress: Progress = unwatched
    ) -> Answer:
        """Upload content, and read the answer. A call that may not be repeated is tried again
        only if no connection was made.
        """
        return call.read(self.send_plain(call, source, progress))

    def send_plain(
        self, call: Call[Any], source: Sendable | Path, progress: Progress = unwatched
    ) -> Any:
        """As `send`; the answer as the API's JSON document."""
        content = source_of(source) if isinstance(source, Path) else source
        exchange = Exchange(self.wire, call)
        while True:
            try:
                response = self._http.request(
                    **_upload(exchange, content), content=content.pieces(progress)
                )
            except httpx2.TransportError as error:
                time.sleep(exchange.broke(error))
                continue
            wait = exchange.busy(response)
            if wait is None:
                return document_of(response)
            time.sleep(wait)


class AsyncRunner:
    """Carries out calls and awaits their answers. Close it, or use it as a context manager."""

    def __init__(self, wire: Wire, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.wire = wire
        self._http = httpx2.AsyncClient(**wire.client_options(), transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def run(self, call: Call[Answer]) -> Answer:
        """The answer to a call. Raises Failure in its kinds."""
        return call.read(await self.run_plain(call))

    async def run_plain(self, call: Call[Any]) -> Any:
        """The answer as the API's JSON document, unread; None where there is none."""
        exchange = Exchange(self.wire, call)
        while True:
            try:
                response = await self._http.request(**exchange.request)
            except httpx2.TransportError as error:
                await anyio.sleep(exchange.broke(error))
                continue
            wait = exchange.busy(response)
            if wait is None:
                return document_of(response)
            await anyio.sleep(wait)

    async def each(self, call: Call[Page[Item]]) -> AsyncIterator[Item]:
        """Every item of a list, page after page, as it is asked for."""
        while True:
            page = await self.run(call)
            for item in page.items:
                yield item
            if page.next is None:
                return
            call = call.from_cursor(page.next)

    async def fetch(
        self, call: Call[Any], target: Path | Landing, progress: Progress = unwatched
    ) -> Fetched:
        """Download to a file (continuing what an earlier run left) or another landing."""
        landing: Landing = await run_sync(File, target) if isinstance(target, Path) else target
        try:
            fetching = Fetching(self.wire, call, landing, progress)
            wait = await self._try_fetch(fetching)
            while wait is not None:
                await anyio.sleep(wait)
                wait = await self._try_fetch(fetching)
            return await run_sync(fetching.finish)
        finally:
            landing.close()

    async def _try_fetch(self, fetching: Fetching) -> float | None:
        try:
            async with self._http.stream(**fetching.request()) as response:
                if response.status_code >= 300:
                    await response.aread()
                    wait = fetching.refused(response)
                    if wait is None:
                        raise failure_of(response)
                    return wait
                fetching.begin(response)
                async for piece in response.aiter_bytes(PIECE):
                    await run_sync(fetching.take, piece)
        except httpx2.TransportError as error:
            return fetching.broke(error)
        return None

    async def send(
        self, call: Call[Answer], source: Sendable | Path, progress: Progress = unwatched
    ) -> Answer:
        """Upload content, and read the answer. A call that may not be repeated is tried again
        only if no connection was made.
        """
        return call.read(await self.send_plain(call, source, progress))

    async def send_plain(
        self, call: Call[Any], source: Sendable | Path, progress: Progress = unwatched
    ) -> Any:
        """As `send`; the answer as the API's JSON document."""
        content = await run_sync(source_of, source) if isinstance(source, Path) else source
        exchange = Exchange(self.wire, call)
        while True:
            try:
                response = await self._http.request(
                    **await run_sync(_upload, exchange, content),
                    content=_awaited(content.pieces(progress)),
                )
            except httpx2.TransportError as error:
                await anyio.sleep(exchange.broke(error))
                continue
            wait = exchange.busy(response)
            if wait is None:
                return document_of(response)
            await anyio.sleep(wait)


def _upload(exchange: Exchange, content: Sendable) -> Sent:
    headers = {**exchange.request["headers"], **content.headers()}
    timeout = httpx2.Timeout(TRANSFER_TIMEOUT)
    return {**exchange.request, "headers": headers, "timeout": timeout}


async def _awaited(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, each read in a thread, so that the disk stops nobody else."""
    while (piece := await run_sync(next, pieces, None)) is not None:
        yield piece
