"""What uploads of many parts and the list of versions take and give."""

from typing import Annotated

from pydantic import Field, StringConstraints

from server.documents.content.schemas import Hex
from server.schemas import Asked, Shown, Time, Uuid

MOST_BYTES = 1 << 50


class UploadIn(Asked):
    """A file that will come in parts. The declaration has no default: say it, every time."""

    file_name: str = Field(min_length=1, max_length=1000)
    media_type: Annotated[str, StringConstraints(max_length=255)] = "application/octet-stream"
    length: int | None = Field(None, ge=0, le=MOST_BYTES, description="of the whole, in bytes")
    sha256: Hex | None = Field(None, description="of the whole, in hex; checked at the end")
    contains_designated_secret: bool = Field(
        description="重要経済安保情報・特定秘密を含むか。含むものは扱えない / "
        "whether it holds information designated under the higher regimes; that is refused"
    )


class UploadLimitsOut(Shown):
    """The most there may be, in bytes, and of parts."""

    size: int
    part: int
    parts: int


class PartOut(Shown):
    """A part that was received."""

    offset: int
    length: int
    sha256: str


class UploadOut(Shown):
    """An upload under way. `offset` is how much has arrived from the beginning without a gap; once
    `complete`, its id is the version's.
    """

    id: Uuid
    document: Uuid
    file_name: str
    media_type: str
    length: int | None
    sha256: str | None
    offset: int
    received: int
    complete: bool
    begun_at: Time
    expires_at: Time | None = Field(description="when it ends if no part comes; null if complete")
    limits: UploadLimitsOut
    parts: list[PartOut]
