"""Versions as they are shown, from their manifests.

Owns who is told digest and size. Opens nothing: its callers hold a Grant that reads.
"""

from collections.abc import Sequence

from server.access.grant import Grant
from server.access.vocabulary import Relation
from server.documents.content.schemas import VersionOut
from server.documents.content.versions import StoredVersion
from server.documents.kinds import SECRET
from server.inspection import signatures

_UNTOLD = dict.fromkeys(("sha256", "size", "parts", "origin"))


def versions_shown(grant: Grant, found: Sequence[StoredVersion]) -> list[VersionOut]:
    """Versions of the granted document. Of a provided secret its provider alone is told digest and
    size of the unmarked file, by which a guess could be confirmed, and what it was restored from.
    """
    shown = [version(each) for each in found]
    if grant.thing.state != SECRET or Relation.PROVIDER in grant.held:
        return shown
    return [each.model_copy(update=_UNTOLD) for each in shown]


def version(stored: StoredVersion) -> VersionOut:
    """A version, from its manifest."""
    manifest = stored.manifest
    reason, _, detail = (stored.fault or "").partition(": ")
    return VersionOut(
        id=manifest.version,
        document=manifest.document,
        state=stored.state,  # type: ignore[arg-type]  # one of the four words
        created_at=manifest.created,
        created_by=stored.created_by,
        file_name=manifest.file_name,
        media_type=manifest.media_type,
        size=manifest.total,
        sha256=manifest.sha256,
        parts=len(manifest.parts),
        origin=manifest.origin,
        reason=reason or None,
        detail=detail or None,
        detected=stored.detected,
        differs=_differs(stored),
        scan=stored.scan,
    )


def _differs(stored: StoredVersion) -> bool | None:
    """Whether the bytes are something else than was declared; None before they were looked at."""
    if stored.detected is None:
        return None
    return signatures.differs(stored.manifest.media_type, stored.detected)
