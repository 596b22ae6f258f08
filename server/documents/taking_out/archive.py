"""A council's papers as one ZIP archive, written while it is sent, in constant memory.

Owns the form of the archive: names, order, the list of what it holds and what was left out. Which
papers may be in it, and their bytes, come from elsewhere, one decided transfer for each.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from server.clock import Instant, in_japan, to_text
from server.documents.content import names
from server.ids import Id

LIST = "manifest.csv"
HEADER = ("document", "version", "file", "title", "created_at", "size", "sha256", "left_out")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Explorer and other old programs show no time before this.
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the list: a paper in the archive, or with `left_out` one that is not."""

    document: Id
    version: Id = ""
    file: str = ""
    title: str = ""
    created: Instant | None = None
    size: int | None = None
    sha256: str = ""
    left_out: str = ""

    def cells(self) -> list[str]:
        """As text; what a spreadsheet would take for a formula is quoted."""
        created = "" if self.created is None else to_text(self.created)
        size = "" if self.size is None else str(self.size)
        given = (self.document, self.version, self.file, self.title, created, size, self.sha256)
        return [_inert(cell) for cell in (*given, self.left_out)]


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class _Sink(io.RawIOBase):
    """Where the archive is written: cannot seek, and is emptied after each write."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes
        self._held.append(bytes(data))
        return len(data)

    def emptied(self) -> bytes:
        """What was written since the last time."""
        held, self._held = b"".join(self._held), []
        return held


@dataclass(slots=True)
class Archive:
    """Yields the bytes of a ZIP archive as its files are put in, one after the other.

    Files are deflated without compression: quick, and readable from a stream, which stored files
    of a length that is told afterwards are not (APPNOTE 4.4.4, bit 3).
    """

    lines: list[Line] = field(default_factory=list)
    _sink: _Sink = field(default_factory=_Sink)
    _names: set[str] = field(default_factory=lambda: {LIST})
    _zip: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def name_for(self, given: str) -> str:
        """A safe name that no other file of this archive has, on any system."""
        name = names.file_name(given)
        stem, dot, ending = name.rpartition(".")
        if not dot or not stem:
            stem, dot, ending = name, "", ""
        number, found = 1, name
        while _folded(found) in self._names:
            number += 1
            found = f"{stem} ({number}){dot}{ending}"
        self._names.add(_folded(found))
        return found

    def put(self, line: Line, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Put a file in, piece by piece; after each piece the bytes of the archive so far."""
        with self._zip.open(_info(line), "w") as file:
            for piece in pieces:
                file.write(piece)
                yield self._sink.emptied()
        yield self._sink.emptied()
        self.lines.append(line)

    def leave_out(self, document: Id, why: str) -> None:
        """Name a paper that is not in the archive."""
        self.lines.append(Line(document=document, left_out=why))

    def end(self) -> bytes:
        """The list of everything, and the archive's directory."""
        self._zip.writestr(LIST, self._list())
        self._zip.close()
        return self._sink.emptied()

    def _list(self) -> bytes:
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(HEADER)
        rows.writerows(line.cells() for line in self.lines)
        # A spreadsheet in Japan takes a file without this mark for Shift_JIS.
        return text.getvalue().encode("utf-8-sig")

    def close(self) -> None:
        """Give up an archive that was not ended; nothing more is written."""
        self._zip.fp = None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _info(line: Line) -> zipfile.ZipInfo:
    """Told to be as long as it is: beyond 2 GiB the entry has 64-bit lengths."""
    at = in_japan(line.created or 0).timetuple()[:6]
    info = zipfile.ZipInfo(line.file, max(_EARLIEST, at))
    info.compress_type = zipfile.ZIP_DEFLATED
    info._compresslevel = 0  # type: ignore[attr-defined]  # public since Python 3.13
    info.external_attr = 0o600 << 16
    info.file_size = line.size or 0
    return info
