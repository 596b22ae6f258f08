"""Uploads in parts, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """The most there may be: bytes of a file, bytes of a part, parts."""

    size: int
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class PartThere:
    """A part that was received."""

    offset: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way; once `complete`, its id is the version's."""

    id: str
    document: str
    file_name: str
    media_type: str
    length: int | None
    sha256: str | None
    offset: int
    received: int
    complete: bool
    begun_at: datetime
    expires_at: datetime | None
    limits: UploadLimits
    parts: tuple[PartThere, ...] = ()
