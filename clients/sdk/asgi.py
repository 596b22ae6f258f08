"""A transport that calls an ASGI application in this process, streaming both ways.

Owns the passage between a httpx2 request and the application. httpx2's own transport gathers the
whole answer before anybody may read it; here the application runs only a few pieces ahead of its
reader, and is told and cancelled when the reader goes. For asyncio.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, cast

import httpx2

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# How many messages the application may be ahead of its reader.
AHEAD = 2
DISCONNECT = "http.disconnect"


class StreamingTransport(httpx2.AsyncBaseTransport):
    """Calls `app` as if over a network. `client` is the address the application is told.

    An application that fails before its answer is whole raises httpx2.RemoteProtocolError, which
    is what a server's broken connection looks like. Timeouts are not kept: nothing is in between.
    """

    def __init__(self, app: Application, client: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self._app, self._client = app, client

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer as soon as it begins; its body is read from the running application."""
        exchange = _Exchange(request)
        start = await exchange.begin(self._app, _scope(request, self._client))
        headers = start.get("headers", [])
        return httpx2.Response(start["status"], headers=list(headers), stream=exchange)


class _Exchange(httpx2.AsyncByteStream):
    """One request and its answer; the answer's body for whoever reads it."""

    def __init__(self, request: httpx2.Request) -> None:
        self._asked = aiter(cast(httpx2.AsyncByteStream, request.stream))
        self._asked_whole = self._answered_whole = False
        self._headless = request.method == "HEAD"
        self._pieces: asyncio.Queue[Message] = asyncio.Queue(AHEAD)
        self._gone = asyncio.Event()
        self._fault: Exception | None = None

    async def begin(self, app: Application, scope: dict[str, Any]) -> Message:
        """Start the application; the message with which its answer begins."""
        self._task = asyncio.create_task(self._run(app, scope))
        try:
            return await self._next()
        except BaseException:
            await self.aclose()
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._next()
            body, more = message.get("body", b""), message.get("more_body", False)
            if body and not self._headless:
                yield body

    async def aclose(self) -> None:
        """Tell the application that nobody reads on, and see it end."""
        self._gone.set()
        if not self._answered_whole:  # what it does after its answer is its own
            self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.exception()  # nobody is there to be told

    async def _next(self) -> Message:
        """The application's next message. Raises what the request's body, or the lack of an
        answer, makes of it.
        """
        waiting = asyncio.ensure_future(self._pieces.get())
        try:
            await asyncio.wait([waiting, self._task], return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
        finally:
            waiting.cancel()
        if not self._pieces.empty():
            return self._pieces.get_nowait()
        raise self._broken()

    def _broken(self) -> Exception:
        if self._fault is not None:
            return self._fault
        failure = None if self._task.cancelled() else self._task.exception()
        broken = httpx2.RemoteProtocolError("the application ended before its answer did")
        broken.__cause__ = failure
        return broken

    async def _run(self, app: Application, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:
            # Once the answer is whole, a failure is the application's own business, as it is
            # behind a socket: frameworks answer 500 first and raise for their server's log.
            if not self._answered_whole:
                raise
        finally:
            self._gone.set()

    async def _receive(self) -> Message:
        if self._asked_whole or self._gone.is_set():
            await self._gone.wait()
            return {"type": DISCONNECT}
        try:
            return {"type": "http.request", "body": await anext(self._asked), "more_body": True}
        except StopAsyncIteration:
            self._asked_whole = True
            return {"type": "http.request", "body": b"", "more_body": False}
        except Exception as fault:  # noqa: BLE001  raised again where the request was made
            self._fault = fault
            self._gone.set()
            return {"type": DISCONNECT}

    async def _send(self, message: Message) -> None:
        if self._gone.is_set():
            raise OSError("nobody reads the answer")  # ASGI, HTTP 2.4
        await self._pieces.put(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._answered_whole = True


def _scope(request: httpx2.Request, client: tuple[str, int]) -> dict[str, Any]:
    """The request as ASGI says it."""
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (url.host, url.port),
        "client": client,
        "extensions": {},
    }
