"""Proving anew, by passkey, that it is still oneself: for an act here, or of another device.

A proof for an act here gives this session a new token, which takes the old one's place in the
browser. For another device, its page says first what that device is about to do.
"""

from starlette.responses import JSONResponse, Response

from clients.web import cookies
from clients.web.visit import SIGNED_IN, Visit, ceremony, own_path, page
from clients.web.words import act, thing


@page("/web/step-up/options", SIGNED_IN, methods=("POST",), data=True)
async def begin_step_up(visit: Visit) -> Response:
    """What to sign in order to prove for one act on one thing."""
    asked = await visit.data()
    return ceremony(await visit.client.begin_step_up(asked["action"], asked["thing"]))


@page("/web/step-up", SIGNED_IN, methods=("POST",), data=True)
async def step_up(visit: Visit) -> Response:
    """Prove, and go on with a new token."""
    asked = await visit.data()
    proved = await visit.client.step_up(asked["challenge"], asked["credential"])
    response = JSONResponse({"go": None})
    if proved.token is not None:
        cookies.keep_session(response, proved.token)
    return response


@page("/confirm/{request}", SIGNED_IN)
async def show_request(visit: Visit) -> Response:
    """What another device of mine asks me to confirm."""
    asked = await visit.client.read_step_up_request(visit.request.path_params["request"])
    named, about = act(asked.action, visit.language), thing(asked.thing, visit.language)
    if visit.me is not None and asked.thing == f"person/{visit.me.id}":
        about = visit.t("あなた自身", "yourself")
    return visit.page("confirm.html", asked=asked, named=named, about=about)


@page("/web/confirm/options", SIGNED_IN, methods=("POST",), data=True)
async def begin_confirming(visit: Visit) -> Response:
    """What to sign in order to confirm it."""
    asked = await visit.data()
    return ceremony(await visit.client.begin_step_up(request=asked["request"]))


@page("/web/confirm", SIGNED_IN, methods=("POST",), data=True)
async def confirm(visit: Visit) -> Response:
    """Confirm it."""
    asked = await visit.data()
    await visit.client.step_up(asked["challenge"], asked["credential"])
    return JSONResponse({"go": own_path(f"/confirm/{asked['request']}")})


PAGES = (begin_step_up, step_up, show_request, begin_confirming, confirm)
