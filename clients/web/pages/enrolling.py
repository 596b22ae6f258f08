"""The first time: from a one-time link to a passkey, or to an organisation's sign-in.

The link's token stands behind the `#` of the address, so that it reaches no server and no log until
its person sends it; it is used up by that.
"""

from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from clients.web.pages.signing_in import begin_session, keep
from clients.web.visit import ANYONE, SIGNED_IN, Visit, ceremony, page


@page("/enrol", ANYONE)
async def show_enrolment(visit: Visit) -> Response:
    """How to enrol, and the field for the link."""
    providers = await visit.client.list_providers()
    return visit.page("enrol.html", providers=providers.items)


@page("/enrol/second", SIGNED_IN)
async def show_second(visit: Visit) -> Response:
    """Why a second passkey, and how to add one."""
    return visit.page("second.html", first=False)


@page("/enrol/with", ANYONE, methods=("POST",))
async def enrol_with(visit: Visit) -> Response:
    """Go to an organisation's service, to link the account there with the invitation.

    By a page in between: what browsers let a form's answer redirect to is this origin alone.
    """
    form = await visit.form()
    link = token_in(form.get("link", ""))
    flow = await visit.client.begin_sign_in_with(form.get("provider", ""), link)
    address = flow.authorization_url
    response = visit.page("onward.html", address=address, host=urlsplit(address).netloc)
    keep(response, flow, "/me")
    return response


@page("/web/enrol/options", ANYONE, methods=("POST",), data=True)
async def begin_enrolment(visit: Visit) -> Response:
    """What to make the first passkey from."""
    asked = await visit.data()
    return ceremony(await visit.client.begin_enrolment(token_in(asked["link"])))


@page("/web/enrol", ANYONE, methods=("POST",), data=True)
async def enrol(visit: Visit) -> Response:
    """Register the first passkey, and sign in with it."""
    asked = await visit.data()
    session = await visit.client.enrol(
        token_in(asked["link"]), asked["challenge"], asked["name"], asked["credential"]
    )
    response = JSONResponse({"go": "/enrol/second"})
    await begin_session(visit, response, session.token)
    return response


def token_in(link: str) -> str:
    """The token of a link, given whole or as the token alone."""
    return link.rpartition("#")[2].strip()


PAGES = (show_enrolment, show_second, enrol_with, begin_enrolment, enrol)
