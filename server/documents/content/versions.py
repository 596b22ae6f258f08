"""Versions as they are found: opened, listed, and the one to serve.

Reads the tables `version`, `part` and `version_finding`; `storing.py` and `verifying.py` write
them. A version is served only after it was read again and found whole (`ready`); which one that
is, is computed on read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, select

from crypto.errors import Unverified
from server.access.grant import Grant
from server.access.vocabulary import Relation
from server.database import Tx
from server.documents import destruction
from server.documents.content import manifest as manifests
from server.documents.content.manifest import Manifest
from server.documents.findings import measured
from server.documents.kinds import for_others
from server.documents.models import Document, Part, Version, VersionFinding, VersionOutcome
from server.ids import Id
from server.prepared import Prepared
from server.problems import Conflict, NotFound
from server.vault import Damaged

VERIFY = "documents.verify_version"
VERIFYING = "verifying"
READY, QUARANTINED = VersionOutcome.READY.value, VersionOutcome.QUARANTINED.value
LATEST_SEQ = (1 << 63) - 1

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


class Quarantined(Conflict):
    code = "version_quarantined"
    ja = (
        "この版は隔離されていて、誰も開けません（理由は版の一覧のreason）。"
        "元のファイルを確認してください。"
    )
    en = (
        "This version is quarantined and nobody can open it (why: `reason` in the list of "
        "versions). Check the original file."
    )


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part as its row has it."""

    id: Id
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version with its manifest open; `state` is verifying, ready, failed or quarantined.

    Once it was read again: `fault` says what was wrong, `detected` the media type by signature,
    `scan` what the scanner said, and the manifest has the SHA-256 of the whole in any case.
    """

    manifest: Manifest
    state: str
    created_by: Id
    fault: str | None = None
    detected: str | None = None
    scan: str | None = None
    seq: int = 0


def sender_of(version_id: ColumnElement[str]) -> ColumnElement[str]:
    """Who sent a version, as SQL."""
    sender = select(_version.c.created_by).where(_version.c.id == version_id)
    return sender.correlate_except(_version).scalar_subquery()


_newest_finding = (
    select(_finding.c.id)
    .where(_finding.c.version_id == _version.c.id)
    .order_by(_finding.c.log_seq.desc())
    .limit(1)
    .correlate(_version)
    .scalar_subquery()
)


def _versions() -> Select[Any]:
    return select(
        _version.c.id,
        _version.c.council_id,
        _version.c.document_id,
        _version.c.created_by,
        _version.c.manifest,
        _version.c.log_seq.label("seq"),
        _finding.c.id.label("finding"),
        _finding.c.outcome,
        _finding.c.fault,
        _finding.c.measured,
        _finding.c.detected,
        _finding.c.scan,
    ).outerjoin_from(_version, _finding, _finding.c.id == _newest_finding)


def _page(*conditions: ColumnElement[bool]) -> Prepared:
    return Prepared(
        _versions()
        .join(_document, _document.c.id == _version.c.document_id)
        .where(_document.c.id == bindparam("document"), _version.c.log_seq < bindparam("before"))
        .where(*conditions)
        .order_by(_version.c.log_seq.desc())
        .limit(bindparam("most"))
    )


_ONE = Prepared(_versions().where(_version.c.id == bindparam("id")))
_OF_DOCUMENT = Prepared(
    _versions()
    .where(_version.c.document_id == bindparam("document"))
    .order_by(_version.c.log_seq.desc())
)
_PAGE = _page()
_PAGE_FOR_OTHERS = _page(_finding.c.outcome == VersionOutcome.READY, for_others())
_NEWEST = Prepared(
    select(_version.c.id)
    .where(_version.c.document_id == bindparam("document"))
    .order_by(_version.c.log_seq.desc())
    .limit(1)
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


def opened(tx: Tx, row: Any) -> StoredVersion:
    """A row of `version` with its manifest opened. Raises Unverified."""
    place = row.council_id, row.document_id, row.id
    manifest = manifests.open_manifest(tx, *place, bytes(row.manifest))
    if manifest.sha256 is None and row.measured is not None:
        manifest = replace(manifest, sha256=measured(tx, row.council_id, row.finding, row.measured))
    return StoredVersion(
        manifest,
        row.outcome or VERIFYING,
        row.created_by,
        fault=row.fault,
        detected=row.detected,
        scan=row.scan,
        seq=row.seq,
    )


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
    """verifying, ready, failed or quarantined, whatever its manifest says. Raises NotFound."""
    row = _ONE.row(tx, {"id": version_id})
    if row is None:
        raise NotFound
    state: str = row.outcome or VERIFYING
    return state


def of_document(tx: Tx, document_id: Id) -> list[StoredVersion]:
    """Every version of a document, the newest first. Raises Damaged."""
    try:
        return [opened(tx, row) for row in _OF_DOCUMENT.rows(tx, {"document": document_id})]
    except Unverified as error:
        raise Damaged(str(error)) from error


def page(grant: Grant, before: int | None, limit: int) -> tuple[list[StoredVersion], int | None]:
    """Versions of the granted document that the caller may know of, the newest first, and the
    cursor of what follows. Raises Damaged.
    """
    query = _PAGE if Relation.PROVIDER in grant.held else _PAGE_FOR_OTHERS
    facts = {"document": grant.id, "now": grant.now, "most": limit + 1}
    rows = query.rows(grant.tx, {**facts, "before": LATEST_SEQ if before is None else before})
    try:
        shown = [opened(grant.tx, row) for row in rows[:limit]]
    except Unverified as error:
        raise Damaged(str(error)) from error
    return shown, shown[-1].seq if len(rows) > limit else None


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
    newest = _NEWEST.row(grant.tx, {"document": grant.id})
    if newest is None or newest.id != served:
        raise NewestNotReady
    return served


def to_serve(grant: Grant, version_id: Id | None) -> StoredVersion:
    """The version asked for, or the newest that is ready; never one that is not, but that its
    provider may open by its id while it is being read again.

    Raises ContentDestroyed, NotReady, Quarantined, NotFound (also for another document's version,
    and for one that the provider replaced before providing), Damaged.
    """
    destruction.check_there(grant)
    wanted = version_id or grant.thing.version_id
    if wanted is None:
        raise NotReady
    version = one(grant.tx, wanted)
    if version.manifest.document != grant.id:
        raise NotFound
    if Relation.PROVIDER in grant.held and version_id is not None:
        if version.state == QUARANTINED:
            raise Quarantined
        if version.state == VERIFYING:
            return version
    if version.state != READY:
        raise NotReady
    if not for_caller(grant, [version]):
        raise NotFound
    return version


def parts_of(tx: Tx, manifest: Manifest) -> Sequence[StoredPart]:
    """The wraps of a manifest's parts, in its order. Raises Damaged where rows say otherwise."""
    found = {row.id: row for row in _PARTS.rows(tx, {"version": manifest.home})}
    if set(found) != {part.id for part in manifest.parts}:
        raise Damaged("the parts of a version are not those of its manifest")
    return [StoredPart(part.id, bytes(found[part.id].wrapped)) for part in manifest.parts]
