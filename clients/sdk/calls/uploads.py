"""Uploads in parts, and older versions.

The parts themselves are moved by `send_parts` of the clients, with the call `upload_part`.
"""

from clients.sdk.answers.documents import Version
from clients.sdk.answers.uploads import Upload
from clients.sdk.call import Call, delete, get, listing, post
from clients.sdk.reading import Page, nothing

UPLOAD = "/documents/{document_id}/uploads/{upload_id}"


def begin_upload(
    document_id: str,
    file_name: str,
    *,
    contains_designated_secret: bool,
    media_type: str = "application/octet-stream",
    length: int | None = None,
    sha256: str | None = None,
) -> Call[Upload]:
    """Begin an upload of a new version in parts. `sha256` (hex) of the whole is checked at the
    end; without it, the server measures it.
    """
    body = {
        "file_name": file_name,
        "media_type": media_type,
        "length": length,
        "sha256": sha256,
        "contains_designated_secret": contains_designated_secret,
    }
    return post(Upload, "/documents/{document_id}/uploads", body, document_id=document_id)


def read_upload(document_id: str, upload_id: str) -> Call[Upload]:
    """What has arrived of the caller's own upload."""
    return get(Upload, UPLOAD, document_id=document_id, upload_id=upload_id)


def upload_part(document_id: str, upload_id: str) -> Call[None]:
    """One part; give it to `send` with a `Piece`. With its digest it may be repeated."""
    at = {"document_id": document_id, "upload_id": upload_id}
    return Call("PATCH", UPLOAD, nothing, at, keyed=True)


def complete_upload(document_id: str, upload_id: str) -> Call[Version]:
    """Make a version of what has arrived; asked again, the same version is answered."""
    path = f"{UPLOAD}/completion"
    return post(Version, path, None, document_id=document_id, upload_id=upload_id)


def end_upload(document_id: str, upload_id: str) -> Call[None]:
    """Give an upload up."""
    return delete(UPLOAD, document_id=document_id, upload_id=upload_id)


def list_versions(document_id: str, limit: int | None = None) -> Call[Page[Version]]:
    """The versions of a document that the caller may know of, the newest first."""
    path = "/documents/{document_id}/versions"
    return listing(Version, path, document_id=document_id).asking(limit=limit)


def restore_version(document_id: str, version_id: str) -> Call[Version]:
    """Make an older version the newest one."""
    path = "/documents/{document_id}/versions/{version_id}/restoration"
    return post(Version, path, None, document_id=document_id, version_id=version_id)
