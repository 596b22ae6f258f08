"""The edge of the application, as ASGI middleware: one host name, bounded bodies, plain headers.

Owns four rules. Other host names are refused (421) or sent on to the origin, so that a page of
another name, pointed at this address, can never speak to the server. A body that is not content
of a document is at most `max_body_kib` long, and is JSON. Every answer forbids sniffing, and
https is for ever.
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEALTH = ("/healthz", "/readyz")
API = "/api/v1/"
API_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


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
        host = Headers(scope=scope).get("host", "").lower()
        local = host.rsplit(":", 1)[0] in LOOPBACK or host in LOOPBACK
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            # Nothing is called by a name with NUL in it, and no database can be asked for one.
            title = "アドレスに使えない文字（NUL）があります。 / The address holds a NUL."
            await refusal(404, "not_found", title)(scope, receive, send)
        elif host == self._host or (local and scope["path"] in HEALTH):
            await self._app(scope, receive, send)
        elif local and scope["method"] in ("GET", "HEAD") and not scope["path"].startswith("/api"):
            await RedirectResponse(self._origin + scope["path"])(scope, receive, send)
        else:
            await self._refusal()(scope, receive, send)

    def _refusal(self) -> JSONResponse:
        title = f"このサーバの名前は {self._origin} です。 / This server is {self._origin}."
        return refusal(421, "wrong_host", title)


# What anyone may send, unknown as they are, is short.
BY_PROVIDERS = "/api/v1/sign-outs/backchannel"
OPEN_TO_ALL, SMALL = (
    (
        "/api/v1/sessions",
        "/api/v1/enrolments",
        "/api/v1/sign-ins",
        "/api/v1/sign-ins/callback",
        BY_PROVIDERS,
    ),
    16 << 10,
)


# Where a document's content is sent, whole or a part of it.
CONTENT = re.compile(r".*/content|/api/v1/documents/[^/]+/uploads/[^/]+")


class BoundedBody:
    """Refuse bodies over the limit, declared or not, and bodies that are not JSON. Content of
    documents has limits and media types of its own.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counting `receive`."""
        if scope["type"] != "http" or CONTENT.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        if scope["path"] in OPEN_TO_ALL and self._limit > SMALL:
            await BoundedBody(self._app, SMALL)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        if declared.isascii() and declared.isdigit() and int(declared) > self._limit:
            await self._too_large()(scope, receive, send)
        elif _has_body(headers) and not _is_expected(scope, headers):
            await _wrong_media_type()(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whatever the application made of the exception: beyond the limit the answer is ours."""
        total, begun = 0, False

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > self._limit:
                raise HTTPException(413, f"at most {self._limit} bytes")
            return message

        async def unless_too_large(message: Message) -> None:
            nonlocal begun
            if total <= self._limit:
                await send(message)
            elif not begun:
                begun = True
                await self._too_large()(scope, receive, send)

        await self._app(scope, counted, unless_too_large)

    def _too_large(self) -> JSONResponse:
        title = "大きすぎます。上限は limit（バイト）です。 / Too large; see `limit`."
        return refusal(413, "too_large", title, limit=self._limit)


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _is_expected(scope: Scope, headers: Headers) -> bool:
    """JSON; outside the API also the forms of the pages; and of providers a form (OpenID Connect
    Back-Channel Logout 1.0, 2.5).
    """
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_form = media_type == "application/x-www-form-urlencoded"
    if scope["path"] == BY_PROVIDERS:
        return is_form
    return media_type == "application/json" or (is_form and not scope["path"].startswith("/api/"))


def _wrong_media_type() -> JSONResponse:
    title = (
        "この内容形式（Content-Type）は受け付けません。application/json で送ってください。 / "
        "This Content-Type is not accepted here: send application/json."
    )
    return refusal(415, "wrong_media_type", title)


def refusal(status: int, code: str, title: str, **members: int) -> JSONResponse:
    """A problem document of the edge: nothing is known yet of the caller, so in both languages."""
    body = {
        "type": f"urn:kyogikai:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": None,
        "request_id": None,
        **members,
    }
    return JSONResponse(body, status, media_type="application/problem+json")


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
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                # Kept by nobody, but for what says so itself (the files of the pages).
                headers.setdefault("Cache-Control", "no-store")
                if scope["type"] == "http" and scope["path"].startswith(API):
                    # No answer of the API is a page, or stands in a frame.
                    headers.setdefault("Content-Security-Policy", API_CSP)
                if self._https:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self._app(scope, receive, adding)
