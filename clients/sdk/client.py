"""`Kyogikai` and `AsyncKyogikai`: the two faces of one implementation.

Owns how a client is made, and the moving of documents' contents. Operations come from `operations`,
carrying out from `runners`.
"""

from pathlib import Path
from typing import Any, BinaryIO

import httpx2
from anyio.to_thread import run_sync

from clients.sdk.answers.documents import Version
from clients.sdk.call import Call
from clients.sdk.calls import documents
from clients.sdk.in_parts import send_parts, send_parts_async
from clients.sdk.operations import Operations
from clients.sdk.parting import InParts
from clients.sdk.reading import reader
from clients.sdk.runners import AsyncRunner, Runner
from clients.sdk.transfers import Fetched, Landing, Progress, Source, Stream, source_of, unwatched
from clients.sdk.wire import DEFAULT_SERVER, Wire

Target = Path | BinaryIO
READ_VERSION = reader(Version)


class Kyogikai(Runner, Operations):
    """A server, as one caller: every method waits for its answer.

    `token` is a session's or an API token. `language` is of the server's messages (`ja`, `en`);
    further settings (`timeout`, `tries`, `first_wait`) are those of `Wire`.
    """

    def __init__(
        self,
        server: str = DEFAULT_SERVER,
        token: str | None = None,
        *,
        language: str = "ja",
        transport: httpx2.BaseTransport | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(Wire(server, token, language, **settings), transport)

    def upload(
        self,
        document_id: str,
        source: Source | Path,
        file_name: str,
        progress: Progress = unwatched,
    ) -> Version:
        """Upload a new version of a document, in constant memory, with its digest."""
        return self.send(documents.upload_content(document_id, file_name), source, progress)

    def upload_in_parts(
        self, document_id: str, source: Source | Path, file_name: str, **how: Any
    ) -> Version:
        """Upload a new version in parts, side by side; `how` takes the fields of `InParts`.

        After an interruption, call it again with the `upload_id` that `begun` was told.
        """
        content = source_of(source) if isinstance(source, Path) else source
        wanted = InParts(document_id=document_id, source=content, file_name=file_name, **how)
        return READ_VERSION(send_parts(self, wanted))

    def download(
        self,
        document_id: str,
        target: Target,
        version: str | None = None,
        *,
        inline: bool = False,
        progress: Progress = unwatched,
    ) -> Fetched:
        """Bring a document's content to a file or stream; an interrupted file is continued.

        `inline` asks to read it on the spot, which needs less than to keep it.
        """
        call = _content(document_id, version, inline)
        return self.fetch(call, _landing(target), progress)


class AsyncKyogikai(AsyncRunner, Operations):
    """A server, as one caller: every method is awaited. Parameters are those of `Kyogikai`."""

    def __init__(
        self,
        server: str = DEFAULT_SERVER,
        token: str | None = None,
        *,
        language: str = "ja",
        transport: httpx2.AsyncBaseTransport | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(Wire(server, token, language, **settings), transport)

    async def upload(
        self,
        document_id: str,
        source: Source | Path,
        file_name: str,
        progress: Progress = unwatched,
    ) -> Version:
        """Upload a new version of a document, in constant memory, with its digest."""
        return await self.send(documents.upload_content(document_id, file_name), source, progress)

    async def upload_in_parts(
        self, document_id: str, source: Source | Path, file_name: str, **how: Any
    ) -> Version:
        """Upload a new version in parts, side by side; see `Kyogikai.upload_in_parts`."""
        content = await run_sync(source_of, source) if isinstance(source, Path) else source
        wanted = InParts(document_id=document_id, source=content, file_name=file_name, **how)
        return READ_VERSION(await send_parts_async(self, wanted))

    async def download(
        self,
        document_id: str,
        target: Target,
        version: str | None = None,
        *,
        inline: bool = False,
        progress: Progress = unwatched,
    ) -> Fetched:
        """Bring a document's content to a file or stream; an interrupted file is continued."""
        call = _content(document_id, version, inline)
        return await self.fetch(call, _landing(target), progress)


def _content(document_id: str, version: str | None, inline: bool) -> Call[None]:
    describe = documents.read_content if inline else documents.read_download
    return describe(document_id, version)


def _landing(target: Target) -> Path | Landing:
    return target if isinstance(target, Path) else Stream(target)
