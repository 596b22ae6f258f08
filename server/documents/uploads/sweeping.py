"""The job that ends uploads: those given up, those of a closed council, those nobody went on with.

Owns removing their objects and rows. That an upload has ended does not wait for it: an ended one
takes no part any more, so its objects can go first, and a job that was killed begins again.
"""

from sqlalchemy import Table, select

from server import jobs
from server.access.parts import Parts
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.service import Draft
from server.crashpoints import crashpoint
from server.database import Tx
from server.documents.upload_ending import SWEEP
from server.documents.upload_models import Upload, UploadPart
from server.documents.uploads.rows import forget, lifetime, spans
from server.ids import Id

_upload: Table = Upload.__table__  # type: ignore[attr-defined]
_part: Table = UploadPart.__table__  # type: ignore[attr-defined]


def sweep_upload(parts: Parts, upload_id: Id) -> None:
    """Remove an upload that has ended, with an entry; look again later where it has not."""
    with parts.database.changing() as tx:
        council_id = tx.connection.scalar(
            select(_upload.c.council_id).where(_upload.c.id == upload_id)
        )
        if council_id is None:
            return
        audit.lock(tx, council_id)
        upload = tx.session.get(Upload, upload_id)
        if upload is None:
            return  # it was completed meanwhile
        found = spans(tx, upload, lifetime(parts.settings))
        if upload.ended_at is None and found.expires_at > tx.now:
            jobs.later(tx, SWEEP, upload_id, due_at=found.expires_at)
            return
        _remove(parts, tx, upload_id)
        ended_at = found.expires_at if upload.ended_at is None else upload.ended_at
        facts = {"upload": upload_id, "ended_at": ended_at, "bytes": found.received}
        draft = Draft(
            kind="document.upload_ended",
            object=f"document/{upload.document_id}",
            outcome="done",
            body=facts,
            policy=parts.policy.digest,
        )
        audit.append(tx, council_id, draft)
        checkpoints.sign(tx, council_id)


def _remove(parts: Parts, tx: Tx, upload_id: Id) -> None:
    query = select(_part.c.id).where(_part.c.upload_id == upload_id).order_by(_part.c.id)
    for part_id in tx.connection.scalars(query).all():
        parts.vault.remove(part_id)
        crashpoint("upload.object_swept")
    forget(tx, upload_id)
    crashpoint("upload.rows_swept")
