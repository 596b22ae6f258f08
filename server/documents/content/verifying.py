"""Versions read again after they were written: only what is found whole is served.

Owns what "whole" means of a version (its rows, manifest and objects agree, and every chunk opens),
the job that finds out, and its outcome. What else is looked for while the plaintext passes by is
`server/inspection`. Gives out words about faults, never a key or a byte of content.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from crypto.errors import Unverified
from server.access.content import Inspection
from server.access.parts import Parts
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.service import Draft
from server.crashpoints import crashpoint
from server.database import Tx
from server.documents import destruction
from server.documents.content import versions
from server.documents.content.manifest import Manifest, ManifestPart
from server.documents.content.sending import at
from server.documents.findings import sealed_measure
from server.documents.incidents import service as incidents
from server.documents.models import Version, VersionFinding, VersionOutcome
from server.ids import Id, new_id
from server.inspection import taps as inspection
from server.inspection.taps import INFECTED, Examined
from server.problems import NotFound
from server.vault import Damaged, Vault

See = Callable[[bytes], object]


class Fault(StrEnum):
    """Why a version is not served, or (NOT_SEARCHED) is served with this word; the clients have a
    sentence for each.
    """

    DAMAGED = "damaged"
    WRONG_DIGEST = "wrong_digest"
    MALWARE = "malware"
    NOT_EXAMINED = "not_examined"
    MARKED = "marked"
    NOT_SEARCHED = "not_searched"


@dataclass(frozen=True, slots=True)
class Opened:
    """A version ready to be inspected, with no transaction open."""

    manifest: Manifest
    inspections: tuple[Inspection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What reading a version again found. `fault` is a word of `Fault`, a colon, and details."""

    outcome: VersionOutcome
    fault: str | None = None
    measured: str | None = None
    detected: str | None = None
    scan: str | None = None
    marking: str | None = None


def open_version(tx: Tx, version_id: Id) -> Opened:
    """Manifest and parts of a version. Raises Damaged, Unverified."""
    manifest = versions.one(tx, version_id).manifest
    stored = versions.parts_of(tx, manifest)
    return Opened(
        manifest,
        tuple(
            Inspection(tx, manifest.council, part.id, part.wrapped, manifest.context(part.id))
            for part in stored
        ),
    )


def verify_version(parts: Parts, version_id: Id) -> None:
    """Read a new version again and record what was found; again does nothing.

    Raises ScannerDown, and is then tried again.
    """
    with parts.database.reading() as tx:
        if not _is_due(tx, version_id):
            return
        opened = _opened_or_fault(tx, version_id)
    found = _failed(Fault.DAMAGED, opened) if isinstance(opened, str) else _find(parts, opened)
    crashpoint("version.read_again")
    _record(parts, version_id, found)
    crashpoint("version.finding_recorded")


def _is_due(tx: Tx, version_id: Id) -> bool:
    """Nothing was found yet, and there is something to be read: it was not destroyed."""
    is_new = versions.state_of(tx, version_id) == versions.VERIFYING
    return is_new and not destruction.is_gone(tx, version_id)


def _opened_or_fault(tx: Tx, version_id: Id) -> Opened | str:
    try:
        return open_version(tx, version_id)
    except (Damaged, Unverified) as error:
        return str(error)


def _failed(fault: Fault, detail: str, measured: str | None = None) -> Found:
    return Found(outcome=VersionOutcome.FAILED, fault=f"{fault}: {detail}", measured=measured)


def _find(parts: Parts, opened: Opened) -> Found:
    with _taps(parts) as taps:
        try:
            measured = read_again(parts.vault, opened, [tap.feed for tap in taps])
        except Damaged as error:
            return _failed(Fault.DAMAGED, str(error))
        for tap in taps:
            tap.finish()
        examined = inspection.together(taps)
    if opened.manifest.sha256 not in (None, measured):
        return _failed(Fault.WRONG_DIGEST, "not the SHA-256 that was announced", measured)
    outcome, fault = _judged(examined)
    return Found(
        outcome=outcome,
        fault=fault,
        measured=measured,
        detected=examined.detected or None,
        scan=examined.scan,
        marking=examined.marking,
    )


