"""The three cookies: the session, a sign-in under way elsewhere, the language.

Owns their names and attributes. `__Host-` means: this host only, over https only (browsers take
localhost for as good), for every path; no other host and no plain connection can set or read it.
"""

import re

from starlette.requests import Request
from starlette.responses import Response

SESSION, FLOW, LANGUAGE = "__Host-sid", "__Host-flow", "__Host-lang"
FLOW_SECONDS = 600
LANGUAGE_SECONDS = 365 * 24 * 3600

# A session's token as the API gives it; whatever else a browser sends is no credential.
_TOKEN = re.compile(r"kys_[0-9A-Za-z_-]{1,200}")


def token_of(request: Request) -> str | None:
    """The session's token that the browser holds, if it has the form of one."""
    text = request.cookies.get(SESSION, "")
    return text if _TOKEN.fullmatch(text) else None


def keep_session(response: Response, token: str) -> None:
    """Let the browser hold this token, in place of any other, until it is closed."""
    _set(response, SESSION, token, None)


def keep_flow(response: Response, flow: str) -> None:
    """Bind a sign-in that goes on elsewhere to this browser, for ten minutes."""
    _set(response, FLOW, flow, FLOW_SECONDS)


def keep_language(response: Response, language: str) -> None:
    """Remember a choice of language for a year."""
    _set(response, LANGUAGE, language, LANGUAGE_SECONDS)


def forget(response: Response, name: str) -> None:
    """Let the browser drop a cookie of ours."""
    _set(response, name, "", 0)


def _set(response: Response, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )
