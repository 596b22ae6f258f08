"""Content on its way up and down, in constant memory, without the network itself.

Owns where a download lands and how it continues after a break (Range, If-Range), and the digests of
both directions (RFC 9530). Both runners move the bytes.
"""

import base64
import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import httpx2

from clients.sdk.call import Call
from clients.sdk.problems import Interrupted, UnexpectedAnswer, WrongDigest
from clients.sdk.wire import Exchange, Wire

PIECE = 256 * 1024
TRANSFER_TIMEOUT = 300.0
Progress = Callable[[int, int | None], None]

_CONTENT_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+|\*)")
_SHA256 = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")


def unwatched(done: int, total: int | None) -> None:
    """The progress nobody looks at."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a download brought: its length, SHA-256 (hex), and what the server calls it."""

    size: int
    sha256: str
    media_type: str | None
    disposition: str | None


class Landing(Protocol):
    """Where bytes land: how many did, under which tag, and how to begin anew."""

    have: int
    tag: str | None
    digest: Any

    def restart(self, tag: str | None) -> None: ...
    def write(self, piece: bytes) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


class Stream:
    """Lands on a stream that cannot go back, such as standard output."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.have, self.tag = out, 0, None
        self.digest: Any = hashlib.sha256()

    tag: str | None

    def restart(self, tag: str | None) -> None:
        """Remember the tag. Raises Interrupted when bytes of something else have gone out."""
        if self.have:
            raise Interrupted("the content changed while it was being written out")
        self.tag = tag

    def write(self, piece: bytes) -> None:
        """Pass a piece on."""
        self._out.write(piece)
        self.digest.update(piece)
        self.have += len(piece)

    def finish(self) -> None:
        """Flush."""
        self._out.flush()

    def close(self) -> None:
        """The stream belongs to the caller."""


class File:
    """Lands in `NAME.part`, readable by its owner only, and takes its name when it is whole.

    `NAME.part.tag` holds the server's tag of the content, so that a later run continues the same
    content or begins anew, but never joins two.
    """

    def __init__(self, target: Path) -> None:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        if target.exists() and not target.is_file():
            # Taking its name would put a file where a device was.
            said = "not a file; give a stream to write into it"
            raise FileExistsError(errno.EEXIST, said, str(target))
        self._target = target
        self._part = target.with_name(target.name + ".part")
        self._tag_file = target.with_name(target.name + ".part.tag")
        self.digest: Any = hashlib.sha256()
        self.tag = self._known_tag()
        self.have = 0
        # A link somebody else put there is not followed.
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self._part, flags, 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        if self.tag is None:
            self._file.truncate(0)
        while piece := self._file.read(PIECE):
            self.digest.update(piece)
            self.have += len(piece)

    def _known_tag(self) -> str | None:
        if not (self._part.exists() and self._tag_file.exists()):
            return None
        return self._tag_file.read_text("utf-8") or None

    def restart(self, tag: str | None) -> None:
        """Begin at the first byte, of the content with this tag."""
        self._file.seek(0)
        self._file.truncate(0)
        self.have, self.digest, self.tag = 0, hashlib.sha256(), tag
        if tag is None:
            self._tag_file.unlink(missing_ok=True)
        else:
            self._tag_file.write_text(tag, "utf-8")

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        self._file.write(piece)
        self.digest.update(piece)
        self.have += len(piece)

    def finish(self) -> None:
        """Give the file its name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._target)
        self._tag_file.unlink(missing_ok=True)

    def close(self) -> None:
        """Keep what has arrived for a later run; without a tag it would be of no use."""
        if not self._file.closed:
            self._file.close()
            if self.tag is None:
                self._part.unlink(missing_ok=True)


