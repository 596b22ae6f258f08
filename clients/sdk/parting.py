"""A file sent in parts: which are missing, what each is, and how far the whole is.

Owns cutting a file, and whether an upload that was begun before is of the same file. Moves
nothing: `in_parts` does.
"""

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clients.sdk.answers.uploads import Upload
from clients.sdk.call import Call
from clients.sdk.calls import uploads
from clients.sdk.problems import Failure, Gone, NotFound
from clients.sdk.transfers import PIECE, Progress, Source, unwatched

PART = 16 * 1024 * 1024
PARALLEL = 4
PARTIAL = "application/partial-upload"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a file, read twice: once for their digest, once to be sent."""

    path: Path
    offset: int
    length: int

    def headers(self) -> dict[str, str]:
        """Where it lies, its length and digest, so that a repetition does no more."""
        digest = hashlib.sha256()
        for piece in self._read():
            digest.update(piece)
        encoded = base64.b64encode(digest.digest()).decode("ascii")
        return {
            "Content-Type": PARTIAL,
            "Content-Length": str(self.length),
            "Content-Digest": f"sha-256=:{encoded}:",
            "Upload-Offset": str(self.offset),
        }

    def pieces(self, progress: Progress = unwatched) -> Iterator[bytes]:
        """The content piece by piece."""
        done = 0
        progress(done, self.length)
        for piece in self._read():
            yield piece
            done += len(piece)
            progress(done, self.length)

    def _read(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(self.offset)
            left = self.length
            while left and (piece := file.read(min(PIECE, left))):
                yield piece
                left -= len(piece)


Begun = Callable[[str], None]


def unheeded(upload_id: str) -> None:
    """The upload's id that nobody remembers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InParts:
    """What is to be sent in parts. With the `upload_id` of an earlier run, what it left is
    completed; `begun` is told the id of this run, to be remembered.
    """

    document_id: str
    source: Source
    file_name: str
    contains_designated_secret: bool = False
    upload_id: str | None = None
    begun: Begun = unheeded
    progress: Progress = unwatched
    part_size: int = PART

    def begin(self) -> Call[Upload]:
        """The call that begins it."""
        return uploads.begin_upload(
            self.document_id,
            self.file_name,
            contains_designated_secret=self.contains_designated_secret,
            media_type=self.source.media_type,
            length=self.source.size,
            sha256=self.source.digest.hex(),
        )

    def read(self) -> Call[Upload] | None:
        """The call that asks how far the earlier run came, if there was one."""
        if self.upload_id is None:
            return None
        return uploads.read_upload(self.document_id, self.upload_id)

    def if_same(self, upload: Upload) -> Upload | None:
        """The upload, if it is of exactly this file."""
        told = upload.sha256, upload.length
        return upload if told == (self.source.digest.hex(), self.source.size) else None


class Parting:
    """One file on its way in parts."""

    def __init__(self, wanted: InParts, upload: Upload) -> None:
        self._source, self._upload, self._progress = wanted.source, upload, wanted.progress
        self.call = uploads.upload_part(wanted.document_id, upload.id)
        fewest = -(-self._source.size // upload.limits.parts)
        self._size = min(max(wanted.part_size, fewest), upload.limits.part)
        self._there = sum(part.length for part in upload.parts)
        self._under_way: dict[int, int] = {}
        self._lock = threading.Lock()
        self._progress(self._there, self._source.size)

    def missing(self) -> Iterator[Piece]:
        """What the server does not have, cut into parts."""
        for start, stop in self._gaps():
            for at in range(start, stop, self._size):
                yield Piece(self._source.path, at, min(self._size, stop - at))

    def _gaps(self) -> Iterator[tuple[int, int]]:
        at = 0
        for part in sorted(self._upload.parts, key=lambda part: part.offset):
            if part.offset > at:
                yield at, part.offset
            at = part.offset + part.length
        if at < self._source.size:
            yield at, self._source.size

    def watching(self, piece: Piece) -> Progress:
        """What the sending of one piece reports to; the whole's progress is their sum."""
        return partial(self._sent, piece.offset)

    def _sent(self, offset: int, done: int, _total: int | None) -> None:
        with self._lock:
            self._under_way[offset] = done
            self._progress(self._there + sum(self._under_way.values()), self._source.size)


def is_over(failure: Failure) -> bool:
    """Whether an upload cannot be gone on with: it ended, or was never there."""
    return isinstance(failure, NotFound | Gone)
