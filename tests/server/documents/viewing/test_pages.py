"""Marked pages: what is seen, by whom, what the log keeps, and what is said where nothing is."""

import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from anyio.to_thread import run_sync
from PIL import Image, ImageChops
from sqlalchemy import Table, select

from server.audit import reading
from server.audit.models import Entry
from server.clock import SECOND
from server.documents.viewing.codes import read_code
from server.identity import service as identity
from server.rendering.faces import Faces
from server.rendering.marks import Mark, Painter
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import MadeDocument, made, run_jobs, shared_document, uploaded
from tests.making.pages import (
    PDF,
    image_of,
    japanese_pdf,
    picture,
    secret_of,
)

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
WIDTH = 800


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """View only, three pages, from organ A to organ B."""
    return secret_of(world, council, council.organ_a, [council.organ_b], japanese_pdf(3))


def page(caller: Caller, document: str, number: int = 1, **query: Any) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in {"width": WIDTH, **query}.items())
    return caller.get(f"/documents/{document}/pages/{number}?{asked}")


def entries(world: World, council: MadeCouncil, kind: str) -> list[tuple[Any, dict[str, Any]]]:
    """Entries of a kind in the council's log, oldest first, each with its opened body."""
    with world.parts.database.reading() as tx:
        query = select(_entry).where(_entry.c.log_id == council.id, _entry.c.kind == kind)
        found = []
        for row in tx.connection.execute(query.order_by(_entry.c.seq)):
            opening = reading.opening_of(tx, council.id, row)
            assert opening is not None
            found.append((row, opening.body))
        return found


