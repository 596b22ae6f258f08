"""What the API shows of versions."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.schemas import Shown, Time, Uuid

Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class VersionOut(Shown):
    """An uploaded version, from its sealed manifest. `verifying` becomes `ready`, `failed` or
    `quarantined`, with a `reason` and its `detail`. A `ready` one has the reason `not_searched` if
    it is a paper that could not be looked through for markings of higher regimes.
    """

    id: Uuid
    document: Uuid
    state: Literal["verifying", "ready", "failed", "quarantined"]
    created_at: Time
    created_by: Uuid
    file_name: str
    media_type: str
    size: int | None = Field(description="of a provided secret told to its provider alone")
    sha256: str | None = Field(
        description="null until it was read again, if not announced; of a provided secret told to "
        "its provider alone"
    )
    parts: int | None = Field(
        description="of how many sealed objects it consists; of a provided secret told to its "
        "provider alone"
    )
    origin: Uuid | None = Field(description="the version it was restored from")
    reason: str | None
    detail: str | None
    detected: str | None = Field(description="media types its first and last bytes are those of")
    differs: bool | None = Field(description="whether it is not, or not only, what was declared")
    scan: str | None = Field(description="clean, unscanned or infected; null while verifying")
