"""From a bearer token to the person who holds it.

Owns the look-up of sessions and API tokens on the guard's path: one plain statement each. Says who
is calling and with what; never what they may do.
"""

import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    exists,
    literal,
    select,
    update,
)

from crypto.errors import Unverified
from crypto.tokens import parse_token, secret_hash
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import MINUTE, Instant
from server.database import Tx
from server.identity.models import ApiToken, SignedIn
from server.keys.service import bound_hash
from server.prepared import Prepared
from server.problems import Unauthenticated

SESSION, TOKEN = "session", "token"

_session: Table = SignedIn.__table__  # type: ignore[attr-defined]
_token: Table = ApiToken.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and how they proved it. `scopes` and `council_id` bind API tokens only."""

    person_id: str
    credential: str
    credential_id: str
    stepped_up_at: Instant
    seen_at: Instant
    scopes: frozenset[str] = frozenset()
    council_id: str | None = None


def _present(table: Table) -> ColumnElement[bool]:
    return ~exists().where(
        _ending.c.fact_id == table.c.person_id, _ending.c.effective_at <= bindparam("now")
    )


_SESSION: Select[Any] = select(
    _session.c.person_id, _session.c.secret_hash, _session.c.stepped_up_at, _session.c.seen_at
).where(
    _session.c.id == bindparam("id"),
    _session.c.ended_at.is_(None),
    _session.c.expires_at > bindparam("now"),
    _session.c.seen_at > bindparam("idle_since"),
    _present(_session),
)
_TOKEN: Select[Any] = select(
    _token.c.id,
    _token.c.person_id,
    _token.c.secret_hash,
    _token.c.scopes,
    _token.c.council_id,
    literal(0).label("stepped_up_at"),
).where(
    _token.c.token_id == bindparam("id"),
    _token.c.expires_at > bindparam("now"),
    holds(_token),
    _present(_token),
)
_BY_SESSION, _BY_TOKEN = Prepared(_SESSION), Prepared(_TOKEN)
_SEEN = Prepared(
    update(_session)
    .where(_session.c.id == bindparam("session_id"))
    .values(seen_at=bindparam("moment"))
)


def identify(tx: Tx, authorization: str | None, idle_minutes: int) -> Caller:
    """The caller behind an `Authorization: Bearer …` header. Raises Unauthenticated, alike for all
    reasons: no header, a typing error, unknown, expired, ended, idle too long.
    """
    scheme, _, text = (authorization or "").partition(" ")
    try:
        kind, token_id, secret = parse_token(text.strip())
    except Unverified as error:
        raise Unauthenticated from error
    if scheme.lower() != "bearer" or kind not in {"kys", "kyo"}:
        raise Unauthenticated
    facts = {"id": token_id, "now": tx.now, "idle_since": tx.now - idle_minutes * MINUTE}
    row = (_BY_SESSION if kind == "kys" else _BY_TOKEN).row(tx, facts)
    if row is None:
        raise Unauthenticated
    expected = bound_hash(tx, kind, token_id, row.person_id, secret_hash(secret))
    if not hmac.compare_digest(row.secret_hash, expected):
        raise Unauthenticated
    if kind == "kys":
        return Caller(row.person_id, SESSION, token_id, row.stepped_up_at, row.seen_at)
    scopes = frozenset(row.scopes.split())
    return Caller(row.person_id, TOKEN, row.id, 0, tx.now, scopes, row.council_id)


def seen(tx: Tx, caller: Caller) -> None:
    """Note that a session is in use, so that it does not become idle."""
    _SEEN.run(tx, {"session_id": caller.credential_id, "moment": tx.now})
