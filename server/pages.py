"""The pages of `clients/web`, mounted beside the API in the same process.

Owns where they stand and how they reach the API: as any other client does, by requests to the
whole application, only without a socket. A page can do nothing that its visitor could not.
"""

from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import Scope

from clients.sdk import AsyncKyogikai
from clients.sdk.asgi import StreamingTransport
from clients.web.app import create
from clients.web.visit import Visitor

# What stands beside the pages; its own answers (404, 405) are not theirs to give.
BESIDE = ("/api/", "/healthz", "/readyz")


class Pages(Mount):
    """Everything that is not the API's."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for a page."""
        beside = scope["type"] != "http" or scope["path"].startswith(BESIDE)
        return (Match.NONE, {}) if beside else super().matches(scope)


def mount(app: FastAPI, origin: str) -> None:
    """Put the pages of the site `origin` beside the API that `app` has so far."""

    def client_for(visitor: Visitor) -> AsyncKyogikai:
        # Only this process can say whose request it is: over a socket the address is the peer's.
        address = visitor.address or ("", 0)
        return AsyncKyogikai(
            origin,
            visitor.token,
            language=visitor.language,
            agent=visitor.agent,
            tries=1,  # somebody waits for the page: they are told at once, and try again themself
            transport=StreamingTransport(app, client=address),
        )

    app.router.routes.append(Pages("/", app=create(client_for, origin), name="pages"))
