"""/api/v1/documents/{id}/uploads and …/versions: files that come in parts, and older versions.

Header names are those of draft-ietf-httpbis-resumable-upload (-10), on which this is modelled.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.listing import PageQuery
from server.access.transfer import transfer
from server.access.vocabulary import Action
from server.clock import SECOND
from server.documents.content import names, restoring, versions, views
from server.documents.content.incoming import location
from server.documents.content.schemas import VersionOut
from server.documents.content.versions import StoredVersion
from server.documents.incidents.declaring import check_declared
from server.documents.kinds import DOCUMENT
from server.documents.uploads import arriving
from server.documents.uploads import service as uploads
from server.documents.uploads import views as upload_views
from server.documents.uploads.rows import Told, find, lifetime
from server.documents.uploads.schemas import UploadIn, UploadOut
from server.schemas import BYTES, Page, Uuid

router = APIRouter(prefix="/api/v1/documents/{document_id}", tags=["documents"])

UPLOAD = "/uploads/{upload_id}"
_PART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": dict.fromkeys(arriving.MEDIA_TYPES, BYTES),
    }
}
_STORED: dict[int | str, dict[str, Any]] = {
    201: {"model": VersionOut, "description": "With this part the upload is complete"}
}


class VersionsQuery(PageQuery):
    """Which part of the list of versions; `cursor` is a number of an entry."""

    cursor: Annotated[str | None, Query(pattern=r"^\d{1,15}$")] = None


@router.post("/uploads", status_code=201, name="beginUpload")
@guarded(Action.UPLOAD, DOCUMENT)
def begin_upload(grant: Grant, asked: UploadIn) -> UploadOut:
    """Begin an upload in parts; `Location` is where they are sent, by PATCH."""
    check_declared(grant, contains_designated_secret=asked.contains_designated_secret)
    told = Told(
        by=grant.caller.subject,
        file_name=names.file_name(asked.file_name),
        media_type=names.media_type(asked.media_type),
        total=asked.length,
        sha256=asked.sha256,
    )
    begun = uploads.begin(grant, told)
    grant.headers["Location"] = f"/api/v1/documents/{grant.id}/uploads/{begun.id}"
    return _shown(grant, upload_views.begun(grant, begun))


@router.get(UPLOAD, name="readUpload")
@guarded(Action.UPLOAD, DOCUMENT)
def read_upload(grant: Grant, upload_id: Uuid) -> UploadOut:
    """An upload of mine: what has arrived, and which parts."""
    return _shown(grant, upload_views.found(grant, find(grant, upload_id), with_parts=True))


@router.head(UPLOAD, name="probeUpload")
@guarded(Action.UPLOAD, DOCUMENT)
def probe_upload(grant: Grant, upload_id: Uuid) -> UploadOut:
    """How far an upload of mine is, in `Upload-Offset` and `Upload-Complete`."""
    return _shown(grant, upload_views.found(grant, find(grant, upload_id), with_parts=False))


@router.delete(UPLOAD, status_code=204, name="endUpload")
@guarded(Action.UPLOAD, DOCUMENT)
def end_upload(grant: Grant, upload_id: Uuid) -> None:
    """Give an upload of mine up."""
    uploads.end(grant, upload_id)


@router.post(f"{UPLOAD}/completion", status_code=201, name="completeUpload")
@guarded(Action.UPLOAD, DOCUMENT)
def complete_upload(grant: Grant, upload_id: Uuid) -> VersionOut:
    """Make a version of what has arrived; asked again, the same version is answered."""
    return _made(grant, uploads.complete(grant, upload_id))


@router.get("/versions", name="listVersions")
@guarded(Action.READ, DOCUMENT)
def list_versions(grant: Grant, page: Annotated[VersionsQuery, Query()]) -> Page[VersionOut]:
    """The versions I may know of, the newest first."""
    before = int(page.cursor) if page.cursor else None
    found, following = versions.page(grant, before, page.limit)
    shown = views.versions_shown(grant, found)
    return Page(items=shown, next=None if following is None else str(following))


@router.post("/versions/{version_id}/restoration", status_code=201, name="restoreVersion")
@guarded(Action.UPLOAD, DOCUMENT)
def restore_version(grant: Grant, version_id: Uuid) -> VersionOut:
    """Make an older version the newest; no byte is copied."""
    return _made(grant, restoring.restore(grant, version_id))


def _made(grant: Grant, stored: StoredVersion) -> VersionOut:
    grant.headers["Location"] = location(stored.manifest.document, stored.manifest.version)
    return views.version(stored)


def _shown(grant: Grant, shown: UploadOut) -> UploadOut:
    waits = lifetime(grant.parts.settings) // SECOND
    limits = f"max-size={shown.limits.size}, max-append-size={shown.limits.part}, max-age={waits}"
    grant.headers |= {
        "Upload-Offset": str(shown.offset),
        "Upload-Complete": "?1" if shown.complete else "?0",
        "Upload-Limit": limits,
    }
    if shown.length is not None:
        grant.headers["Upload-Length"] = str(shown.length)
    return shown


router.patch(UPLOAD, name="uploadPart", status_code=204, responses=_STORED, openapi_extra=_PART)(
    transfer(Action.UPLOAD, DOCUMENT, arriving.prepare_part)(arriving.receive_part)
)
