"""/api/v1/documents/{id}/hand-over: the content as an age file for named recipients.

Owns the route and its two entries: the first, with every recipient's public key, is durable before
a byte leaves; the last says how much was sent. An Idempotency-Key has no meaning here: nothing is
made that could be made twice, and what leaves again is decided, counted and entered again.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from dataclasses import dataclass

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response

from server.access.grant import Grant
from server.access.transfer import Transfer, transfer
from server.access.vocabulary import Action
from server.documents import destruction
from server.documents.content import versions
from server.documents.content.flowing import Flowing, closing_entry, safe_headers
from server.documents.content.sending import Reading, ToSend
from server.documents.content.versions import NotReady
from server.documents.kinds import DOCUMENT
from server.documents.taking_out import hand_over
from server.documents.taking_out.downloads import prepare_download
from server.documents.taking_out.hand_over import HandingOver, HandOverIn
from server.schemas import BYTES

AGE = "application/octet-stream"  # no media type is registered

router = APIRouter(prefix="/api/v1", tags=["documents"])


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is handed over, and the public keys it is sealed to."""

    content: ToSend
    recipients: tuple[str, ...]


def prepare_hand_over(grant: Grant, asked: HandOverIn) -> Sealed:
    """First transaction. Raises Malformed, NotReady, NotFound, DownloadsToday."""
    recipients = tuple(dict.fromkeys(text.strip() for text in asked.recipients))
    hand_over.keys_of(recipients)
    content = prepare_download(grant, asked.version)
    # Its provider already opens what is still being verified; nobody else is given it.
    if versions.state_of(grant.tx, content.manifest.version) != versions.READY:
        raise NotReady
    grant.note(recipients=recipients)
    return Sealed(content, recipients)


async def send_sealed(begun: Transfer[Sealed], request: Request) -> Response:
    """The age file, made anew each time; an Idempotency-Key has no meaning. Raises Damaged."""
    sealed, begun.still = begun.prepared, destruction.check_there
    reading = await run_sync(Reading, begun.parts.vault, sealed.content)
    manifest = sealed.content.manifest
    work = HandingOver(reading, manifest.total, hand_over.keys_of(sealed.recipients))
    headers = safe_headers("attachment", f"{manifest.file_name}.age")
    return Flowing(_flow(begun, work, reading), {**headers, "Content-Type": AGE})


async def _flow(
    begun: Transfer[Sealed], work: HandingOver, reading: Reading
) -> AsyncGenerator[bytes, None]:
    manifest, sent = begun.prepared.content.manifest, 0
    promised, read = manifest.total, lambda: work.read_so_far
    # The thread that reads has ended before the reading is closed.
    with closing(reading):
        async with (
            closing_entry(begun, manifest.version, read, promised=promised),
            aclosing(work.pieces()) as pieces,
        ):
            async for piece in pieces:
                yield piece
                sent += len(piece)
                await begun.keep_deciding(sent)


router.post(
    "/documents/{document_id}/hand-over",
    name="handOver",
    responses={200: {"description": "The age file", "content": {AGE: BYTES}}},
)(transfer(Action.HAND_OVER, DOCUMENT, prepare_hand_over)(send_sealed))
