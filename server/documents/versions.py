"""Versions: allotting one, storing what arrived, finding the one to serve, checking it.

Owns the tables `version`, `part` and `version_finding`. A version is served only after it was read
again and found whole (`ready`); which one that is, is computed on read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, bindparam, select

from crypto.errors import Unverified
from server import jobs
from server.access import content
from server.access.grant import Grant
from server.access.vocabulary import Relation
from server.audit import facts
from server.database import Tx
from server.documents import manifest as manifests
from server.documents.kinds import for_others
from server.documents.manifest import Manifest, ManifestPart, part_context
from server.documents.models import Document, Part, Version, VersionFinding
from server.documents.receiving import Received, Slot
from server.ids import Id, new_id
from server.prepared import Prepared
from server.problems import Conflict, NotFound
from server.vault import Damaged

VERIFY = "documents.verify_version"
VERIFYING, READY = "verifying", "ready"

_document: Table = Document.__table__  # type: ignore[attr-defined]
_version: Table = Version.__table__  # type: ignore[attr-defined]
_part: Table = Part.__table__  # type: ignore[attr-defined]
_finding: Table = VersionFinding.__table__  # type: ignore[attr-defined]


class NotReady(Conflict):
    code = "version_not_ready"
    ja = "まだ開けません。保存された内容の再読込検証が済んだ版がありません。少し待ってください。"
    en = "Not yet: no version has been read again and found whole. Wait a moment."


class NewestNotReady(Conflict):
    code = "newest_version_not_ready"
    ja = (
        "最後にアップロードした版の再読込検証が済んでいません。少し待ってから提供してください。"
        "破損（failed）と表示されたら、もう一度アップロードしてください。"
    )
    en = (
        "The version uploaded last has not been read again and found whole. Wait a moment, then "
        "provide. If it is shown as failed, upload it again."
    )


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part as its row has it."""

    id: Id
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version with its manifest open; `state` is verifying, ready or failed."""

    manifest: Manifest
    state: str
    created_by: Id


_outcome = (
    select(_finding.c.outcome)
    .where(_finding.c.version_id == _version.c.id)
    .order_by(_finding.c.log_seq.desc())
    .limit(1)
    .scalar_subquery()
)


def _versions() -> Select[Any]:
    return select(
        _version.c.id,
        _version.c.council_id,
        _version.c.document_id,
        _version.c.created_by,
        _version.c.manifest,
        _outcome.label("outcome"),
    )


_ONE = Prepared(_versions().where(_version.c.id == bindparam("id")))
_OF_DOCUMENT = Prepared(
    _versions()
    .where(_version.c.document_id == bindparam("document"))
    .order_by(_version.c.log_seq.desc())
)
_FOR_OTHERS = Prepared(
    select(_version.c.id)
    .join(_document, _document.c.id == _version.c.document_id)
    .where(_document.c.id == bindparam("document"), for_others())
)
_PARTS = Prepared(
    select(_part.c.id, _part.c.wrapped)
    .where(_part.c.version_id == bindparam("version"))
    .order_by(_part.c.position)
)


def allot(grant: Grant, file_name: str | None = None) -> Slot:
    """Ids and key of an upload that is about to begin; nothing is written yet."""
    version_id, part_id = new_id(grant.now), new_id(grant.now)
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
    """Write the version whose object is now in the vault, and have it read again (a job)."""
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
    version = Version(
        id=slot.version_id,
        council_id=grant.council_id,
        document_id=grant.id,
        created_by=grant.person_id,
        manifest=manifests.seal(grant.tx, manifest),
    )
    facts.enter(grant.tx, grant.council_id, version)
    part = Part(
        id=slot.part_id,
        council_id=grant.council_id,
        version_id=slot.version_id,
        position=0,
        wrapped=slot.wrapped,
    )
    facts.enter(grant.tx, grant.council_id, part)
    jobs.later(grant.tx, VERIFY, slot.version_id)
    grant.note(version=slot.version_id, bytes=received.length, sha256=digest)
    return StoredVersion(manifest, VERIFYING, grant.person_id)


def opened(tx: Tx, row: Any) -> StoredVersion:
    """A row of `version` with its manifest opened. Raises Unverified."""
    place = row.council_id, row.document_id, row.id
    manifest = manifests.open_manifest(tx, *place, bytes(row.manifest))
    return StoredVersion(manifest, row.outcome or VERIFYING, row.created_by)


def one(tx: Tx, version_id: Id) -> StoredVersion:
    """A version by id. Raises NotFound, Damaged."""
    row = _ONE.row(tx, {"id": version_id})
    if row is None:
        raise NotFound
    try:
        return opened(tx, row)
    except Unverified as error:
        raise Damaged(str(error)) from error


def state_of(tx: Tx, version_id: Id) -> str:
    """verifying, ready or failed, whatever its manifest says. Raises NotFound."""
    row = _ONE.row(tx, {"id": version_id})
    if row is None:
        raise NotFound
    return row.outcome or VERIFYING


def of_document(tx: Tx, document_id: Id) -> list[StoredVersion]:
    """Every version of a document, the newest first. Raises Damaged."""
    try:
        return [opened(tx, row) for row in _OF_DOCUMENT.rows(tx, {"document": document_id})]
    except Unverified as error:
        raise Damaged(str(error)) from error


def for_caller(grant: Grant, found: Sequence[StoredVersion]) -> list[StoredVersion]:
    """Of these versions of the granted document, those the caller may know of: its provider of all,
    others neither of one that was replaced before providing nor of one that is not ready.
    """
    if Relation.PROVIDER in grant.held:
        return list(found)
    rows = _FOR_OTHERS.rows(grant.tx, {"document": grant.id, "now": grant.now})
    served = {row.id for row in rows}
    return [each for each in found if each.manifest.version in served and each.state == READY]


def to_provide(grant: Grant) -> Id:
    """The version that providing the draft now would provide: the one its provider uploaded last.

    Raises NotReady; NewestNotReady where only an older one is ready.
    """
    served = to_serve(grant, None).manifest.version
    if of_document(grant.tx, grant.id)[0].manifest.version != served:
        raise NewestNotReady
    return served


def to_serve(grant: Grant, version_id: Id | None) -> StoredVersion:
    """The version asked for, or the newest that is ready; never one that is not.

    Raises NotReady, NotFound (also for another document's version, and for one that the provider
    replaced before providing), Damaged.
    """
    wanted = version_id or grant.thing.version_id
    if wanted is None:
        raise NotReady
    version = one(grant.tx, wanted)
    if version.manifest.document != grant.id:
        raise NotFound
    if version.state != READY:
        raise NotReady
    if not for_caller(grant, [version]):
        raise NotFound
    return version


def parts_of(tx: Tx, manifest: Manifest) -> Sequence[StoredPart]:
    """The wraps of a manifest's parts, in its order. Raises Damaged where rows say otherwise."""
    found = {row.id: row for row in _PARTS.rows(tx, {"version": manifest.version})}
    if set(found) != {part.id for part in manifest.parts}:
        raise Damaged("the parts of a version are not those of its manifest")
    return [StoredPart(part.id, bytes(found[part.id].wrapped)) for part in manifest.parts]
