"""The process that searches papers: what it is given, and that the search ends however it goes."""

import os
import threading
from io import BytesIO

import pikepdf
import pytest

from server.confinement.process import Died, Process
from server.inspection import papers, signatures
from server.inspection.papers import Paper, Searched, searched
from server.inspection.unsearched import Why
from tests.making.pages import laughing_pdf, saved
from tests.making.papers import office, pdf, word

MARK = "特定秘密"
PNG = b"\x89PNG\r\n\x1a\n"
PLAIN, MARKED = pdf([(60, 700, "議事次第（架空）")]), pdf([(60, 700, "【特定秘密】")])


def found_in(content: bytes, piece: int = 1 << 16) -> Searched:
    """As it passes by, piece by piece."""
    paper = Paper()
    for at in range(0, len(content), piece):
        paper.feed(content[at : at + piece])
    head, tail = content[: signatures.HEAD], content[-signatures.TAIL :]
    return paper.search(signatures.media_types(head, tail))


def test_what_passes_by_is_searched_as_the_papers_it_is() -> None:
    document = office({**word(MARK), "word/media/1.png": os.urandom(3000)})
    assert found_in(MARKED, 7) == found_in(document, 700) == Searched(MARK)
    assert found_in(PLAIN + document) == Searched(MARK), "a polyglot is searched as both"
    assert found_in(PNG + document) == Searched(unsearched=Why.DAMAGED)


def test_what_is_no_paper_starts_no_process_and_other_papers_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(papers, "PROGRAM", "no.such.program")
    old = signatures.OLE2_SIGNATURE + bytes(600)
    locked = old + "EncryptedPackage".encode("utf-16-le")
    assert found_in(PNG + bytes(3000)) == Searched()
    assert found_in(MARK.encode()) == Searched(), "text is searched as it passes by"
    assert found_in(old) == found_in(b"{\\rtf1\\ansi ") == Searched(unsearched=Why.OTHER_FORMAT)
    assert found_in(locked) == Searched(unsearched=Why.ENCRYPTED)
    assert found_in(PLAIN) == Searched(unsearched=Why.BROKE_DOWN), "it does not even start"


def test_what_is_too_large_is_let_go_of_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "LARGEST", 5000)
    paper = Paper()
    paper.feed(PLAIN[:1500])
    for _ in range(40):
        paper.feed(bytes(200))
    assert paper._kept is None
    assert paper.search([signatures.PDF]) == Searched(unsearched=Why.TOO_LARGE)
    assert found_in(PNG + bytes(9000)) == Searched()


def test_a_search_that_hangs_is_ended_and_tried_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "SECONDS", 0.7)
    tried, ask = list[int](), Process.ask

    def ask_and_note(of: Process, *asked: object) -> object:
        tried.append(of.id)
        return ask(of, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(Process, "ask", ask_and_note)
    assert searched(["pdf"], laughing_pdf(9)) == Searched(unsearched=Why.TOO_SLOW)
    assert len(set(tried)) == papers.TRIES
    for process in tried:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.parametrize(
    ("kills", "levels", "outcome"),
    [(1, 4, Searched(MARK)), (2, 9, Searched(unsearched=Why.BROKE_DOWN))],
)
def test_a_process_killed_while_it_searches_is_replaced_once(
    kills: int, levels: int, outcome: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, killers = Process.ask, list[threading.Timer]()

    def ask_and_kill(of: Process, *asked: object) -> object:
        if len(killers) < kills:
            killers.append(threading.Timer(0.05, of.interrupt))
            killers[-1].start()
        return ask(of, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(Process, "ask", ask_and_kill)
    assert searched(["pdf"], slow_to_find(levels)) == outcome
    assert len(killers) == kills


def slow_to_find(levels: int) -> bytes:
    """A page that takes a moment (4 levels) or days (9), then one with a marking."""
    endless = laughing_pdf(levels)
    with pikepdf.open(BytesIO(endless)) as slow, pikepdf.open(BytesIO(MARKED)) as marked:
        slow.pages.extend(marked.pages)
        return saved(slow)


@pytest.mark.parametrize(
    "told", [{"marking": "<script>"}, {"marking": [MARK]}, {"unsearched": "fine"}]
)
def test_a_process_that_was_taken_over_is_not_believed(told: dict[str, object]) -> None:
    with pytest.raises(Died):
        papers._understood(told)


def test_the_process_holds_what_a_render_process_holds() -> None:
    process = Process(papers.PROGRAM)
    try:
        assert {"limits", "network", "files", "calls"} >= set(process.held) >= {"limits"}
    finally:
        process.end()
