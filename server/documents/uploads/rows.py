"""Uploads under way, as their rows have them: what was said of the file, what arrived where.

Owns what stands in the tables `upload` and `upload_part`, opened, and the arithmetic of spans. What
columns in clear say is held against what was sealed beside them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, select

from crypto.canonical import canonical, parse
from crypto.errors import Unverified
from server.access.grant import Grant
from server.clock import HOUR, Instant
from server.database import Tx
from server.documents.content import versions
from server.documents.content.versions import StoredVersion
from server.documents.upload_models import Upload, UploadPart
from server.documents.uploads.problems import UploadEnded
from server.ids import Id
from server.keys.service import open_field, seal_field
from server.problems import NotFound
from server.settings import Settings
from server.vault import Damaged

Place = tuple[str, str, str]
MOST_NAMED = 100

_upload: Table = Upload.__table__  # type: ignore[attr-defined]
_part: Table = UploadPart.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who began an upload (a person, or a service account) and what they said of the file.

    `total` (bytes) and `sha256` (hex, of the whole) are null where they did not say.
    """

    by: Id
    file_name: str
    media_type: str
    total: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some bytes of the file: [offset, offset + length)."""

    offset: int
    length: int

    @property
    def stop(self) -> int:
        """The first byte after it."""
        return self.offset + self.length

    def overlaps(self, other: "Stretch") -> bool:
        """Whether any byte is of both."""
        return self.offset < other.stop and other.offset < self.stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived(Stretch):
    """A part that was received: its object, the wrap of its key, the SHA-256 (hex) it has."""

    id: Id
    sha256: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Spans:
    """What has arrived of an upload, in order, and until when it waits for more."""

    spans: tuple[Stretch, ...]
    expires_at: Instant

    @property
    def received(self) -> int:
        """How many bytes have arrived, wherever they belong."""
        return sum(span.length for span in self.spans)

    @property
    def prefix(self) -> int:
        """How many bytes have arrived from the beginning on without a gap: `Upload-Offset`."""
        missing = gaps(self.spans, None)
        return missing[0].offset if missing else self.received


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that is under way."""

    id: Id
    begun_at: Instant
    told: Told
    there: Spans


def lifetime(settings: Settings) -> int:
    """For how long (milliseconds) an upload waits for its next part."""
    return settings.upload_hours * HOUR


def find(grant: Grant, upload_id: Id) -> Begun | StoredVersion:
    """The caller's own upload to the granted document, or the version it has become.

    Raises NotFound (also for one that somebody else began), UploadEnded, Damaged.
    """
    row = grant.tx.session.get(Upload, upload_id)
    if row is None:
        return _become(grant, upload_id)
    told = Told(**_open(grant.tx, row.council_id, told_at(row.id), row.told))
    if row.document_id != grant.id or told.by != grant.caller.subject:
        raise NotFound
    found = spans(grant.tx, row, lifetime(grant.parts.settings))
    if row.ended_at is not None or found.expires_at <= grant.now:
        raise UploadEnded
    return Begun(row.id, row.begun_at, told, found)


def _become(grant: Grant, upload_id: Id) -> StoredVersion:
    version = versions.one(grant.tx, upload_id)
    if version.manifest.document != grant.id or version.created_by != grant.person_id:
        raise NotFound
    return version


def spans(tx: Tx, row: Upload, lifetime: int) -> Spans:
    """What has arrived of an upload, and until when it waits for more."""
    query = select(_part.c.start, _part.c.length, _part.c.stored_at)
    found = tx.connection.execute(
        query.where(_part.c.upload_id == row.id).order_by(_part.c.start)
    ).all()
    last = max([row.begun_at, *(each.stored_at for each in found)])
    each_span = tuple(Stretch(offset=each.start, length=each.length) for each in found)
    return Spans(each_span, last + lifetime)


def arrived(grant: Grant, begun: Begun, offset: int | None = None) -> list[Arrived]:
    """The parts that were received, in their order, or the one at `offset`. Raises Damaged."""
    query = select(UploadPart).where(_part.c.upload_id == begun.id).order_by(_part.c.start)
    if offset is not None:
        query = query.where(_part.c.start == offset)
    return [_arrived(grant, row) for row in grant.tx.session.scalars(query)]


def _arrived(grant: Grant, row: UploadPart) -> Arrived:
    told = _open(grant.tx, grant.council_id, part_told_at(row.id), row.told)
    if (told["upload"], told["offset"], told["length"]) != (row.upload_id, row.start, row.length):
        raise Damaged("a part of an upload contradicts itself")
    return Arrived(
        offset=row.start,
        length=row.length,
        id=row.id,
        sha256=told["sha256"],
        wrapped=bytes(row.wrapped),
    )


def forget(tx: Tx, upload_id: Id) -> None:
    """Delete the rows of an upload; what becomes of its objects is the caller's."""
    tx.flush()
    tx.connection.execute(delete(_part).where(_part.c.upload_id == upload_id))
    tx.connection.execute(delete(_upload).where(_upload.c.id == upload_id))


def gaps(spans: Iterable[Stretch], total: int | None) -> list[Stretch]:
    """What is missing between these spans, given in their order, and up to `total`."""
    found, at = [], 0
    for span in spans:
        if span.offset > at:
            found.append(Stretch(offset=at, length=span.offset - at))
        at = span.stop
    if total is not None and total > at:
        found.append(Stretch(offset=at, length=total - at))
    return found


def named(found: Iterable[Stretch]) -> list[dict[str, int]]:
    """Spans as a problem names them, at most a hundred."""
    return [{"offset": span.offset, "length": span.length} for span in found][:MOST_NAMED]


def told_at(upload_id: Id) -> Place:
    """The place of what was said of a file."""
    return (_upload.name, "told", upload_id)


def part_told_at(part_id: Id) -> Place:
    """The place of what is known of a part."""
    return (_part.name, "told", part_id)


def seal(tx: Tx, council_id: Id, place: Place, value: dict[str, Any]) -> bytes:
    """Seal what is told of an upload, or of a part, for its place alone."""
    return seal_field(tx, council_id, place, canonical(value).decode())


def _open(tx: Tx, council_id: Id, place: Place, sealed: bytes) -> dict[str, Any]:
    try:
        told: dict[str, Any] = parse(open_field(tx, council_id, place, bytes(sealed)).encode())
    except Unverified as error:
        raise Damaged(str(error)) from error
    return told
