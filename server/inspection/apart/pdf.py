"""The lines of a PDF: of its first and last pages, and of what it says about itself.

Owns which pages, and what is a line on a page. A cover, a header or a stamp bears the marking, as
a rule on every page; an annex at the end may bear one of its own. Runs in the process apart only.
"""

import unicodedata
from collections.abc import Iterator

import pypdfium2
from pypdfium2.raw import FLAT_NORMALDISPLAY, FPDF_ERR_PASSWORD, FPDFPage_Flatten

from server.inspection.apart.budget import Budget
from server.inspection.markings import MARKS
from server.inspection.unsearched import Unsearched, Why

EACH_END = 20  # pages
MOST_LETTERS = 200_000  # of one page
# In the head and foot of a page (this part of its height each) what stands apart is a line of its
# own: beside a marking there stands a date or a number. In the body it is a table's cell.
MARGIN = 0.15
APART = 2.0  # letters' heights between two pieces


def lines(content: bytes, budget: Budget) -> Iterator[str]:
    """Metadata first, then page after page. Raises Unsearched, after all that can be read."""
    pdf = _opened(content)
    for value in pdf.get_metadata_dict(skip_empty=True).values():
        yield from value.splitlines()
    damaged, written = False, False
    for number in _numbers(len(pdf)):
        budget.check()
        try:
            for line in _of_page(pdf, number):
                written = written or bool(line.strip())
                yield line
        except pypdfium2.PdfiumError:
            damaged = True
    if damaged or not written:
        raise Unsearched(Why.DAMAGED if damaged else Why.NO_TEXT)


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == FPDF_ERR_PASSWORD
        raise Unsearched(Why.ENCRYPTED if locked else Why.DAMAGED) from error


def _numbers(pages: int) -> Iterator[int]:
    yield from range(min(pages, EACH_END))
    yield from range(max(pages - EACH_END, EACH_END), pages)


def _of_page(pdf: pypdfium2.PdfDocument, number: int) -> Iterator[str]:
    page = pdf[number]
    # Stamps and filled-in fields lie over a page; in it, their letters are read like all others.
    FPDFPage_Flatten(page, FLAT_NORMALDISPLAY)
    page.close()
    page = pdf[number]
    text = page.get_textpage()
    if text.count_chars() > MOST_LETTERS:
        raise Unsearched(Why.TOO_COMPLEX)
    whole = text.get_text_range()
    yield from whole.splitlines()
    folded = "".join(unicodedata.normalize("NFKC", whole).split())
    if any(mark in folded for mark in MARKS):
        yield from _set_apart(page, text)
    page.close()


def _set_apart(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> Iterator[str]:
    """What stands in head and foot, in pieces where the gap between two is wide."""
    _, low, _, high = page.get_cropbox()
    body = low + (high - low) * MARGIN, high - (high - low) * MARGIN
    piece, after = "", (0.0, 0.0)
    for at in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(at)
        if body[0] < bottom < body[1]:
            continue
        tall = top - bottom
        if abs(bottom - after[1]) > tall / 2 or not -tall < left - after[0] < APART * tall:
            yield piece
            piece = ""
        piece += text.get_text_bounded(left, bottom, right, top)
        after = right, bottom
    yield piece
