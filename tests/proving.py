"""A fresh proof of identity for the act that a request is about, without the ceremony.

The proof is the row a passkey's assertion would leave (server/identity/proofs.py); the ceremony has
its own tests (tests/server/identity/test_step_up.py).
"""

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Match

from crypto.errors import Unverified
from crypto.tokens import parse_token
from server.access.calls import Guarded
from server.access.guard import READS
from server.access.routes import rule_of
from server.access.thing_ids import thing_id
from server.identity import proofs
from server.identity.caller import SESSION, Caller
from server.identity.models import SignedIn
from server.problems import NotFound

PASSKEY = "a-passkey-of-the-tests"


def prove_ahead(client: TestClient, token: str, method: str, path: str) -> None:
    """Let the session behind `token` prove for what this request is about, if that is asked."""
    found = None if method in READS else _rule(client.app, method, path.partition("?")[0])  # type: ignore[arg-type]
    if found is not None:
        prove(client, token, *found)


def prove(
    client: TestClient,
    token: str,
    rule: Guarded,
    parameters: dict[str, Any],
    *,
    device_bound: bool = True,
) -> None:
    """Record a proof for the action of `rule` on the thing of these path parameters."""
    parts = client.app.state.parts  # type: ignore[attr-defined]
    try:
        kind, session_id, _ = parse_token(token)
    except Unverified:
        return
    if kind != "kys" or not parts.policy.requirements[rule.action].step_up_seconds:
        return
    with parts.database.changing() as tx:
        row = tx.session.get(SignedIn, session_id)
        if row is None:
            return
        caller = Caller(row.person_id, SESSION, session_id, row.seen_at, row.method)
        try:
            thing = thing_id(rule.kind, caller, parameters)
        except NotFound:
            return
        proofs.prove(
            tx,
            session_id,
            row.person_id,
            action=rule.action,
            thing=f"{rule.kind.name}/{thing}",
            passkey_id=PASSKEY,
            device_bound=device_bound,
        )


def _rule(app: FastAPI, method: str, path: str) -> tuple[Guarded, dict[str, Any]] | None:
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    for route in _routes(app):
        match, found = route.matches(scope)
        if match is Match.FULL:
            return rule_of(route), found["path_params"]  # type: ignore[return-value]
    return None


@cache
def _routes(app: FastAPI) -> list[Any]:
    """The guarded routes of an application."""
    found = iter_route_contexts(app.routes)
    return [route for route in found if isinstance(rule_of(route), Guarded)]
