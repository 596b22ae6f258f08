"""Facts: rows that say what holds from when to when, and are never changed.

Owns how a fact is entered (its digest goes into the leaf), how it ends, and the one SQL expression
for "holds at this moment".
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, FromClause, Table, and_, bindparam, exists, or_

from crypto.canonical import canonical
from crypto.digests import sha256
from server.audit.models import Ending, Evidence
from server.audit.service import lock
from server.clock import Instant
from server.database import Tx
from server.ids import new_id

Fact = TypeVar("Fact", bound=Evidence)

NOW: BindParameter[int] = bindparam("now")
_ending = Ending.__table__  # type: ignore[attr-defined]


def enter(tx: Tx, log_id: str, fact: Fact) -> Fact:
    """Write `fact` and have the next entry of this log vouch for it.

    Its id, time and entry number are set here; the caller leaves them out of the constructor.
    """
    enter_all(tx, log_id, [fact])
    return fact


def enter_all(tx: Tx, log_id: str, entered: Sequence[Evidence]) -> None:
    """Write several facts at once; see `enter`."""
    head = lock(tx, log_id)
    for fact in entered:
        fact.id = getattr(fact, "id", None) or new_id(tx.now)
        fact.recorded_at, fact.log_id, fact.log_seq = tx.now, log_id, head.size
        tx.session.add(fact)
    tx.flush()
    for fact in entered:
        table: Table = type(fact).__table__  # type: ignore[attr-defined]
        values = {column.name: getattr(fact, column.name) for column in table.columns}
        tx.evidence.setdefault(log_id, []).append(row_digest(table.name, values))


def end(
    tx: Tx, fact: Evidence, *, by: str | None, reason: str, at: Instant | None = None
) -> Ending:
    """Let `fact` end now, or at a later moment; never in the past, which has already been shown.

    `reason` is a word of ours (`left`, `removed`, `replaced` …), not text of a person.
    """
    effective = max(at or tx.now, tx.now)
    ending = Ending(fact_id=fact.id, effective_at=effective, ended_by=by, reason=reason)
    return enter(tx, fact.log_id, ending)


def row_digest(table: str, values: dict[str, Any]) -> str:
    """What a leaf holds of a row: SHA-256 over the canonical table name and columns, in hex.

    Columns without a value are left out, so that a later chapter of migrations may add a nullable
    column without making every older row look changed.
    """
    plain = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in values.items()
        if value is not None
    }
    # SQLAlchemy's names are of a class of its own, which only the slow encoder spells.
    return sha256(canonical([str(table), plain])).hex()


def holds(fact: FromClause, now: ColumnElement[int] = NOW) -> ColumnElement[bool]:
    """Whether a row of `fact` holds at `now`: begun, not past its term, not ended.

    Columns `valid_from` and `valid_to` are used where the table has them; a fact without
    `valid_from` holds from when it was recorded, which is its own transaction.
    """
    columns = fact.c
    begun = columns.valid_from if "valid_from" in columns else columns.recorded_at
    conditions = [
        begun <= now,
        ~exists().where(_ending.c.fact_id == columns.id, _ending.c.effective_at <= now),
    ]
    if "valid_to" in columns:
        conditions.append(or_(columns.valid_to.is_(None), now < columns.valid_to))
    return and_(*conditions)
