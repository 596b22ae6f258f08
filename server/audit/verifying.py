"""Verification of one log: every leaf, the tree over them, the head, every checkpoint.

Owns what a sound log is. Reads only; recomputes everything from the leaves and believes no stored
hash. What leaves vouch for is handed on (`server/audit/evidence.py` compares the rows).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Table

from crypto import merkle, notes
from crypto.canonical import parse
from crypto.errors import Unverified
from server.audit import checkpoints, reading, service, stored
from server.audit.faults import Findings
from server.audit.models import Entry, SignedCheckpoint, Subtree
from server.database import Tx
from server.keyring import KeyProblem
from server.keys import service as keys

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_subtree: Table = Subtree.__table__  # type: ignore[attr-defined]
_checkpoint: Table = SignedCheckpoint.__table__  # type: ignore[attr-defined]
COLUMNS = {"time": "time", "kind": "type", "object": "object", "outcome": "outcome"}
TILE_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Vouched:
    """What one leaf says of rows: their digests (None where only the opening had them) and fold."""

    digests: list[str] | None
    folded: list[str] | str


@dataclass(slots=True)
class _Walk:
    """Where verification of one log stands: everything that the leaves so far determine."""

    tx: Tx
    log: Row[Any]
    findings: Findings
    signed: Iterator[Row[Any]]
    opens: bool
    due: Row[Any] | None = None
    expected: int = 0
    last_time: int = 0
    rights_epoch: int = 0
    tree: merkle.CompactRange = field(default_factory=merkle.CompactRange)
    subtrees: dict[tuple[int, int], bytes] = field(default_factory=dict)
    vouched: dict[int, Vouched] = field(default_factory=dict)
    torn: bool = False

    def fault(self, code: str, seq: int | None = None, table: str = "entry", **more: str) -> None:
        self.findings.fault(code, table=table, log=self.log.id, seq=seq, **more)


def verify(tx: Tx, log: Row[Any], findings: Findings) -> dict[int, Vouched]:
    """Verify one log, given its stored head; what its leaves vouch for, by entry number."""
    here = {"log_id": log.id}
    signed = stored.rows(tx, _checkpoint, here, order="size")
    walk = _Walk(tx, log, findings, signed, _key_opens(tx, log, findings))
    walk.due = next(signed, None)
    findings.counted["logs"] += 1
    _check_checkpoints(walk)
    for row in stored.rows(tx, _entry, here, order="seq"):
        findings.counted["entries"] += 1
        _step(walk, row)
    _check_head(walk)
    _check_subtrees(walk)
    if walk.due is not None:
        seq = walk.due.size
        walk.fault("checkpoint_root", seq, "checkpoint", detail="signed beyond the last entry")
    return walk.vouched


def _key_opens(tx: Tx, log: Row[Any], findings: Findings) -> bool:
    try:
        keys.key(tx, service.owner(log.id), keys.OPENING)
    except KeyProblem as error:
        findings.fault("key", table="key_version", log=log.id, detail=str(error))
        return False
    return True


def _step(walk: _Walk, row: Row[Any]) -> None:
    try:
        stored.values(_entry, row)
    except ValueError as error:
        walk.fault("value", walk.expected, detail=f"column {error}")
        walk.torn, walk.expected = True, walk.expected + 1
        return
    if row.seq != walk.expected:
        walk.fault("entry_missing", walk.expected, detail=f"the next one is {row.seq}")
        walk.torn = True
    walk.expected = row.seq + 1
    _check_entry(walk, row)
    _grow(walk, row)
    _check_checkpoints(walk)


def _check_entry(walk: _Walk, row: Row[Any]) -> None:
    if merkle.leaf_hash(row.leaf) != row.leaf_hash:
        walk.fault("leaf_hash", row.seq)
    try:
        leaf = parse(row.leaf)
        where = (leaf["v"], leaf["log"], leaf["seq"])
        columns = {column: leaf[name] for column, name in COLUMNS.items()}
    except (Unverified, KeyError, TypeError):
        walk.fault("leaf_malformed", row.seq)
        return
    if where != (1, walk.log.origin, row.seq):
        walk.fault("leaf_elsewhere", row.seq)
    for column, value in columns.items():
        if getattr(row, column) != value:
            walk.fault("entry_column", row.seq, detail=column)
    if row.time < walk.last_time:
        walk.fault("time_backwards", row.seq)
    walk.last_time = row.time
    _check_opening(walk, row, leaf)


def _check_opening(walk: _Walk, row: Row[Any], leaf: dict[str, Any]) -> None:
    folded, digests = leaf.get("rows"), None
    try:
        opening = reading.opening_of(walk.tx, walk.log.id, row) if walk.opens else None
    except Unverified as error:
        walk.fault("opening", row.seq, detail=str(error))
        opening = None
    else:
        walk.findings.counted["openings"] += opening is not None
        if row.opening is None and service.index_of(row) != [None, None, None]:
            walk.fault("entry_column", row.seq, detail="a column outlived the opening")
    if folded is None:
        return
    if not isinstance(folded, str) and not all(isinstance(each, str) for each in folded):
        walk.fault("leaf_malformed", row.seq, detail="rows")
        return
    walk.rights_epoch += 1
    if isinstance(folded, list):
        digests = folded
    elif opening is not None:
        digests = opening.rows
    walk.vouched[row.seq] = Vouched(digests, folded)


def _grow(walk: _Walk, row: Row[Any]) -> None:
    """Add the leaf to the tree. Its stored hash stands in where the leaf itself was changed, so
    that one changed leaf is one fault and not one for each root above it.
    """
    done = walk.tree.completed_by(row.leaf_hash)
    for level in range(TILE_LEVELS, len(done), TILE_LEVELS):
        walk.subtrees[level, walk.tree.size >> level] = done[level]
    walk.tree = walk.tree.append(row.leaf_hash)


def _check_checkpoints(walk: _Walk) -> None:
    while walk.due is not None and walk.due.size == walk.tree.size:
        row, walk.due = walk.due, next(walk.signed, None)
        walk.findings.counted["checkpoints"] += 1
        verifier = checkpoints.verifier(walk.tx.keyring, walk.log.origin)
        try:
            note = stored.values(_checkpoint, row)["note"]
            checkpoint = notes.open_checkpoint(note, verifier)
        except (Unverified, ValueError) as error:
            walk.fault("checkpoint", row.size, "checkpoint", detail=str(error))
            continue
        if checkpoint.size != row.size:
            walk.fault("checkpoint", row.size, "checkpoint", detail=f"of size {checkpoint.size}")
        elif checkpoint.root != walk.tree.root() and not walk.torn:
            walk.fault("checkpoint_root", row.size, "checkpoint")
            walk.torn = True  # every later root differs for the same reason


def _check_head(walk: _Walk) -> None:
    log = walk.log
    found: dict[str, object] = {
        "size": walk.expected,
        "last_time": walk.last_time,
        "rights_epoch": walk.rights_epoch,
    }
    if not walk.torn:
        found["range"] = walk.tree.encode()
    for column, value in found.items():
        if getattr(log, column) != value:
            walk.fault("head", None, "log", row=log.id, detail=column)
    if walk.expected == 0:
        walk.fault("entry_missing", 0, detail="a log begins with an entry")


def _check_subtrees(walk: _Walk) -> None:
    computed = {} if walk.torn else walk.subtrees
    for row in stored.rows(walk.tx, _subtree, {"log_id": walk.log.id}):
        walk.findings.counted["subtrees"] += 1
        if not walk.torn and computed.pop((row.level, row.position), None) != row.hash:
            walk.fault("subtree", None, "subtree", row=f"{row.level}/{row.position}")
    for level, position in computed:
        walk.fault("subtree", None, "subtree", row=f"{level}/{position}", detail="missing")
