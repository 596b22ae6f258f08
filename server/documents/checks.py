"""Versions read again: by the job after an upload, and by fsck.

Owns what "whole" means of a version: its rows, manifest and objects agree, and every chunk opens.
Gives out words about faults, never a key or a byte of content.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Table, select

from crypto.errors import Unverified
from server.access.content import Inspection
from server.access.parts import Parts
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.service import Draft
from server.database import Tx
from server.documents import endings, versions
from server.documents.manifest import Manifest, ManifestPart, part_context
from server.documents.models import Part, Version, VersionFinding, VersionOutcome
from server.documents.sending import at
from server.documents.versions import READY
from server.ids import Id
from server.problems import NotFound
from server.vault import Damaged, Vault

_version: Table = Version.__table__  # type: ignore[attr-defined]
_part: Table = Part.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Opened:
    """A version ready to be inspected, with no transaction open."""

    manifest: Manifest
    inspections: tuple[Inspection, ...]


def verify_version(parts: Parts, version_id: Id) -> None:
    """Read an uploaded version again and record whether it is whole: only then it is served."""
    with parts.database.reading() as tx:
        if versions.state_of(tx, version_id) != versions.VERIFYING:
            return
        opened = _opened_or_fault(tx, version_id)
    fault = opened if isinstance(opened, str) else _first(faults(parts.vault, opened, deep=True))
    outcome = VersionOutcome.READY if fault is None else VersionOutcome.FAILED
    _record(parts, version_id, outcome, fault)


def _opened_or_fault(tx: Tx, version_id: Id) -> Opened | str:
    try:
        return open_version(tx, version_id)
    except (Damaged, Unverified) as error:
        return str(error)


def _first(found: Iterator[str]) -> str | None:
    return next(found, None)


def _record(parts: Parts, version_id: Id, outcome: VersionOutcome, fault: str | None) -> None:
    with parts.database.changing() as tx:
        version = tx.session.get(Version, version_id)
        if version is None:
            raise NotFound
        council_id = version.council_id
        audit.lock(tx, council_id)
        if versions.state_of(tx, version_id) != versions.VERIFYING:
            return
        finding = VersionFinding(
            council_id=council_id,
            document_id=version.document_id,
            version_id=version_id,
            outcome=outcome,
            fault=fault,
        )
        facts.enter(tx, council_id, finding)
        draft = Draft(
            kind="document.version_verified",
            object=f"document/{version.document_id}",
            outcome="done",
            body={"version": version_id, "found": outcome, "fault": fault},
            policy=parts.policy.digest,
        )
        audit.append(tx, council_id, draft)
        checkpoints.sign(tx, council_id)


def open_version(tx: Tx, version_id: Id) -> Opened:
    """Manifest and parts of a version. Raises Damaged, Unverified."""
    manifest = versions.one(tx, version_id).manifest
    stored = versions.parts_of(tx, manifest)
    return Opened(
        manifest,
        tuple(
            Inspection(tx, manifest.council, part.id, part.wrapped, _context(manifest, part.id))
            for part in stored
        ),
    )


def _context(manifest: Manifest, part_id: Id) -> bytes:
    return part_context(manifest.council, manifest.document, manifest.version, part_id)


def faults(vault: Vault, opened: Opened, *, deep: bool) -> Iterator[str]:
    """What is wrong with a version's objects. Not `deep`: commitments, final chunks, lengths."""
    for part, inspection in zip(opened.manifest.parts, opened.inspections, strict=True):
        found = _fault(vault, part, inspection, deep=deep)
        if found is not None:
            yield f"version {opened.manifest.version}, part {part.id}: {found}"


def _fault(vault: Vault, part: ManifestPart, inspection: Inspection, *, deep: bool) -> str | None:
    try:
        descriptor, size = vault.open(part.id)
    except Damaged as error:
        return str(error)
    try:
        read_at: Callable[[int, int], bytes] = at(descriptor)
        if not deep:
            differs = inspection.length(read_at, size) != part.length
        else:
            length, digest = inspection.measure(read_at, size)
            differs = (length, digest.hex()) != (part.length, part.sha256)
    except Unverified as error:
        return str(error)
    finally:
        os.close(descriptor)
    return "not what its manifest says" if differs else None


def check(tx: Tx, vault: Vault, *, deep: bool = False) -> Iterator[str]:
    """For fsck: every ready version is whole, and the vault holds nothing else. Names faults."""
    ids = list(tx.connection.scalars(select(_version.c.id).order_by(_version.c.id)))
    for version_id in ids:
        try:
            if versions.one(tx, version_id).state == READY:
                yield from faults(vault, open_version(tx, version_id), deep=deep)
        except (Damaged, Unverified) as error:
            yield f"version {version_id}: {error}"
    yield from _strays(tx, vault)


def _strays(tx: Tx, vault: Vault) -> Iterator[str]:
    known = set(tx.connection.scalars(select(_part.c.id)))
    for file, is_object in vault.names():
        if not is_object:
            yield f"vault: {file.name} is no object (an abandoned upload, or not ours)"
        elif file.name not in known:
            yield f"vault: object {file.name} belongs to no version"


def sweep(parts: Parts) -> int:
    """Remove what abandoned uploads left behind; at start-up. How many files."""
    return parts.vault.sweep()


JOBS: dict[str, Callable[[Parts, str], None]] = {
    versions.VERIFY: verify_version,
    endings.NOTE_END: endings.note_end,
}
