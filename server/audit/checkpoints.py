"""Signed checkpoints: size and root of a log, as C2SP notes (tlog-checkpoint).

Owns the table `checkpoint`. A log never signs two roots for one size: the row's key forbids it,
and a checkpoint is signed under the log's lock, from the range the entries themselves produced.
Once a rollback has been detected (server/audit/outside.py) nothing is signed any more.
"""

from sqlalchemy import Table, insert, select

from crypto import keys, notes
from server.audit.models import Log, SignedCheckpoint
from server.audit.service import lock
from server.database import Database, Tx
from server.keyring import Keyring
from server.problems import Busy

_checkpoint: Table = SignedCheckpoint.__table__  # type: ignore[attr-defined]
_log: Table = Log.__table__  # type: ignore[attr-defined]


class SigningWithheld(Busy):
    code = "signing_withheld"
    ja = (
        "記録が外部の控えと食い違うため、署名と変更を止めています（閲覧は続けられます）。"
        "管理者に連絡してください（fsck）。"
    )
    en = (
        "The log disagrees with its copy outside the database: nothing is signed or changed until "
        "that is explained (reading goes on). Tell the operator (fsck)."
    )


def sign(tx: Tx, log_id: str) -> bytes:
    """Sign the log as it stands in this transaction; the note. Signing twice changes nothing.

    Raises SigningWithheld after a rollback was detected.
    """
    head = lock(tx, log_id)
    if tx.keyring.withheld is not None:
        raise SigningWithheld
    note = at(tx, log_id, head.size)
    if note is None:
        checkpoint = notes.Checkpoint(head.origin, head.size, head.range.root())
        note = notes.sign_checkpoint(checkpoint, tx.keyring.log_key)
        row = {"log_id": log_id, "size": head.size, "note": note}
        tx.connection.execute(insert(_checkpoint).values(row))
    return note


def at(tx: Tx, log_id: str, size: int) -> bytes | None:
    """The note that was signed for this size of a log, or None."""
    query = select(_checkpoint.c.note).where(
        _checkpoint.c.log_id == log_id, _checkpoint.c.size == size
    )
    note: bytes | None = tx.connection.scalar(query)
    return note


def latest(tx: Tx, log_id: str) -> SignedCheckpoint | None:
    """The newest checkpoint of a log, or None before the first."""
    query = select(SignedCheckpoint).where(_checkpoint.c.log_id == log_id)
    return tx.session.scalars(query.order_by(_checkpoint.c.size.desc()).limit(1)).first()


def verifier(keyring: Keyring, origin: str) -> notes.Verifier:
    """By which name and key the checkpoints of the log with this origin are verified."""
    return notes.Verifier(origin, keys.public_bytes(keyring.log_key))


def sign_all(database: Database) -> list[str]:
    """Sign every log that has grown since its last checkpoint (LOG-5: within 10 s of a leaf)."""
    with database.reading() as tx:
        signed = select(_checkpoint.c.size).where(
            _checkpoint.c.log_id == _log.c.id, _checkpoint.c.size == _log.c.size
        )
        grown = list(tx.connection.scalars(select(_log.c.id).where(~signed.exists())))
    for log_id in grown:
        with database.changing() as tx:
            sign(tx, log_id)
    return grown
