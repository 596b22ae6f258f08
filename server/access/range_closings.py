"""Closings of ranges that shared an entry, as they stand in a log: found again and read.

Owns what a closing is known by and what it says. Writes none: `sharing.py` does.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, select

from crypto.canonical import parse
from server.audit import service as audit
from server.audit.models import Entry
from server.audit.service import Draft
from server.clock import Instant
from server.database import Tx
from server.prepared import Prepared

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_ENDS = Prepared(
    select(_entry.c.seq, _entry.c.opening).where(
        _entry.c.log_id == bindparam("log"),
        _entry.c.object == bindparam("object"),
        _entry.c.kind == bindparam("kind"),
        _entry.c.outcome == bindparam("outcome"),
        _entry.c.seq > bindparam("begun_as"),
    )
)


def body_of(tx: Tx, log_id: str, entry: Any) -> Mapping[str, Any]:
    """What an entry (its `seq` and `opening`) says; nothing once the opening was dropped."""
    if entry.opening is None:
        return {}
    opened = audit.open_opening(tx, log_id, entry.seq, bytes(entry.opening))
    body: Mapping[str, Any] = parse(opened)["body"][1]
    return body


def last_range(tx: Tx, log_id: str, entry: Any) -> Instant | None:
    """When the last of the ranges was sent that this entry counts; None where it counts none."""
    body = body_of(tx, log_id, entry)
    return body["last"] if _counts(body) else None


def _counts(body: Mapping[str, Any]) -> bool:
    """The entry tells of ranges that shared one, and not of one transfer by itself."""
    return "ranges" in body


def count(tx: Tx, log_id: str, draft: Draft) -> int:
    """How many closings stand of the group that `draft` closes."""
    begun_as = draft.body["begun_as"]
    asked = {"object": draft.object, "kind": draft.kind, "outcome": draft.outcome}
    rows = _ENDS.rows(tx, {**asked, "log": log_id, "begun_as": begun_as})
    bodies = (body_of(tx, log_id, row) for row in rows)
    return sum(_counts(body) and body["begun_as"] == begun_as for body in bodies)
