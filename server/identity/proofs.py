"""Fresh proofs of identity, each for one act of one session on one thing (IDN-6).

Owns the table `step_up`. How somebody proves themself is a matter of passkeys; which act needs a
proof, and how fresh, is a matter of `policies/actions.csv`.
"""

import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, delete, select

from crypto.canonical import canonical
from crypto.digests import sha256
from server.clock import MINUTE
from server.database import Tx
from server.identity.models import StepUp
from server.ids import Id, new_id
from server.keys.service import bound_hash
from server.prepared import Prepared

LONGEST = 5 * MINUTE

_step_up: Table = StepUp.__table__  # type: ignore[attr-defined]
_FRESH = Prepared(
    select(
        _step_up.c.passkey_id, _step_up.c.device_bound, _step_up.c.proved_at, _step_up.c.proof
    ).where(
        _step_up.c.session_id == bindparam("session"),
        _step_up.c.action == bindparam("action"),
        _step_up.c.thing == bindparam("thing"),
        _step_up.c.proved_at >= bindparam("since"),
        _step_up.c.proved_at <= bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What an act rests on: which passkey, and whether it can leave its device."""

    passkey_id: str
    device_bound: bool


def prove(
    tx: Tx,
    session_id: str,
    person_id: Id,
    *,
    action: str,
    thing: str,
    passkey_id: str,
    device_bound: bool,
) -> None:
    """Record that this session's person has just proved themself for `action` on `thing`."""
    bound = [session_id, action, thing, passkey_id, device_bound, tx.now]
    row = StepUp(
        id=new_id(tx.now),
        session_id=session_id,
        action=action,
        thing=thing,
        passkey_id=passkey_id,
        device_bound=device_bound,
        proved_at=tx.now,
        proof=_bound(tx, person_id, bound),
    )
    tx.session.add(row)
    tx.flush()


def fresh(
    tx: Tx, session_id: str, person_id: Id, *, action: str, thing: str, within: int
) -> list[Proof]:
    """The proofs of this session for exactly this act that are not older than `within` ms."""
    facts = {"session": session_id, "action": action, "thing": thing}
    rows = _FRESH.rows(tx, {**facts, "since": tx.now - within, "now": tx.now})
    return [
        Proof(row.passkey_id, bool(row.device_bound))
        for row in rows
        if hmac.compare_digest(row.proof, _bound(tx, person_id, _content(facts, row)))
    ]


def forget(tx: Tx, passkey_id: Id) -> None:
    """Let no act rest any more on what this passkey proved."""
    tx.connection.execute(delete(_step_up).where(_step_up.c.passkey_id == passkey_id))


def sweep(tx: Tx) -> None:
    """Remove proofs that no act can rest on any more."""
    tx.connection.execute(delete(_step_up).where(_step_up.c.proved_at < tx.now - LONGEST))


def _content(facts: dict[str, str], row: Any) -> list[Any]:
    asked = [facts["session"], facts["action"], facts["thing"]]
    return [*asked, row.passkey_id, bool(row.device_bound), row.proved_at]


def _bound(tx: Tx, person_id: Id, content: list[Any]) -> bytes:
    return bound_hash(tx, "step-up", content[0], person_id, sha256(canonical(content)))
