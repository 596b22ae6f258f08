"""The edge of the application, as ASGI middleware: one host name, bounded bodies, plain headers.

Owns three rules. Other host names are refused (421) or sent on to the origin, so that a page of
another name, pointed at this address, can never speak to the server. A body that is not content
of a document is at most `max_body_kib` long. Every answer forbids sniffing, and https is for ever.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEALTH = ("/healthz", "/readyz")


class OneOrigin:
    """Answer only under the origin's host name."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app, self._origin = app, origin
        self._host = origin.split("://", 1)[1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, send it to the origin, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        local = host.rsplit(":", 1)[0] in LOOPBACK or host in LOOPBACK
        if host == self._host or (local and scope["path"] in HEALTH):
            await self._app(scope, receive, send)
        elif local and scope["method"] in ("GET", "HEAD") and not scope["path"].startswith("/api"):
            await RedirectResponse(self._origin + scope["path"])(scope, receive, send)
        else:
            await self._refusal()(scope, receive, send)

    def _refusal(self) -> JSONResponse:
        body = {
            "type": "urn:kyogikai:problem:wrong_host",
            "title": f"このサーバの名前は {self._origin} です。 / This server is {self._origin}.",
            "status": 421,
            "code": "wrong_host",
            "detail": None,
            "request_id": None,
        }
        return JSONResponse(body, 421, media_type="application/problem+json")


class BoundedBody:
    """Refuse bodies over the limit, declared or not; uploads of content have their own limit."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counting `receive`."""
        if scope["type"] != "http" or scope["path"].endswith("/content"):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isascii() and declared.isdigit() and int(declared) > self._limit:
            await self._refusal()(scope, receive, send)
            return
        await self._app(scope, self._counting(receive), send)

    def _counting(self, receive: Receive) -> Receive:
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > self._limit:
                raise HTTPException(413, f"at most {self._limit} bytes")
            return message

        return counted

    def _refusal(self) -> JSONResponse:
        body = {
            "type": "urn:kyogikai:problem:too_large",
            "title": "大きすぎます。上限は limit（バイト）です。 / Too large; see `limit`.",
            "status": 413,
            "code": "too_large",
            "detail": None,
            "request_id": None,
            "limit": self._limit,
        }
        return JSONResponse(body, 413, media_type="application/problem+json")


class PlainHeaders:
    """Add to every answer what no answer should be without."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app, self._https = app, origin.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a `send` that adds the headers."""

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if self._https:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self._app(scope, receive, adding)
