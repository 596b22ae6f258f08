"""PDF and Office files as offices write them, and some that nobody would write."""

import struct
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.making.pages import A4, gothic, latin, saved

WORD, SHEET, SLIDES = "word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"
ODT = "application/vnd.oasis.opendocument.text"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

# What is written at a place of a page: x, y, letters; a height of 11 points unless given.
Written = tuple[float, float, str] | tuple[float, float, str, float]


def office(parts: Mapping[str, str | bytes], main: str = WORD, how: int = ZIP_DEFLATED) -> bytes:
    """An OOXML file of these parts besides those that make it one."""
    made = BytesIO()
    with ZipFile(made, "w", how) as archive:
        for name, part in {"[Content_Types].xml": "<Types/>", main: "<a/>", **parts}.items():
            archive.writestr(name, part)
    return made.getvalue()


def opendocument(**parts: str) -> bytes:
    """A text of OpenDocument; `content` is its content.xml, `META_INF__manifest` its manifest."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODT, ZIP_STORED)
        for name, part in parts.items():
            archive.writestr(f"{name.replace('__', '/').replace('_', '-')}.xml", part)
    return made.getvalue()


def word(*paragraphs: str, part: str = WORD) -> dict[str, str]:
    """A part of Word with these paragraphs, each one run unless it is written in XML."""
    inside = "".join(p if p.startswith("<") else paragraph(p) for p in paragraphs)
    return {part: f'<w:document xmlns:w="{_W}"><w:body>{inside}</w:body></w:document>'}


def paragraph(*runs: str) -> str:
    """A paragraph of Word in these runs."""
    each = "".join(
        f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{escape(run)}</w:t></w:r>'
        for run in runs
    )
    return f"<w:p><w:pPr><w:tabs><w:tab w:val='right'/></w:tabs></w:pPr>{each}</w:p>"


def sheet(strings: str = "", own: str = "") -> bytes:
    """A workbook with these shared strings (`si` elements), and this in its one sheet."""
    parts = {
        "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet>{own}</worksheet>",
    }
    return office(parts, SHEET)


def pdf(*pages: Iterable[Written], **info: str) -> bytes:
    """A PDF with letters at these places; `info` is its dictionary of metadata."""
    made = pikepdf.new()
    fonts = Dictionary(Font=Dictionary(J=made.make_indirect(gothic()), L=latin()))
    for each in pages:
        page = made.add_blank_page(page_size=A4)
        page.obj.Resources = fonts
        page.obj.Contents = made.make_stream(b" ".join(map(_drawn, each)))
    for name, value in info.items():
        made.docinfo[f"/{name}"] = String(value)
    return saved(made)


def _drawn(written: Written) -> bytes:
    x, y, letters, *high = written
    size = high[0] if high else 11
    return f"BT /J {size} Tf {x} {y} Td <{letters.encode('utf-16-be').hex()}> Tj ET".encode()


def stamped_pdf(words: str) -> bytes:
    """A page with nothing on it but a stamp (an annotation) of these words."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=A4)
    seen = made.make_stream(_drawn((5, 5, words)))
    seen.Type, seen.Subtype, seen.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 50])
    seen.Resources = Dictionary(Font=Dictionary(J=made.make_indirect(gothic())))
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, F=4)
    stamp.Rect, stamp.AP = Array([20, 20, 120, 70]), Dictionary(N=seen)
    page.obj.Annots = Array([made.make_indirect(stamp)])
    return saved(made)


def encrypted_pdf(**passwords: Any) -> bytes:
    """A PDF that bears a marking, protected by `owner` and `user`."""
    made = pikepdf.open(BytesIO(pdf([(60, 400, "特定秘密")])))
    return saved(made, encryption=pikepdf.Encryption(**passwords))


def many_entries(many: int) -> bytes:
    """A Word file with so many parts that hold next to nothing."""
    empty = zlib.crc32(b"<a/>")
    names = ["[Content_Types].xml", WORD, *(f"word/{n}.xml" for n in range(many - 2))]
    local, central, at = [], [], 0
    for name in map(str.encode, names):
        sizes = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, empty, 4, 4, len(name), 0)
        local.append(b"PK\x03\x04" + sizes + name + b"<a/>")
        place = struct.pack("<HHHII", 0, 0, 0, 0, at)
        central.append(b"PK\x01\x02" + struct.pack("<H", 20) + sizes + place + name)
        at += len(local[-1])
    directory = b"".join(central)
    said = min(many, 65_535)
    end = struct.pack("<HHHHIIH", 0, 0, said, said, len(directory), at, 0)
    return b"".join(local) + directory + b"PK\x05\x06" + end


LAUGHING = (
    '<!DOCTYPE a [<!ENTITY a "特定秘密"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("bcdefgh", "cdefghi", strict=True))
    + "]><a>&i;</a>"
)
