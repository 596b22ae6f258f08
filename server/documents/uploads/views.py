"""Uploads as their senders see them: under way, or the version they have become."""

from server.access.grant import Grant
from server.documents.content.versions import StoredVersion
from server.documents.uploads.rows import Begun, arrived
from server.documents.uploads.schemas import PartOut, UploadLimitsOut, UploadOut
from server.documents.uploads.service import LONGEST_PART, MOST_PARTS
from server.settings import MIB


def found(grant: Grant, found: Begun | StoredVersion, *, with_parts: bool) -> UploadOut:
    """An upload, or what it has become. Raises Damaged."""
    if isinstance(found, StoredVersion):
        return complete(grant, found, with_parts=with_parts)
    return begun(grant, found, with_parts=with_parts)


def begun(grant: Grant, upload: Begun, *, with_parts: bool = False) -> UploadOut:
    """An upload under way; `parts` are its parts where they are asked for. Raises Damaged."""
    told, there = upload.told, upload.there
    parts = arrived(grant, upload) if with_parts else []
    return UploadOut(
        id=upload.id,
        document=grant.id,
        file_name=told.file_name,
        media_type=told.media_type,
        length=told.total,
        sha256=told.sha256,
        offset=there.prefix,
        received=there.received,
        complete=False,
        begun_at=upload.begun_at,
        expires_at=there.expires_at,
        limits=_limits(grant),
        parts=[PartOut(offset=p.offset, length=p.length, sha256=p.sha256) for p in parts],
    )


def complete(grant: Grant, stored: StoredVersion, *, with_parts: bool) -> UploadOut:
    """An upload that has become a version."""
    manifest, parts, at = stored.manifest, [], 0
    for part in manifest.parts if with_parts else ():
        parts.append(PartOut(offset=at, length=part.length, sha256=part.sha256))
        at += part.length
    return UploadOut(
        id=manifest.version,
        document=manifest.document,
        file_name=manifest.file_name,
        media_type=manifest.media_type,
        length=manifest.total,
        sha256=manifest.sha256,
        offset=manifest.total,
        received=manifest.total,
        complete=True,
        begun_at=manifest.created,
        expires_at=None,
        limits=_limits(grant),
        parts=parts,
    )


def _limits(grant: Grant) -> UploadLimitsOut:
    size = grant.parts.settings.max_upload_mib * MIB
    return UploadLimitsOut(size=size, part=LONGEST_PART, parts=MOST_PARTS)
