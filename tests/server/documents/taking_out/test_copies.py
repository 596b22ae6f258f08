"""No unmarked byte: copies of a secret carry the mark, and every side path decides alike."""

import hashlib
import itertools
import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name, String

from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import CONTENT, MadeDocument, provided_secret, shared_document
from tests.making.pages import PDF, japanese_pdf, picture, saved, secret_of
from tests.server.documents.viewing.test_pages import encrypted, entries

ORIGINAL = japanese_pdf(2)
UNTOLD = {"etag", "repr-digest", "content-digest", "content-range", "last-modified"}


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """A PDF from organ A to organ B, who may download it."""
    return provided(world, council, ORIGINAL)


def provided(world: World, council: MadeCouncil, content: bytes, **how: Any) -> MadeDocument:
    to = [council.organ_b]
    return secret_of(world, council, council.organ_a, to, content, handling="download", **how)


def download(caller: Caller, document: str, **headers: str) -> Any:
    return caller.request("GET", f"/documents/{document}/download", headers=headers)


def test_a_downloaded_pdf_carries_one_mark_on_every_page(
    world: World, council: MadeCouncil, secret: MadeDocument, tmp_path: Path
) -> None:
    answer = download(council.organ_b, secret.id)

    assert (answer.status_code, answer.headers["accept-ranges"]) == (200, "none")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert not UNTOLD & {name.lower() for name in answer.headers}
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        forms = [mark_of(page) for page in pdf.pages]
        assert len({form.objgen for form in forms}) == 1  # one picture, shared by all pages
        assert [float(page.mediabox[1]) < 0 for page in pdf.pages] == [True, True]
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(answer.content)
    assert "PLAIN PAGE 2" in tool("pdftotext", str(copy), "-")
    assert len(re.findall(r"smask", tool("pdfimages", "-list", str(copy)))) == 2
    (first, body), (last, end) = entries(world, council, "document.download")
    assert first.mark is not None
    assert len(body["mark"]["code"]) == 17
    assert last.mark is None
    assert end["bytes"] == len(answer.content)


def mark_of(page: Any) -> Any:
    [form] = [
        each for each in page.obj.Resources.XObject.values() if each.get("/Subtype") == Name.Form
    ]
    assert "/Mark" in form.Resources.XObject
    return form


