"""PUT and POST of …/content: a version that comes in with one request, as a body or by a form.

Owns both transactions of it, and the answer to having made a version; also where the request is a
repetition, whose content is received, compared and dropped.
"""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from typing import Annotated, Any, TypeVar

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from starlette.status import HTTP_201_CREATED

from server.access.grant import Grant
from server.access.parts import Parts
from server.access.resending import Resent
from server.access.transfer import Transfer
from server.crashpoints import crashpoint
from server.documents.content import storing, views
from server.documents.content.bodies import Body, FormBody, RawBody
from server.documents.content.receiving import Intake, Measure, Slot
from server.documents.content.upload_limits import check_upload
from server.documents.content.versions import StoredVersion
from server.documents.incidents.declaring import check_declared
from server.ids import Id
from server.problems import Problem
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
    """PUT: the body is the file. Sent again with its Idempotency-Key, it is the same version.
    Raises WrongMediaType, TooLarge, Empty, Truncated, WrongDigest, KeyReused …
    """
    slot = transfer.prepared
    return await _store(transfer, RawBody(request, _limit(transfer.parts), slot.file_name))


async def receive_form(transfer: Transfer[Slot], request: Request) -> Response:
    """POST: the file is the field `file` of a form. Sent again with its Idempotency-Key, it is the
    same version. Raises WrongMediaType, Malformed, TooLarge, Empty, KeyReused …
    """
    return await _store(transfer, FormBody(request, _limit(transfer.parts)))


async def compare_raw(resent: Resent, request: Request) -> Response:
    """PUT of what has an answer already. Raises KeyReused where it is another file."""
    name = resent.arguments["file_name"]
    return await _compare(resent, RawBody(request, _limit(resent.parts), name))


async def compare_form(resent: Resent, request: Request) -> Response:
    """POST of what has an answer already. Raises KeyReused where it is another file."""
    return await _compare(resent, FormBody(request, _limit(resent.parts)))


def _limit(parts: Parts) -> int:
    return parts.settings.max_upload_mib * MIB


async def _store(transfer: Transfer[Slot], body: Body) -> Response:
    """The second transaction, once all has arrived; of two with one key, the later stores nothing
    and has the earlier one's answer.
    """
    slot, vault = transfer.prepared, transfer.parts.vault
    async with Intake(vault, slot, body.limit) as intake:
        arrived = await body.into(intake)
        received = arrived.received

        def act(grant: Grant) -> bytes:
            check_upload(grant, received.length)
            stored = storing.store(grant, slot, received, arrived.media_type, arrived.file_name)
            return shown(stored)

        change = transfer.change_once(arrived.content, act, HTTP_201_CREATED)
        answer, is_earlier = await change_or_remove(transfer, slot, change)
        if is_earlier:
            await run_sync(vault.remove, slot.part_id)
    return created(answer)


async def _compare(resent: Resent, body: Body) -> Response:
    async with Measure(body.limit) as measure:
        arrived = await body.into(measure)
    return created(await resent.answer(arrived.content))


async def change_or_remove(
    transfer: Transfer[Any], slot: Slot, change: Coroutine[Any, Any, Result]
) -> Result:
    """The second transaction. Where it refuses, the object that is now in the vault goes too; where
    the database goes away it stays: a row may name it, and if none does, the next start sweeps it.
    """
    try:
        result = await asyncio.shield(asyncio.ensure_future(change))
    except Problem:
        await run_sync(transfer.parts.vault.remove, slot.part_id)
        raise
    crashpoint("upload.committed")
    return result


def shown(stored: StoredVersion) -> bytes:
    """What is answered of a version."""
    return views.version(stored).model_dump_json().encode()


def created(answer: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to having made a version, now or at the first request of the same key."""
    version = json.loads(answer)
    place = location(version["document"], version["id"])
    more = {"Location": place, "Cache-Control": "no-store", **(headers or {})}
    return Response(answer, HTTP_201_CREATED, more, "application/json")


def location(document_id: Id, version_id: Id) -> str:
    """Where a version is read."""
    return f"/api/v1/documents/{document_id}/content?version={version_id}"
