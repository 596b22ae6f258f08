"""Restoring an older version: a new version that shows the same objects.

Owns the one rule: what is restored was read again and found whole. Nothing is copied or written
anew; the new manifest keeps the id of the version the objects were sealed for. Who is served the
new version is decided of itself: what was replaced before providing stays unserved under its own
id (`kinds.for_others`).
"""

from dataclasses import replace

from server.access.grant import Grant
from server.crashpoints import crashpoint
from server.documents.content import storing, versions
from server.documents.content.versions import READY, NotReady, StoredVersion
from server.ids import Id, new_id
from server.problems import NotFound


def restore(grant: Grant, version_id: Id) -> StoredVersion:
    """The new version. No byte is stored, so none is counted.

    Raises NotFound, NotReady, Damaged, CouncilIsClosed, ContentDestroyed.
    """
    old = versions.one(grant.tx, version_id)
    if old.manifest.document != grant.id:
        raise NotFound
    if old.state != READY:
        raise NotReady
    manifest = replace(
        old.manifest, version=new_id(grant.now), created=grant.now, origin=old.manifest.home
    )
    restored = storing.write(grant, manifest, ())
    grant.note(restored=version_id)
    crashpoint("version.restored")
    return restored
