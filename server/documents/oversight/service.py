"""Watching over documents: suspending access, and who read what.

Owns the denials of kind `suspension` and the reading of accesses from the log. Never opens content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from server.access import denials
from server.access.grant import Grant
from server.access.models import Denial
from server.access.vocabulary import Action, KindName
from server.audit import facts
from server.audit.models import Entry
from server.clock import Instant
from server.documents.letting_out import SHOWN, TAKEN_OUT, kind_of, let_out
from server.identity import service as identity
from server.ids import Id
from server.prepared import Prepared
from server.problems import Conflict

SUSPENSION = "suspension"
READS = (kind_of(Action.READ), *SHOWN)

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_ACCESSES = Prepared(
    select(_entry.c.seq, _entry.c.time, _entry.c.kind, _entry.c.person_id, _entry.c.opening)
    .where(
        _entry.c.log_id == bindparam("log"),
        _entry.c.object == bindparam("object"),
        _entry.c.kind.in_(sorted(READS)),
        _entry.c.outcome == "allowed",
        _entry.c.seq < bindparam("before"),
    )
    .order_by(_entry.c.seq.desc())
    .limit(bindparam("most"))
)
_AFTER_ALL = 2**53


class NotSuspended(Conflict):
    code = "not_suspended"
    ja = "停止されていません。"
    en = "It is not suspended."


class Suspended(Conflict):
    code = "already_suspended"
    ja = "既に停止されています。"
    en = "It is suspended already."


@dataclass(frozen=True, slots=True)
class Access:
    """One access to a document: `act` is metadata, content, or how it was taken out."""

    seq: int
    time: Instant
    person: Id
    name: str
    act: str


def suspend(grant: Grant, reason: str) -> None:
    """Take the document from everybody but provider and officers, until resumed."""
    if _suspensions(grant):
        raise Suspended
    denials.deny(grant, SUSPENSION, reason)


def resume(grant: Grant) -> None:
    """End the suspension. Raises NotSuspended."""
    standing = _suspensions(grant)
    if not standing:
        raise NotSuspended
    for denial in standing:
        facts.end(grant.tx, denial, by=grant.person_id, reason="resumed")


def _suspensions(grant: Grant) -> Sequence[Denial]:
    return denials.standing(grant.tx, grant.id, SUSPENSION)


def accesses(grant: Grant, *, before: int | None, limit: int) -> tuple[list[Access], int | None]:
    """Who read the document, newest first, and where the next page begins.

    An entry whose index columns were dropped at the end of their retention is not listed.
    """
    rows = _ACCESSES.rows(
        grant.tx,
        {
            "log": grant.log_id,
            "object": f"{KindName.DOCUMENT}/{grant.id}",
            "before": before or _AFTER_ALL,
            "most": limit + 1,
        },
    )
    found = [_access(grant, row) for row in rows[:limit] if row.person_id is not None]
    grant.note(accesses=[access.seq for access in found])
    return found, (rows[limit - 1].seq if len(rows) > limit else None)


def _access(grant: Grant, row: Any) -> Access:
    name = identity.name_of(grant.tx, row.person_id)
    return Access(row.seq, row.time, row.person_id, name, _act(grant, row))


def _act(grant: Grant, row: Any) -> str:
    if not let_out(grant.tx, grant.log_id, row):
        return "metadata"
    return TAKEN_OUT.get(row.kind, "content")
