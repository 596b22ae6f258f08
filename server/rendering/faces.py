"""The letters that the render process writes with.

Owns the one font, in the sizes asked for. Without a font of the system it writes what the font
inside Pillow can: Latin letters and digits.
"""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

Face = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Faces:
    """A font in the sizes asked for."""

    def __init__(self, file: Path | None) -> None:
        self.japanese = file is not None
        self._file = file
        self.of = lru_cache(maxsize=32)(self._of)
        self.of(16.0)  # a file that is no font is found out before anything depends on it

    def _of(self, pixels: float) -> Face:
        """The font so many pixels high."""
        if self._file is None:
            return ImageFont.load_default(max(pixels, 4))
        return ImageFont.truetype(str(self._file), max(pixels, 4))

    def writable(self, text: str) -> str:
        """The text as it can be written: without a Japanese font, its Latin letters and digits."""
        if self.japanese:
            return text
        return " ".join("".join(c if c < "\u0180" else " " for c in text).split())
