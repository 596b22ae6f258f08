"""Proofs of inclusion and consistency over a stored log (RFC 6962, 2.1).

Owns how the hash of any perfect subtree is had from few rows: leaf hashes, and one row for each
full 256-wide subtree. Every proof is checked against signed checkpoints before it leaves; a proof
that does not hold is never given out, since it would prove the damage to whoever asked.
"""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Table, func, select

from crypto import merkle, notes
from crypto.errors import Unverified
from server.audit import checkpoints
from server.audit.models import Entry, Log, SignedCheckpoint, Subtree
from server.audit.service import TILE
from server.database import Tx
from server.problems import NotFound, Problem

_log: Table = Log.__table__  # type: ignore[attr-defined]
_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_subtree: Table = Subtree.__table__  # type: ignore[attr-defined]
_checkpoint: Table = SignedCheckpoint.__table__  # type: ignore[attr-defined]
TILE_LEVELS = 8


class LogDamaged(Problem):
    status, code = 500, "log_damaged"
    ja = (
        "記録が壊れているか書き換えられており、証明を出せません。管理者に連絡してください（fsck）。"
    )
    en = "The log is damaged or was changed: no proof can be given. Tell the operator (fsck)."


class NoCheckpoint(NotFound):
    code = "no_checkpoint"
    ja = "この大きさで署名したものはありません。/log/checkpoint が答えた大きさを使ってください。"
    en = "No checkpoint was signed for this size. Use a size that /log/checkpoint has answered."


class NoEntry(NotFound):
    code = "no_entry"
    ja = "署名された記録にその番号はありません（新しい記録は10秒以内に署名されます）。"
    en = "No such entry is signed: seq lies below size, old at most at new (signed within 10 s)."


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint, verified: the note as signed, what it says, and by which key."""

    note: bytes
    checkpoint: notes.Checkpoint
    verifier: notes.Verifier


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf stands at `seq` of the tree a checkpoint commits to."""

    seq: int
    leaf_hash: bytes
    hashes: list[bytes]
    signed: Signed


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the newer tree begins with all leaves of the older one, unchanged."""

    old: Signed
    new: Signed
    hashes: list[bytes]


class Head(Protocol):
    """A row of `log`: what the database says of a log as a whole."""

    id: str
    origin: str
    size: int
    range: bytes


class Hashes:
    """Hashes of perfect subtrees of one log, as one transaction sees them.

    Rows are fetched by runs of at most 256 that lie under one 256-wide subtree, each run once.
    """

    def __init__(self, tx: Tx, log_id: str) -> None:
        self._tx, self._log_id = tx, log_id
        self._runs: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of Node(level, index). Raises LogDamaged when a row for it is missing."""
        base = level - level % TILE_LEVELS
        width = 1 << (level - base)
        first = index * width
        run = self._run(base, first // TILE)[first % TILE : first % TILE + width]
        if len(run) != width:
            raise LogDamaged(f"hashes of level {base} from {first} on are missing")
        return merkle.root_hash(run)

    def _run(self, level: int, position: int) -> list[bytes]:
        run = self._runs.get((level, position))
        if run is None:
            run = self._runs[level, position] = self._fetch(level, position * TILE)
        return run

    def _fetch(self, level: int, first: int) -> list[bytes]:
        table, order = (_entry, _entry.c.seq) if level == 0 else (_subtree, _subtree.c.position)
        query = select(order, _entry.c.leaf_hash if level == 0 else _subtree.c.hash).where(
            table.c.log_id == self._log_id, order.between(first, first + TILE - 1)
        )
        if level:
            query = query.where(_subtree.c.level == level)
        rows = self._tx.connection.execute(query.order_by(order)).all()
        # A gap must not shift what follows it.
        return [each for at, (number, each) in enumerate(rows) if number == first + at]


def verifier_of(tx: Tx, log_id: str) -> notes.Verifier:
    """By which name and key a log's checkpoints are verified. Raises NoCheckpoint for no log."""
    origin = tx.connection.scalar(select(_log.c.origin).where(_log.c.id == log_id))
    if origin is None:
        raise NoCheckpoint
    return checkpoints.verifier(tx.keyring, origin)


def signed(tx: Tx, log_id: str, size: int | None = None) -> Signed:
    """The checkpoint of this size (None: the newest), verified. Raises NoCheckpoint, LogDamaged."""
    verifier = verifier_of(tx, log_id)
    if size is None:
        newest = select(func.max(_checkpoint.c.size)).where(_checkpoint.c.log_id == log_id)
        size = tx.connection.scalar(newest)
    note = None if size is None else checkpoints.at(tx, log_id, size)
    if note is None:
        raise NoCheckpoint
    try:
        checkpoint = notes.open_checkpoint(note, verifier)
    except Unverified as error:
        raise LogDamaged(str(error)) from error
    if checkpoint.size != size:
        raise LogDamaged("a checkpoint stands under another size than its own")
    return Signed(note, checkpoint, verifier)


def inclusion(tx: Tx, log_id: str, seq: int, size: int | None = None) -> Inclusion:
    """Prove that entry `seq` is in the tree of the checkpoint of `size` (None: the newest).

    Raises NoCheckpoint, NoEntry, LogDamaged.
    """
    against = signed(tx, log_id, size)
    size, root = against.checkpoint.size, against.checkpoint.root
    if not 0 <= seq < size:
        raise NoEntry
    hashes = Hashes(tx, log_id)
    leaf_hash, proof = hashes(0, seq), merkle.inclusion_proof(seq, size, hashes)
    try:
        merkle.verify_inclusion(leaf_hash, seq, size, proof, root)
    except Unverified as error:
        raise LogDamaged(str(error)) from error
    return Inclusion(seq, leaf_hash, proof, against)


def consistency(tx: Tx, log_id: str, old: int, new: int | None = None) -> Consistency:
    """Prove that the tree of checkpoint `new` (None: the newest) extends that of checkpoint `old`.

    Raises NoCheckpoint, NoEntry, LogDamaged.
    """
    newer = signed(tx, log_id, new)
    if old > newer.checkpoint.size:
        raise NoEntry
    older = signed(tx, log_id, old)
    proof = extension(tx, log_id, older.checkpoint, newer.checkpoint)
    return Consistency(older, newer, proof)


def extension(tx: Tx, log_id: str, old: notes.Checkpoint, new: notes.Checkpoint) -> list[bytes]:
    """The proof that one state of a log extends another. Raises LogDamaged when it does not."""
    proof = merkle.consistency_proof(old.size, new.size, Hashes(tx, log_id))
    try:
        merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
    except Unverified as error:
        raise LogDamaged(str(error)) from error
    return proof


def stored_head(head: Head) -> notes.Checkpoint:
    """The state that a row of `log` claims. Raises Unverified when its range does not fit."""
    root = merkle.CompactRange.decode(head.size, head.range).root()
    return notes.Checkpoint(head.origin, head.size, root)
