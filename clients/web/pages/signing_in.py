"""Signing in: by passkey here, or by an organisation's own service and back.

Owns what the browser keeps meanwhile (the flow, and the page that was asked for). A new session
always takes the place of the one before, which ends (session fixation).
"""

import base64
from contextlib import suppress
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from clients.sdk import AsyncKyogikai
from clients.sdk.answers.oidc import Flow
from clients.sdk.problems import Failure, Unauthenticated
from clients.web import cookies
from clients.web.visit import ANYONE, SIGN_IN, Visit, own_path, page

CALLBACK = f"{SIGN_IN}/callback"
ANSWER = ("state", "code", "iss", "error")


@page(SIGN_IN, ANYONE)
async def sign_in(visit: Visit) -> Response:
    """The ways to sign in."""
    return await _ways_in(visit)


async def _ways_in(visit: Visit, asked: str | None = None, *, wrong: bool = False) -> Response:
    """The page of them; after a `wrong` password, with what was `asked` for."""
    afterwards = visit.afterwards if asked is None else own_path(asked)
    call = AsyncKyogikai.list_providers()
    told = await visit.client.run_plain(call)
    return visit.page(
        "sign_in.html",
        401 if wrong else 200,
        providers=call.read(told).items,
        passwords=told.get("passwords") is True,
        afterwards=afterwards,
        query=urlencode({"next": afterwards}),
        wrong=wrong,
        done=visit.request.query_params.get("done"),
    )


@page(f"{SIGN_IN}/password", ANYONE, methods=("POST",))
async def sign_in_by_password(visit: Visit) -> Response:
    """Sign in by password, to read; where the API takes any (demonstrations)."""
    form = await visit.form()
    try:
        session = await visit.client.sign_in_by_password(
            form.get("email", ""), form.get("password", ""), form.get("code") or None
        )
    except Unauthenticated:
        return await _ways_in(visit, form.get("next", ""), wrong=True)
    response = visit.go(landing(own_path(form.get("next"))))
    await begin_session(visit, response, session.token)
    return response


@page(f"{SIGN_IN}/with/{{provider}}", ANYONE)
async def sign_in_with(visit: Visit) -> Response:
    """Go to an organisation's service."""
    flow = await visit.client.begin_sign_in_with(visit.request.path_params["provider"])
    response = visit.finished(RedirectResponse(flow.authorization_url, 303))
    keep(response, flow, visit.afterwards)
    return response


@page(CALLBACK, ANYONE)
async def come_back(visit: Visit) -> Response:
    """Come back from an organisation's service, with its answer."""
    flow, afterwards = kept(visit)
    query = visit.request.query_params
    session = await visit.client.complete_sign_in(
        flow, **{name: query[name] for name in ANSWER if name in query}
    )
    response = visit.go(landing(afterwards))
    cookies.forget(response, cookies.FLOW)
    await begin_session(visit, response, session.token)
    return response


async def begin_session(visit: Visit, response: Response, token: str) -> None:
    """Let the browser hold a new session in place of whatever it held; that one ends."""
    if visit.token is not None and visit.token != token:
        with suppress(Failure):  # it may have ended already; else its time ends it, held by nobody
            await visit.client.end_session()
    cookies.keep_session(response, token)


def keep(response: Response, flow: Flow, afterwards: str) -> None:
    """Bind a flow to this browser, with where to go afterwards."""
    place = base64.urlsafe_b64encode(afterwards.encode()).decode().rstrip("=")
    cookies.keep_flow(response, f"{flow.flow}.{place}")


def kept(visit: Visit) -> tuple[str, str]:
    """The flow this browser began, and where to go afterwards. Raises HTTPException (400)."""
    flow, _, place = visit.request.cookies.get(cookies.FLOW, "").partition(".")
    if not flow:
        raise HTTPException(400)
    try:
        afterwards = base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)).decode()
    except ValueError:
        afterwards = ""
    return flow, own_path(afterwards)


def landing(afterwards: str) -> str:
    """Where somebody who has just signed in arrives: what was asked for, else their own page."""
    return "/me" if afterwards == "/" else afterwards


PAGES = (sign_in, sign_in_by_password, sign_in_with, come_back)
