"""GET and HEAD of …/content and …/download: which bytes of which version a caller is sent.

Owns the first transaction and the preconditions of an answer. Of several ranges, the whole is
sent. A range of less than the whole may share its entry with others (server/access/sharing.py).
"""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from starlette.status import HTTP_304_NOT_MODIFIED

from server.access.grant import Grant
from server.access.transfer import Transfer
from server.documents import destruction, endings
from server.documents.content import ranges, sending, versions
from server.documents.content.download_limits import check_download, share_download
from server.documents.content.manifest import Manifest
from server.documents.content.ranges import Span
from server.documents.content.sending import ToSend
from server.documents.content.unlocking import to_send
from server.documents.content.versions import StoredVersion
from server.documents.taking_out import copies
from server.problems import PreconditionFailed, Problem
from server.schemas import Uuid

INLINE, ATTACHMENT = "inline", "attachment"


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
    if span is None:
        check_download(grant, 0)
        return ToSend(stored.manifest, ())
    if span.length < span.total:
        grant.share = share_download(grant, span.length)
    else:
        check_download(grant, span.length)
    return to_send(grant, stored, span)


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


def sender(kind: str) -> Callable[[Transfer[ToSend], Request], Awaitable[Response]]:
    """An endpoint body that sends a version, to be shown (`inline`) or kept (`attachment`)."""

    async def send(transfer: Transfer[ToSend], request: Request) -> Response:
        """The content, whole or the one range asked for."""
        transfer.still = destruction.check_there
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
