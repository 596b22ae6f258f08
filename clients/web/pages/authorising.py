"""Letting a program on the visitor's own computer sign in (RFC 8252 with PKCE).

Owns what is shown before: which computer asks, and that only who began it there should go on.
The code goes to an address of this computer itself and nowhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from clients.web.safety import content_policy
from clients.web.visit import SIGNED_IN, Visit, page

LOOPBACK = re.compile(r"(http://127\.0\.0\.1:[1-9][0-9]{0,4})(/[A-Za-z0-9._~-]{0,60})+")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
STATE = re.compile(r"[A-Za-z0-9_.~-]{16,200}")
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What the program asked for, checked to be something that may be asked."""

    redirect_uri: str
    state: str
    code_challenge: str
    code_challenge_method: str
    response_type: str
    name: str

    @property
    def origin(self) -> str:
        """Where the program listens."""
        found = LOOPBACK.fullmatch(self.redirect_uri)
        return found[1] if found else ""

    @property
    def port(self) -> str:
        """The number of the port there."""
        return self.origin.rpartition(":")[2]

    def answered(self, **answer: str) -> str:
        """The program's address with an answer to it (RFC 6749, 4.1.2; RFC 9207)."""
        return f"{self.redirect_uri}?{urlencode({**answer, 'state': self.state})}"


def asked_for(values: Mapping[str, str]) -> Asked:
    """What is asked for. Raises HTTPException (400) for what no program of ours asks."""
    asked = Asked(**{each.name: values.get(each.name, "") for each in fields(Asked)})
    known = (
        LOOPBACK.fullmatch(asked.redirect_uri)
        and int(asked.port) < 1 << 16
        and STATE.fullmatch(asked.state)
        and CHALLENGE.fullmatch(asked.code_challenge)
        and (asked.code_challenge_method, asked.response_type) == ("S256", "code")
        and 0 < len(asked.name.strip()) <= LONGEST_NAME
        and asked.name.isprintable()
    )
    if not known:
        raise HTTPException(400)
    return asked


@page("/authorise", SIGNED_IN)
async def show_authorising(visit: Visit) -> Response:
    """Which computer asks to sign in as me."""
    asked = asked_for(visit.request.query_params)
    response = visit.page("authorise.html", asked=asked, fields=asdict(asked))
    # Browsers hold the redirect after a form to `form-action` too.
    response.headers["Content-Security-Policy"] = content_policy(asked.origin)
    return response


@page("/authorise", SIGNED_IN, methods=("POST",))
async def authorise(visit: Visit) -> Response:
    """Let it, and hand its program the code; or tell it that it may not."""
    form = await visit.form()
    asked = asked_for(form)
    if form.get("decision") != "allow":
        refused = asked.answered(error="access_denied", iss=visit.site.origin)
        return visit.finished(RedirectResponse(refused, 303))
    made = await visit.client.authorise_computer(
        asked.code_challenge, asked.redirect_uri, asked.name
    )
    allowed = asked.answered(code=made.code, iss=made.issuer)
    return visit.finished(RedirectResponse(allowed, 303))


PAGES = (show_authorising, authorise)
