"""Lines out of the XML of Office files.

Owns what a line is there: a paragraph, however many runs it is written in, or a value that stands
in no paragraph. Parses with expat, which here never resolves an entity: a document type, where
they are declared, ends the part (ISO/IEC 29500-2 allows none). Runs in the process apart only.
"""

import re
from collections.abc import Iterator
from xml.parsers import expat

from server.inspection.unsearched import Unsearched, Why

DEEPEST = 256
# By local name: Word, DrawingML and OpenDocument (p, h), shared and inline strings of sheets.
PARAGRAPHS = frozenset({"p", "h", "si", "is"})
# Where the letters of a paragraph stand; `p`, `h`, `span` and `a` are OpenDocument's.
LETTERS = frozenset({"t", "p", "h", "span", "a"})
# How something is read aloud, beside it.
READINGS = frozenset({"rPh", "rt", "ruby-text"})
BREAKS = {"br": "\n", "cr": "\n", "line-break": "\n", "tab": "\t"}
# Header and footer of a sheet: left, centre and right, with codes for fonts and fields (18.3.1.46).
_THIRDS = re.compile(r"&[LCR]")
_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|[A-Za-z])')


class LineReader:
    """Reads one part. In a `banner` (header, footer) what tabs set apart is a line of its own."""

    def __init__(self, *, banner: bool = False) -> None:
        self._banner = banner
        self._lines: list[str] = []
        self._open: list[str] = []
        self._paragraphs: list[list[str]] = []
        self._value: list[str] = []
        self._readings = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._letters

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises ExpatError, Unsearched."""
        self._parser.Parse(piece, False)

    def finish(self) -> None:
        """The part is over. Raises ExpatError."""
        self._parser.Parse(b"", True)

    def taken(self) -> Iterator[str]:
        """The lines since it was last asked."""
        lines, self._lines = self._lines, []
        return iter(lines)

    def _document_type(self, *_: object) -> None:
        raise Unsearched(Why.DAMAGED)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise Unsearched(Why.TOO_COMPLEX)
        local = name.rpartition(":")[2]
        self._open.append(local)
        self._value = []
        if local in PARAGRAPHS:
            self._paragraphs.append([])
        elif local in READINGS:
            self._readings += 1
        elif local in BREAKS and self._paragraphs:
            self._paragraphs[-1].append(BREAKS[local])
        elif local == "textpath":  # VML: a watermark of Word
            self._lines.append(attributes.get("string", ""))
        elif local == "encryption-data":  # OpenDocument's manifest
            raise Unsearched(Why.ENCRYPTED)

    def _letters(self, letters: str) -> None:
        if not self._paragraphs:
            self._value.append(letters)
        elif self._open[-1] in LETTERS and not self._readings:
            self._paragraphs[-1].append(letters)

    def _end(self, _: str) -> None:
        local = self._open.pop()
        if local in PARAGRAPHS:
            self._written("".join(self._paragraphs.pop()))
        elif local in READINGS:
            self._readings -= 1
        elif self._value:
            self._single("".join(self._value), local)
        self._value = []

    def _written(self, paragraph: str) -> None:
        for line in paragraph.splitlines():
            self._lines.append(line)
            if self._banner and "\t" in line:
                self._lines += line.split("\t")

    def _single(self, value: str, local: str) -> None:
        """What stands in no paragraph: a property, a cell's own value, a sheet's header."""
        if local.endswith(("Header", "Footer")):
            self._lines += [_CODES.sub("", third) for third in _THIRDS.split(value)]
        else:
            self._lines += value.splitlines()
