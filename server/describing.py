"""The API's own description: OpenAPI 3.1 with the bearer scheme, problems and what each act needs.

Owns what FastAPI does not know of itself: which routes need no credentials, and the rule of each.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from server.access.calls import Guarded
from server.access.routes import rule_of
from server.problems import ProblemOut

INTRODUCTION = (
    "指定基金協議会のためのAPI。要求には `Authorization: Bearer …` を付けます。"
    "失敗は RFC 9457 の problem で、`code` は変わりません。"
    "`may` は、あなたがその対象にできることです。POST と内容の PUT には `Idempotency-Key` を"
    "付けられます。24時間以内の同じ要求は一度だけ行い、同じ答えを返します。"
    "引渡しでは意味を持ちません。 / "
    "Send `Authorization: Bearer …`. Failures are RFC 9457 problems with a stable `code`; `may` "
    "lists what you may do to a thing. Times are RFC 3339 in UTC. POST, and the PUT of content, "
    "take an optional `Idempotency-Key`: within 24 hours the same request is done once and "
    "answered alike. To a hand-over it means nothing: nothing is made that could be made twice."
)


def install(app: FastAPI) -> None:
    """Let `app.openapi()` give the full description, made once."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_describe(app))
        return made

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _describe(app: FastAPI) -> dict[str, Any]:
    document: dict[str, Any] = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=INTRODUCTION,
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["ProblemOut"] = ProblemOut.model_json_schema()
    bearer = {"type": "http", "scheme": "bearer", "description": "kys_… (session) or kyo_… (token)"}
    document["components"]["securitySchemes"] = {"bearer": bearer}
    document["security"] = [{"bearer": []}]
    rules = {_key(route): rule_of(route) for route in iter_route_contexts(app.routes)}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _say_what_it_needs(operation, rules.get((path, operation["operationId"])))
    return document


def _key(route: Any) -> tuple[str, str]:
    return str(route.path), str(route.name)


def _say_what_it_needs(operation: dict[str, Any], rule: object) -> None:
    if isinstance(rule, Guarded):
        operation["x-guard"] = {"action": rule.action.value, "kind": rule.kind.name.value}
    else:
        operation["security"] = []
