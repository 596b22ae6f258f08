"""One visit of one browser to one page: who comes, in which language, and how they are answered.

Owns what every page shares: the client that speaks to the API as this visitor, the rule of who may
open a page, the way back after signing in, and what becomes of the API's refusals.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from clients.sdk import AsyncKyogikai
from clients.sdk.answers.identity import Me
from clients.sdk.answers.passkeys import Ceremony
from clients.sdk.problems import Failure, StepUpNeeded, Unauthenticated
from clients.web import cookies, faults, language
from clients.web.assets import Assets
from clients.web.rendering import Templates, told

ANYONE, SIGNED_IN = "anyone", "signed in"
SIGN_IN = "/sign-in"
# A path of ours with its query: no other host (`//`, `/\`), nothing a browser would rewrite.
PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/._~%?=&+:,@-]{0,2000}")

_log = logging.getLogger("kyogikai.web")


@dataclass(frozen=True, slots=True)
class Visitor:
    """As whom the API is called: the session's token, and what the browser tells of itself."""

    token: str | None
    language: str
    agent: str
    address: tuple[str, int] | None


MakeClient = Callable[[Visitor], AsyncKyogikai]


@dataclass(frozen=True, slots=True)
class Site:
    """What is the same for all visits."""

    origin: str
    make_client: MakeClient
    assets: Assets
    templates: Templates


class Visit:
    """A request to a page, and the ways to answer it."""

    def __init__(self, request: Request) -> None:
        site: Site = request.app.state.site
        self.request, self.site = request, site
        asked = request.query_params.get("lang")
        kept = request.cookies.get(cookies.LANGUAGE)
        accepted = request.headers.get("accept-language", "")
        self.language = language.chosen(asked, kept, accepted)
        self._language_asked = asked if asked in language.BOTH else None
        self.token = cookies.token_of(request)
        self.client = site.make_client(self._visitor())
        self.me: Me | None = None

    def _visitor(self) -> Visitor:
        agent, client = self.request.headers.get("user-agent", ""), self.request.client
        address = (client.host, client.port) if client else None
        return Visitor(self.token, self.language, agent, address)

    def t(self, ja: str, en: str) -> str:
        """The one of two texts that this visitor reads."""
        return told(self.language, ja, en)

    @property
    def here(self) -> str:
        """The path of this page with its query, without the language."""
        query = self._query()
        return self.request.url.path + (f"?{urlencode(query)}" if query else "")

    def _query(self) -> list[tuple[str, str]]:
        pairs = parse_qsl(self.request.url.query, keep_blank_values=True)
        return [(name, value) for name, value in pairs if name != "lang"]

    def _in(self, other: str) -> str:
        """This page in another language; a page that answers a form has the address of its own."""
        return f"{self.request.url.path}?{urlencode([*self._query(), ('lang', other)])}"

    @property
    def afterwards(self) -> str:
        """Where to go after signing in: the page asked for, if it is one of ours."""
        return own_path(self.request.query_params.get("next"))

    async def recognise(self) -> None:
        """Find out who is signed in, if anybody is. Raises what the API raises, but for 401."""
        if self.token is not None and self.me is None:
            try:
                self.me = await self.client.read_me()
            except Unauthenticated:
                self.token = None

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page."""
        site = self.site
        text = site.templates.render(
            template,
            self.language,
            me=self.me,
            here=self.request.url.path,
            switch={each: self._in(each) for each in language.BOTH},
            **values,
        )
        return self.finished(HTMLResponse(text, status))

    def go(self, path: str) -> Response:
        """Send the browser to another page of ours."""
        return self.finished(RedirectResponse(path, 303))

    def finished(self, response: Response) -> Response:
        """The answer, with the language remembered if this visit chose one."""
        if self._language_asked:
            cookies.keep_language(response, self._language_asked)
        return response

    def to_sign_in(self) -> Response:
        """Send the browser to sign in and, if it asked for a page, back here."""
        back = self.here if self.request.method in ("GET", "HEAD") else ""
        query = urlencode({"next": back}) if own_path(back) == back else ""
        response = self.go(f"{SIGN_IN}?{query}" if query else SIGN_IN)
        if cookies.SESSION in self.request.cookies:
            cookies.forget(response, cookies.SESSION)
        return response

    async def form(self) -> Mapping[str, str]:
        """The fields of a form of ours; what is no text is left out."""
        async with self.request.form(max_files=0, max_fields=20) as data:
            return {name: value for name, value in data.items() if isinstance(value, str)}

    async def data(self) -> "Data":
        """What a script of ours sends: an object of JSON. Raises HTTPException (400, 415)."""
        if self.request.headers.get("content-type") != "application/json":
            raise HTTPException(415)
        try:
            found = json.loads(await self.request.body())
        except ValueError:
            raise HTTPException(400) from None
        if not isinstance(found, dict):
            raise HTTPException(400)
        return Data(found)


class Data(dict[str, Any]):
    """What a script sent; a member that is missing is a malformed request (400)."""

    def __missing__(self, name: str) -> Any:
        raise HTTPException(400)


Handler = Callable[[Visit], Awaitable[Response]]


def own_path(path: str | None) -> str:
    """A path of this site to go to, or the front door: never another site (open redirects)."""
    return path if path and PATH.fullmatch(path) else "/"


def ceremony(begun: Ceremony) -> Response:
    """What a browser's passkey is asked, for our script."""
    return JSONResponse({"challenge": begun.challenge, "options": begun.options})


def page(
    path: str, visitors: str, *, methods: tuple[str, ...] = ("GET",), data: bool = False
) -> Callable[[Handler], Route]:
    """Declare a page and who may open it: `ANYONE` or who is `SIGNED_IN`.

    It is not a right: what a page may show or do is decided by the API for each visitor. Where
    scripts ask for `data`, a refusal is answered as data too.
    """

    def wrap(handler: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            visit = Visit(request)
            async with visit.client:
                try:
                    await _admit(visit, visitors, data=data)
                    return await handler(visit)
                except Exception as failure:  # noqa: BLE001  each becomes a page or is logged
                    return _refusal(visit, failure, data=data)

        endpoint.visitors = visitors  # type: ignore[attr-defined]
        return Route(path, endpoint, methods=list(methods), name=handler.__name__)

    return wrap


async def _admit(visit: Visit, visitors: str, *, data: bool) -> None:
    """Let in who may open the page. What scripts ask for shows no name: the API is asked once."""
    if not data:
        await visit.recognise()
    if visitors == SIGNED_IN and visit.token is None:
        raise faults.not_signed_in(visit.language)


def _refusal(visit: Visit, failure: Exception, *, data: bool) -> Response:
    fault = faults.of(failure, visit.language)
    if fault.status >= 500 and not isinstance(failure, Failure):
        _log.error("%s %s", visit.request.method, visit.request.url.path, exc_info=failure)
    if isinstance(failure, StepUpNeeded) and data:
        # No failure, but what our script does next: with the passkey, for exactly this act.
        return JSONResponse({"prove": {n: failure.members[n] for n in ("action", "thing")}})
    if fault.code == "unauthenticated" and not data:
        return visit.to_sign_in()
    response = (
        faults.as_data(fault) if data else visit.page("fault.html", fault.status, fault=fault)
    )
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(round(fault.retry_after))
    return response
