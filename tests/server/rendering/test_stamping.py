"""The mark over a PDF: whichever way its pages are turned, upright and below them."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from server.rendering import fonts
from server.rendering.faces import Faces
from server.rendering.marks import Mark, Painter
from server.rendering.stamping import stamped
from tests.making.pages import japanese_pdf

MARK = Mark(("山田（架空）", "7K3QF-9XW2M-B4T8C"), ("山田（架空）", "符号 7K3QF-9XW2M-B4T8C"))
PAINTER = Painter(Faces(fonts.find(None)))


def rendered(content: bytes, page: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(content)[page].render(scale=1).to_pil().convert("L")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_mark_is_upright_and_the_strip_is_below_however_a_page_is_turned(turned: int) -> None:
    plain = japanese_pdf(1, (500, 700), Rotate=turned)
    before, after = rendered(plain), rendered(stamped(plain, PAINTER, MARK))

    assert after.width == before.width
    assert after.height > before.height + 10
    above = after.crop((0, 0, before.width, before.height))
    lighter = ImageChops.difference(above, before).getbbox()
    assert lighter is not None
    strip = after.crop((0, before.height + 2, before.width, after.height))
    left, right = strip.crop((0, 0, 250, strip.height)), strip.crop((400, 0, 500, strip.height))
    assert sum(left.histogram()[:120]) > 100  # written from the left, and upright
    assert sum(right.histogram()[:120]) == 0


def test_a_mark_hides_nothing_of_the_page() -> None:
    """Every letter is still darker than the paper around it by far."""
    plain = japanese_pdf(1)
    before, after = rendered(plain), rendered(stamped(plain, PAINTER, MARK))
    above = after.crop((0, 0, before.width, before.height))
    ink = before.point(lambda v: 255 if v < 60 else 0)
    assert above.crop(ink.getbbox()).size == before.crop(ink.getbbox()).size
    under = Image.composite(above, Image.new("L", above.size, 0), ink)
    assert (under.getextrema()[1] or 0) < 140


def test_pages_of_several_sizes_each_have_a_mark_that_fits() -> None:
    pdf = pikepdf.new()
    for size in ((595, 842), (842, 595), (300, 300), (595, 842)):
        pdf.add_blank_page(page_size=size)
    out = BytesIO()
    pdf.save(out)

    with pikepdf.open(BytesIO(stamped(out.getvalue(), PAINTER, MARK))) as marked:
        forms = [next(iter(page.obj.Resources.XObject.values())) for page in marked.pages]
        assert len({form.objgen for form in forms}) == 3
        assert forms[0].objgen == forms[3].objgen


def test_a_name_of_any_length_leaves_the_code_readable() -> None:
    """The strip writes the code on a line of its own; the tiles stay within the page."""
    long = "国立研究開発法人" * 40
    for size in ((200, 280), (1240, 1754), (3000, 60)):
        page = Image.new("RGB", size, "white")
        mark = Mark((long, "7K3QF-9XW2M-B4T8C"), (long, "符号 7K3QF-9XW2M-B4T8C"))
        marked = PAINTER.marked(page, mark)
        plain = PAINTER.marked(Image.new("RGB", size, "white"), Mark(mark.tile, (long, "")))
        assert marked.size == plain.size
        code = ImageChops.difference(marked, plain).getbbox()
        assert code is not None
        assert code[1] > size[1]
        assert code[2] < size[0]
