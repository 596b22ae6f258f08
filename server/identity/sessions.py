"""Sessions and API tokens: reference tokens, stored as hashes, shown once.

Owns beginning, rotating and ending. Who a token speaks for is found in `caller.py`, what a fresh
proof of identity is good for in `proofs.py`.
"""

from collections.abc import Sequence

from sqlalchemy import Table, bindparam, select, update

from crypto import tokens
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import DAY, HOUR, LAST, MINUTE, Instant
from server.database import Tx
from server.identity.caller import PASSKEY, Method, session_kind, token_kind
from server.identity.models import ApiToken, SignedIn, TokenUse
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import bound_hash, open_field, seal_field
from server.problems import NotFound

TOKEN_DAYS = 90
PARALLEL = 5
AGENT_LENGTH = 200

_session: Table = SignedIn.__table__  # type: ignore[attr-defined]


def start_session(
    tx: Tx,
    person_id: Id,
    *,
    method: Method = PASSKEY,
    hours: int = 12,
    idle_minutes: int = 30,
    agent: str | None = None,
    until: Instant | None = None,
) -> tuple[str, Instant]:
    """A session for a person who has just proved who they are: token (shown once) and expiry.

    It ends after `hours`, and never later than `until`. Of more than five at once the oldest ends.
    """
    for oldest in sessions(tx, person_id)[PARALLEL - 1 :]:
        end_session(tx, person_id, oldest.id)
    token = tokens.new_token("kys")
    expires = min(tx.now + hours * HOUR, until or LAST)
    row = SignedIn(
        id=token.token_id,
        secret_hash=_bound(tx, method, token, person_id),
        person_id=person_id,
        method=method,
        agent=_seal_agent(tx, token.token_id, agent),
        created_at=tx.now,
        seen_at=tx.now,
        idle_ms=idle_minutes * MINUTE,
        expires_at=expires,
        ended_at=None,
    )
    tx.session.add(row)
    tx.flush()
    return token.text, expires


def rotate(tx: Tx, session_id: str) -> tuple[str, Instant]:
    """A new secret for a session that goes on: token (shown once) and expiry, which stays.

    The token before it is worth nothing from now on. Raises NotFound.
    """
    row = tx.session.get(SignedIn, session_id)
    if row is None or row.ended_at is not None:
        raise NotFound("no such session")
    token = tokens.new_token("kys", session_id)
    hashed = _bound(tx, row.method, token, row.person_id)
    query = update(_session).where(_session.c.id == session_id)
    tx.connection.execute(query.values(secret_hash=hashed))
    return token.text, row.expires_at


def agent_of(tx: Tx, session: SignedIn) -> str | None:
    """What the browser or program of a session called itself."""
    if session.agent is None:
        return None
    return open_field(tx, INSTALLATION, ("session", "agent", session.id), session.agent)


def _bound(tx: Tx, method: str, token: tokens.NewToken, person_id: Id) -> bytes:
    return bound_hash(tx, session_kind(method), token.token_id, person_id, token.secret_hash)


def _seal_agent(tx: Tx, session_id: str, agent: str | None) -> bytes | None:
    if not agent:
        return None
    shown = "".join(c for c in agent if c.isprintable())[:AGENT_LENGTH]
    return seal_field(tx, INSTALLATION, ("session", "agent", session_id), shown)


def end_session(tx: Tx, person_id: Id, session_id: str) -> None:
    """Sign one session out. Raises NotFound when it is not this person's or has ended."""
    done = tx.connection.execute(
        update(_session)
        .where(_session.c.id == session_id, _session.c.person_id == person_id)
        .where(_session.c.ended_at.is_(None))
        .values(ended_at=tx.now)
    )
    if done.rowcount != 1:
        raise NotFound("no such session")


def end_sessions(tx: Tx, person_id: Id, *, but: str = "", method: Method | None = None) -> None:
    """Sign a person out everywhere, in every session but one; or of one method alone."""
    query = (
        update(_session)
        .where(_session.c.person_id == person_id, _session.c.ended_at.is_(None))
        .where(_session.c.id != but)
    )
    if method is not None:
        query = query.where(_session.c.method == method)
    tx.connection.execute(query.values(ended_at=tx.now))


def sessions(tx: Tx, person_id: Id) -> list[SignedIn]:
    """The person's sessions that have not ended, newest first."""
    query = (
        select(SignedIn)
        .where(_session.c.person_id == person_id, _session.c.ended_at.is_(None))
        .where(_session.c.expires_at > tx.now)
        .order_by(_session.c.created_at.desc())
    )
    return list(tx.session.scalars(query))


def make_token(
    tx: Tx,
    person_id: Id,
    *,
    name: str,
    scopes: list[str],
    council_id: Id | None,
    days: int,
    service_id: Id | None = None,
    networks: Sequence[str] = (),
) -> tuple[ApiToken, str]:
    """A token for programs, its text shown once; never longer than 90 days."""
    token, row_id = tokens.new_token("kyo"), new_id(tx.now)
    row = ApiToken(
        id=row_id,
        person_id=person_id,
        token_id=token.token_id,
        secret_hash=bound_hash(
            tx, token_kind(service_id), token.token_id, person_id, token.secret_hash
        ),
        name=seal_field(tx, INSTALLATION, ("api_token", "name", row_id), name),
        council_id=council_id,
        service_id=service_id,
        scopes=" ".join(sorted(set(scopes))),
        expires_at=tx.now + min(days, TOKEN_DAYS) * DAY,
        networks=" ".join(networks) or None,
    )
    return facts.enter(tx, SYSTEM, row), token.text


def tokens_of(tx: Tx, person_id: Id) -> list[ApiToken]:
    """The person's tokens that still work, newest first."""
    table: Table = ApiToken.__table__  # type: ignore[attr-defined]
    query = select(ApiToken).where(
        table.c.person_id == person_id, table.c.expires_at > bindparam("now"), facts.holds(table)
    )
    return list(tx.session.scalars(query.order_by(table.c.id.desc()), {"now": tx.now}))


def used_at(tx: Tx, token_row_id: Id) -> Instant | None:
    """When a token was last used, to the minute; None if never."""
    table: Table = TokenUse.__table__  # type: ignore[attr-defined]
    return tx.connection.scalar(select(table.c.used_at).where(table.c.token_id == token_row_id))


def revoke_token(tx: Tx, person_id: Id, token_row_id: Id) -> None:
    """End one of the person's tokens. Raises NotFound."""
    mine = [t for t in tokens_of(tx, person_id) if t.id == token_row_id]
    if not mine:
        raise NotFound("no such token")
    facts.end(tx, mine[0], by=person_id, reason="revoked")
