"""What can be turned into pages: PDF, images, text. Runs in the render process only.

Owns counting their pages and drawing one. A PDF's scripts
and XFA forms never run: this build of PDFium has neither. Raises `Refused` with a word that says
why something cannot be shown.
"""

import warnings
from abc import ABC, abstractmethod
from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps
from pypdfium2.raw import FPDF_ERR_PASSWORD

PIXELS = 48_000_000
MOST_PAGES = 2000
FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
A4 = (595.0, 842.0)  # points
LONGEST_SIDE = 6000
WHITE = (255, 255, 255)

Image.MAX_IMAGE_PIXELS = PIXELS
# Pillow only warns up to twice the bound; nobody would read the warning here.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class Refused(Exception):
    """It cannot be shown; the word says why."""


class Source(ABC):
    """An opened file: how many pages, how large each (in points), and its picture."""

    pages: int

    @abstractmethod
    def size(self, number: int) -> tuple[float, float]:
        """Width and height of a page in points, as it is seen."""

    @abstractmethod
    def draw(self, number: int, width: int, height: int) -> Image.Image:
        """A page as an opaque picture of this many pixels."""

    def close(self) -> None:  # noqa: B027  most have nothing to give back
        """Give back what it holds."""


class Pdf(Source):
    """A PDF, by PDFium."""

    def __init__(self, content: bytes) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            locked = getattr(error, "err_code", None) == FPDF_ERR_PASSWORD
            raise Refused("encrypted" if locked else "damaged") from error
        self._pdf.init_forms()  # what was filled in is drawn; there is no script to run
        self.pages = len(self._pdf)
        if self.pages > MOST_PAGES:
            raise Refused("too_many_pages")

    def size(self, number: int) -> tuple[float, float]:
        """Width and height of a page in points, as it is seen."""
        width, height = self._page(number).get_size()
        if not (0 < width < 1e6 and 0 < height < 1e6):
            raise Refused("damaged")
        return width, height

    def draw(self, number: int, width: int, height: int) -> Image.Image:
        """A page as an opaque picture of this many pixels."""
        page = self._page(number)
        scale = min(width / page.get_width(), height / page.get_height())
        picture: Image.Image = page.render(scale=scale, fill_color=(*WHITE, 255)).to_pil()
        page.close()
        picture = picture.convert("RGB")
        return picture if picture.size == (width, height) else picture.resize((width, height))

    def _page(self, number: int) -> pypdfium2.PdfPage:
        try:
            return self._pdf[number - 1]
        except pypdfium2.PdfiumError as error:
            raise Refused("damaged") from error

    def close(self) -> None:
        """Give back what PDFium holds."""
        self._pdf.close()


class Picture(Source):
    """An image; of a TIFF, each of its pages."""

    def __init__(self, content: bytes) -> None:
        try:
            self._image = Image.open(BytesIO(content), formats=FORMATS)
            many = self._image.format == "TIFF"
            self.pages = getattr(self._image, "n_frames", 1) if many else 1
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Refused("too_many_pixels") from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise Refused("damaged") from error
        if self.pages > MOST_PAGES:
            raise Refused("too_many_pages")

    def size(self, number: int) -> tuple[float, float]:
        """As large as fits upright or lying on A4."""
        width, height = self._turned(self._at(number)).size
        room = A4 if width <= height else A4[::-1]
        scale = min(room[0] / width, room[1] / height)
        return width * scale, height * scale

    def draw(self, number: int, width: int, height: int) -> Image.Image:
        """A page as an opaque picture of this many pixels."""
        seen = self._turned(self._at(number)).resize((width, height), Image.Resampling.LANCZOS)
        paper = Image.new("RGB", seen.size, WHITE)
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper

    def _at(self, number: int) -> Image.Image:
        try:
            self._image.seek(number - 1)
            if self._image.width * self._image.height > PIXELS:
                raise Refused("too_many_pixels")
            return self._image
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise Refused("damaged") from error

    def _turned(self, image: Image.Image) -> Image.Image:
        """As its maker turned it (EXIF), with its transparency."""
        try:
            deep = image.mode.startswith(("I", "F"))
            plain = image.point(lambda v: v / 257).convert("L") if deep else image
            return ImageOps.exif_transpose(plain).convert("RGBA")
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise Refused("damaged") from error
