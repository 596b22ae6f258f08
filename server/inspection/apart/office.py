"""The lines of an Office file (OOXML, OpenDocument): of every XML part in its ZIP container.

Owns the bounds of unpacking (entries, inflated bytes, ratio): all of it happens in memory, piece by
piece, and what a line is stands in `markup.py`. Runs in the process apart only.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers.expat import ExpatError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from server.inspection.apart.budget import Budget
from server.inspection.apart.markup import LineReader
from server.inspection.unsearched import Unsearched, Why

MOST_ENTRIES = 10_000
MOST_INFLATED = 64 << 20
# Honest sheets come near 100 : 1; a part that inflates further is one for its own sake.
MOST_RATIO, FREE = 200, 1 << 20
PIECE = 1 << 16
_CENTRAL = b"PK\x01\x02"
_ENCRYPTED = 1  # bit 0 of an entry's flags (APPNOTE 4.4.4)
_MANIFEST = "META-INF/manifest.xml"
_BANNER = re.compile(r"/(header|footer)[^/]*\.xml$", re.IGNORECASE)


def lines(content: bytes, budget: Budget) -> Iterator[str]:
    """Part after part, the small ones first, so that a huge sheet hides no header.

    Raises Unsearched, and for a damaged part only after all others.
    """
    # Counted before zipfile makes an object of each: it believes the directory, not its end record.
    if content.count(_CENTRAL) > MOST_ENTRIES:
        raise Unsearched(Why.TOO_COMPLEX)
    damaged, unpacking = False, Unpacking(budget)
    with ZipFile(BytesIO(content)) as archive:
        for entry in sorted(archive.infolist(), key=_order):
            if not entry.filename.lower().endswith(".xml"):
                continue
            try:
                yield from _of_part(archive, entry, unpacking)
            except (BadZipFile, ExpatError, zlib.error, EOFError):
                damaged = True
    if damaged:
        raise Unsearched(Why.DAMAGED)


def _order(entry: ZipInfo) -> tuple[bool, int]:
    """OpenDocument's manifest first: it alone says that the rest is encrypted."""
    return entry.filename != _MANIFEST, entry.file_size


def _of_part(archive: ZipFile, entry: ZipInfo, unpacking: "Unpacking") -> Iterator[str]:
    reader = LineReader(banner=_BANNER.search(entry.filename) is not None)
    for piece in unpacking.pieces(archive, entry):
        reader.feed(piece)
        yield from reader.taken()
    reader.finish()
    yield from reader.taken()


class Unpacking:
    """Inflates entries within one bound for all of them."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._left = budget, MOST_INFLATED

    def pieces(self, archive: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
        """An entry, piece by piece. Raises Unsearched, and what zipfile raises of damage."""
        if entry.flag_bits & _ENCRYPTED:
            raise Unsearched(Why.ENCRYPTED)
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile("ISO/IEC 29500-2 knows no other compression")
        read, most = 0, max(FREE, entry.compress_size * MOST_RATIO)
        with archive.open(entry) as opened:
            while piece := opened.read(PIECE):
                self._budget.check()
                read, self._left = read + len(piece), self._left - len(piece)
                if self._left < 0 or read > most:
                    raise Unsearched(Why.TOO_COMPLEX)
                yield piece
