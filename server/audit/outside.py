"""The newest checkpoint of each log, kept outside the database (LOG-5, LOG-8).

Owns the folder of these copies: one file per log, the note exactly as signed. Whoever can rewrite
the database, or puts back an older one, cannot make it agree with a copy that has gone ahead. Then
nothing is signed any more until a person has explained it; such a copy is never overwritten.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table, select

from crypto import notes
from crypto.errors import Unverified
from server.audit import checkpoints, proofs
from server.audit.models import Log
from server.audit.tally import Tally
from server.crashpoints import crashpoint
from server.database import Database, Tx
from server.settings import ReasonNotToStart

SUFFIX = ".note"
TEMPORARY = ".tmp-"
LOCK = ".lock"

_log: Table = Log.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A copy that the database does not continue: which log, in which way."""

    log_id: str
    code: str
    detail: str


class Tampered(ReasonNotToStart):
    """The database contradicts copies outside it; the message names each log and what to do."""

    def __init__(self, found: Sequence[Contradiction]) -> None:
        self.found = tuple(found)
        logs = "; ".join(f"{each.log_id}: {each.detail}" for each in found)
        super().__init__(
            "データベースが外部のチェックポイントと食い違います（巻き戻し・改ざんの疑い）。署名と変更を"
            f"止めました。 The database contradicts its checkpoints outside ({logs}). Signing and "
            "changing are stopped. Run `kyogikai-server fsck`; put back the newest database. If an "
            "older backup was restored on purpose, move the copies away, and say so to the councils"
        )


def keep(database: Database, tally: Tally, folder: Path) -> list[str]:
    """What `serve` does at its start and at most every 10 seconds; the logs signed anew.

    Records due counts of refusals; finds out whether the database still continues every copy
    outside; signs what has grown; brings the copies up to date. Raises Tampered, and from then on
    this process signs nothing (`checkpoints.SigningWithheld`). Raises OSError when the copies
    cannot be read or written.
    """
    tally.flush()
    with _alone(folder):
        copies = read(folder)
        try:
            _compare(database, copies)
            signed = checkpoints.sign_all(database)
            _bring_up_to_date(database, folder, copies)
        except Tampered as found:
            database.keyring.withheld = str(found)
            raise
    return signed


def _compare(database: Database, copies: dict[str, bytes]) -> None:
    with database.reading() as tx:
        if found := list(contradictions(tx, copies)):
            raise Tampered(found)


def read(folder: Path) -> dict[str, bytes]:
    """The copies as they lie in the folder, by log. Read before the database, never after: what
    was copied from it can then only be older than what it holds.
    """
    return {file.name.removesuffix(SUFFIX): file.read_bytes() for file in _files(folder)}


def contradictions(tx: Tx, copies: dict[str, bytes]) -> Iterator[Contradiction]:
    """Every copy that this database does not continue: ahead of it, of another history, unreadable,
    or of a log it does not have.
    """
    for log_id, note in sorted(copies.items()):
        head = tx.connection.execute(select(_log).where(_log.c.id == log_id)).one_or_none()
        if head is None:
            yield Contradiction(log_id, "outside_unknown", "the database has no such log")
            continue
        try:
            copy = notes.open_checkpoint(note, checkpoints.verifier(tx.keyring, head.origin))
        except Unverified as error:
            yield Contradiction(log_id, "outside_unreadable", str(error))
            continue
        if copy.size > head.size:
            detail = f"{copy.size} entries were signed, the database has {head.size}"
            yield Contradiction(log_id, "outside_ahead", detail)
        elif not _continues(tx, head, copy):
            detail = f"the first {copy.size} entries are not those that were signed"
            yield Contradiction(log_id, "outside_inconsistent", detail)


def _continues(tx: Tx, head: proofs.Head, copy: notes.Checkpoint) -> bool:
    try:
        proofs.extension(tx, head.id, copy, proofs.stored_head(head))
    except (proofs.LogDamaged, Unverified):
        return False
    return True


def _bring_up_to_date(database: Database, folder: Path, copies: dict[str, bytes]) -> None:
    """Write the newest checkpoint of every log whose copy is another, once proved to extend it."""
    with database.reading() as tx:
        for log_id in tx.connection.scalars(select(_log.c.id)).all():
            try:
                newest = _extending(tx, log_id, copies.get(log_id))
            except proofs.NoCheckpoint:
                continue  # begun since the others were signed
            except proofs.LogDamaged as error:
                detail = str(error)
                raise Tampered([Contradiction(log_id, "outside_inconsistent", detail)]) from error
            if newest is not None:
                _write(folder, log_id, newest)


def _extending(tx: Tx, log_id: str, known: bytes | None) -> bytes | None:
    """The newest note of a log, proved to extend the known one; None if that is the newest."""
    newest = proofs.signed(tx, log_id)
    if known == newest.note:
        return None
    if known is not None:
        before = notes.open_checkpoint(known, newest.verifier)
        proofs.extension(tx, log_id, before, newest.checkpoint)
    return newest.note


def _write(folder: Path, log_id: str, note: bytes) -> None:
    """Replace a copy so that a crash leaves the old or the new one, whole."""
    temporary = folder / f"{TEMPORARY}{log_id}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    crashpoint("outside.synced")
    temporary.rename(folder / f"{log_id}{SUFFIX}")
    crashpoint("outside.renamed")
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: otherwise a slow one could put an older copy over a newer."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _files(folder: Path) -> list[Path]:
    files = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    return [file for file in files if not file.name.startswith(".")]
