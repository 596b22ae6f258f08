"""Appending to a log, in the transaction of the act it records.

An entry's leaf holds ids and salted commitments only; what was committed to is sealed beside it
(LOG-2, LOG-3). The columns to search by are part of what the actor's commitment covers, so
that none of them can be changed unseen. Nothing here reads the time: an entry's time is the
transaction's, or the previous entry's where a clock went backwards.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from crypto import digests, merkle, sealing
from crypto.canonical import canonical
from server.audit.models import SYSTEM, Entry, Log, Subtree
from server.clock import Instant
from server.database import Tx
from server.keys import service as keys
from server.keys.models import INSTALLATION
from server.prepared import Prepared

SALT_SIZE = 32
TILE = 256
MAX_LEAF = 4096
INDEX = "index"

_log: Table = Log.__table__  # type: ignore[attr-defined]
_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_subtree: Table = Subtree.__table__  # type: ignore[attr-defined]
_HEAD = Prepared(select(_log).where(_log.c.id == bindparam("log_id")).with_for_update())
_ADVANCE = Prepared(
    update(_log)
    .where(_log.c.id == bindparam("log_id"))
    .values({name: bindparam(f"new_{name}") for name in ("size", "range", "last_time")})
    .values(rights_epoch=_log.c.rights_epoch + bindparam("raised"))
)
_INSERT = Prepared(insert(_entry))
_EPOCH = Prepared(select(_log.c.rights_epoch).where(_log.c.id == bindparam("log_id")))


@dataclass(frozen=True, slots=True)
class Head:
    """A log's head as this transaction, which holds its lock, sees it."""

    id: str
    origin: str
    range: merkle.CompactRange
    last_time: Instant
    rights_epoch: int

    @property
    def size(self) -> int:
        """How many entries the log has; also the number of the next one."""
        return self.range.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be recorded. `actor` and `body` are committed to and sealed, never in the leaf.

    `kind` is `thing.verb`; `object` is `kind/id`; `outcome` is allowed, refused or done.
    """

    kind: str
    object: str
    outcome: str
    actor: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    person_id: str | None = None
    organisation_id: str | None = None
    address_digest: bytes | None = None
    mark: bytes | None = None
    policy: str = ""
    request: str = ""


def create(tx: Tx, log_id: str, origin: str) -> None:
    """Begin an empty log; its origin never changes afterwards."""
    tx.connection.execute(
        insert(_log).values(
            id=log_id, origin=origin, size=0, range=b"", last_time=0, rights_epoch=0
        )
    )


def lock(tx: Tx, log_id: str) -> Head:
    """The head of a log, locked until this transaction ends. Raises KeyError for no such log."""
    head: Head | None = tx.heads.get(log_id)
    if head is None:
        row = _HEAD.row(tx, {"log_id": log_id})
        if row is None:
            raise KeyError(log_id)
        # Whoever waited for the lock took their moment before: what was recorded meanwhile is past.
        tx.now = max(tx.now, row.last_time)
        compact = merkle.CompactRange.decode(row.size, row.range)
        head = Head(row.id, row.origin, compact, row.last_time, row.rights_epoch)
        tx.heads[log_id] = head
    return head


def rights_epoch(tx: Tx, log_id: str) -> int:
    """How often rights have changed by entries of this log. Raises KeyError for no such log."""
    row = _EPOCH.row(tx, {"log_id": log_id})
    if row is None:
        raise KeyError(log_id)
    epoch: int = row.rights_epoch
    return epoch


def append(tx: Tx, log_id: str, draft: Draft) -> int:
    """Append one entry, vouching for the facts entered since the last; its number."""
    return write(tx, log_id, [draft])[0]


def write(tx: Tx, log_id: str, drafts: Sequence[Draft]) -> list[int]:
    """Append entries in order; their numbers. The facts entered before go to the first.

    Raises ValueError for an entry that has no canonical form or whose leaf would exceed 4 KiB.
    """
    head = lock(tx, log_id)
    facts = tx.evidence.pop(log_id, [])
    rows, numbers, rights = [], [], facts
    for draft in drafts:
        row = _row(tx, head, draft, rights)
        rows.append(row)
        numbers.append(head.size)
        head = replace(head, range=head.range.append(row["leaf_hash"]), last_time=row["time"])
        rights = []
    _INSERT.run_many(tx, rows)
    _advance(tx, head, raised=1 if facts else 0)
    _write_subtrees(tx, head, first=numbers[0])
    return numbers


def _row(tx: Tx, head: Head, draft: Draft, facts: list[str]) -> dict[str, Any]:
    actor_salt, body_salt = secrets.token_bytes(SALT_SIZE), secrets.token_bytes(SALT_SIZE)
    actor, body = {**draft.actor, INDEX: index_of(draft)}, dict(draft.body)
    time = max(tx.now, head.last_time)
    content: dict[str, Any] = {
        "v": 1,
        "log": head.origin,
        "seq": head.size,
        "time": time,
        "type": draft.kind,
        "object": draft.object,
        "actor": digests.commit(actor_salt, actor).hex(),
        "body": digests.commit(body_salt, body).hex(),
        "outcome": draft.outcome,
        "policy": draft.policy,
        "request": draft.request,
    }
    if facts:
        content["rows"] = fold(facts)
    leaf = canonical(content)
    if len(leaf) > MAX_LEAF:
        raise ValueError(f"a leaf of {len(leaf)} bytes: the limit is {MAX_LEAF}")
    opening = canonical(
        {"actor": [actor_salt.hex(), actor], "body": [body_salt.hex(), body], "rows": facts}
    )
    return {
        "log_id": head.id,
        "seq": head.size,
        "leaf": leaf,
        "leaf_hash": merkle.leaf_hash(leaf),
        "time": time,
        "kind": draft.kind,
        "object": draft.object,
        "outcome": draft.outcome,
        "person_id": draft.person_id,
        "organisation_id": draft.organisation_id,
        "address_digest": draft.address_digest,
        "mark": draft.mark,
        "opening": seal_opening(tx, head.id, head.size, opening),
    }


def index_of(row: Any) -> list[str | None]:
    """The columns to search by, of a draft or of a row, as the actor's commitment holds them. The
    mark's stands there only where there is one.
    """
    digest = row.address_digest
    index = [row.person_id, row.organisation_id, None if digest is None else digest.hex()]
    return index if row.mark is None else [*index, row.mark.hex()]


def fold(facts: Sequence[str]) -> list[str] | str:
    """Row digests as a leaf holds them: listed, or where they are many, one digest over all.

    A leaf stays within 4 KiB (LOG-2) although loading the programme enters hundreds of rows.
    """
    ordered = sorted(facts)
    return ordered if len(ordered) <= MAX_LEAF // 128 else digests.sha256(canonical(ordered)).hex()


def seal_opening(tx: Tx, log_id: str, seq: int, opening: bytes) -> bytes:
    """Seal an opening under the log owner's opening key, for this entry alone."""
    return sealing.seal(keys.key(tx, owner(log_id), keys.OPENING), opening, _place(log_id, seq))


