"""What a file is by its own bytes, whatever its name says: the table, containers, polyglots."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.inspection import signatures
from server.inspection.signatures import HEAD, TAIL, differs

OPENXML = "application/vnd.openxmlformats-officedocument"
SENTENCE = "外務省、防衛省及び経済産業省による検討資料（架空）です。\r\n" * 200


def zipped(*entries: str, store: str | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        if store is not None:
            info = zipfile.ZipInfo("mimetype")
            archive.writestr(info, store, zipfile.ZIP_STORED)
        for entry in entries:
            archive.writestr(entry, entry * 20)
    return made.getvalue()


def types_of(content: bytes) -> tuple[str, ...]:
    return signatures.media_types(content[:HEAD], content[-TAIL:])


OOXML = ("[Content_Types].xml", "_rels/.rels")
ALONE = {
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "image/gif": b"GIF89a\1\0\1\0\0\0\0",
    "image/tiff": b"II*\0\x08\0\0\0",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "application/zip": zipped("資料.txt", "word/notes.txt"),
    f"{OPENXML}.wordprocessingml.document": zipped(*OOXML, "word/document.xml"),
    f"{OPENXML}.spreadsheetml.sheet": zipped(*OOXML, "xl/workbook.xml"),
    f"{OPENXML}.presentationml.presentation": zipped(*OOXML, "ppt/presentation.xml"),
    "application/vnd.ms-word.document.macroenabled.12": zipped(
        *OOXML, "word/document.xml", "word/vbaProject.bin"
    ),
    "application/vnd.oasis.opendocument.text": zipped(
        "content.xml", store="application/vnd.oasis.opendocument.text"
    ),
    "application/java-archive": zipped("META-INF/MANIFEST.MF", "A.class"),
    "application/vnd.android.package-archive": zipped("AndroidManifest.xml"),
    "application/msword": signatures.OLE2_SIGNATURE
    + b"\0" * 500
    + "WordDocument".encode("utf-16-le"),
    "application/x-ole-storage": signatures.OLE2_SIGNATURE + b"\0" * 900,
    "application/rtf": b"{\\rtf1\\ansi ",
    "application/gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "application/x-7z-compressed": b"7z\xbc\xaf\x27\x1c\0\4",
    "video/mp4": b"\0\0\0\x20ftypisom",
    "application/x-age": b"age-encryption.org/v1\n-> X25519 ",
    "application/vnd.microsoft.portable-executable": b"MZ\x90\0\3\0\0\0\4\0\0\0" + b"\0" * 60,
    "application/x-elf": b"\x7fELF\2\1\1",
    "application/x-mach-binary": b"\xcf\xfa\xed\xfe\7\0\0\1",
    "application/java-vm": b"\xca\xfe\xba\xbe\0\0\0\x41",
    "text/x-shellscript": b"#!/bin/sh\nrm -rf /\n",
    "text/html": b"\xef\xbb\xbf  <!DOCTYPE html><html>",
    "image/svg+xml": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">',
    "application/xml": b'<?xml version="1.0"?>\n<report>',
    "text/plain; charset=utf-8": SENTENCE.encode(),
    "text/plain; charset=utf-16": SENTENCE.encode("utf-16"),
    "text/plain; charset=shift_jis": SENTENCE.encode("cp932"),
    "application/octet-stream": b"\0\1\2\3",
}


@pytest.mark.parametrize("media_type", ALONE)
def test_a_file_is_named_by_its_bytes_alone(media_type: str) -> None:
    assert types_of(ALONE[media_type]) == (media_type,)
    assert not differs(media_type.upper(), media_type)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (ALONE["application/pdf"] + zipped("a.txt"), ("application/pdf", "application/zip")),
        (
            ALONE["image/gif"] + ALONE["application/java-archive"],
            ("image/gif", "application/java-archive"),
        ),
        (ALONE["image/png"] + b"<script>alert(1)</script>", ("image/png", "text/html")),
        (b"GIF89a" + b"\0" * 90 + ALONE["application/pdf"], ("image/gif", "application/pdf")),
        (
            ALONE["application/vnd.microsoft.portable-executable"] + zipped("setup.ini"),
            ("application/vnd.microsoft.portable-executable", "application/zip"),
        ),
    ],
)
def test_a_polyglot_is_named_as_everything_it_is(content: bytes, found: tuple[str, ...]) -> None:
    assert types_of(content) == found
    assert differs(found[0], ", ".join(found)), "however honest the first of them is"


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "utf-16"])
def test_text_cut_in_the_midst_of_a_character_is_still_text(codec: str) -> None:
    content = ("x" + "漢" * HEAD).encode(codec)

    assert types_of(content)[0].startswith("text/plain; charset=")


def test_a_text_that_begins_like_a_program_is_a_text() -> None:
    assert types_of(b"MZ is how every program begins.\n" * 9)[0].startswith("text/plain")


def test_a_great_archive_is_looked_into_though_its_directory_is_longer_than_what_is_seen() -> None:
    content = zipped(*OOXML, *(f"word/media/{n:060}.png" for n in range(3000)), "word/document.xml")

    assert len(content) - content.index(b"PK\x01\x02") > TAIL
    assert types_of(content) == (f"{OPENXML}.wordprocessingml.document",)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_bring_it_down(head: bytes, tail: bytes) -> None:
    for content in (head + tail, zipped("a")[:150] + head, head + zipped("a")[-60:] + tail):
        assert types_of(content)


@pytest.mark.parametrize(
    ("declared", "media_type", "other"),
    [
        ("text/csv", "text/plain; charset=shift_jis", False),
        ("application/json; charset=utf-8", "text/plain; charset=utf-8", False),
        ("application/octet-stream", "application/pdf", False),
        ("image/jpg", "image/jpeg", False),
        ("application/msword", "application/x-ole-storage", False),
        ("application/pdf", "application/vnd.microsoft.portable-executable", True),
        ("text/plain", "text/x-shellscript", True),
        ("text/plain", "text/html", True),
        ("image/png", "application/zip", True),
    ],
)
def test_what_was_declared_is_compared_kindly(declared: str, media_type: str, other: bool) -> None:
    assert differs(declared, media_type) is other
