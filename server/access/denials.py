"""Denials: what takes a thing from one person, or from all but a few, until it is ended.

Owns the table `denial`. What a denial of each kind takes away is decided in one place (`subtract`,
policy.py); who may enter and end one is the policy's to say.
"""

from collections.abc import Sequence

from sqlalchemy import Table, select

from server.access.grant import Grant
from server.access.models import Denial
from server.audit import facts
from server.audit.facts import holds
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field

_denial: Table = Denial.__table__  # type: ignore[attr-defined]


def deny(grant: Grant, kind: str, reason: str, *, person_id: Id | None = None) -> Denial:
    """Take the granted thing away from a person; without one, from whom this kind takes it."""
    council_id, by = grant.council_id, grant.person_id
    return enter(grant.tx, council_id, grant.id, kind, reason, by=by, person_id=person_id)


def enter(
    tx: Tx,
    council_id: Id,
    thing_id: Id,
    kind: str,
    reason: str,
    *,
    by: Id,
    person_id: Id | None = None,
) -> Denial:
    """The same of any thing, as `by` has decided; the log must be locked."""
    row_id = new_id(tx.now)
    denial = Denial(
        id=row_id,
        council_id=council_id,
        thing_id=thing_id,
        person_id=person_id,
        kind=kind,
        reason=seal_field(tx, council_id, _reason_at(row_id), reason),
        made_by=by,
    )
    return facts.enter(tx, council_id, denial)


def standing(tx: Tx, thing_id: Id, kind: str) -> Sequence[Denial]:
    """The denials of a kind that hold about a thing, in the order they were entered."""
    query = select(Denial).where(
        _denial.c.thing_id == thing_id, _denial.c.kind == kind, holds(_denial)
    )
    return tx.session.scalars(query.order_by(_denial.c.id), {"now": tx.now}).all()


def reason_of(tx: Tx, denial: Denial) -> str:
    """Why, as whoever entered it wrote."""
    return open_field(tx, denial.council_id, _reason_at(denial.id), denial.reason)


def _reason_at(row_id: Id) -> tuple[str, str, str]:
    return ("denial", "reason", row_id)
