"""A part on its way in: PATCH of an upload, in a guarded transfer.

Owns what ties `content/receiving.py` to `service.py`: where a part may lie is looked at before a
byte is taken and decided when all are there. A part that breaks off and had no digest is kept as
far as it came, so that the sender goes on from there.
"""

from dataclasses import dataclass
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Header, Request, Response
from starlette.requests import ClientDisconnect
from starlette.status import HTTP_204_NO_CONTENT

from server.access.grant import Grant
from server.access.transfer import Transfer
from server.documents.content import storing
from server.documents.content.incoming import change_or_remove, created, shown
from server.documents.content.receiving import (
    Empty,
    Intake,
    Received,
    Slot,
    announced_digest,
    announced_length,
)
from server.documents.content.upload_limits import check_upload
from server.documents.uploads import service as uploads
from server.documents.uploads.problems import BeyondTotal, EmptyPart
from server.documents.uploads.rows import Begun
from server.documents.uploads.schemas import MOST_BYTES
from server.documents.uploads.service import LONGEST_PART
from server.problems import Problem, TooLarge, WrongMediaType
from server.schemas import Uuid
from server.settings import MIB

LEAST_KEPT = MIB
MEDIA_TYPES = ("application/partial-upload", "application/octet-stream")
Offset = Annotated[int, Header(ge=0, le=MOST_BYTES, description="where the part begins, in bytes")]
Complete = Annotated[
    str | None, Header(pattern=r"^\?[01]$", description="?1: with this part it is complete")
]


@dataclass(frozen=True, slots=True)
class Arriving:
    """What the first transaction of a part allots: where it lies, and the most it may have."""

    upload_id: str
    offset: int
    length: int | None
    last: bool
    limit: int
    excess: Problem
    slot: Slot


def prepare_part(
    grant: Grant,
    request: Request,
    upload_id: Uuid,
    upload_offset: Offset,
    upload_complete: Complete = None,
) -> Arriving:
    """First transaction. Raises what stands in the way before a byte is taken."""
    begun = uploads.under_way(grant, upload_id)
    limit, excess = _most(grant, begun, upload_offset)
    length = announced_length(request, MOST_BYTES)
    if length is not None and length > limit:
        raise excess
    uploads.check_place(begun, upload_offset, length)
    check_upload(grant, length, arrived=begun.there.received)
    slot = storing.allot(grant, version_id=begun.id)
    last = upload_complete == "?1"
    return Arriving(begun.id, upload_offset, length, last, limit, excess, slot)


def _most(grant: Grant, begun: Begun, offset: int) -> tuple[int, Problem]:
    """How long a part at `offset` may be, and what is said of a longer one."""
    size = grant.parts.settings.max_upload_mib * MIB
    total = begun.told.total
    rest = (size if total is None else total) - offset
    if rest >= LONGEST_PART:
        return LONGEST_PART, TooLarge(None, limit=LONGEST_PART)
    beyond = TooLarge(None, limit=size) if total is None else BeyondTotal(None, total=total)
    return max(rest, 0), beyond


async def receive_part(transfer: Transfer[Arriving], request: Request) -> Response:
    """PATCH: the body is the part. Raises what `Intake` and `uploads.add` raise."""
    _check_headers(request)
    arriving, digest = transfer.prepared, announced_digest(request)
    try:
        async with Intake(transfer.parts.vault, arriving.slot, arriving.limit) as intake:
            whole = await _take(intake, request)
            if not whole and (digest is not None or intake.length < LEAST_KEPT):
                raise ClientDisconnect
            length = arriving.length if whole else None
            received = await intake.finish(length=length, digest=digest)
            await _add(transfer, received)
    except TooLarge as error:
        raise arriving.excess from error
    except Empty as error:
        raise EmptyPart from error
    if arriving.last and whole:
        return await _complete(transfer)
    return await _progress(transfer)


def _check_headers(request: Request) -> None:
    media_type = request.headers.get("content-type", MEDIA_TYPES[0]).partition(";")[0].strip()
    if media_type.lower() not in MEDIA_TYPES or "content-encoding" in request.headers:
        raise WrongMediaType(f"a part is sent as it is, as {MEDIA_TYPES[0]}")


async def _take(intake: Intake, request: Request) -> bool:
    """Whether the sender came to the end."""
    try:
        async for data in request.stream():
            await intake.take(data)
    except ClientDisconnect:
        return False
    return True


async def _add(transfer: Transfer[Arriving], received: Received) -> None:
    arriving = transfer.prepared
    slot = arriving.slot

    def act(grant: Grant) -> bool:
        return uploads.add(grant, arriving.upload_id, arriving.offset, slot, received)

    if not await change_or_remove(transfer, slot, transfer.change(act)):
        await run_sync(transfer.parts.vault.remove, slot.part_id)


async def _complete(transfer: Transfer[Arriving]) -> Response:
    """After the part is stored: gaps elsewhere do not undo it."""
    stored = await transfer.change(lambda g: uploads.complete(g, transfer.prepared.upload_id))
    size = str(stored.manifest.total)
    return created(shown(stored), {"Upload-Complete": "?1", "Upload-Offset": size})


async def _progress(transfer: Transfer[Arriving]) -> Response:
    parts, upload_id = transfer.parts, transfer.prepared.upload_id
    offset = await run_sync(uploads.prefix, parts, upload_id)
    headers = {"Upload-Offset": str(offset), "Upload-Complete": "?0", "Cache-Control": "no-store"}
    return Response(status_code=HTTP_204_NO_CONTENT, headers=headers)
