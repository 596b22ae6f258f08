"""What keeps other sites out of the pages, as ASGI middleware (IDN-5, ASVS 3.4, 3.5).

Owns two rules. Whatever changes something comes from a page of this origin: its `Origin` says so,
or, where there is none, its `Sec-Fetch-Site`; and what another site embeds or fetches is refused,
a link followed is not. Every answer carries the headers that confine what a page may do.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = ("GET", "HEAD")
HEADERS = {
    # `same-origin`, not `no-referrer`: under the latter browsers say `Origin: null` of our forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), "
        "microphone=(), geolocation=(), display-capture=(), payment=(), usb=()"
    ),
    "Cache-Control": "no-store",
}


def content_policy(form_target: str = "") -> str:
    """The Content-Security-Policy: our own script and style, from files, and nothing else.

    `form_target` is an origin to which the answer to a form may redirect besides our own.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; form-action 'self'{form_target and ' ' + form_target}; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    )


class Confined:
    """Refuses what other sites send, and dresses every answer."""

    def __init__(self, app: ASGIApp, origin: str, refused: ASGIApp) -> None:
        self._app, self._origin, self._refused = app, origin, refused
        self._headers = {**HEADERS, "Content-Security-Policy": content_policy()}
        if origin.startswith("https://"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with `refused`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours = from_here(scope["method"], Headers(scope=scope), self._origin)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await (self._app if ours else self._refused)(scope, receive, dressed)


def from_here(method: str, headers: Headers, origin: str) -> bool:
    """Whether this request may come from where it comes from."""
    site = headers.get("sec-fetch-site")
    if method not in SAFE_METHODS:
        said = headers.get("origin")
        return said == origin if said is not None else site == "same-origin"
    if site in (None, "same-origin", "none"):
        return True
    frame = headers.get("sec-fetch-dest") in ("frame", "iframe", "embed", "object")
    return headers.get("sec-fetch-mode") == "navigate" and not frame
