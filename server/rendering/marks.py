"""The mark: drawn into the pixels of a page, over all of it and once more below it.

Owns what a mark looks like. Over the page it is dark with a light edge, so that it is seen on
white, on black and on a photograph; below, on a strip of its own that hides nothing, it is written
plainly. Runs in the render process only.
"""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from server.rendering.faces import Face, Faces

DARK, LIGHT = 30, 64  # of 255: how strongly the mark covers what it lies on
ANGLE = 28
GREY = (90, 90, 90)
LONGEST = 0.45  # of the longer side: how long a line of a tile may be


@dataclass(frozen=True, slots=True)
class Mark:
    """What is written: `tile` again and again over the page, `foot` once below it, line by line."""

    tile: tuple[str, ...]
    foot: tuple[str, ...]


class Painter:
    """Draws marks with the letters there are."""

    def __init__(self, faces: Faces) -> None:
        self._faces = faces
        self.cover = lru_cache(maxsize=4)(self._cover)

    def marked(self, page: Image.Image, mark: Mark) -> Image.Image:
        """The page with the mark over it and the strip below it; grey where it has no colour."""
        page = page.convert("L") if _is_grey(page) else page
        dark, light = self.cover(page.size, mark.tile)
        page.paste("white", mask=light)
        page.paste("black", mask=dark)
        strip = self.strip(page.width, mark.foot)
        whole = Image.new(page.mode, (page.width, page.height + strip.height))
        whole.paste(page)
        whole.paste(strip, (0, page.height))
        return whole

    def overlay(self, size: tuple[int, int], mark: Mark) -> tuple[Image.Image, Image.Image]:
        """The mark by itself, strip included, to be laid over a page: its greys, and how strongly
        each covers.
        """
        dark, light = self.cover(size, mark.tile)
        strip = self.strip(size[0], mark.foot).convert("L")
        grey = Image.new("L", (size[0], size[1] + strip.height))
        cover = Image.new("L", grey.size, 255)
        grey.paste(light.point(lambda v: 255 if v > 0 else 0))
        grey.paste(0, (0, 0), dark)
        grey.paste(strip, (0, size[1]))
        cover.paste(ImageChops.lighter(dark, light))
        return grey, cover

    def _cover(
        self, size: tuple[int, int], lines: tuple[str, ...]
    ) -> tuple[Image.Image, Image.Image]:
        """How strongly each pixel is darkened, and how strongly lightened."""
        width, height = size
        tile = self._tile(max(width, height), lines)
        letters = Image.new("L", size)
        across, down = int(tile.width * 0.95), int(tile.height * 0.62)
        for row, top in enumerate(range(-down // 3, height, down)):
            for left in range(-across // 3 - (row % 2) * across // 2, width, across):
                # The corners of turned tiles overlap: what is drawn there stays.
                there = letters.crop((left, top, left + tile.width, top + tile.height))
                letters.paste(ImageChops.lighter(tile, there), (left, top))
        edge = ImageChops.difference(_grown(letters), letters)
        return letters.point(lambda v: v * DARK // 255), edge.point(lambda v: v * LIGHT // 255)

    def _tile(self, across: int, lines: tuple[str, ...]) -> Image.Image:
        """One tile, turned."""
        face = self._faces.of(across / 62)
        room = across * LONGEST
        written = [_fitting(self._faces.writable(line), face, room) for line in lines]
        high = int(across / 62 * 1.5)
        wide = int(max(face.getlength(line) for line in written)) + 2 * high
        flat = Image.new("L", (wide, high * (len(lines) + 1)))
        draw = ImageDraw.Draw(flat)
        for at, line in enumerate(written):
            draw.text((high, high // 2 + at * high), line, font=face, fill=255)
        return flat.rotate(ANGLE, expand=True, resample=Image.Resampling.BILINEAR)

    def strip(self, width: int, lines: tuple[str, ...]) -> Image.Image:
        """The strip below a page of this many pixels' width."""
        high = max(width / 64, 9.0)
        face = self._faces.of(high)
        step = int(high * 1.4)
        strip = Image.new("RGB", (width, step * len(lines) + step // 2), (255, 255, 255))
        draw = ImageDraw.Draw(strip)
        draw.line((0, 0, width, 0), fill=GREY)
        for at, line in enumerate(lines):
            text = _fitting(self._faces.writable(line), face, width - 2 * step)
            draw.text((step, step // 4 + at * step), text, font=face, fill=(0, 0, 0))
        return strip


def _is_grey(page: Image.Image) -> bool:
    red, green, blue = (channel.tobytes() for channel in page.split())
    return red == green == blue


def _grown(letters: Image.Image) -> Image.Image:
    """The letters, one pixel wider to the right and below."""
    return ImageChops.lighter(letters, ImageChops.offset(letters, 1, 1))


def _fitting(text: str, face: Face, room: float) -> str:
    """As much of a line as there is room for."""
    if face.getlength(text) <= room:
        return text
    while text and face.getlength(text + "…") > room:
        text = text[:-1]
    return text + "…"
