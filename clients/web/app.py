"""The pages as one ASGI application.

Owns the list of what there is to open. Reading this file is reading the map. It is mounted by the
server beside its API, or runs as a process of its own in front of a remote one (`__main__`).
"""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from clients.web import faults
from clients.web.assets import Assets
from clients.web.pages import PAGES
from clients.web.rendering import Templates
from clients.web.safety import Confined
from clients.web.visit import ANYONE, MakeClient, Site, Visit

LONGEST_BODY = 64 << 10  # bytes; a passkey's answer is the longest thing a page sends


def create(make_client: MakeClient, origin: str) -> Starlette:
    """The pages of the site `origin`; `make_client` gives a client of the API for each visitor."""
    assets = Assets()
    app = Starlette(
        routes=[*PAGES, _static(assets)],
        middleware=[Middleware(Confined, origin=origin, refused=_refused)],
        exception_handlers={HTTPException: _told},
        max_body_size=LONGEST_BODY,
    )
    app.state.site = Site(origin, make_client, assets, Templates(assets))
    return app


def visitors(route: BaseRoute) -> str | None:
    """Who may open a page, as it declares; None where it does not."""
    return getattr(getattr(route, "endpoint", None), "visitors", None)


def _static(assets: Assets) -> Route:
    async def static(request: Request) -> Response:
        return assets.answer(request)

    static.visitors = ANYONE  # type: ignore[attr-defined]
    return Route("/static/{digest}/{name}", static, name="static")


async def _told(request: Request, error: Exception) -> Response:
    """A page for what no route answers."""
    visit = Visit(request)
    fault = faults.of(error, visit.language)
    response = visit.page("fault.html", fault.status, fault=fault)
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    """The answer to what came from elsewhere."""
    response = await _told(Request(scope), HTTPException(403))
    await response(scope, receive, send)
