"""A PDF with the mark laid over each of its pages, for a download. In the render process only.

Owns the copy: pages of one size share one picture of the mark. What would leave beside the marked
pages is left out of it (attached files, private data of drawing programs, thumbnails, XFA forms
that readers would show instead of the pages), and so is whatever a reader would run.
"""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Rectangle, Stream

from server.rendering.marks import Mark, Painter
from server.rendering.signs import is_pdf
from server.rendering.sources import MOST_PAGES, Refused

DOTS = 120 / 72  # pixels for each point
LONGEST = 4000
# Of any object of a PDF: files, data and thumbnails beside what is seen, and what would be run.
BESIDE = ("/AA", "/AF", "/EF", "/JS", "/Metadata", "/OpenAction", "/PieceInfo", "/Thumb")
NOT_COPIED = ("/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D")
# Which side of the box a page shows below, by how far it is turned clockwise: its place and sign.
BELOW = {0: (1, -1), 90: (2, 1), 180: (3, 1), 270: (0, -1)}


def stamped(content: bytes, painter: Painter, mark: Mark) -> bytes:
    """The marked copy. Raises Refused("encrypted", "damaged", "too_many_pages")."""
    if not is_pdf(content):
        raise Refused("damaged")
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise Refused("too_many_pages")
            _strip(pdf)
            _mark(pdf, painter, mark)
            copy = BytesIO()
            pdf.save(copy, encryption=False)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused("damaged") from error
    return copy.getvalue()


def _strip(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    for name in ("/Collection", "/Threads"):
        _drop(root, name)
    if "/Names" in root:
        # Other names lead to files, scripts, and pages that have no number.
        root.Names = Dictionary(
            {name: root.Names[name] for name in ("/Dests",) if name in root.Names}
        )
    if "/AcroForm" in root:
        _drop(root.AcroForm, "/XFA")
    for each in pdf.objects:
        _strip_of_beside(each)
    for page in pdf.pages:
        if "/Annots" in page.obj:
            kept = [each for each in page.obj.Annots if each.get("/Subtype") not in NOT_COPIED]
            page.obj.Annots = Array(kept)


def _strip_of_beside(of: pikepdf.Object) -> None:
    """An object and what is written inside it; what it refers to is an object of its own."""
    inside: list[pikepdf.Object] = []
    if isinstance(of, Array):
        inside = list(of)
    elif isinstance(of, Dictionary | Stream):
        for name in BESIDE:
            _drop(of, name)
        inside = [of[name] for name in of.keys()]  # noqa: SIM118  a stream is no mapping
    for each in inside:
        if isinstance(each, pikepdf.Object) and not each.is_indirect:
            _strip_of_beside(each)


def _drop(of: pikepdf.Object, name: str) -> None:
    if name in of:
        del of[name]


def _mark(pdf: pikepdf.Pdf, painter: Painter, mark: Mark) -> None:
    forms: dict[tuple[int, int], pikepdf.Object] = {}
    for page in pdf.pages:
        box = [float(side) for side in page.cropbox]
        turned = int(page.obj.get("/Rotate", 0)) % 360
        width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
        if turned in (90, 270):
            width, height = height, width
        size = max(round(width), 1), max(round(height), 1)
        if size not in forms:
            forms[size] = _form(pdf, painter, mark, size)
        form = forms[size]
        side, sign = BELOW.get(turned, BELOW[0])
        box[side] += sign * (float(form.BBox[3]) - size[1])
        page.mediabox = page.cropbox = Array(box)
        for name in ("/TrimBox", "/ArtBox", "/BleedBox"):
            _drop(page.obj, name)
        page.add_overlay(form, Rectangle(*box))


def _form(pdf: pikepdf.Pdf, painter: Painter, mark: Mark, size: tuple[int, int]) -> pikepdf.Object:
    """The mark for pages of a size, as a form that all of them draw: a picture with a mask."""
    dots = min(DOTS, LONGEST / max(size))
    pixels = max(int(size[0] * dots), 8), max(int(size[1] * dots), 8)
    grey, alpha = painter.overlay(pixels, mark)
    mask = _picture(pdf, alpha.width, alpha.height, alpha.tobytes())
    picture = _picture(pdf, grey.width, grey.height, grey.tobytes())
    picture.SMask = mask
    # Whole points, so that readers draw the page itself on the very pixels it had before.
    width, height = size[0], round(size[1] * grey.height / pixels[1])
    form = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Mark Do Q".encode())
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([0, 0, width, height])
    form.Resources = Dictionary(XObject=Dictionary(Mark=picture))
    return form


def _picture(pdf: pikepdf.Pdf, width: int, height: int, pixels: bytes) -> pikepdf.Object:
    picture = pdf.make_stream(pixels)
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width, picture.Height = width, height
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
    return picture
