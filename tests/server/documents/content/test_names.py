"""File names and media types as hostile or careless callers give them."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.content import names
from server.documents.content.names import LONGEST, disposition, file_name, media_type
from server.problems import WrongMediaType
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import shared_document

OPENXML = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("資料.txt", "資料.txt"),
        ("か\u3099.txt", "が.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\secret\\a.doc", "a.doc"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie_ x"),
        ("a\x00b\x1f.txt", "ab.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ('quote"name.txt', "quote_name.txt"),
        ("CON", "_CON"),
        ("lpt1.txt", "_lpt1.txt"),
        (".hidden", "hidden"),
        ("trailing. ", "trailing"),
        ("..", "document"),
        ("/", "document"),
        ("", "document"),
        (None, "document"),
        ("長" * 100 + ".pdf", "長" * 65 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(given_name: str | None, kept: str) -> None:
    assert file_name(given_name) == kept


@given(st.text())
def test_every_text_gives_a_harmless_name(text: str) -> None:
    name = file_name(text)
    assert name
    assert len(name.encode()) <= LONGEST
    assert file_name(name) == name
    assert not set(name) & set('/\\<>:"|?*\r\n\x00')


@given(st.text(), st.sampled_from(["inline", "attachment"]))
def test_a_name_survives_the_header_and_never_leaves_it(text: str, kind: str) -> None:
    """RFC 6266, RFC 8187"""
    name = file_name(text)
    header = disposition(kind, name)
    assert header.isascii()
    assert header.isprintable()
    assert unquote(header.split("filename*=UTF-8''")[1]) == name
    assert header.count('"') == 2


@pytest.mark.parametrize(
    "text", ["text/plain", "application/pdf", 'text/csv; charset="utf-8"; header=present']
)
def test_a_media_type_is_kept_as_given(text: str) -> None:
    assert media_type(text) == text


def test_no_media_type_means_unknown_bytes() -> None:
    assert media_type(None) == "application/octet-stream"


@pytest.mark.parametrize(
    "text",
    ["", "text", "text/", "a/b\r\nX: y", "text/plain; charset", "a/b" + ";x=y" * 80, "表/x"],
)
def test_what_is_no_media_type_is_refused(text: str) -> None:
    with pytest.raises(WrongMediaType):
        media_type(text + " " if text else " ")


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("text/plain; charset=utf-8", ("inline", "text/plain; charset=utf-8")),
        ("application/pdf", ("inline", "application/pdf")),
        ("IMAGE/PNG", ("inline", "IMAGE/PNG")),
        (f"{OPENXML}.wordprocessingml.document", ("attachment", None)),
        *(
            (active, ("attachment", "application/octet-stream"))
            for active in (
                "text/html",
                "TEXT/HTML; charset=utf-8",
                "image/svg+xml",
                "application/xhtml+xml",
                "text/xml",
                "application/xml",
                "application/javascript",
                "text/javascript",
                "text/x-anything",
                "multipart/x-mixed-replace",
                "application/x-shockwave-flash",
            )
        ),
    ],
)
def test_a_browser_is_never_given_what_it_might_run(
    declared: str, sent: tuple[str, str | None]
) -> None:
    kind, media_type = sent

    assert names.sent_as("inline", declared) == (kind, media_type or declared)


def test_a_page_uploaded_as_a_page_is_kept_and_never_opened_as_one(
    world: World, council: MadeCouncil
) -> None:
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    for declared, name in (("text/html", "a.html"), ("image/svg+xml", "a.svg")):
        paper = shared_document(
            world, council, council.organ_a, page, name=name, media_type=declared
        )
        for way in ("content", "download"):
            answer = council.organ_b.get(f"/documents/{paper.id}/{way}")
            assert answer.content == page
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("attachment")
        version = council.organ_b.get(f"/documents/{paper.id}").json()["versions"][0]
        assert (version["media_type"], version["detected"]) == (declared, "text/html")
        assert version["differs"] is (declared != "text/html")
