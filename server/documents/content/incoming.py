"""PUT and POST of …/content: a version that comes in with one request, as a body or by a form.

Owns both transactions of it, and the answer to having made a version.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated, Any, TypeVar

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from starlette.status import HTTP_201_CREATED

from server.access.grant import Grant
from server.access.transfer import Transfer
from server.crashpoints import crashpoint
from server.documents.content import names, storing, views
from server.documents.content.forms import FileOfForm
from server.documents.content.limits import check_upload
from server.documents.content.receiving import (
    Data,
    Intake,
    Received,
    Slot,
    announced_digest,
    announced_length,
)
from server.documents.content.versions import StoredVersion
from server.documents.incidents.declaring import check_declared
from server.problems import Problem, WrongMediaType
from server.settings import MIB

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
    """The second transaction. Where it refuses, the object that is now in the vault goes too; where
    the database goes away it stays: a row may name it, and if none does, the next start sweeps it.
    """
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
