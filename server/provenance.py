"""Where a request comes from: the address behind our own fronts, and the page that sent it.

Owns two rules at the edge, as ASGI middleware. `X-Forwarded-For` counts only from fronts that the
installation names (ASVS 4.1.3); every other word of a client about where it is goes into nothing.
What a browser sends for a page of another site is refused where it could do or learn something
(ASVS 3.5.1, 3.5.8); programs send neither `Origin` nor `Sec-Fetch-Site` and are not concerned.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from server.edge import API, refusal
from server.networks import Address, Network, parse_address, within

SAFE = ("GET", "HEAD")
OWN = ("same-origin", "none")  # none: typed by hand or opened from a bookmark


class TrueAddress:
    """Put the caller's own address where the application looks for it."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app, self._trusted = app, tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with `client` being who the outermost trusted front spoke to."""
        if scope["type"] == "http" and scope.get("client"):
            host, port = scope["client"][:2]
            peer = parse_address(host)
            found = self._behind(scope, peer) if within(peer, self._trusted) else peer
            # What is no address (a socket file) stays what it is: no network, known nowhere.
            scope = {**scope, "client": (str(found) if found else host, port)}
        await self._app(scope, receive, send)

    def _behind(self, scope: Scope, peer: Address | None) -> Address | None:
        """From the right, the first hop that is no trusted front; a client writes on the left."""
        for hop in reversed(_hops(scope)):
            said = parse_address(_without_port(hop))
            if said is None:
                return peer  # not an address: whoever vouched for it is all that is known
            peer = said
            if not within(said, self._trusted):
                return said
        return peer


def _hops(scope: Scope) -> list[str]:
    lines = Headers(scope=scope).getlist("x-forwarded-for")
    return [hop.strip() for hop in ",".join(lines).split(",") if hop.strip()]


def _without_port(hop: str) -> str:
    """`192.0.2.1:443` and `[2001:db8::1]:443` as some fronts write them."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


class OwnPages:
    """Refuse what a browser sends for a page of another origin."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app, self._origin = app, origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it (403 `cross_site`)."""
        if scope["type"] == "http" and self._foreign(scope):
            await refusal(403, "cross_site", TITLE)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site", "none")
        origin = headers.get("origin", self._origin)
        if scope["method"] not in SAFE:
            return site not in OWN or not self._own(origin, site)
        # A link may lead here from anywhere; nothing of the API is loaded into another's page.
        followed = (
            headers.get("sec-fetch-mode") == "navigate"
            and headers.get("sec-fetch-dest") == "document"
        )
        return scope["path"].startswith(API) and site not in OWN and not followed

    def _own(self, origin: str, site: str) -> bool:
        # A page that sends no referrer names its origin `null`, also towards itself (Fetch 3.2);
        # which site it is, no page can write.
        return origin == self._origin or (origin == "null" and site == "same-origin")


TITLE = (
    "別のサイトのページから送られた要求は受け付けません。"
    "このサーバーのページから操作してください。 / "
    "This was sent by a page of another site and is refused. Use this server's own pages."
)
