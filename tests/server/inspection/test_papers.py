"""Markings in papers: found where they stand, missed where they are only spoken of, bounded."""

from collections.abc import Callable
from xml.sax.saxutils import escape
from zipfile import ZIP_BZIP2

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.inspection.apart import office as unpacking
from server.inspection.apart.__main__ import answer
from server.inspection.apart.budget import Budget
from server.inspection.apart.office import lines as of_office
from server.inspection.apart.pdf import lines as of_pdf
from server.inspection.markings import MARKS, marking_of
from server.inspection.unsearched import Unsearched, Why
from tests.making.pages import saved
from tests.making.papers import (
    LAUGHING,
    SLIDES,
    encrypted_pdf,
    many_entries,
    office,
    opendocument,
    paragraph,
    pdf,
    sheet,
    stamped_pdf,
    word,
)

MARK = "特定秘密"
OFFICE, PDF = ["office"], ["pdf"]
SAID = "本文。特定秘密保護法との関係を整理する。"


def in_text_box(words: str) -> str:
    """A text box in a paragraph, as Word writes it: once for itself, once for older programs."""
    box = f"<w:txbxContent>{paragraph(words)}</w:txbxContent>"
    both = f"<mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    return (
        f"<w:p><w:r><w:t>第1章</w:t></w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:p>"
    )


def with_tabs(*pieces: str) -> str:
    return "<w:p>" + "<w:tab/>".join(f"<w:t>{piece}</w:t>" for piece in pieces) + "</w:p>"


CORE = f"<p:core><dc:title>会議資料</dc:title><dc:subject>{MARK}</dc:subject></p:core>"
RUBY = (
    "<w:ruby><w:rt><w:r><w:t>とくてい</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>特定</w:t></w:r></w:rubyBase></w:ruby>"
)
MARKED_OFFICE = {
    "a paragraph": office(word(SAID, "【特定秘密】")),
    "several runs": office(word(paragraph("特", "定", " 秘密"))),
    "a text box": office(word(SAID, in_text_box(MARK))),
    "below a ruby": office(word(f"<w:p>{RUBY}<w:r><w:t>秘密</w:t></w:r></w:p>")),
    "a line of a paragraph": office(word("<w:p><w:t>第1号</w:t><w:br/><w:t>特定秘密</w:t></w:p>")),
    "a header's third": office(word(with_tabs("令和8年", "", MARK), part="word/header2.xml")),
    "a footer": office(word(MARK, part="word/footer1.xml")),
    "a watermark": office({"word/header1.xml": f'<a><v:textpath string="{MARK}"/></a>'}),
    "a property": office({"docProps/core.xml": CORE}),
    "UTF-16": office({k: v.encode("utf-16") for k, v in word(MARK).items()}),
    "CDATA": office(word("<w:p><w:t><![CDATA[特定]]>&#x79D8;密</w:t></w:p>")),
    "a shared string": sheet(f"<si><t>区分</t></si><si><t>{MARK}</t></si>"),
    "a rich string": sheet(
        "<si><r><t>特定</t></r><r><t>秘密</t></r><rPh sb='0' eb='2'><t>トクテイ</t></rPh></si>"
    ),
    "an inline string": sheet(own=f'<c t="inlineStr"><is><t>{MARK}</t></is></c>'),
    "a formula's value": sheet(own=f"<c t='str'><f>A1</f><v>{MARK}</v></c>"),
    "a sheet's header": sheet(
        own=f'<headerFooter><oddHeader>&amp;L架空&amp;R&amp;14&amp;"明朝,太字"{MARK}</oddHeader></headerFooter>'
    ),
    "a slide": office(
        {"ppt/slides/slide1.xml": f"<a:p><a:r><a:t>{MARK}</a:t></a:r></a:p>"}, SLIDES
    ),
    "OpenDocument": opendocument(
        content="<office:text><text:p>特定<text:span>秘密</text:span></text:p></office:text>"
    ),
}
PAGE = [(60, 700, SAID)]
MARKED_PDF = {
    "a line": pdf([*PAGE, (60, 400, "【特定秘密】")]),
    "two pieces of a line": pdf([(60, 400, "特定"), (82, 400, "秘密")]),
    "beside the date": pdf([(60, 800, "令和8年11月21日"), (480, 800, MARK), *PAGE]),
    "the foot": pdf([*PAGE, (60, 30, "第1号"), (280, 30, MARK), (500, 30, "1頁")]),
    "the twentieth page from the end": pdf(
        *[PAGE] * 30, [(200, 300, "重要経済安保情報", 40)], *[PAGE] * 19
    ),
    "the title": pdf(PAGE, Title=MARK),
    "a stamp": stamped_pdf("特別防衛秘密"),
    "protected from changes only": encrypted_pdf(owner="x"),
}


