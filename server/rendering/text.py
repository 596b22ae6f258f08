"""Plain text on pages of A4. Runs in the render process only.

Owns reading UTF-8, UTF-16 and Shift_JIS (as Windows writes it), breaking lines where the page ends,
and drawing them.
"""

import unicodedata
from collections.abc import Iterator
from functools import partial

from PIL import Image, ImageDraw

from server.rendering.faces import Faces
from server.rendering.sources import A4, MOST_PAGES, WHITE, Refused, Source

LARGEST = 4 << 20
LETTER = 10.5  # points, as 文書 are commonly set
LEADING = 16.5
MARGIN = 56.0
TAB = 4
HANGING = frozenset("、。，．）」』】〕！？")  # never begin a line (JIS X 4051)


def decoded(content: bytes) -> str:
    """The text of a file. Raises Refused("not_text")."""
    if len(content) > LARGEST:
        raise Refused("too_large")
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text)
    raise Refused("not_text")


class Text(Source):
    """A text, broken into pages once."""

    def __init__(self, content: bytes, faces: Faces) -> None:
        self._faces, self._face = faces, faces.of(LETTER * 4)
        self._widths: dict[str, float] = {}
        room = int((A4[1] - 2 * MARGIN) / LEADING)
        lines = list(self._lines(decoded(content)))
        self._pages = [lines[at : at + room] for at in range(0, len(lines), room)] or [[]]
        self.pages = len(self._pages)
        if self.pages > MOST_PAGES:
            raise Refused("too_many_pages")

    def _lines(self, text: str) -> Iterator[str]:
        room = (A4[0] - 2 * MARGIN) * 4
        for paragraph in text.splitlines():
            line, used = "", 0.0
            for letter in _plain(paragraph.expandtabs(TAB)):
                width = self._width(letter)
                if used + width > room and letter not in HANGING:
                    yield line
                    line, used = "", 0.0
                line, used = line + letter, used + width
            yield line

    def _width(self, letter: str) -> float:
        if letter not in self._widths:
            self._widths[letter] = self._face.getlength(letter)
        return self._widths[letter]

    def size(self, number: int) -> tuple[float, float]:
        """A4."""
        return A4

    def draw(self, number: int, width: int, height: int) -> Image.Image:
        """A page as an opaque picture of this many pixels."""
        paper = Image.new("RGB", (width, height), WHITE)
        scale = width / A4[0]
        write = partial(ImageDraw.Draw(paper).text, font=self._faces.of(LETTER * scale), fill=0)
        for at, line in enumerate(self._pages[number - 1]):
            write((MARGIN * scale, (MARGIN + at * LEADING) * scale), line)
        return paper


def _plain(line: str) -> str:
    """Without what moves or hides other letters; a form feed only ends a line."""
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
