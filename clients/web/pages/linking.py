"""The visitor's accounts at organisations' own services, by which they sign in here."""

from starlette.responses import JSONResponse, Response

from clients.web.pages.signing_in import keep
from clients.web.visit import SIGNED_IN, Visit, page

HERE = "/me/links"


@page(HERE, SIGNED_IN)
async def links(visit: Visit) -> Response:
    """My linked accounts."""
    found = (await visit.client.list_links()).items
    providers = (await visit.client.list_providers()).items
    return visit.page(
        "links.html",
        links=found,
        providers=providers,
        names={each.id: visit.t(each.name_ja, each.name_en) for each in providers},
        done=visit.request.query_params.get("done"),
    )


@page("/web/links", SIGNED_IN, methods=("POST",), data=True)
async def add_link(visit: Visit) -> Response:
    """Go to a further organisation's service, to link the account there."""
    asked = await visit.data()
    flow = await visit.client.add_link(asked["provider"])
    response = JSONResponse({"go": flow.authorization_url})
    keep(response, flow, HERE)
    return response


@page("/web/links/remove", SIGNED_IN, methods=("POST",), data=True)
async def remove_link(visit: Visit) -> Response:
    """Remove a link."""
    asked = await visit.data()
    await visit.client.remove_link(asked["link"])
    return JSONResponse({"go": f"{HERE}?done=removed"})


PAGES = (links, add_link, remove_link)