@pytest.mark.parametrize("where", MARKED_OFFICE)
def test_a_marking_is_found_wherever_office_files_bear_one(where: str) -> None:
    assert answer(OFFICE, MARKED_OFFICE[where]) == {"marking": MARK}


@pytest.mark.parametrize("where", MARKED_PDF)
def test_a_marking_is_found_wherever_a_pdf_bears_one(where: str) -> None:
    assert answer(PDF, MARKED_PDF[where])["marking"] in MARKS


ONLY_SPOKEN_OF = {
    "a sentence": office(word(SAID, paragraph("ここで", MARK, "とは"))),
    "tabs in the body": office(word(with_tabs("区分", MARK, "大臣"))),
    "a field beside it": office(word(f"<w:p><w:t>{MARK}</w:t><w:t>-1-</w:t></w:p>")),
    "two paragraphs": office(word("特定", "秘密")),
    "a style's name": office({"word/styles.xml": f'<w:style><w:name w:val="{MARK}"/></w:style>'}),
    "its reading": office(word(f"<w:p><w:ruby><w:rt><w:t>{MARK}</w:t></w:rt></w:ruby></w:p>")),
    "a comment of XML": office(word(f"<w:p><!-- {MARK} --></w:p>")),
    "no XML": office({"word/media/image1.png": MARK, "customXml/a.txt": MARK}),
    "cells of a sheet": sheet(f"<si><t>{SAID}</t></si><si><t>{MARK}等</t></si>"),
    "a sheet's header": sheet(own=f"<oddHeader>&amp;L{MARK}の扱い&amp;R</oddHeader>"),
}
SPOKEN_OF_IN_PDF = {
    "a sentence in three pieces": pdf([(60, 800, "本文は"), (93, 800, MARK), (137, 800, "に")]),
    "a table": pdf([(60, 400, "区分"), (200, 400, MARK), (400, 400, "重要経済安保情報")]),
    "the middle of a long paper": pdf(*[PAGE] * 20, [(60, 400, MARK)], *[PAGE] * 20),
    "a title that speaks of it": pdf(PAGE, Title="特定秘密保護制度の概要"),
}


@pytest.mark.parametrize("how", ONLY_SPOKEN_OF)
def test_an_office_file_that_speaks_of_a_regime_is_not_taken_for_one_under_it(how: str) -> None:
    assert answer(OFFICE, ONLY_SPOKEN_OF[how]) == {"unsearched": None}


@pytest.mark.parametrize("how", SPOKEN_OF_IN_PDF)
def test_a_pdf_that_speaks_of_a_regime_is_not_taken_for_one_under_it(how: str) -> None:
    assert answer(PDF, SPOKEN_OF_IN_PDF[how]) == {"unsearched": None}


PARTS_OF_LINES = st.sampled_from(["特定", "秘密", MARK, "【", "】", " ", "　", "の", "A", "&", "<"])
PARAGRAPHS = st.lists(st.lists(PARTS_OF_LINES, max_size=5), max_size=5)


