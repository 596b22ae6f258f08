"""Signing in with a passkey, and the visitor's own passkeys.

Owns no check: options and what the browser makes of them are passed between it and the API, which
verifies. The session's token never passes through a script.
"""

from starlette.responses import JSONResponse, Response

from clients.sdk.problems import Unauthenticated
from clients.web import faults
from clients.web.pages.signing_in import begin_session, landing
from clients.web.visit import ANYONE, SIGNED_IN, Visit, ceremony, own_path, page

HERE = "/me/passkeys"


@page("/web/sign-in/options", ANYONE, methods=("POST",), data=True)
async def begin_sign_in(visit: Visit) -> Response:
    """What to sign in order to sign in."""
    return ceremony(await visit.client.begin_sign_in())


@page("/web/sign-in", ANYONE, methods=("POST",), data=True)
async def sign_in(visit: Visit) -> Response:
    """Sign in."""
    asked = await visit.data()
    try:
        session = await visit.client.sign_in(asked["challenge"], asked["credential"])
    except Unauthenticated:
        return faults.as_data(faults.unknown_passkey(visit.language))
    response = JSONResponse({"go": landing(own_path(asked.get("next")))})
    await begin_session(visit, response, session.token)
    return response


@page(HERE, SIGNED_IN)
async def passkeys(visit: Visit) -> Response:
    """My passkeys."""
    held = (await visit.client.list_passkeys()).items
    done = visit.request.query_params.get("done")
    return visit.page("passkeys.html", passkeys=held, done=done, first=not held)


@page("/web/passkeys/options", SIGNED_IN, methods=("POST",), data=True)
async def begin_passkey(visit: Visit) -> Response:
    """What to make a further passkey from."""
    return ceremony(await visit.client.begin_passkey())


@page("/web/passkeys", SIGNED_IN, methods=("POST",), data=True)
async def add_passkey(visit: Visit) -> Response:
    """Add a passkey."""
    asked = await visit.data()
    await visit.client.add_passkey(asked["challenge"], asked["name"], asked["credential"])
    return JSONResponse({"go": f"{HERE}?done=added"})


@page("/web/first-passkey/options", SIGNED_IN, methods=("POST",), data=True)
async def begin_first_passkey(visit: Visit) -> Response:
    """What to make a first passkey from, having signed in at one's organisation."""
    return ceremony(await visit.client.begin_first_passkey())


@page("/web/first-passkey", SIGNED_IN, methods=("POST",), data=True)
async def add_first_passkey(visit: Visit) -> Response:
    """Add a first passkey."""
    asked = await visit.data()
    await visit.client.add_first_passkey(asked["challenge"], asked["name"], asked["credential"])
    return JSONResponse({"go": f"{HERE}?done=added"})


@page("/web/passkeys/rename", SIGNED_IN, methods=("POST",), data=True)
async def rename_passkey(visit: Visit) -> Response:
    """Give a passkey another name."""
    asked = await visit.data()
    await visit.client.rename_passkey(asked["passkey"], asked["name"])
    return JSONResponse({"go": f"{HERE}?done=renamed"})


@page("/web/passkeys/remove", SIGNED_IN, methods=("POST",), data=True)
async def remove_passkey(visit: Visit) -> Response:
    """Remove a passkey."""
    asked = await visit.data()
    await visit.client.remove_passkey(asked["passkey"])
    return JSONResponse({"go": f"{HERE}?done=removed"})


PAGES = (
    begin_sign_in,
    sign_in,
    passkeys,
    begin_passkey,
    add_passkey,
    begin_first_passkey,
    add_first_passkey,
    rename_passkey,
    remove_passkey,
)
