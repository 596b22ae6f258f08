"""How a guarded answer leaves: never stored by others, with a strong tag of the thing.

Owns the headers of answers. Decides nothing.
"""

from collections.abc import Mapping

from fastapi import Response

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access.grant import Grant


def answer(
    status: int, content: bytes, etag: str | None, more: Mapping[str, str] | None = None
) -> Response:
    """The answer, in JSON, with `more` headers."""
    headers = {"Cache-Control": "no-store", **(more or {})}
    if etag:
        headers["ETag"] = etag
    if status == 204:
        return Response(status_code=204, headers=headers)
    return Response(content, status, headers, media_type="application/json")


def etag_of(grant: Grant) -> str:
    """A strong tag of the thing, sent where its own address is read."""
    skip = {"rights_epoch", "last_time", "denied", "category", "networks"}
    values = [
        str(v)
        for k, v in grant.thing._asdict().items()
        if not k.startswith("is_") and k not in skip
    ]
    return f'"{sha256(canonical(values)).hex()[:32]}"'