class Fetching:
    """One download across its tries."""

    def __init__(self, wire: Wire, call: Call[Any], landing: Landing, progress: Progress) -> None:
        self._wire, self._call, self._landing, self._progress = wire, call, landing, progress
        self._exchange = Exchange(wire, call)
        self._total: int | None = None
        self._headers: Mapping[str, str] = {}
        self._begun_at = landing.have

    def request(self) -> dict[str, Any]:
        """The next request: from the first byte that is missing."""
        headers = {**self._exchange.request["headers"], "Accept": "*/*"}
        headers["Accept-Encoding"] = "identity"  # ranges count the bytes of the content itself
        if self._landing.have and self._landing.tag:
            headers |= {"Range": f"bytes={self._landing.have}-", "If-Range": self._landing.tag}
        timeout = httpx2.Timeout(self._wire.timeout, read=TRANSFER_TIMEOUT)
        return {**self._exchange.request, "headers": headers, "timeout": timeout}

    def refused(self, response: httpx2.Response) -> float | None:
        """After an error answer: None to raise it, or the seconds until the next try."""
        if response.status_code == 416 and self._landing.have:
            self._landing.restart(None)
            return 0.0
        return self._exchange.busy(response)

    def begin(self, response: httpx2.Response) -> None:
        """Look at the head of a good answer: does it continue, or begin anew?"""
        self._headers = response.headers
        if response.status_code == 206:
            found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
            if found is None or int(found[1]) != self._landing.have:
                raise UnexpectedAnswer("the answer is another range than was asked for")
            self._total = None if found[2] == "*" else int(found[2])
        else:
            length = response.headers.get("content-length", "")
            self._total = int(length) if length.isdigit() else None
            tag = response.headers.get("etag")
            self._landing.restart(None if tag is None or tag.startswith("W/") else tag)
        self._begun_at = self._landing.have
        self._progress(self._landing.have, self._total)

    def take(self, piece: bytes) -> None:
        """A piece has arrived."""
        self._landing.write(piece)
        self._progress(self._landing.have, self._total)

    def broke(self, error: httpx2.TransportError) -> float:
        """Seconds until the next try. Raises Unreachable after too many without any progress."""
        if self._landing.have and not self._landing.tag:
            raise Interrupted(f"{error}; the server names no version to continue") from error
        if self._landing.have > self._begun_at:
            self._exchange = Exchange(self._wire, self._call)
            self._begun_at = self._landing.have
        return self._exchange.broke(error)

    def finish(self) -> Fetched:
        """Check length and digest, then put the content in place. Raises WrongDigest."""
        landing, digest = self._landing, self._landing.digest.digest()
        expected = _expected_digest(self._headers, whole=landing.have == self._total)
        short = self._total is not None and landing.have != self._total
        if short or (expected is not None and expected != digest):
            landing.restart(None)
            raise WrongDigest(f"{landing.have} bytes with SHA-256 {digest.hex()}")
        landing.finish()
        return Fetched(
            landing.have,
            digest.hex(),
            self._headers.get("content-type"),
            self._headers.get("content-disposition"),
        )


def _expected_digest(headers: Mapping[str, str], whole: bool) -> bytes | None:
    """The SHA-256 of the whole content, where the server tells it (RFC 9530)."""
    text = headers.get("repr-digest", "")
    if not text and whole and "content-range" not in headers:
        text = headers.get("content-digest", "")
    found = _SHA256.search(text)
    return base64.b64decode(found[1]) if found else None


class Sendable(Protocol):
    """Content to send, which can be read more than once."""

    def headers(self) -> Mapping[str, str]: ...
    def pieces(self, progress: Progress) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Content to send: a file that can be read twice, once for its digest."""

    path: Path
    media_type: str
    size: int
    digest: bytes

    def headers(self) -> dict[str, str]:
        """Length, type and digest, so that the server refuses what did not arrive whole."""
        encoded = base64.b64encode(self.digest).decode("ascii")
        return {
            "Content-Type": self.media_type,
            "Content-Length": str(self.size),
            "Content-Digest": f"sha-256=:{encoded}:",
        }

    def pieces(self, progress: Progress) -> Iterator[bytes]:
        """The content piece by piece."""
        done = 0
        progress(done, self.size)
        with self.path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
                done += len(piece)
                progress(done, self.size)


def source_of(path: Path, media_type: str = "application/octet-stream") -> Source:
    """Read a file once for its length and digest. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return Source(path, media_type, size, digest.digest())
