"""The sealed manifest of a version: the only authority on its parts, length, digest, type, name.

Owns its form, its seal, and the context every part is sealed with (docs/formats.md). Reads no
column but the sealed one, and opens for one council, document and version only. Form 2 is written;
form 1, of one part and without origin, is read.
"""

from dataclasses import asdict, dataclass
from typing import Any

from crypto import sealing
from crypto.canonical import canonical, parse
from crypto.errors import Unverified
from server.clock import Instant
from server.database import Tx
from server.ids import Id
from server.keys import service as keys

PURPOSE = "manifest"
FORM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestPart:
    """One sealed object: its id, and the length in bytes and SHA-256 (hex) of its plaintext."""

    id: Id
    length: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a version is: its parts in order, their total length, the SHA-256 over the whole.

    `created` is when its upload began; `media_type` and `file_name` are as its uploader gave them.
    `sha256` is null where nobody announced it; then it is known once the version was read again.
    `origin` is the version a restored one shows: its parts were sealed for that one.
    """

    council: Id
    document: Id
    version: Id
    created: Instant
    media_type: str
    file_name: str
    parts: tuple[ManifestPart, ...]
    total: int
    sha256: str | None
    origin: Id | None = None

    @property
    def home(self) -> Id:
        """The version whose rows and objects these parts are."""
        return self.origin or self.version

    def context(self, part_id: Id) -> bytes:
        """What the bytes of one of its parts are bound to."""
        return part_context(self.council, self.document, self.home, part_id)


def seal(tx: Tx, manifest: Manifest) -> bytes:
    """Seal a manifest under its council's key, for its place alone."""
    place = manifest.council, manifest.document, manifest.version
    fields = {**asdict(manifest), "parts": [asdict(part) for part in manifest.parts], "v": FORM}
    return sealing.seal(
        keys.key(tx, manifest.council, PURPOSE), canonical(fields), _context(*place)
    )


def open_manifest(
    tx: Tx, council_id: Id, document_id: Id, version_id: Id, sealed: bytes
) -> Manifest:
    """The manifest of a version. Raises Unverified when it was changed or belongs elsewhere."""
    place = council_id, document_id, version_id
    manifest = _read(
        parse(sealing.unseal(keys.key(tx, council_id, PURPOSE), sealed, _context(*place)))
    )
    lengths = sum(part.length for part in manifest.parts)
    says = manifest.council, manifest.document, manifest.version
    if says != place or lengths != manifest.total:
        raise Unverified("a manifest contradicts itself")
    return manifest


def _read(fields: dict[str, Any]) -> Manifest:
    try:
        form = fields.pop("v")
        if form not in (1, FORM) or (form == 1) == ("origin" in fields):
            raise Unverified("a manifest of an unknown form")
        parts = tuple(ManifestPart(**part) for part in fields.pop("parts"))
        return Manifest(parts=parts, **fields)
    except (KeyError, TypeError) as error:
        raise Unverified("a manifest of an unknown form") from error


def _context(council_id: Id, document_id: Id, version_id: Id) -> bytes:
    place = {"council": council_id, "document": document_id, "version": version_id}
    return b"kyogikai/manifest/v1\0" + canonical(place)


def part_context(council_id: Id, document_id: Id, version_id: Id, part_id: Id) -> bytes:
    """What a part's bytes are bound to (ENC-3): swapped objects fail before any plaintext."""
    return b"kyogikai/blob/v1\0" + canonical(
        {"council": council_id, "document": document_id, "version": version_id, "part": part_id}
    )
