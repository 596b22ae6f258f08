"""Files to be shown as pages, and secrets made of them."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from server.audit import checkpoints
from server.audit import service as audit
from server.audit.service import Draft
from server.documents.viewing import marking
from server.documents.viewing.codes import new_code
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import MadeDocument, acknowledge, draft, made, run_jobs, uploaded

PDF = "application/pdf"
A4 = (595, 842)
LINES = 36


def japanese_pdf(pages: int, size: tuple[int, int] = A4, **page: Any) -> bytes:
    """A PDF of so many pages of Japanese; `page` is set on each of them."""
    pdf = pikepdf.new()
    fonts = Dictionary(Font=Dictionary(J=pdf.make_indirect(gothic()), L=latin()))
    for number in range(1, pages + 1):
        written = [f"第{number}頁 {line}行　経済安全保障上の論点（架空）" for line in range(LINES)]
        made_page = pdf.add_blank_page(page_size=size)
        made_page.obj.Contents = pdf.make_stream(_text(written, f"PLAIN PAGE {number}"))
        made_page.obj.Resources = fonts
        for name, value in page.items():
            made_page.obj[f"/{name}"] = value
    return saved(pdf)


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    """A PDF as bytes."""
    out = BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def _text(lines: list[str], latin: str) -> bytes:
    drawn = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T* " for line in lines)
    return f"BT /J 11 Tf 60 790 Td 18 TL {drawn} /L 11 Tf ({latin}) Tj ET".encode()


def gothic() -> Dictionary:
    """Not embedded: taken from the system's fonts, as in many papers of offices."""
    of = Dictionary(Registry=String("Adobe"), Ordering=String("Japan1"), Supplement=5)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/HeiseiKakuGo-W5"),
        Flags=4,
        FontBBox=Array([0, -200, 1000, 900]),
        ItalicAngle=0,
        Ascent=800,
        Descent=-200,
        CapHeight=700,
        StemV=80,
    )
    below = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/HeiseiKakuGo-W5"),
        CIDSystemInfo=of,
        FontDescriptor=descriptor,
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/HeiseiKakuGo-W5"),
        Encoding=Name("/UniJIS-UTF16-H"),
        DescendantFonts=Array([below]),
    )


def latin() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def picture(size: tuple[int, int], colour: Any, form: str = "PNG", **how: Any) -> bytes:
    """An image of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, form, **how)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG that says it has 40,000 × 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def filled_form() -> bytes:
    """A page with one field, filled in."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    seen = pdf.make_stream(b"1 0 0 rg 0 0 100 50 re f")
    seen.Type, seen.Subtype, seen.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 50])
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), F=4)
    widget.Rect, widget.AP = Array([20, 20, 120, 70]), Dictionary(N=seen)
    field = pdf.make_indirect(widget)
    page.obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    return saved(pdf)


def laughing_pdf(levels: int, times: int = 10) -> bytes:
    """A page that draws a form that draws a form …: `times` to the power of `levels` marks."""
    pdf = pikepdf.new()
    form = pdf.make_stream(b"0 0 1 1 re f")
    for _ in range(levels):
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, *A4])
        form, below = pdf.make_stream(b"/F Do " * times), form
        form.Resources = Dictionary(XObject=Dictionary(F=below))
    page = pdf.add_blank_page(page_size=A4)
    page.obj.Contents, page.obj.Resources = form, form.Resources
    return saved(pdf)


def secret_of(
    world: World,
    council: MadeCouncil,
    by: Caller,
    to: list[Caller],
    content: bytes,
    *,
    handling: str = "view_only",
    name: str = "資料.pdf",
    media_type: str = PDF,
) -> MadeDocument:
    """A secret of this content, provided to persons who have acknowledged it."""
    document = made(draft(world, council, by, to, handling=handling))["id"]
    version = made(uploaded(by, document, content, name=name, media_type=media_type))["id"]
    run_jobs(world)
    made(by.post(f"/documents/{document}/provision"))
    for person in to:
        acknowledge(person, document)
    return MadeDocument(document, version, by)


def marked_entry(world: World, council: MadeCouncil, document: str, person: Caller) -> str:
    """An entry as the guard writes it when a page leaves, without a page; the code in it."""
    code = new_code()
    with world.parts.database.changing() as tx:
        drawn = {"code": code, "name": "架空", "organisation": None}
        entry = Draft(
            kind="document.view",
            object=f"document/{document}",
            outcome="allowed",
            person_id=person.person_id,
            body={"action": "view", "mark": drawn, "version": document, "page": 1},
            mark=marking.digest(tx, council.id, code),
        )
        audit.append(tx, council.id, entry)
        checkpoints.sign(tx, council.id)
    return code


def image_of(answer: Any) -> Image.Image:
    """The picture an answer holds."""
    assert answer.status_code == 200, answer.text
    return Image.open(BytesIO(answer.content)).convert("RGB")
