"""Reading a log: its entries by what is asked, opened for those who may see into them.

Owns the order (newest first), the filters and the opening of entries. Decides nothing: whoever
calls holds a Grant, and the guard records this reading as it records any other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, or_, select, union_all
from sqlmodel import SQLModel

from crypto import digests
from crypto.canonical import parse
from crypto.errors import Unverified
from server.audit import service
from server.audit.models import Entry
from server.clock import Instant
from server.database import Tx

LONGEST_RUN = 1000
PROVIDED_BY = "provider_membership_id"

_entry: Table = Entry.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Opening:
    """What an entry's leaf commits to: values and the salts that prove them, and row digests."""

    actor: dict[str, Any]
    actor_salt: bytes
    body: dict[str, Any]
    body_salt: bytes
    rows: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which entries: every condition given must hold. `since` is included, `until` is not."""

    person: str | None = None
    object: str | None = None
    kind: str | None = None
    outcome: str | None = None
    since: Instant | None = None
    until: Instant | None = None


def opening_of(tx: Tx, log_id: str, row: Any) -> Opening | None:
    """An entry's opening, checked against its leaf; None where it was dropped after its retention.

    Raises Unverified when opening, leaf or the columns beside them do not belong together.
    """
    if row.opening is None:
        return None
    opened = parse(service.open_opening(tx, log_id, row.seq, row.opening))
    leaf = parse(row.leaf)
    try:
        salted = [(bytes.fromhex(salt), value) for salt, value in (opened["actor"], opened["body"])]
        commitments = [bytes.fromhex(leaf[name]) for name in ("actor", "body")]
        rows, vouched = list(opened["rows"]), leaf.get("rows")
        index = salted[0][1].get(service.INDEX)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unverified("opening or leaf is malformed") from None
    for commitment, (salt, value) in zip(commitments, salted, strict=True):
        digests.open_commitment(commitment, salt, value)
    if vouched != (service.fold(rows) if rows else None):
        raise Unverified("opening names other rows than its leaf")
    (actor_salt, actor), (body_salt, body) = salted
    if index != service.index_of(row):
        raise Unverified("the columns to search by are not those committed to")
    return Opening(actor, actor_salt, body, body_salt, rows)


def entries(
    tx: Tx, log_id: str, sought: Sought, *, limit: int, before: int | None
) -> tuple[Sequence[Row[Any]], int | None]:
    """Entries of a log, newest first, and the number to continue before, if there are more."""
    return _page(tx, [_entry.c.log_id == log_id, *_conditions(sought)], limit, before)


def own_entries(
    tx: Tx,
    log_id: str,
    person_id: str,
    memberships: Sequence[str],
    *,
    limit: int,
    before: int | None,
) -> tuple[Sequence[Row[Any]], int | None]:
    """A person's own acts, and all acts on what these memberships provided (matrix, table 2).

    What a membership provided is every row of a table that names its provider; an entry's object
    is then the table's name and the row's id. Lists count for their reader alone: that a thing was
    among those listed stands sealed in the body.
    """
    mine = [_entry.c.person_id == person_id]
    provided = list(_provided(memberships)) if memberships else []
    if provided:
        mine.append(_entry.c.object.in_(union_all(*provided)))
    # Refusals are left out: that one is there would say that what was asked for exists.
    shown = [_entry.c.log_id == log_id, _entry.c.outcome != "refused", or_(*mine)]
    return _page(tx, shown, limit, before)


def providing_tables() -> list[Table]:
    """The tables whose rows say which membership provided them."""
    known = SQLModel.metadata.tables
    return [known[name] for name in sorted(known) if {"id", PROVIDED_BY} <= {*known[name].c.keys()}]


def _provided(memberships: Sequence[str]) -> Iterator[Any]:
    for table in providing_tables():
        named = (f"{table.name}/" + table.c.id).label("object")
        yield select(named).where(table.c[PROVIDED_BY].in_(memberships))


def leaves(tx: Tx, log_id: str, start: int, end: int) -> list[Any]:
    """Leaves [start, end) exactly as hashed, at most `LONGEST_RUN`; for export and verification."""
    query = select(_entry.c.seq, _entry.c.leaf, _entry.c.leaf_hash).where(
        _entry.c.log_id == log_id, _entry.c.seq >= start, _entry.c.seq < end
    )
    return list(tx.connection.execute(query.order_by(_entry.c.seq).limit(LONGEST_RUN)))


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    columns = _entry.c
    for column, value in (
        (columns.person_id, sought.person),
        (columns.object, sought.object),
        (columns.kind, sought.kind),
        (columns.outcome, sought.outcome),
    ):
        if value is not None:
            yield column == value
    if sought.since is not None:
        yield columns.time >= sought.since
    if sought.until is not None:
        yield columns.time < sought.until


def _page(
    tx: Tx, conditions: Sequence[ColumnElement[bool]], limit: int, before: int | None
) -> tuple[Sequence[Row[Any]], int | None]:
    query = select(_entry).where(*conditions).order_by(_entry.c.seq.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(_entry.c.seq < before)
    rows = tx.connection.execute(query).all()
    shown = rows[:limit]
    return shown, (shown[-1].seq if len(rows) > limit else None)
