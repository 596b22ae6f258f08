"""Terms: facts that hold from a moment to a moment, some of which have not begun.

Owns the SQL for "holds at some time within" and how a term is made to end at a later moment. What
holds at one moment is said by `holds` (server/audit/facts.py).
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, and_, exists, literal, or_

from server.audit import facts
from server.audit.models import Ending, Evidence
from server.clock import Instant
from server.database import Tx

Fact = TypeVar("Fact", bound=Evidence)
SHORTENED = "shortened"
GENERATED = ("id", "recorded_at", "log_id", "log_seq")

_ending: Table = Ending.__table__  # type: ignore[attr-defined]


def meets(fact: Table, start: Instant, until: Instant | None) -> ColumnElement[bool]:
    """Whether a row holds, as recorded now, at any moment of [start, until); None: for ever."""
    columns = fact.c
    begun = literal(True) if until is None else columns.valid_from < until
    lasting = or_(columns.valid_to.is_(None), columns.valid_to > start)
    ended = exists().where(_ending.c.fact_id == columns.id, _ending.c.effective_at <= start)
    return and_(begun, lasting, ~ended)


def end_at(
    tx: Tx, fact: Fact, at: Instant | None, *, by: str | None, reason: str, **changed: Any
) -> Fact | None:
    """Let a fact with a term end now (None), or at a later moment; what then stands in its place.

    A row is never changed: the fact ends and is entered again with the shorter term, so that it
    can still be ended sooner; `changed` are further columns. For a fact without sealed columns,
    which are bound to their row.
    """
    if at is None or at <= tx.now:
        facts.end(tx, fact, by=by, reason=reason)
        return None
    kept = {
        column.name: getattr(fact, column.name)
        for column in type(fact).__table__.columns  # type: ignore[attr-defined]
        if column.name not in GENERATED
    }
    facts.end(tx, fact, by=by, reason=SHORTENED)
    begins = max(kept["valid_from"], tx.now)
    shorter = type(fact)(**{**kept, **changed, "valid_from": begins, "valid_to": at})
    return facts.enter(tx, fact.log_id, shorter)
