"""Confirming in a browser what another of one's sessions is about to do.

Owns the table `step_up_request`: a program at a terminal has no passkey at hand, so it asks, and
its person confirms that one act on one thing where they have one. The proof then counts for the
session that asked. State is computed on read.
"""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Table, delete, select, update

from server.clock import MINUTE
from server.database import Tx
from server.identity import sessions
from server.identity.models import SignedIn
from server.identity.passkey_models import StepUpRequest
from server.identity.passkey_problems import RequestOver
from server.ids import Id, new_id
from server.problems import NotFound

LASTS = 10 * MINUTE
State = Literal["waiting", "done", "expired"]

_request: Table = StepUpRequest.__table__  # type: ignore[attr-defined]


def ask(tx: Tx, person_id: Id, session_id: str, *, action: str, thing: str) -> StepUpRequest:
    """Ask, from this session, that its person confirm one act on one thing."""
    row = StepUpRequest(
        id=new_id(tx.now),
        person_id=person_id,
        session_id=session_id,
        action=action,
        thing=thing,
        made_at=tx.now,
        expires_at=tx.now + LASTS,
        done_at=None,
    )
    tx.session.add(row)
    tx.flush()
    return row


def find(tx: Tx, person_id: Id, request_id: Id) -> StepUpRequest:
    """One of the person's requests. Raises NotFound."""
    row = tx.session.get(StepUpRequest, request_id)
    if row is None or row.person_id != person_id:
        raise NotFound("no such request")
    return row


def waiting(tx: Tx, person_id: Id) -> Sequence[StepUpRequest]:
    """The person's requests that can be confirmed now, oldest first."""
    query = select(StepUpRequest).where(
        _request.c.person_id == person_id,
        _request.c.done_at.is_(None),
        _request.c.expires_at > tx.now,
    )
    found = tx.session.scalars(query.order_by(_request.c.id)).all()
    return [row for row in found if asker(tx, row) is not None]


def state_of(tx: Tx, row: StepUpRequest) -> State:
    """How it stands. What was asked by a session that has ended can no longer be confirmed."""
    if row.done_at is not None:
        return "done"
    return "waiting" if row.expires_at > tx.now and asker(tx, row) else "expired"


def asker(tx: Tx, row: StepUpRequest) -> SignedIn | None:
    """The session that asked, while it goes on."""
    mine = sessions.sessions(tx, row.person_id)
    return next((each for each in mine if each.id == row.session_id), None)


def standing(tx: Tx, person_id: Id, request_id: Id) -> StepUpRequest:
    """A request that can be confirmed now. Raises NotFound, RequestOver."""
    row = find(tx, person_id, request_id)
    if state_of(tx, row) != "waiting":
        raise RequestOver
    return row


def done(tx: Tx, row: StepUpRequest) -> None:
    """Note that it was confirmed. Raises RequestOver when that was done meanwhile."""
    query = update(_request).where(_request.c.id == row.id, _request.c.done_at.is_(None))
    if tx.connection.execute(query.values(done_at=tx.now)).rowcount != 1:
        raise RequestOver


def sweep(tx: Tx) -> None:
    """Remove requests that are long over."""
    tx.connection.execute(delete(_request).where(_request.c.expires_at <= tx.now - LASTS))
