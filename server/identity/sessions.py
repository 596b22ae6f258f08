"""Sessions and API tokens: reference tokens, stored as hashes, shown once.

Owns beginning, proving again, and ending. Who a token speaks for is found in `caller.py`.
"""

from sqlalchemy import Table, bindparam, select, update

from crypto import tokens
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import DAY, HOUR, Instant
from server.database import Tx
from server.identity.models import ApiToken, SignedIn
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import bound_hash, seal_field
from server.problems import NotFound

TOKEN_DAYS = 90

_session: Table = SignedIn.__table__  # type: ignore[attr-defined]


def start_session(tx: Tx, person_id: Id, *, hours: int) -> tuple[str, Instant]:
    """A session for a person who has just proved who they are: token (shown once) and expiry."""
    token = tokens.new_token("kys")
    expires = tx.now + hours * HOUR
    row = SignedIn(
        id=token.token_id,
        secret_hash=bound_hash(tx, "kys", token.token_id, person_id, token.secret_hash),
        person_id=person_id,
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=expires,
        stepped_up_at=tx.now,
        ended_at=None,
    )
    tx.session.add(row)
    return token.text, expires


def step_up(tx: Tx, session_id: str) -> None:
    """Note that the person behind this session has just proved again who they are."""
    tx.connection.execute(
        update(_session).where(_session.c.id == session_id).values(stepped_up_at=tx.now)
    )


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


def end_sessions(tx: Tx, person_id: Id) -> None:
    """Sign a person out everywhere."""
    tx.connection.execute(
        update(_session)
        .where(_session.c.person_id == person_id, _session.c.ended_at.is_(None))
        .values(ended_at=tx.now)
    )


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
    tx: Tx, person_id: Id, *, name: str, scopes: list[str], council_id: Id | None, days: int
) -> tuple[ApiToken, str]:
    """A token for programs, its text shown once; never longer than 90 days."""
    token, row_id = tokens.new_token("kyo"), new_id(tx.now)
    row = ApiToken(
        id=row_id,
        person_id=person_id,
        token_id=token.token_id,
        secret_hash=bound_hash(tx, "kyo", token.token_id, person_id, token.secret_hash),
        name=seal_field(tx, INSTALLATION, ("api_token", "name", row_id), name),
        council_id=council_id,
        scopes=" ".join(sorted(set(scopes))),
        expires_at=tx.now + min(days, TOKEN_DAYS) * DAY,
    )
    return facts.enter(tx, SYSTEM, row), token.text


def tokens_of(tx: Tx, person_id: Id) -> list[ApiToken]:
    """The person's tokens that still work, newest first."""
    table: Table = ApiToken.__table__  # type: ignore[attr-defined]
    query = select(ApiToken).where(
        table.c.person_id == person_id, table.c.expires_at > bindparam("now"), facts.holds(table)
    )
    return list(tx.session.scalars(query.order_by(table.c.id.desc()), {"now": tx.now}))


def revoke_token(tx: Tx, person_id: Id, token_row_id: Id) -> None:
    """End one of the person's tokens. Raises NotFound."""
    mine = [t for t in tokens_of(tx, person_id) if t.id == token_row_id]
    if not mine:
        raise NotFound("no such token")
    facts.end(tx, mine[0], by=person_id, reason="revoked")