def test_a_recipient_of_a_view_only_secret_sees_its_pages_as_images(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    told = council.organ_b.get(f"/documents/{secret.id}/pages").json()
    assert told == {"viewable": True, "pages": 3, "why_not": None, "says": None}

    seen = [page(council.organ_b, secret.id, number) for number in (1, 2, 3)]

    assert {answer.headers["content-type"] for answer in seen} == {"image/png"}
    assert {answer.headers["cache-control"] for answer in seen} == {"no-store"}
    assert all("etag" not in answer.headers for answer in seen)
    assert len({answer.content for answer in seen}) == 3
    assert image_of(seen[0]).width == WIDTH
    none = page(council.organ_b, secret.id, 4)
    assert (none.status_code, none.json()["code"], none.json()["pages"]) == (404, "no_such_page", 3)


def test_the_mark_in_the_pixels_is_the_one_in_the_log(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """Drawn once more from what the entry says, it is exactly what lies on the page."""
    seen = image_of(page(council.organ_b, secret.id))

    [(row, body)] = entries(world, council, "document.view")
    drawn = body["mark"]
    assert read_code(drawn["code"]) == drawn["code"]
    with world.parts.database.reading() as tx:
        assert drawn["name"] == identity.name_of(tx, council.organ_b.person_id)
    assert (body["page"], body["version"], len(body["opened"])) == (1, secret.version, 1)
    painter = Painter(Faces(world.parts.renderer.font))
    who = f"{drawn['name']}（{drawn['organisation']}）"
    at = "2026-09-21 23:13"  # the clock of these tests, in Japan
    mark = Mark(
        (who, f"{drawn['code']} {at}"), (f"閲覧　{who}", f"符号 {drawn['code']}　p.1　{at}:20 JST")
    )
    strip = painter.strip(WIDTH, mark.foot)
    below = seen.crop((0, seen.height - strip.height, WIDTH, seen.height))
    assert ImageChops.difference(below, strip).getbbox() is None
    height = seen.height - strip.height
    blank = painter.marked(Image.new("RGB", (WIDTH, height), "white"), mark).convert("RGB")
    margin = (0, 0, WIDTH, 50)  # above the first line of the text
    assert ImageChops.difference(seen.crop(margin), blank.crop(margin)).getbbox() is None
    assert len(seen.crop(margin).getcolors() or []) > 2
    assert row.mark is not None


def test_each_page_and_each_look_has_a_code_of_its_own_in_one_entry(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    for number in (1, 1, 2):
        page(council.organ_b, secret.id, number)

    found = entries(world, council, "document.view")
    codes = {body["mark"]["code"] for _, body in found}
    assert (len(found), len(codes), len({row.mark for row, _ in found})) == (3, 3, 3)
    every = [body for row, body in entries(world, council, "document.print") if row.mark]
    assert every == []


def test_dark_pages_carry_a_mark_that_is_seen(world: World, council: MadeCouncil) -> None:
    black = secret_of(
        world,
        council,
        council.organ_a,
        [council.organ_b],
        picture((900, 700), "black"),
        name="図.png",
        media_type="image/png",
    )

    seen = image_of(page(council.organ_b, black.id))

    lit = sum(seen.crop((0, 0, WIDTH, 500)).convert("L").histogram()[40:])
    assert lit > 1000


def test_plain_text_is_shown_on_pages(world: World, council: MadeCouncil) -> None:
    text = "指定基金協議会の会議資料（架空）。\n" * 100
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp932"):
        paper = shared_document(
            world, council, council.organ_a, text.encode(encoding), media_type="text/plain"
        )
        told = council.organ_b.get(f"/documents/{paper.id}/pages").json()
        assert (told["viewable"], told["pages"]) == (True, 3), encoding
        dark = sum(image_of(page(council.organ_b, paper.id)).convert("L").histogram()[:100])
        assert dark > 3000, encoding


def office(inside: str = "word/document.xml") -> bytes:
    """A ZIP as Word writes it, near enough to be known by its entries."""
    import zipfile

    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(inside, "<w/>")
    return out.getvalue()


def encrypted() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(japanese_pdf(1))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="合言葉", owner="所有者", R=6))
    return out.getvalue()


UNSHOWN = (
    (office(), "計画.docx", "office_not_viewable", "認めるかどうかは、情報の提供者"),
    (encrypted(), "計画.pdf", "file_encrypted", "パスワードで保護されているため"),
    (b"%PDF-1.7\n" + bytes(3000), "計画.pdf", "file_unreadable", "壊れているか"),
    (bytes(range(256)) * 9, "計画.bin", "not_viewable", "PDF・画像・テキストだけ"),
)


def test_what_cannot_be_shown_is_said_plainly_and_never_sent_instead(
    world: World, council: MadeCouncil
) -> None:
    for content, name, code, words in UNSHOWN:
        paper = shared_document(world, council, council.organ_a, content, name=name, media_type=PDF)
        told = council.organ_b.get(f"/documents/{paper.id}/pages").json()
        seen = page(council.organ_b, paper.id)
        assert (told["viewable"], told["pages"], told["why_not"]) == (False, None, code)
        assert words in told["says"]
        assert (seen.status_code, seen.json()["code"]) == (422, code)
        english = council.organ_b.request(
            "GET", f"/documents/{paper.id}/pages", headers={"Accept-Language": "en"}
        )
        assert re.match(r"[A-Z][ -~]+\.$", english.json()["says"])


def test_nobody_else_sees_a_page(council: MadeCouncil, secret: MadeDocument) -> None:
    for other in (council.organ_b, council.organ_a):
        assert page(other, secret.id).status_code == 200
    for other in (council.fa, council.think_tank, council.stranger, council.admin):
        assert page(other, secret.id).status_code == 404
    for officer in (council.secretariat, council.compliance, council.auditor):
        assert page(officer, secret.id).status_code in (403, 404)


def test_a_view_stops_with_the_right_to_it_whatever_the_render_process_holds(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    assert page(council.organ_b, secret.id, 1).status_code == 200
    gone = {"remove": [council.organ_b.person_id]}
    assert council.organ_a.post(f"/documents/{secret.id}/recipients", gone).status_code == 200

    for number in (1, 2):
        assert page(council.organ_b, secret.id, number).status_code == 404
    assert council.organ_b.get(f"/documents/{secret.id}/pages").status_code == 404
    assert page(council.organ_a, secret.id, 2).status_code == 200


def test_a_suspension_stops_the_pages(council: MadeCouncil, secret: MadeDocument) -> None:
    reason = {"reason": "漏えいの疑い"}
    suspended = council.compliance.post(f"/documents/{secret.id}/suspension", reason)
    assert suspended.status_code == 204
    assert page(council.organ_b, secret.id).status_code in (403, 404)
    assert council.compliance.post(f"/documents/{secret.id}/resumption").status_code == 204
    assert page(council.organ_b, secret.id).status_code == 200


def test_old_versions_are_seen_under_the_same_decision(world: World, council: MadeCouncil) -> None:
    paper = shared_document(
        world, council, council.organ_a, japanese_pdf(1), name="一.pdf", media_type=PDF
    )
    second = made(
        uploaded(council.organ_a, paper.id, japanese_pdf(2), name="二.pdf", media_type=PDF)
    )
    run_jobs(world)

    old = council.organ_b.get(f"/documents/{paper.id}/pages?version={paper.version}").json()
    new = council.organ_b.get(f"/documents/{paper.id}/pages").json()
    elsewhere = secret_of(world, council, council.organ_a, [council.organ_b], japanese_pdf(1))

    assert (old["pages"], new["pages"]) == (1, 2)
    assert page(council.organ_b, paper.id, version=second["id"]).status_code == 200
    assert page(council.organ_b, paper.id, version=elsewhere.version).status_code == 404


def test_printing_gives_a_file_of_marked_images_where_the_provider_allows_it(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    refused = council.organ_b.get(f"/documents/{secret.id}/print")
    assert refused.status_code == 403
    printable = secret_of(
        world, council, council.organ_a, [council.organ_b], japanese_pdf(3), handling="print"
    )

    printed = council.organ_b.get(f"/documents/{printable.id}/print")

    assert (printed.status_code, printed.headers["content-type"]) == (200, PDF)
    assert printed.headers["cache-control"] == "no-store"
    with pikepdf.open(BytesIO(printed.content)) as pdf:
        assert [page.mediabox[2:] == [595, 842] for page in pdf.pages] == [True] * 3
        names = {str(name) for each in pdf.pages for name in each.get_images()}
        assert names == {"/P"}
        assert not any("/Font" in each.obj.Resources for each in pdf.pages)
    [(first, body), (last, end)] = entries(world, council, "document.print")[-2:]
    assert first.mark is not None
    assert last.mark is None
    assert "mark" not in end
    assert (end["begun_as"], end["bytes"]) == (first.seq, len(printed.content))
    assert "page" not in body
    assert council.organ_b.get(f"/documents/{printable.id}/download").status_code == 403


def test_a_print_stops_in_the_middle_when_the_right_ends(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock goes on five seconds with each page; after the second, the recipient is removed."""
    printable = secret_of(
        world, council, council.organ_a, [council.organ_b], japanese_pdf(4), handling="print"
    )
    rendered = world.parts.renderer.page
    pages: list[int] = []

    async def slow(*args: Any, **kwargs: Any) -> Any:
        pages.append(args[1])
        world.clock.advance(6 * SECOND)  # type: ignore[attr-defined]
        if len(pages) == 2:
            gone = {"remove": [council.organ_b.person_id]}
            path = f"/documents/{printable.id}/recipients"
            answer = await run_sync(council.organ_a.post, path, gone)
            assert answer.status_code == 200
        return await rendered(*args, **kwargs)

    monkeypatch.setattr(type(world.parts.renderer), "page", lambda _, *a, **k: slow(*a, **k))
    with pytest.raises(Exception, match="not_found"):
        council.organ_b.get(f"/documents/{printable.id}/print")

    assert pages == [1, 2]
    _, end = entries(world, council, "document.print")[-1]
    assert end["code"] == "not_found"


def test_the_provider_sees_whose_pages_were_shown_and_counting_is_none(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    assert council.organ_b.get(f"/documents/{secret.id}/pages").status_code == 200
    assert page(council.organ_b, secret.id, 2).status_code == 200

    readers = council.organ_a.get(f"/documents/{secret.id}/readers").json()["items"]

    mine = [r["act"] for r in readers if r["person"] == council.organ_b.person_id]
    assert mine[:2] == ["content", "metadata"]


def test_a_damaged_object_is_never_shown(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    [object_] = [file for file, _ in world.parts.vault.names()]
    sealed = bytearray(object_.read_bytes())
    sealed[-20] ^= 1
    object_.chmod(0o600)
    object_.write_bytes(sealed)

    answer = page(council.organ_b, secret.id)

    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")
    (_, begun), (refused, end) = entries(world, council, "document.view")
    assert (refused.outcome, end["code"]) == ("refused", "content_damaged")
    assert "mark" in begun
    assert refused.mark is None
