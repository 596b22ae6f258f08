"""/api/v1/documents/{id}/content and …/download: bytes in and out, in guarded transfers.

Owns the first transaction, the preconditions of an answer, and what ties `receiving.py` and
`sending.py` to the guard. Every range has its own entry; of several ranges, the whole is sent.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Annotated, Any, TypeVar

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_304_NOT_MODIFIED

from server.access.grant import Grant
from server.access.transfer import Transfer
from server.crashpoints import crashpoint
from server.documents import (
    copies,
    destroying,
    endings,
    names,
    ranges,
    sending,
    storing,
    versions,
    views,
)
from server.documents.forms import FileOfForm
from server.documents.limits import check_download, check_upload
from server.documents.manifest import Manifest
from server.documents.opening import to_send
from server.documents.ranges import Span
from server.documents.receiving import (
    Data,
    Intake,
    Received,
    Slot,
    announced_digest,
    announced_length,
)
from server.documents.sending import ToSend
from server.documents.service import check_declared
from server.documents.versions import StoredVersion
from server.problems import PreconditionFailed, Problem, WrongMediaType
from server.schemas import Uuid
from server.settings import MIB

INLINE, ATTACHMENT = "inline", "attachment"
Result = TypeVar("Result")
FileName = Annotated[str | None, Query(max_length=1000)]
Declared = Annotated[
    bool, Query(description="true: the content holds a designated secret, and is refused (BR-50)")
]


def prepare_upload(
    grant: Grant, file_name: FileName = None, contains_designated_secret: Declared = False
) -> Slot:
    """First transaction of an upload. Raises DesignatedSecret (BR-50)."""
    check_declared(grant, contains_designated_secret=contains_designated_secret)
    check_upload(grant, None)
    return storing.allot(grant, file_name)


def prepare_form(grant: Grant, contains_designated_secret: Declared = False) -> Slot:
    """First transaction of an upload by form, whose file brings its own name."""
    return prepare_upload(grant, None, contains_designated_secret)


def prepare_download(grant: Grant, version: Uuid | None = None) -> ToSend:
    """First transaction of a whole download: the version's manifest and the keys of its parts.

    Raises NotReady, Quarantined, NotFound, DownloadsToday, Damaged.
    """
    stored = _served(grant, version)
    if copies.is_marked(grant, stored):
        return copies.prepare(grant, stored)
    check_download(grant, stored.manifest.total)
    return to_send(grant, stored)


def prepare_range(grant: Grant, request: Request, version: Uuid | None = None) -> ToSend:
    """As `prepare_download`, with the keys of those parts alone that hold what is asked for."""
    stored = _served(grant, version)
    if copies.is_marked(grant, stored):
        return copies.prepare(grant, stored)
    try:
        span = _asked(request, stored.manifest)
    except Problem:
        span = None  # it is raised again once the entry is written
    check_download(grant, span.length if span else 0)
    return to_send(grant, stored, span) if span else ToSend(stored.manifest, ())


def prepare_head(grant: Grant, version: Uuid | None = None) -> ToSend:
    """As a download, but no key is opened: the sealed manifest says all that is answered."""
    stored = _served(grant, version)
    marked = copies.is_marked(grant, stored)
    return (copies.ToMark if marked else ToSend)(stored.manifest, ())


def _served(grant: Grant, version: Uuid | None) -> StoredVersion:
    endings.settle(grant)
    stored = versions.to_serve(grant, version)
    grant.note(version=stored.manifest.version)
    return stored


async def receive_raw(transfer: Transfer[Slot], request: Request) -> Response:
    """PUT: the body is the file. Raises what `Intake` raises, WrongMediaType."""
    media_type = names.media_type(request.headers.get("content-type"))
    if media_type.lower().startswith("multipart/form-data"):
        raise WrongMediaType("a form is sent by POST; PUT takes the file itself")
    if "content-encoding" in request.headers:
        raise WrongMediaType("send the file itself, without Content-Encoding")
    limit = transfer.parts.settings.max_upload_mib * MIB
    length = announced_length(request, limit)
    digest = announced_digest(request)
    slot = transfer.prepared
    async with Intake(transfer.parts.vault, slot, limit) as intake:
        async for data in request.stream():
            await intake.take(data)
        received = await intake.finish(length=length, digest=digest)
        return await _store(transfer, received, media_type, names.file_name(slot.file_name))


async def receive_form(transfer: Transfer[Slot], request: Request) -> Response:
    """POST: the file is the field `file` of a form. Raises WrongMediaType, Malformed …"""
    form = FileOfForm(request.headers.get("content-type"))
    if "content-digest" in request.headers:
        raise WrongMediaType("Content-Digest of a form would not be the file's: PUT the file")
    limit = transfer.parts.settings.max_upload_mib * MIB
    announced_length(request, limit)
    async with Intake(transfer.parts.vault, transfer.prepared, limit) as intake:
        async for data in _file_of(form, request):
            await intake.take(data)
        form.close()
        media_type = names.media_type(form.type)
        received = await intake.finish(length=None, digest=None)
        return await _store(transfer, received, media_type, names.file_name(form.name))


async def _file_of(form: FileOfForm, request: Request) -> AsyncIterator[Data]:
    async for data in request.stream():
        for piece in form.feed(data):
            yield piece


async def _store(
    transfer: Transfer[Slot], received: Received, media_type: str, file_name: str
) -> Response:
    """The second transaction."""
    slot = transfer.prepared

    def act(grant: Grant) -> StoredVersion:
        check_upload(grant, received.length)
        return storing.store(grant, slot, received, media_type, file_name)

    return created(await change_or_remove(transfer, slot, act))


async def change_or_remove(
    transfer: Transfer[Any], slot: Slot, act: Callable[[Grant], Result]
) -> Result:
    """The second transaction. Where it refuses, the object that is now in the vault goes too."""
    try:
        result = await asyncio.shield(asyncio.ensure_future(transfer.change(act)))
    except Problem:
        await run_sync(transfer.parts.vault.remove, slot.part_id)
        raise
    crashpoint("upload.committed")
    return result


def created(stored: StoredVersion, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to having made a version."""
    return Response(
        views.version(stored).model_dump_json(),
        HTTP_201_CREATED,
        {"Location": location(stored), "Cache-Control": "no-store", **(headers or {})},
        "application/json",
    )


