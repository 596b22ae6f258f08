"""From a bearer token to the person who holds it.

Owns the look-up of sessions and API tokens on the guard's path: one plain statement each. Says who
is calling and with what; never what they may do.
"""

import hmac
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    exists,
    select,
    update,
)

from crypto.errors import Unverified
from crypto.tokens import parse_token, secret_hash
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import MINUTE, Instant
from server.database import Tx, insert
from server.identity.models import ApiToken, SignedIn, TokenUse
from server.keys.service import bound_hash
from server.prepared import Prepared
from server.problems import Unauthenticated

SESSION, TOKEN = "session", "token"
# How the person of a session proved who they are. A password is good for reading alone (IDN-3).
Method = Literal["passkey", "oidc", "password"]
PASSKEY: Method = "passkey"
OIDC: Method = "oidc"
PASSWORD: Method = "password"  # noqa: S105  the name of a method

_session: Table = SignedIn.__table__  # type: ignore[attr-defined]
_token: Table = ApiToken.__table__  # type: ignore[attr-defined]
_use: Table = TokenUse.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and how they proved it. `scopes`, `council_id` and
    `networks` bind API tokens only; `seen_at` is when the credential was last noted as used.

    With a `service_id` a program calls as a service account, for which the person answers.
    """

    person_id: str
    credential: str
    credential_id: str
    seen_at: Instant
    method: str = TOKEN
    scopes: frozenset[str] = frozenset()
    council_id: str | None = None
    service_id: str | None = None
    networks: str | None = None

    @property
    def subject(self) -> str:
        """Whose relations count: the service account's own, never those of who answers for it."""
        return self.service_id or self.person_id


def token_kind(service_id: str | None) -> str:
    """What a token's hash is bound to besides id and person: a row cannot change whose it is."""
    return f"kyo/{service_id}" if service_id else "kyo"


def session_kind(method: str) -> str:
    """What a session's hash is bound to besides id and person: a row cannot change its method."""
    return f"kys/{method}"


def _present(table: Table) -> ColumnElement[bool]:
    return ~exists().where(
        _ending.c.fact_id == table.c.person_id, _ending.c.effective_at <= bindparam("now")
    )


_SESSION: Select[Any] = select(
    _session.c.id,
    _session.c.person_id,
    _session.c.secret_hash,
    _session.c.method,
    _session.c.seen_at,
).where(
    _session.c.id == bindparam("id"),
    _session.c.ended_at.is_(None),
    _session.c.expires_at > bindparam("now"),
    _session.c.seen_at + _session.c.idle_ms > bindparam("now"),
    _present(_session),
)
_TOKEN: Select[Any] = select(
    _token.c.id,
    _token.c.person_id,
    _token.c.secret_hash,
    _token.c.scopes,
    _token.c.council_id,
    _token.c.service_id,
    _token.c.networks,
    select(_use.c.used_at).where(_use.c.token_id == _token.c.id).scalar_subquery().label("used_at"),
).where(
    _token.c.expires_at > bindparam("now"),
    holds(_token),
    _present(_token),
)
_BY_SESSION = Prepared(_SESSION)
_BY_TOKEN = Prepared(_TOKEN.where(_token.c.token_id == bindparam("id")))
_TOKEN_AGAIN = Prepared(_TOKEN.where(_token.c.id == bindparam("id")))
_SEEN = Prepared(
    update(_session)
    .where(_session.c.id == bindparam("session_id"))
    .values(seen_at=bindparam("moment"))
)


def identify(tx: Tx, authorization: str | None) -> Caller:
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
    row = (_BY_SESSION if kind == "kys" else _BY_TOKEN).row(tx, {"id": token_id, "now": tx.now})
    if row is None:
        raise Unauthenticated
    bound_to = session_kind(row.method) if kind == "kys" else token_kind(row.service_id)
    expected = bound_hash(tx, bound_to, token_id, row.person_id, secret_hash(secret))
    if not hmac.compare_digest(row.secret_hash, expected):
        raise Unauthenticated
    return _of_session(row) if kind == "kys" else _of_token(row)


def still(tx: Tx, caller: Caller) -> Caller:
    """The same caller at a later moment, for what runs longer than its request: a credential that
    was rotated meanwhile goes on, one that ended does not. Raises Unauthenticated.
    """
    look_up = _BY_SESSION if caller.credential == SESSION else _TOKEN_AGAIN
    row = look_up.row(tx, {"id": caller.credential_id, "now": tx.now})
    if row is None or row.person_id != caller.person_id:
        raise Unauthenticated
    return _of_session(row) if caller.credential == SESSION else _of_token(row)


def _of_session(row: Any) -> Caller:
    return Caller(row.person_id, SESSION, row.id, row.seen_at, row.method)


def _of_token(row: Any) -> Caller:
    scopes = frozenset(row.scopes.split())
    return Caller(
        row.person_id,
        TOKEN,
        row.id,
        row.used_at or 0,
        scopes=scopes,
        council_id=row.council_id,
        service_id=row.service_id,
        networks=row.networks,
    )


def seen(tx: Tx, caller: Caller) -> None:
    """Note that a session is in use, so that it does not become idle; and when a token last was.

    Nothing is written where that was noted within the last minute.
    """
    if abs(tx.now - caller.seen_at) <= MINUTE:
        return
    if caller.credential == SESSION:
        _SEEN.run(tx, {"session_id": caller.credential_id, "moment": tx.now})
    else:
        row = {"token_id": caller.credential_id, "used_at": tx.now}
        query = insert(tx, _use).values(row)
        tx.connection.execute(
            query.on_conflict_do_update(index_elements=["token_id"], set_={"used_at": tx.now})
        )
