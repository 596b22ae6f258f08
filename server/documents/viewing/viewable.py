"""Which files can be shown as pages here: PDF, images, plain text.

Owns the list of media types. Opens nothing: drawing pages is `server/rendering`.
"""

from server.documents.content.versions import StoredVersion

VIEWABLE = frozenset(
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/tiff",
        "image/bmp",
        "image/webp",
        "text/plain",
    }
)


def viewable(media_types: str) -> bool:
    """Whether a file of this media type (or one of several, joined by commas) can be shown.

    Parameters such as `charset` do not matter.
    """
    kinds = (each.split(";")[0].strip().lower() for each in media_types.split(","))
    return any(kind in VIEWABLE for kind in kinds)


def can_be_viewed(version: StoredVersion) -> bool:
    """Whether a version can be shown: by its own bytes where they were looked at, otherwise by the
    type its uploader declared.
    """
    detected = version.detected
    return viewable(version.manifest.media_type if detected is None else detected)
