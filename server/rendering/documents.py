"""Opened files of the render process, kept in its memory for whoever turns the page.

Owns the shelf: the newest used stay, within a bound of bytes, and nothing stays that nobody asked
for during five minutes. What is kept says nothing about who may see it: the server decides that
anew for every page.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from server.rendering.faces import Faces
from server.rendering.signs import PDF, is_image, is_pdf
from server.rendering.sources import Pdf, Picture, Refused, Source
from server.rendering.text import Text

BYTES = 256 << 20
IDLE = 300.0


@dataclass(slots=True)
class Kept:
    """A file on the shelf; `used` is of the monotonic clock."""

    source: Source
    size: int
    used: float


class Shelf:
    """Files by the key the server gave them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: str) -> Source | None:
        """The file of this key, if it is still here."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        kept.used = time.monotonic()
        self._kept.move_to_end(key)
        return kept.source

    def put(self, key: str, source: Source, size: int) -> None:
        """Keep a file; those unused for longest make room for it."""
        self.forget(key)
        self._kept[key] = Kept(source, size, time.monotonic())
        while len(self._kept) > 1 and sum(kept.size for kept in self._kept.values()) > BYTES:
            self.forget(next(iter(self._kept)))

    def forget(self, key: str) -> None:
        """Let go of one file."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            kept.source.close()

    def clear(self) -> None:
        """Let go of all."""
        for key in list(self._kept):
            self.forget(key)

    def tidy(self) -> None:
        """Let go of what nobody used for a while."""
        old = time.monotonic() - IDLE
        for key in [key for key, kept in self._kept.items() if kept.used < old]:
            self.forget(key)


def opened(content: bytes, faces: Faces, *, text: bool) -> Source:
    """A file as pages, recognised by its first bytes; as text only where its type says so, and
    then also a text about PDF.
    """
    if content.startswith(PDF) or (is_pdf(content) and not text):
        return Pdf(content)
    if is_image(content):
        return Picture(content)
    if text:
        return Text(content, faces)
    raise Refused("unknown")
