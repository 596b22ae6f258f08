"""A duty register read by its link, for who has no account any more.

The link's token stands behind the `#` of the address, so that it reaches no server and no log until
its person sends it. It can be used again; each reading is recorded.
"""

from starlette.responses import Response

from clients.web.pages.enrolling import token_in
from clients.web.visit import ANYONE, Visit, page


@page("/duty", ANYONE)
async def ask_for_link(visit: Visit) -> Response:
    """What the register is, and the field for the link."""
    return visit.page("duty_link.html")


@page("/duty", ANYONE, methods=("POST",))
async def show_register(visit: Visit) -> Response:
    """The register, as it stands now."""
    link = token_in((await visit.form()).get("link", ""))
    register = await visit.client.open_duty_register(link)
    return visit.page("duty.html", register=register)


PAGES = (ask_for_link, show_register)