@given(PARAGRAPHS)
def test_one_rule_holds_for_text_and_papers_however_it_is_cut_into_runs(
    paragraphs: list[list[str]],
) -> None:
    expected = next(filter(None, (marking_of("".join(runs)) for runs in paragraphs)), None)
    strings = "".join(
        f"<si>{''.join(f'<r><t>{escape(run)}</t></r>' for run in runs)}</si>" for runs in paragraphs
    )
    for paper in (office(word(*(paragraph(*runs) for runs in paragraphs))), sheet(strings)):
        assert answer(OFFICE, paper).get("marking") == expected


# --- what cannot be searched, or not to its end -------------------------------------------------
def bomb(parts: int, size: int) -> bytes:
    return office({f"word/{n}.xml": b"<a>" + b" " * size + b"</a>" for n in range(parts)})


BAD: dict[str, tuple[Callable[[], bytes], Why]] = {
    "one part that inflates": (lambda: bomb(1, 8 << 20), Why.TOO_COMPLEX),
    "many parts that do": (lambda: bomb(65, unpacking.FREE - 7), Why.TOO_COMPLEX),
    "100,000 entries": (lambda: many_entries(100_000), Why.TOO_COMPLEX),
    "billion laughs": (lambda: office({"word/a.xml": LAUGHING}), Why.DAMAGED),
    "a deep part": (lambda: office({"word/a.xml": "<a>" * 100_000}), Why.TOO_COMPLEX),
    "no XML": (lambda: office({"word/a.xml": "<a>特定秘密"}), Why.DAMAGED),
    "cut": (lambda: MARKED_OFFICE["a paragraph"][:300], Why.DAMAGED),
    "another compression": (lambda: office(word(MARK), how=ZIP_BZIP2), Why.DAMAGED),
    "password (OpenDocument)": (
        lambda: opendocument(META_INF__manifest="<m:encryption-data/>", content="\1\2"),
        Why.ENCRYPTED,
    ),
}


@pytest.mark.parametrize("how", BAD)
def test_an_office_file_that_cannot_be_searched_is_told_apart_within_bounds(how: str) -> None:
    make, why = BAD[how]
    assert answer(OFFICE, make()) == {"unsearched": why}


def test_looking_ends_when_its_time_is_used_up() -> None:
    for lines, content in ((of_office, office(word(MARK))), (of_pdf, pdf(PAGE))):
        with pytest.raises(Unsearched, match=Why.TOO_COMPLEX):
            list(lines(content, Budget(-1)))


def test_a_damaged_or_endless_part_hides_no_marking_in_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for part in ("<a>", LAUGHING, "<a>" + "<b/>" * 500_000 + "</a>"):
        paper = office({"word/a.xml": part, **word(MARK, part="word/header1.xml")})
        assert answer(OFFICE, paper) == {"marking": MARK}
    monkeypatch.setattr(unpacking, "MOST_ENTRIES", 4)
    assert answer(OFFICE, many_entries(4)) == {"unsearched": None}
    assert answer(OFFICE, many_entries(5)) == {"unsearched": Why.TOO_COMPLEX}


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_an_office_file_changed_anywhere_gets_an_answer(changes: list[tuple[int, int]]) -> None:
    content = bytearray(MARKED_OFFICE["several runs"])
    for at, byte in changes:
        content[at % len(content)] = byte
    told = answer(OFFICE, bytes(content))
    assert told.get("marking") in (None, MARK)
    assert told.get("unsearched") in (None, *Why)


def test_a_pdf_that_cannot_be_searched_says_why() -> None:
    empty = pikepdf.new()
    empty.add_blank_page(page_size=(100, 100))
    whole = pdf([(60, 400, MARK)])
    assert answer(PDF, encrypted_pdf(owner="x", user="y")) == {"unsearched": Why.ENCRYPTED}
    assert answer(PDF, b"%PDF-1.4 cut") == {"unsearched": Why.DAMAGED}
    assert answer(PDF, whole[: len(whole) // 3]) == {"unsearched": Why.DAMAGED}
    assert answer(PDF, saved(empty)) == {"unsearched": Why.NO_TEXT}
