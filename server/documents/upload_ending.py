"""Uploads that end before they are complete: given up, with their council, with their document.

Owns that they have ended from now on. Their objects and rows go with a job (`uploads/sweeping.py`).
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, select, update

from server import jobs
from server.database import Tx
from server.documents.upload_models import Upload
from server.ids import Id

SWEEP = "documents.sweep_upload"

_upload: Table = Upload.__table__  # type: ignore[attr-defined]


def end_all(tx: Tx, council_id: Id) -> int:
    """End every upload to a council that is under way (it closes); how many."""
    return _end(tx, _upload.c.council_id == council_id)


def end_of_document(tx: Tx, document_id: Id) -> int:
    """End every upload to a document that is under way (its content is destroyed); how many."""
    return _end(tx, _upload.c.document_id == document_id)


def end_one(tx: Tx, upload_id: Id) -> None:
    """End an upload that is under way (it is given up)."""
    _end(tx, _upload.c.id == upload_id)


def _end(tx: Tx, which: ColumnElement[bool]) -> int:
    tx.flush()
    query = select(_upload.c.id).where(which, _upload.c.ended_at.is_(None))
    ids: Sequence[Id] = tx.connection.scalars(query.order_by(_upload.c.id)).all()
    for id in ids:
        tx.connection.execute(update(_upload).where(_upload.c.id == id).values(ended_at=tx.now))
        jobs.later(tx, SWEEP, id)
    return len(ids)
