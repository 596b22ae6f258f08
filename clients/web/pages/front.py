"""The first page: what this is, for whom, and how to begin."""

from starlette.responses import Response

from clients.web.visit import ANYONE, Visit, page


@page("/", ANYONE)
async def front(visit: Visit) -> Response:
    """What this server is for."""
    return visit.page("front.html", origin=visit.site.origin)


PAGES = (front,)
