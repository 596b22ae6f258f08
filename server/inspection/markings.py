"""Finding a marking of the higher regimes in plain text: 重要経済安保情報, 特定秘密, 特別防衛秘密.

Pure: bytes in, a word out. Strict on purpose: only a line that is nothing but a marking counts, so
that a paper which speaks of these regimes is not taken for one that falls under them (BR-50).
"""

import codecs
import re
import unicodedata

# The words by which each of the three regimes has a document marked.
MARKS = frozenset({"重要経済安保情報", "特定秘密", "特別防衛秘密"})
BRACKETS = str.maketrans("", "", "【】()「」『』[]〔〕〈〉《》<>")
# A marking with its brackets and spaces is far shorter; what is longer is no marking.
LONGEST_LINE = 256
# As much as is looked at to tell whether it is text at all.
BEGINNING = 512
_ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp")
_LINE_END = re.compile(rb"[\n\r\v\f]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def marking_of(line: str) -> str | None:
    """The marking a line consists of, spaces and brackets aside; None for every other line."""
    folded = "".join(unicodedata.normalize("NFKC", line).translate(BRACKETS).split())
    return folded if folded in MARKS else None


class MarkFinder:
    """Looks through a text as it passes by, in the encodings Japanese text comes in.

    Holds at most one short line. What begins like no text (a PDF, or a NUL among the first bytes,
    as in images and Office files) is let pass unread.
    """

    def __init__(self) -> None:
        self.found: str | None = None
        self._line = b""
        self._too_long = False
        self._decoder: codecs.IncrementalDecoder | None = None
        self._begun: bytes | None = b""
        self._over = False

    def feed(self, piece: bytes) -> None:
        """The next bytes of the text."""
        if self._over:
            return
        if self._begun is not None:
            piece = self._begun + piece
            self._begun = piece if len(piece) < BEGINNING else None
            if self._begun is not None:
                return
            self._begin(piece[:BEGINNING])
        self._read(piece)

    def finish(self) -> str | None:
        """The text is over; the first marking there was, if any."""
        if self._begun:
            self._begin(self._begun)
            self._read(self._begun)
        self._lines(b"\n")
        return self.found

    def _begin(self, beginning: bytes) -> None:
        if beginning[:2] in _UTF_16:
            self._decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        else:
            self._over = b"\0" in beginning or beginning.startswith(b"%PDF-")

    def _read(self, piece: bytes) -> None:
        if not self._over:
            self._lines(self._decoder.decode(piece).encode() if self._decoder else piece)

    def _lines(self, piece: bytes) -> None:
        *whole, rest = _LINE_END.split(piece)
        for line in whole:
            self._take(line)
            self._end_of_line()
        self._take(rest)

    def _take(self, part: bytes) -> None:
        self._too_long = self._too_long or len(self._line) + len(part) > LONGEST_LINE
        self._line = b"" if self._too_long else self._line + part

    def _end_of_line(self) -> None:
        line, self._line = self._line, b""
        if self._too_long or self._over:
            self._too_long = False
            return
        # Of ASCII only ISO-2022-JP, which escapes, can be Japanese.
        if line.isascii() and b"\x1b" not in line:
            return
        self.found = next(filter(None, map(marking_of, _readings(line))), None)
        self._over = self.found is not None


def _readings(line: bytes) -> list[str]:
    """The line in every encoding in which it is one."""
    found = []
    for encoding in _ENCODINGS:
        try:
            found.append(line.decode(encoding).removeprefix("\ufeff"))
        except UnicodeDecodeError:
            continue
    return found
