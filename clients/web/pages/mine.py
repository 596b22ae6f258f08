"""What is the visitor's own: who they are, where they are signed in, which sign-ins are linked."""

from starlette.responses import Response

from clients.web import cookies
from clients.web.visit import SIGNED_IN, Visit, page


@page("/me", SIGNED_IN)
async def me(visit: Visit) -> Response:
    """Who I am, where I belong, which offices I hold, of which councils I am told."""
    councils = [council async for council in visit.client.each(type(visit.client).list_councils())]
    return visit.page("me.html", councils=councils)


@page("/me/sessions", SIGNED_IN)
async def sessions(visit: Visit) -> Response:
    """Where I am signed in."""
    found = await visit.client.list_sessions()
    ended = visit.request.query_params.get("ended")
    return visit.page("sessions.html", sessions=found.items, ended=ended)


@page("/me/sessions/end", SIGNED_IN, methods=("POST",))
async def end_session(visit: Visit) -> Response:
    """Sign out one of my devices."""
    asked = (await visit.form()).get("session", "")
    await visit.client.end_session(asked)
    return visit.go("/me/sessions?ended=one")


@page("/me/sessions/end-others", SIGNED_IN, methods=("POST",))
async def end_other_sessions(visit: Visit) -> Response:
    """Sign out everywhere but here."""
    await visit.client.end_other_sessions()
    return visit.go("/me/sessions?ended=others")


@page("/sign-out", SIGNED_IN, methods=("POST",))
async def sign_out(visit: Visit) -> Response:
    """Sign out here."""
    await visit.client.end_session()
    response = visit.go("/sign-in?done=signed-out")
    cookies.forget(response, cookies.SESSION)
    return response


PAGES = (me, sessions, end_session, end_other_sessions, sign_out)
