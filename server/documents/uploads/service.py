"""Uploads of many parts: begun, one part after another or side by side, completed or ended.

Owns the tables `upload` and `upload_part`, and modelled on draft-ietf-httpbis-resumable-upload what
may lie where. Only who began an upload goes on with it; when it ends by time is computed on read.
Completing reads no byte of content: `content/verifying.py` does that afterwards.
"""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Table, func, select

from server import jobs
from server.access.grant import Grant
from server.access.parts import Parts
from server.crashpoints import crashpoint
from server.documents import destruction
from server.documents.content import storing
from server.documents.content.manifest import Manifest, ManifestPart
from server.documents.content.receiving import Empty, Received, Slot
from server.documents.content.upload_limits import check_upload
from server.documents.content.versions import StoredVersion
from server.documents.upload_ending import SWEEP, end_one
from server.documents.upload_models import Upload, UploadPart
from server.documents.uploads.problems import (
    BeyondTotal,
    PartOverlaps,
    TooManyParts,
    TooManyUploads,
    UploadComplete,
    UploadGaps,
)
from server.documents.uploads.rows import (
    Arrived,
    Begun,
    Spans,
    Stretch,
    Told,
    arrived,
    find,
    forget,
    gaps,
    lifetime,
    named,
    part_told_at,
    seal,
    spans,
    told_at,
)
from server.ids import Id, new_id
from server.problems import TooLarge
from server.settings import MIB

MOST_PARTS, MOST_OPEN = 10_000, 100
LONGEST_PART = 64 * MIB

_upload: Table = Upload.__table__  # type: ignore[attr-defined]


def begin(grant: Grant, told: Told) -> Begun:
    """Begin an upload of a new version.

    Raises TooLarge, Empty, TooManyUploads, and as `check_takes` and `check_upload`.
    """
    limit = grant.parts.settings.max_upload_mib * MIB
    if told.total is not None and told.total > limit:
        raise TooLarge(None, limit=limit)
    if told.total == 0:
        raise Empty
    destruction.check_takes(grant)
    check_upload(grant, told.total)
    under_way = select(func.count()).where(
        _upload.c.document_id == grant.id, _upload.c.ended_at.is_(None)
    )
    if (grant.tx.connection.scalar(under_way) or 0) >= MOST_OPEN:
        raise TooManyUploads(None, limit=MOST_OPEN)
    id, expires_at = new_id(grant.now), grant.now + lifetime(grant.parts.settings)
    row = Upload(
        id=id,
        council_id=grant.council_id,
        document_id=grant.id,
        begun_at=grant.now,
        ended_at=None,
        told=seal(grant.tx, grant.council_id, told_at(id), asdict(told)),
    )
    grant.tx.session.add(row)
    jobs.later(grant.tx, SWEEP, id, due_at=expires_at)
    grant.note(upload=id)
    return Begun(id, grant.now, told, Spans((), expires_at))


def under_way(grant: Grant, upload_id: Id) -> Begun:
    """As `find`, for who wants to change it. Raises UploadComplete besides."""
    found = find(grant, upload_id)
    if isinstance(found, StoredVersion):
        raise UploadComplete(None, version=upload_id)
    return found


def check_place(begun: Begun, offset: int, length: int | None) -> None:
    """A part of this length (None: not announced) may lie at `offset`, or lies there already.

    Raises PartOverlaps, BeyondTotal, TooManyParts.
    """
    span = Stretch(offset=offset, length=length or 1)
    total = begun.told.total
    if total is not None and span.stop > total:
        raise BeyondTotal(None, total=total)
    there = [each for each in begun.there.spans if each.overlaps(span)]
    same = len(there) == 1 and there[0].offset == offset and length in (None, there[0].length)
    if there and not same:
        raise PartOverlaps(None, upload_offset=begun.there.prefix, there=named(there))
    if not there and len(begun.there.spans) >= MOST_PARTS:
        raise TooManyParts(None, limit=MOST_PARTS)


def add(grant: Grant, upload_id: Id, offset: int, slot: Slot, received: Received) -> bool:
    """Write the part whose object is now in the vault; False where the same part lies there.

    Raises as `under_way` and `check_place`; PartOverlaps too where other bytes lie at its place.
    """
    begun = under_way(grant, upload_id)
    check_place(begun, offset, received.length)
    here = Stretch(offset=offset, length=received.length)
    if here in begun.there.spans:
        if arrived(grant, begun, offset)[0].sha256 != received.sha256.hex():
            raise PartOverlaps(None, upload_offset=begun.there.prefix, there=named([here]))
        return False
    check_upload(grant, received.length, arrived=begun.there.received)
    told = {"upload": begun.id, "sha256": received.sha256.hex(), **asdict(here)}
    row = UploadPart(
        id=slot.part_id,
        upload_id=begun.id,
        start=offset,
        length=received.length,
        stored_at=grant.now,
        wrapped=slot.wrapped,
        told=seal(grant.tx, grant.council_id, part_told_at(slot.part_id), told),
    )
    grant.tx.session.add(row)
    grant.tx.flush()
    grant.note(upload=begun.id, part=slot.part_id, offset=offset, bytes=received.length)
    crashpoint("upload.part_written")
    return True


def complete(grant: Grant, upload_id: Id) -> StoredVersion:
    """Make a version of what was received, in one transaction; again gives the same version.

    Raises UploadGaps, Empty, NotFound, UploadEnded, Damaged, and as `check_upload`.
    """
    begun = find(grant, upload_id)
    if isinstance(begun, StoredVersion):
        return begun
    parts = arrived(grant, begun)
    if not parts:
        raise Empty
    missing = gaps(parts, begun.told.total)
    if missing:
        raise UploadGaps(None, upload_offset=begun.there.prefix, gaps=named(missing))
    check_upload(grant, 0, arrived=begun.there.received)
    stored = storing.write(grant, _manifest(grant, begun, parts), [part.wrapped for part in parts])
    crashpoint("upload.version_written")
    forget(grant.tx, upload_id)
    return stored


def _manifest(grant: Grant, begun: Begun, parts: Sequence[Arrived]) -> Manifest:
    whole = parts[0].sha256 if len(parts) == 1 else None
    return Manifest(
        council=grant.council_id,
        document=grant.id,
        version=begun.id,
        created=begun.begun_at,
        media_type=begun.told.media_type,
        file_name=begun.told.file_name,
        parts=tuple(ManifestPart(id=p.id, length=p.length, sha256=p.sha256) for p in parts),
        total=begun.there.received,
        sha256=begun.told.sha256 or whole,
    )


def prefix(parts: Parts, upload_id: Id) -> int:
    """How much of an upload has arrived from its beginning on; of one that is gone, nothing."""
    with parts.database.reading() as tx:
        upload = tx.session.get(Upload, upload_id)
        return spans(tx, upload, 0).prefix if upload else 0


def end(grant: Grant, upload_id: Id) -> None:
    """Give an upload up. Raises NotFound, UploadEnded, UploadComplete."""
    end_one(grant.tx, under_way(grant, upload_id).id)
    grant.note(upload=upload_id)
