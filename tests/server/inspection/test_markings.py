"""A marking of a higher regime is found where it stands alone on a line, and nowhere else."""

import pytest

from server.inspection.markings import LONGEST_LINE, MARKS, MarkFinder, marking_of

PAPER = "議事次第（架空）\n{}\n本文。特定秘密保護法との関係を整理する。\n"
ALONE = (
    "特定秘密",
    "【特定秘密】",
    "　（重要経済安保情報）",
    "[ 特 別 防 衛 秘 密 ]",
    "《特定秘密》\r",
)
MENTIONED = (
    "特定秘密保護法",
    "特定秘密は扱わない。",
    "1. 特定秘密",
    "特定秘密、重要経済安保情報",
    "※特定秘密",
    "秘密",
    "特定秘密" * 2,
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16")


def found_in(content: bytes, size: int = 1 << 18) -> str | None:
    """What is found when the content comes in pieces."""
    finder = MarkFinder()
    for at in range(0, len(content), size):
        finder.feed(content[at : at + size])
    return finder.finish()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line", ALONE)
def test_a_line_that_is_a_marking_is_found_in_every_encoding(line: str, encoding: str) -> None:
    found = marking_of(line)
    assert found in MARKS
    for text in (PAPER.format(line), line, f"\n\n{line}"):
        assert found_in(text.encode(encoding)) == found


@pytest.mark.parametrize("line", MENTIONED)
def test_a_paper_that_speaks_of_a_regime_is_not_taken_for_one_under_it(line: str) -> None:
    assert marking_of(line) is None
    for encoding in ENCODINGS:
        assert found_in(PAPER.format(line).encode(encoding)) is None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 511, 512, 513])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp932"])
def test_where_the_pieces_are_cut_makes_no_difference(size: int, encoding: str) -> None:
    long = "長い行" * 2000 + "\n" + "特定秘密\n" + "続き" * 300
    assert found_in(long.encode(encoding), size) == "特定秘密"


def test_nothing_longer_than_a_marking_could_be_is_held() -> None:
    finder = MarkFinder()
    for _ in range(64):
        finder.feed("特".encode() * 20_000)
        assert len(finder._line) <= LONGEST_LINE
    assert finder.finish() is None
    assert found_in(("特" * LONGEST_LINE + "\n特定秘密").encode()) == "特定秘密"


@pytest.mark.parametrize(
    "beginning", [b"%PDF-1.7\n", b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00"]
)
def test_what_begins_like_no_text_is_not_read_as_one(beginning: bytes) -> None:
    assert found_in(beginning + "\n特定秘密\n".encode()) is None
