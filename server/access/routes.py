"""What a route says of itself: dressing a guarded endpoint for FastAPI, and finding an open one.

Owns the signature FastAPI sees and the start-up check. Decides nothing.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.routing import Match

from server import problems
from server.access.kind import Kind
from server.access.parts import parts_of
from server.identity.caller import identify


def dressed(
    enforce: Callable[..., Any],
    entered: Callable[..., Any],
    rule: object,
    kind: Kind,
    endpoint: Callable[..., Any],
) -> Callable[..., Any]:
    """`enforce` with the endpoint's name and with the parameters of what is entered with a Grant,
    the Grant replaced by the path's id.
    """
    signature = inspect.signature(entered)
    given = [p for p in signature.parameters.values() if p.name not in ("grant", "request")]
    names = {p.name for p in given}
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    path = f"{kind.name}_id"
    if path not in names and kind.name not in ("person", "installation"):
        given.append(inspect.Parameter(path, inspect.Parameter.KEYWORD_ONLY, annotation=str))
    keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in given]
    enforce.__signature__ = inspect.signature(endpoint).replace(  # type: ignore[attr-defined]
        parameters=[request, *keyword]
    )
    enforce.__name__, enforce.__doc__ = endpoint.__name__, endpoint.__doc__
    enforce.__module__ = endpoint.__module__
    enforce.__guard__ = rule  # type: ignore[attr-defined]
    return enforce


def _guards(dependant: Dependant) -> Iterator[object]:
    if dependant.call is not None:
        yield getattr(dependant.call, "__guard__", None)


def rule_of(route: Any) -> object:
    """What a route says of itself: a Guarded, `anyone`, or None."""
    dependant = getattr(route, "dependant", None)
    if dependant is None:
        return None
    return next((g for g in _guards(dependant) if g is not None), None)


def unguarded(app: FastAPI) -> list[str]:
    """Paths with neither a guard nor `anyone`; the server does not start while there is one.

    Of a mounted part, which reaches everything through the guarded API, each route says which
    `visitors` may open it.
    """
    return [path for route in iter_route_contexts(app.routes) for path in _undeclared(route)]


def _undeclared(route: Any) -> Iterator[str]:
    mounted = getattr(route, "routes", None)
    if not mounted and rule_of(route) is None:
        yield str(route.path)
    for each in mounted or ():
        if getattr(getattr(each, "endpoint", None), "visitors", None) is None:
            yield str(each.path)


def malformed(request: Request, error: Exception) -> Response:
    """A malformed request: to who has shown no credentials it is only that (401, alike for all)."""
    guarded = hasattr(rule_of(request.scope.get("route")), "action")
    if guarded and not _identified(request):
        parts_of(request).tally.count("credential.refused", _address(request))
        return problems.answer(request, problems.Unauthenticated())
    if not isinstance(error, RequestValidationError):
        raise error
    return problems.answer(request, problems.from_validation(error))


def wrong_method(request: Request, _error: Exception) -> Response:
    """405 with every method of this address: a route by itself knows only of its own (RFC 9110,
    15.5.6).
    """
    routes = list(iter_route_contexts(request.app.routes))
    path = next(r.path for r in routes if r.matches(request.scope)[0] is Match.PARTIAL)
    methods = {method for r in routes if r.path == path for method in r.methods or ()}
    allowed = {"Allow": ", ".join(sorted(methods))}
    return problems.answer(request, problems.MethodNotAllowed(headers=allowed))


def _identified(request: Request) -> bool:
    """Whether the caller is known."""
    parts = parts_of(request)
    authorization = request.headers.get("authorization")
    with parts.database.reading() as tx:
        try:
            identify(tx, authorization)
        except problems.Unauthenticated:
            return False
    return True


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None