@contextmanager
def _taps(parts: Parts) -> Iterator[list[inspection.Tap]]:
    taps = inspection.taps(parts.settings)
    try:
        yield taps
    finally:
        for tap in taps:
            tap.close()


def _judged(examined: Examined) -> tuple[VersionOutcome, str | None]:
    if examined.scan == INFECTED:
        return VersionOutcome.QUARANTINED, f"{Fault.MALWARE}: {examined.fault}"
    if examined.marking is not None:
        return VersionOutcome.QUARANTINED, f"{Fault.MARKED}: {incidents.MARKED}"
    if examined.fault is not None:
        return VersionOutcome.FAILED, f"{Fault.NOT_EXAMINED}: {examined.fault}"
    if examined.unsearched is not None:
        return VersionOutcome.READY, f"{Fault.NOT_SEARCHED}: {examined.unsearched}"
    return VersionOutcome.READY, None


def read_again(vault: Vault, opened: Opened, seen_by: Sequence[See] = ()) -> str:
    """The SHA-256 (hex) of the whole, every chunk of every part opened. Raises Damaged."""
    manifest, digest, whole = opened.manifest, b"", hashlib.sha256()
    several = len(manifest.parts) > 1
    see = [*seen_by, whole.update] if several else seen_by
    for part, inspected in zip(manifest.parts, opened.inspections, strict=True):
        digest = check_part(vault, manifest, part, inspected, deep=True, seen_by=see)
    return (whole.digest() if several else digest).hex()


def check_part(
    vault: Vault,
    manifest: Manifest,
    part: ManifestPart,
    inspected: Inspection,
    *,
    deep: bool,
    seen_by: Sequence[See] = (),
) -> bytes:
    """The SHA-256 of a part that is whole. Not `deep`: only commitment, final chunk and length are
    looked at, and the digest is the manifest's. Raises Damaged, naming version and part.
    """
    where, stated = f"version {manifest.version}, part {part.id}", bytes.fromhex(part.sha256)
    try:
        descriptor, size = vault.open(part.id)
        try:
            if deep:
                found = inspected.measure(at(descriptor), size, seen_by)
            else:
                found = inspected.length(at(descriptor), size), stated
        finally:
            os.close(descriptor)
    except (Damaged, Unverified) as error:
        raise Damaged(f"{where}: {error}") from error
    if found != (part.length, stated):
        raise Damaged(f"{where}: not what its manifest says")
    return stated


def _record(parts: Parts, version_id: Id, found: Found) -> None:
    with parts.database.changing() as tx:
        version = tx.session.get(Version, version_id)
        if version is None:
            raise NotFound
        council_id = version.council_id
        audit.lock(tx, council_id)
        if not _is_due(tx, version_id):
            return
        facts.enter(tx, council_id, _finding(tx, version, found))
        if found.marking is not None:
            incidents.open_detected(tx, version_id)
        draft = Draft(
            kind="document.version_verified",
            object=f"document/{version.document_id}",
            outcome="done",
            body={"version": version_id, "found": found.outcome, "fault": found.fault},
            policy=parts.policy.digest,
        )
        audit.append(tx, council_id, draft)
        checkpoints.sign(tx, council_id)
        crashpoint("version.finding_written")


def _finding(tx: Tx, version: Version, found: Found) -> VersionFinding:
    finding_id, sealed = new_id(tx.now), None
    if found.measured is not None:
        sealed = sealed_measure(tx, version.council_id, finding_id, found.measured)
    return VersionFinding(
        id=finding_id,
        council_id=version.council_id,
        document_id=version.document_id,
        version_id=version.id,
        outcome=found.outcome,
        fault=found.fault,
        measured=sealed,
        detected=found.detected,
        scan=found.scan,
    )
