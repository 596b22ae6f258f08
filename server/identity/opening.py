"""Opening a session for who has just proved who they are, however they did.

Owns what every way of signing in shares: the limits of the session, its entry in the system log,
and what the caller is answered. Knows nothing of passkeys, providers or passwords.
"""

from typing import Any

from fastapi import Request
from sqlalchemy import Table, bindparam, select

from server.access.models import Office
from server.access.parts import Parts
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.facts import holds
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.clock import Instant
from server.database import Tx
from server.identity import limits, sessions
from server.identity.caller import Method
from server.identity.schemas import SessionOut
from server.ids import Id
from server.keys.service import lookup_digest
from server.prepared import Prepared

IDLE_IN_OFFICE = 15  # minutes; officers and administrators reach further than others (IDN-4)

_office: Table = Office.__table__  # type: ignore[attr-defined]
_IN_OFFICE = Prepared(
    select(_office.c.id).where(_office.c.person_id == bindparam("person"), holds(_office)).limit(1)
)


def open_session(
    parts: Parts,
    tx: Tx,
    request: Request,
    person_id: Id,
    method: Method,
    kind: str,
    *,
    agent: str | None = None,
    until: Instant | None = None,
    **facts: Any,
) -> SessionOut:
    """A session with its entry of this `kind` in the system log, whose head `tx` has locked.

    It ends no later than `until`; `agent` is who uses it, if not what the request calls itself.
    `facts` go into the entry, committed to and sealed.
    """
    settings = parts.settings
    limits.welcome(tx, address_of(request), person_id)
    idle = settings.session_idle_minutes
    token, expires = sessions.start_session(
        tx,
        person_id,
        method=method,
        hours=settings.session_hours,
        idle_minutes=min(idle, IDLE_IN_OFFICE) if _in_office(tx, person_id) else idle,
        agent=agent or request.headers.get("user-agent"),
        until=until,
    )
    record(parts, tx, request, person_id, kind, method=method, **facts)
    return SessionOut(token=token, person=person_id, expires_at=expires)


def record(parts: Parts, tx: Tx, request: Request, person_id: Id, kind: str, **facts: Any) -> None:
    """Enter in the system log what a person did who had no session to do it with, and sign it."""
    address = address_of(request)
    draft = Draft(
        kind=kind,
        object=f"person/{person_id}",
        outcome="done",
        actor={"person": person_id, "address": address},
        body=facts,
        person_id=person_id,
        address_digest=lookup_digest(tx, "address", address or ""),
        policy=parts.policy.digest,
    )
    tx.flush()
    audit.append(tx, SYSTEM, draft)
    checkpoints.sign(tx, SYSTEM)


def address_of(request: Request) -> str | None:
    """Where the request comes from."""
    return request.client.host if request.client else None


def _in_office(tx: Tx, person_id: Id) -> bool:
    return _IN_OFFICE.row(tx, {"person": person_id, "now": tx.now}) is not None