def open_opening(tx: Tx, log_id: str, seq: int, sealed: bytes) -> bytes:
    """The opening of an entry. Raises Unverified when it was changed or moved."""
    return sealing.unseal(keys.key(tx, owner(log_id), keys.OPENING), sealed, _place(log_id, seq))


def owner(log_id: str) -> str:
    """Whose keys seal this log's openings."""
    return INSTALLATION if log_id == SYSTEM else log_id


def _place(log_id: str, seq: int) -> bytes:
    return b"kyogikai/opening/v1\0" + canonical([log_id, seq])


def _advance(tx: Tx, head: Head, raised: int) -> None:
    _ADVANCE.run(
        tx,
        {
            "log_id": head.id,
            "new_size": head.size,
            "new_range": head.range.encode(),
            "new_last_time": head.last_time,
            "raised": raised,
        },
    )
    tx.heads[head.id] = replace(head, rights_epoch=head.rights_epoch + raised)


def _write_subtrees(tx: Tx, head: Head, first: int) -> None:
    for index in range(first // TILE, head.size // TILE):
        leaves = _entry.c.seq.between(index * TILE, index * TILE + TILE - 1)
        query = select(_entry.c.leaf_hash).where(_entry.c.log_id == head.id, leaves)
        hashes = list(tx.connection.scalars(query.order_by(_entry.c.seq)))
        _write_subtree(tx, head.id, 8, index, hashes)


def _write_subtree(tx: Tx, log_id: str, level: int, position: int, hashes: list[bytes]) -> None:
    tx.connection.execute(
        insert(_subtree).values(
            log_id=log_id, level=level, position=position, hash=merkle.root_hash(hashes)
        )
    )
    if (position + 1) % TILE:
        return
    above = position // TILE
    span = _subtree.c.position.between(above * TILE, above * TILE + TILE - 1)
    query = select(_subtree.c.hash).where(
        _subtree.c.log_id == log_id, _subtree.c.level == level, span
    )
    full = list(tx.connection.scalars(query.order_by(_subtree.c.position)))
    _write_subtree(tx, log_id, level + 8, above, full)
