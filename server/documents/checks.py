"""What fsck and start-up look after: stored versions are whole, and the vault holds nothing else.

Owns finding faults and strays, and the list of all rooms' jobs (`JOBS`). Reading a new version
again is `content/verifying.py`.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import Table, select

from crypto.errors import Unverified
from server.access.parts import Parts
from server.database import Tx
from server.documents import destruction, endings, upload_ending
from server.documents.content import verifying, versions
from server.documents.content.verifying import Opened, check_part, open_version, read_again
from server.documents.content.versions import READY
from server.documents.models import Part, Version
from server.documents.upload_models import UploadPart
from server.documents.uploads import sweeping
from server.ids import Id
from server.vault import Damaged, StorageUnhealthy, Vault

_version: Table = Version.__table__  # type: ignore[attr-defined]
_part: Table = Part.__table__  # type: ignore[attr-defined]
_upload_part: Table = UploadPart.__table__  # type: ignore[attr-defined]


def faults(vault: Vault, opened: Opened, *, deep: bool) -> Iterator[str]:
    """What is wrong with a version's objects. Not `deep`: commitments, final chunks, lengths."""
    whole = True
    for part, inspected in zip(opened.manifest.parts, opened.inspections, strict=True):
        try:
            check_part(vault, opened.manifest, part, inspected, deep=deep)
        except Damaged as error:
            whole = False
            yield str(error)
    several = len(opened.manifest.parts) > 1
    if deep and whole and several and read_again(vault, opened) != opened.manifest.sha256:
        yield f"version {opened.manifest.version}: not the digest it had when it was read first"


def check(tx: Tx, vault: Vault, *, deep: bool = False) -> Iterator[str]:
    """For fsck: every ready version that was not destroyed is whole, and the vault holds nothing
    else. Names faults.
    """
    ids = list(tx.connection.scalars(select(_version.c.id).order_by(_version.c.id)))
    for version_id in ids:
        try:
            is_ready = versions.one(tx, version_id).state == READY
            if is_ready and not destruction.is_gone(tx, version_id):
                yield from faults(vault, open_version(tx, version_id), deep=deep)
        except (Damaged, Unverified) as error:
            yield f"version {version_id}: {error}"
        except StorageUnhealthy as error:
            yield f"version {version_id}: cannot be read: {error}"
    yield from _strays(tx, vault)


def _strays(tx: Tx, vault: Vault) -> Iterator[str]:
    known = _named(tx)
    for file, is_object in vault.names():
        if is_object and file.name in known:
            continue
        if vault.is_held(file):
            continue  # being written, or about to be named
        if is_object:
            yield f"vault: object {file.name} belongs to no version"
        else:
            yield f"vault: {file.name} is no object (an abandoned upload, or not ours)"


def _named(tx: Tx) -> set[Id]:
    """Every object that a version or an upload under way names."""
    parts, arrived = select(_part.c.id), select(_upload_part.c.id)
    return {*tx.connection.scalars(parts), *tx.connection.scalars(arrived)}


def sweep(parts: Parts) -> int:
    """Remove what a crash left behind in the vault; at start-up. How many files."""
    with parts.database.reading() as tx:
        known = _named(tx)

    def is_named(name: Id) -> bool:
        if name in known:
            return True
        with parts.database.reading() as tx:  # its writer may have finished since
            return name in _named(tx)

    return parts.vault.sweep(is_named)


JOBS: dict[str, Callable[[Parts, str], None]] = {
    versions.VERIFY: verifying.verify_version,
    upload_ending.SWEEP: sweeping.sweep_upload,
    endings.NOTE_END: endings.note_end,
    destruction.REMOVE: destruction.remove_content,
}