def tool(*command: str) -> str:
    """What a program of poppler-utils prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_each_copy_is_its_own_and_the_provider_s_is_the_original(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    one, two = (download(council.organ_b, secret.id) for _ in range(2))
    assert one.content != two.content
    codes = {
        body["mark"]["code"] for row, body in entries(world, council, "document.download")[::2]
    }
    assert len(codes) == 2

    assert download(council.organ_a, secret.id).content == ORIGINAL
    assert council.organ_a.get(f"/documents/{secret.id}/content").content == ORIGINAL


def test_no_range_and_no_condition_gets_at_the_unmarked_file(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    for headers in (
        {"Range": "bytes=0-99"},
        {"Range": "bytes=-1"},
        {"If-None-Match": "*"},
        {"If-None-Match": f'"{secret.version}"'},
        {"If-Range": f'"{secret.version}"', "Range": "bytes=5-"},
    ):
        answer = download(council.organ_b, secret.id, **headers)
        assert answer.status_code == 200, headers
        with pikepdf.open(BytesIO(answer.content)) as pdf:
            assert all(mark_of(page) for page in pdf.pages)


def test_head_tells_neither_length_nor_digest_nor_tag_of_it(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    answer = council.organ_b.request("HEAD", f"/documents/{secret.id}/download")

    told = {name.lower() for name in answer.headers}
    assert (answer.status_code, answer.headers["content-type"]) == (200, PDF)
    assert not (UNTOLD | {"content-length"}) & told


CONDITIONS: tuple[dict[str, str], ...] = (
    {},
    {"Range": "bytes=0-0"},
    {"Range": "bytes=999999999-"},
    {"If-None-Match": '"V"'},
    {"If-None-Match": "*"},
    {"If-Match": '"another"'},
)


def test_of_a_view_only_secret_no_recipient_gets_a_byte_or_a_digest_by_a_side_path(
    view_only: MadeDocument, council: MadeCouncil
) -> None:
    for method, ending, headers in itertools.product(
        ("GET", "HEAD"),
        ("content", "download", "content?version=V", "download?version=V"),
        CONDITIONS,
    ):
        path = f"/documents/{view_only.id}/{ending.replace('V', view_only.version)}"
        asked = {name: value.replace("V", view_only.version) for name, value in headers.items()}
        answer = council.organ_b.request(method, path, headers=asked)
        assert answer.status_code == 403, (method, ending, headers)
        assert not UNTOLD & {name.lower() for name in answer.headers}


@pytest.fixture
def view_only(world: World, council: MadeCouncil) -> MadeDocument:
    return secret_of(world, council, council.organ_a, [council.organ_b], ORIGINAL)


@pytest.mark.parametrize("handling", ["view_only", "download"])
def test_the_digest_of_the_unmarked_file_is_told_to_its_provider_alone(
    world: World, council: MadeCouncil, handling: str
) -> None:
    """By a digest a guess at the file could be confirmed; nor is it told what was restored."""
    secret = secret_of(
        world, council, council.organ_a, [council.organ_b], ORIGINAL, handling=handling
    )
    digest = hashlib.sha256(ORIGINAL).hexdigest()
    for path in (f"/documents/{secret.id}", f"/documents/{secret.id}/versions"):
        assert digest in council.organ_a.get(path).text
        shown = council.organ_b.get(path)
        assert (shown.status_code, digest in shown.text) == (200, False)
        assert secret.version in shown.text


def test_other_side_paths_of_a_view_only_secret_are_closed_as_well(
    council: MadeCouncil, view_only: MadeDocument
) -> None:
    asked = {"recipients": ["age1" + "q" * 58]}
    assert council.organ_b.get(f"/documents/{view_only.id}/print").status_code == 403
    handed = council.organ_b.post(f"/documents/{view_only.id}/hand-over", asked)
    assert handed.status_code == 403
    shown = council.organ_b.get(f"/documents/{view_only.id}").json()
    assert {"content", "data", "preview", "thumbnail"}.isdisjoint(shown)
    archive = council.organ_b.get(f"/councils/{council.id}/archive")
    assert ORIGINAL not in archive.content


def test_what_cannot_be_marked_is_not_sent_at_all(world: World, council: MadeCouncil) -> None:
    for content, why in (
        (encrypted(), "file_encrypted"),
        (b"%PDF-1.7\nnothing of it is one" * 90, "file_unreadable"),
    ):
        locked = provided(world, council, content)
        answer = download(council.organ_b, locked.id)
        assert (answer.status_code, answer.json()["code"]) == (422, "copy_not_marked")
        assert answer.json()["why"] == why
        assert download(council.organ_a, locked.id).content == content


def test_a_pdf_is_marked_whatever_it_is_called(world: World, council: MadeCouncil) -> None:
    """By its bytes, by the type its provider said, by its name: one is enough."""
    for name, media_type in (("図.bin", "application/octet-stream"), ("図.png", "image/png")):
        hidden = provided(world, council, ORIGINAL, name=name, media_type=media_type)
        answer = download(council.organ_b, hidden.id)
        assert (answer.status_code, answer.content == ORIGINAL) == (200, False)
        with pikepdf.open(BytesIO(answer.content)) as pdf:
            assert all(mark_of(page) for page in pdf.pages)


def test_other_files_that_may_be_downloaded_are_sent_as_they_are(
    world: World, council: MadeCouncil
) -> None:
    text = provided_secret(world, council, council.organ_a, [council.organ_b])
    assert download(council.organ_b, text.id).content == CONTENT
    paper = shared_document(
        world, council, council.organ_a, ORIGINAL, name="公開.pdf", media_type=PDF
    )
    assert download(council.organ_b, paper.id).content == ORIGINAL
    image = provided(world, council, picture((9, 9), "red"), name="図.png", media_type="image/png")
    assert download(council.organ_b, image.id, Range="bytes=0-3").status_code == 206


def test_a_copy_leaves_out_what_would_leave_beside_its_pages(
    world: World, council: MadeCouncil
) -> None:
    with pikepdf.open(BytesIO(ORIGINAL)) as pdf:
        pdf.attachments["原本.txt"] = "添付の秘密（架空）".encode()
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        pdf.Root.AcroForm = Dictionary(Fields=pikepdf.Array([]), XFA=pdf.make_stream(b"<xdp/>"))
        pdf.Root.PieceInfo = Dictionary(App=Dictionary(Private=pdf.make_stream(b"private copy")))
        pdf.pages[0].obj.Thumb = pdf.make_stream(b"thumbnail")
        pdf.pages[0].obj.Annots = pikepdf.Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9])]
        )
        laden = provided(world, council, saved(pdf))

    copy = download(council.organ_b, laden.id).content

    with pikepdf.open(BytesIO(copy)) as pdf:
        assert dict(pdf.attachments) == {}
        assert not {"/OpenAction", "/PieceInfo", "/AA"} & set(pdf.Root.keys())
        assert "/XFA" not in pdf.Root.AcroForm
        assert "/Thumb" not in pdf.pages[0].obj
        assert list(pdf.pages[0].obj.Annots) == []


def test_nothing_unmarked_hides_anywhere_in_a_copy(world: World, council: MadeCouncil) -> None:
    """Files, thumbnails, scripts and pages of no number can hang on any object of a PDF."""
    hidden = "別の秘密（架空）".encode()
    with pikepdf.open(BytesIO(ORIGINAL)) as pdf:

        def stream() -> pikepdf.Object:
            return pdf.make_stream(hidden)

        def file() -> Dictionary:
            return Dictionary(Type=Name.Filespec, EF=Dictionary(F=stream()))

        page, root = pdf.pages[0], pdf.Root
        page.obj.Contents.AF = pikepdf.Array([file()])
        page.obj.Metadata = stream()
        root.Metadata = stream()
        to = Dictionary(S=Name.GoToR, F=file())
        press = Dictionary(S=Name.JavaScript, JS=stream())
        page.obj.Annots = pikepdf.Array(
            [Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=each) for each in (to, press)]
        )
        template = Dictionary(Type=Name.Template, MediaBox=[0, 0, 9, 9], Contents=stream())
        tree = Dictionary(Names=pikepdf.Array([String("a"), pdf.make_indirect(template)]))
        root.Names = Dictionary(Templates=tree, Pages=tree)
        root.StructTreeRoot = Dictionary(K=pikepdf.Array([Dictionary(AF=file(), Alt="図")]))
        laden = provided(world, council, saved(pdf))

    copy = download(council.organ_b, laden.id)

    assert copy.status_code == 200, copy.text
    with pikepdf.open(BytesIO(copy.content)) as pdf:
        assert all(mark_of(page) for page in pdf.pages)
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        assert not [each for each in streams if hidden in each.read_bytes()]
        assert pdf.Root.StructTreeRoot.K[0].Alt == "図"


def test_an_old_tag_or_an_ended_right_gives_nothing(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    gone = {"remove": [council.organ_b.person_id]}
    assert council.organ_a.post(f"/documents/{secret.id}/recipients", gone).status_code == 200
    answer = download(council.organ_b, secret.id, **{"If-None-Match": f'"{secret.version}"'})
    assert answer.status_code == 404