def location(stored: StoredVersion) -> str:
    """Where a version is read."""
    document, version = stored.manifest.document, stored.manifest.version
    return f"/api/v1/documents/{document}/content?version={version}"


def sender(kind: str) -> Callable[[Transfer[ToSend], Request], Awaitable[Response]]:
    """An endpoint body that sends a version, to be shown (`inline`) or kept (`attachment`)."""

    async def send(transfer: Transfer[ToSend], request: Request) -> Response:
        """The content, whole or the one range asked for."""
        transfer.still = destroying.check_there
        if isinstance(transfer.prepared, copies.ToMark):
            return await copies.send(transfer, transfer.prepared)
        manifest = transfer.prepared.manifest
        span = _asked(request, manifest)
        if span is None:
            tag = sending.etag(manifest)
            return Response(status_code=HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return await sending.sending(transfer, span, kind)

    return send


def _asked(request: Request, manifest: Manifest) -> Span | None:
    """What to send; None where the caller has it.

    Raises PreconditionFailed, RangeNotSatisfiable.
    """
    tag, given = sending.etag(manifest), request.headers
    if not _matches(given.get("if-match", "*"), tag):
        raise PreconditionFailed
    if _matches(given.get("if-none-match", ""), tag):
        return None
    return ranges.span(given.get("range"), given.get("if-range"), tag, manifest.total)


def header_sender(kind: str) -> Callable[[Transfer[ToSend], Request], Awaitable[Response]]:
    """An endpoint body for HEAD: what GET would say of the whole, and nothing opened."""

    async def send(transfer: Transfer[ToSend], request: Request) -> Response:
        """Length, type, name, tag and digest of a version."""
        manifest = transfer.prepared.manifest
        if isinstance(transfer.prepared, copies.ToMark):
            return copies.head(manifest)
        whole = ranges.span(None, None, sending.etag(manifest), manifest.total)
        return Response(headers=sending.headers(manifest, kind, whole))

    return send


def _matches(header: str, tag: str) -> bool:
    return any(given.strip() in ("*", tag) for given in header.split(","))
