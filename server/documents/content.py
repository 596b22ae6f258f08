"""/api/v1/documents/{id}/content and …/download: bytes in and out, in guarded transfers.

Owns the first transaction, the preconditions of an answer, and what ties `receiving.py` and
`sending.py` to the guard. Every range has its own entry; of several ranges, the whole is sent.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_304_NOT_MODIFIED

from crypto.errors import Unverified
from server.access.content import open_content
from server.access.grant import Grant
from server.access.transfer import Transfer
from server.documents import endings, names, ranges, sending, versions, views
from server.documents.forms import FileOfForm
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
from server.vault import Damaged

INLINE, ATTACHMENT = "inline", "attachment"
FileName = Annotated[str | None, Query(max_length=1000)]
Declared = Annotated[
    bool, Query(description="true: the content holds a designated secret, and is refused (BR-50)")
]


def prepare_upload(
    grant: Grant, file_name: FileName = None, contains_designated_secret: Declared = False
) -> Slot:
    """First transaction of an upload. Raises DesignatedSecret (BR-50)."""
    check_declared(contains_designated_secret=contains_designated_secret)
    return versions.allot(grant, file_name)


def prepare_form(grant: Grant, contains_designated_secret: Declared = False) -> Slot:
    """First transaction of an upload by form, whose file brings its own name."""
    return prepare_upload(grant, None, contains_designated_secret)


def prepare_download(grant: Grant, version: Uuid | None = None) -> ToSend:
    """First transaction of a download: the version's manifest and the keys of its parts.

    Raises NotReady, NotFound, Damaged.
    """
    endings.settle(grant)
    stored = versions.to_serve(grant, version)
    try:
        opened = [
            open_content(grant, part.id, part.wrapped)
            for part in versions.parts_of(grant.tx, stored.manifest)
        ]
    except Unverified as error:
        raise Damaged(str(error)) from error
    grant.note(version=stored.manifest.version)
    return ToSend(stored.manifest, tuple(opened))


def prepare_head(grant: Grant, version: Uuid | None = None) -> ToSend:
    """As a download, but no key is opened: the sealed manifest says all that is answered."""
    endings.settle(grant)
    stored = versions.to_serve(grant, version)
    grant.note(version=stored.manifest.version)
    return ToSend(stored.manifest, ())


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
    """The second transaction. Where it refuses, the object that is now in the vault goes too."""
    slot = transfer.prepared

    def act(grant: Grant) -> StoredVersion:
        return versions.store(grant, slot, received, media_type, file_name)

    try:
        stored = await asyncio.shield(asyncio.ensure_future(transfer.change(act)))
    except Problem:
        await run_sync(transfer.parts.vault.remove, slot.part_id)
        raise
    return Response(
        views.version(stored).model_dump_json(),
        HTTP_201_CREATED,
        {
            "Location": f"/api/v1/documents/{stored.manifest.document}/content"
            f"?version={stored.manifest.version}",
            "Cache-Control": "no-store",
        },
        "application/json",
    )


def sender(kind: str) -> Callable[[Transfer[ToSend], Request], Awaitable[Response]]:
    """An endpoint body that sends a version, to be shown (`inline`) or kept (`attachment`)."""

    async def send(transfer: Transfer[ToSend], request: Request) -> Response:
        """The content, whole or the one range asked for."""
        tag, given = sending.etag(transfer.prepared.manifest), request.headers
        if not _matches(given.get("if-match", "*"), tag):
            raise PreconditionFailed
        if _matches(given.get("if-none-match", ""), tag):
            return Response(status_code=HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        total = transfer.prepared.manifest.total
        span = ranges.span(given.get("range"), given.get("if-range"), tag, total)
        return await sending.sending(transfer, span, kind)

    return send


def header_sender(kind: str) -> Callable[[Transfer[ToSend], Request], Awaitable[Response]]:
    """An endpoint body for HEAD: what GET would say of the whole, and nothing opened."""

    async def send(transfer: Transfer[ToSend], request: Request) -> Response:
        """Length, type, name, tag and digest of a version."""
        manifest = transfer.prepared.manifest
        whole = ranges.span(None, None, sending.etag(manifest), manifest.total)
        return Response(headers=sending.headers(manifest, kind, whole))

    return send


def _matches(header: str, tag: str) -> bool:
    return any(given.strip() in ("*", tag) for given in header.split(","))
