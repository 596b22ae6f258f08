"""What anyone may see of the API without signing in: its description, and whether it is well.

Owns no data. The reference carries no script and fetches nothing from elsewhere.
"""

import html
import logging
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy import text

from server import migrating
from server.access.guard import anyone
from server.access.parts import Parts, parts_of
from server.schemas import Shown
from server.vault import StorageUnhealthy

router = APIRouter(tags=["front"])
_log = logging.getLogger("kyogikai.front")
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
STYLE = (
    "body{font:16px/1.8 'Noto Sans JP','BIZ UDPGothic','Yu Gothic UI',Meiryo,sans-serif;"
    "max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1c}"
    "pre{background:#f2f2f2;padding:.8rem;overflow:auto}code{font-family:monospace}"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}a{color:#0017c1}"
    "td,th{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}"
)


class Alive(Shown):
    """The process answers."""

    status: str


@router.get("/api/v1/openapi.json", name="readOpenApi", include_in_schema=False)
@anyone
def read_openapi(request: Request) -> Response:
    """The API's description."""
    return JSONResponse(request.app.openapi())


@router.get("/api/reference", name="readReference", include_in_schema=False)
@anyone
def read_reference(request: Request) -> Response:
    """Every operation on one plain page."""
    return _page("API リファレンス / API reference", _operations(request.app))


@router.get("/healthz", name="readHealth", openapi_extra={"security": []})
@anyone
def read_health() -> Alive:
    """Whether the process lives. Asks nothing else."""
    return Alive(status="alive")


@router.get("/readyz", name="readReadiness", openapi_extra={"security": []})
@anyone
def read_readiness(request: Request) -> Response:
    """Whether it can serve. 503 names what is not ready (`database`, `schema`, `vault`), and no
    more: why is said in the server's own log, and by `kyogikai-server doctor`.
    """
    wrong = dict(_wrong(parts_of(request)))
    for part, why in wrong.items():
        _log.warning("not ready: %s: %s", part, why)
    return JSONResponse({"ready": not wrong, "wrong": [*wrong]}, 503 if wrong else 200)


def _wrong(parts: Parts) -> Iterator[tuple[str, str]]:
    """What is not ready, and why."""
    try:
        with parts.database.reading() as tx:
            tx.connection.execute(text("SELECT 1"))
        current, head = migrating.state(parts.database)
        if current != head:
            yield "schema", f"at {current}, not {head}"
    except Exception as error:  # noqa: BLE001  any failure means: not ready
        yield "database", f"{type(error).__name__}: {error}"
    if not parts.vault.healthy:
        yield "vault", "a write failed; restart after mending the disk"
    try:
        parts.vault.reach()
    except StorageUnhealthy as error:
        yield "vault", str(error)


def _operations(app: FastAPI) -> str:
    rows = []
    for path, methods in sorted(app.openapi()["paths"].items()):
        for method, operation in methods.items():
            rows.append(_operation(method, path, operation))
    return f"<table><tr><th>operation</th><th>request</th><th></th></tr>{''.join(rows)}</table>"


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    said = html.escape(operation.get("description", ""))
    name, where = html.escape(operation["operationId"]), html.escape(f"{method.upper()} {path}")
    return f"<tr><td><code>{name}</code></td><td><code>{where}</code></td><td>{said}</td></tr>"


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style>"
        f"<h1>{html.escape(title)}</h1>{body}</html>",
        headers=SAFE,
    )
