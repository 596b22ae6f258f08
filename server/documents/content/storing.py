"""Writing a version: its row, its parts, its sealed manifest, and the job that reads it again.

Owns what every way to a new version has in common: one body, an upload of many parts, an older
version restored. What is written is never changed; whether it is whole is found out afterwards.
"""

from collections.abc import Sequence

from server import jobs
from server.access import content
from server.access.grant import Grant
from server.audit import facts
from server.documents import destruction
from server.documents.content import manifest as manifests
from server.documents.content.manifest import Manifest, ManifestPart, part_context
from server.documents.content.receiving import Received, Slot
from server.documents.content.versions import VERIFY, VERIFYING, StoredVersion
from server.documents.models import Part, Version
from server.ids import Id, new_id


def allot(grant: Grant, file_name: str | None = None, version_id: Id | None = None) -> Slot:
    """Ids and key of one object that is about to arrive; nothing is written yet.

    Without `version_id` it is the only part of a new version. Raises CouncilIsClosed,
    ContentDestroyed.
    """
    destruction.check_takes(grant)
    version_id, part_id = version_id or new_id(grant.now), new_id(grant.now)
    key, wrapped = content.new_content_key(grant.tx, grant.council_id, part_id)
    grant.note(version=version_id, part=part_id)
    return Slot(
        version_id=version_id,
        part_id=part_id,
        key=key,
        wrapped=wrapped,
        context=part_context(grant.council_id, grant.id, version_id, part_id),
        created=grant.now,
        file_name=file_name,
    )


def store(
    grant: Grant, slot: Slot, received: Received, media_type: str, file_name: str
) -> StoredVersion:
    """Write the version whose one object is now in the vault."""
    digest = received.sha256.hex()
    manifest = Manifest(
        council=grant.council_id,
        document=grant.id,
        version=slot.version_id,
        created=slot.created,
        media_type=media_type,
        file_name=file_name,
        parts=(ManifestPart(id=slot.part_id, length=received.length, sha256=digest),),
        total=received.length,
        sha256=digest,
    )
    return write(grant, manifest, [slot.wrapped])


def write(grant: Grant, manifest: Manifest, wraps: Sequence[bytes]) -> StoredVersion:
    """Write a version with the wraps of its parts, and have it read again (a job).

    A restored version has no parts of its own: they are its origin's. Raises CouncilIsClosed,
    ContentDestroyed: also where that came about while the content arrived.
    """
    destruction.check_takes(grant)
    version = Version(
        id=manifest.version,
        council_id=manifest.council,
        document_id=manifest.document,
        created_by=grant.person_id,
        manifest=manifests.seal(grant.tx, manifest),
        size=manifest.total,
        origin_id=manifest.origin,
    )
    facts.enter(grant.tx, grant.council_id, version)
    if manifest.origin is None:
        facts.enter_all(grant.tx, grant.council_id, _parts(manifest, wraps))
    jobs.later(grant.tx, VERIFY, manifest.version)
    grant.note(version=manifest.version, bytes=manifest.total, sha256=manifest.sha256)
    return StoredVersion(manifest, VERIFYING, grant.person_id)


def _parts(manifest: Manifest, wraps: Sequence[bytes]) -> list[Part]:
    return [
        Part(
            id=part.id,
            council_id=manifest.council,
            version_id=manifest.version,
            position=position,
            wrapped=wrapped,
        )
        for position, (part, wrapped) in enumerate(zip(manifest.parts, wraps, strict=True))
    ]
