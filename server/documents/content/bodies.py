"""Content that comes with one request: as its body, or as the one file of a form.

Owns what is looked at before a byte is taken, and what the content is said to be. Where it goes is
the caller's: into the vault, or nowhere, where it is only compared.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from server.documents.content import names
from server.documents.content.forms import FileOfForm
from server.documents.content.receiving import (
    Data,
    Measure,
    Received,
    announced_digest,
    announced_length,
)
from server.problems import WrongMediaType


@dataclass(frozen=True, slots=True)
class Arrived:
    """Content that has arrived, and what it was said to be."""

    received: Received
    media_type: str
    file_name: str

    @property
    def content(self) -> dict[str, Any]:
        """What makes it the same content when it comes again."""
        return {
            "media_type": self.media_type,
            "file_name": self.file_name,
            "length": self.received.length,
            "sha256": self.received.sha256.hex(),
        }


class RawBody:
    """The body is the file. Raises WrongMediaType, TooLarge, Malformed."""

    def __init__(self, request: Request, limit: int, file_name: str | None) -> None:
        self._request, self.limit = request, limit
        self._media_type = names.media_type(request.headers.get("content-type"))
        if self._media_type.lower().startswith("multipart/form-data"):
            raise WrongMediaType("a form is sent by POST; PUT takes the file itself")
        if "content-encoding" in request.headers:
            raise WrongMediaType("send the file itself, without Content-Encoding")
        self._length = announced_length(request, limit)
        self._digest = announced_digest(request)
        self._file_name = names.file_name(file_name)

    async def into(self, taker: Measure) -> Arrived:
        """Take all of it. Raises what `finish` raises."""
        async for data in self._request.stream():
            await taker.take(data)
        received = await taker.finish(length=self._length, digest=self._digest)
        return Arrived(received, self._media_type, self._file_name)


class FormBody:
    """The file is the field `file` of a form. Raises WrongMediaType, TooLarge."""

    def __init__(self, request: Request, limit: int) -> None:
        self._request, self.limit = request, limit
        self._form = FileOfForm(request.headers.get("content-type"))
        if "content-digest" in request.headers:
            raise WrongMediaType("Content-Digest of a form would not be the file's: PUT the file")
        announced_length(request, limit)

    async def into(self, taker: Measure) -> Arrived:
        """Take all of it. Raises Malformed, and what `finish` raises."""
        async for data in self._file():
            await taker.take(data)
        self._form.close()
        media_type = names.media_type(self._form.type)
        received = await taker.finish(length=None, digest=None)
        return Arrived(received, media_type, names.file_name(self._form.name))

    async def _file(self) -> AsyncIterator[Data]:
        async for data in self._request.stream():
            for piece in self._form.feed(data):
                yield piece


Body = RawBody | FormBody
