"""Watching over documents: suspending access, and who read what.

Owns the denials of kind `suspension` and the reading of accesses from the log. Never opens content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from crypto.canonical import parse
from server.access.grant import Grant
from server.access.models import Denial
from server.access.vocabulary import Action, KindName
from server.audit import facts
from server.audit import service as audit
from server.audit.facts import holds
from server.audit.models import Entry
from server.clock import Instant
from server.database import Tx
from server.identity import service as identity
from server.ids import Id, new_id
from server.keys.service import seal_field
from server.prepared import Prepared
from server.problems import Conflict

SUSPENSION = "suspension"
READS = {f"{KindName.DOCUMENT}.{Action.READ}", f"{KindName.DOCUMENT}.{Action.DOWNLOAD}"}

_denial: Table = Denial.__table__  # type: ignore[attr-defined]
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
    """One access to a document: `act` is metadata, content or download."""

    seq: int
    time: Instant
    person: Id
    name: str
    act: str


def suspend(grant: Grant, reason: str) -> None:
    """Take the document from everybody but provider and officers, until resumed."""
    if _suspensions(grant):
        raise Suspended
    row_id, council_id = new_id(grant.now), grant.council_id
    denial = Denial(
        id=row_id,
        council_id=council_id,
        thing_id=grant.id,
        person_id=None,
        kind=SUSPENSION,
        reason=seal_field(grant.tx, council_id, ("denial", "reason", row_id), reason),
        made_by=grant.person_id,
    )
    facts.enter(grant.tx, council_id, denial)


def resume(grant: Grant) -> None:
    """End the suspension. Raises NotSuspended."""
    standing = _suspensions(grant)
    if not standing:
        raise NotSuspended
    for denial in standing:
        facts.end(grant.tx, denial, by=grant.person_id, reason="resumed")


def _suspensions(grant: Grant) -> Sequence[Denial]:
    query = select(Denial).where(
        _denial.c.thing_id == grant.id, _denial.c.kind == SUSPENSION, holds(_denial)
    )
    return grant.tx.session.scalars(query, {"now": grant.now}).all()


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
    """What the entry's sealed body says was opened: a HEAD request opens nothing."""
    if not _opened(grant.tx, grant.log_id, row):
        return "metadata"
    return "download" if row.kind.endswith(f".{Action.DOWNLOAD}") else "content"


def _opened(tx: Tx, log_id: str, row: Any) -> bool:
    if row.opening is None:
        return False
    opening = parse(audit.open_opening(tx, log_id, row.seq, bytes(row.opening)))
    return "opened" in opening["body"][1]
