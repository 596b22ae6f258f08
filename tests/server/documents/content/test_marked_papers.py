"""What becomes of an upload whose paper bears a marking, and of one that could not be searched."""

from typing import Any

import pytest

from server.documents.content.verifying import Fault
from server.inspection import papers
from server.inspection.unsearched import Why
from server.notices import making
from server.notices.sources import declared
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import drafted_document, failing_jobs, made, run_jobs, uploaded
from tests.making.pages import laughing_pdf
from tests.making.papers import encrypted_pdf, office, pdf, word

MARKED = office(word("特別防衛秘密", part="word/header1.xml"))
PLAIN = pdf([(60, 700, "議事次第（架空）")])


def read_again(world: World, council: MadeCouncil, content: bytes) -> tuple[str, Any]:
    """A document with this content, and its version as its provider sees it."""
    document = made(drafted_document(council.fa, council.id))["id"]
    made(uploaded(council.fa, document, content))
    run_jobs(world)
    assert failing_jobs(world) == []
    return document, council.fa.get(f"/documents/{document}").json()["versions"][0]


def test_a_marked_paper_is_held_back_an_incident_is_opened_and_all_concerned_are_told(
    world: World, council: MadeCouncil
) -> None:
    document, version = read_again(world, council, MARKED)

    assert (version["state"], version["reason"]) == ("quarantined", Fault.MARKED)
    for reader in (council.fa, council.organ_b, council.compliance):
        for way in ("content", "download", "pages"):
            answer = reader.get(f"/documents/{document}/{way}?version={version['id']}")
            assert answer.status_code in (403, 404, 409)
    [incident] = council.compliance.get(f"/councils/{council.id}/incidents").json()["items"]
    assert (incident["origin"], incident["document"]) == ("detected", document)
    making.read_logs(world.parts, declared())
    for person in (council.fa, council.compliance):
        topics = {each["topic"] for each in person.get("/me/notices").json()["items"]}
        assert any("incident" in topic for topic in topics), topics


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (encrypted_pdf(owner="x", user="y"), Why.ENCRYPTED),
        (PLAIN[:200], Why.DAMAGED),
        (laughing_pdf(9), Why.TOO_SLOW),
    ],
    ids=["encrypted", "damaged", "endless"],
)
def test_a_paper_that_cannot_be_searched_is_served_and_says_so(
    world: World,
    council: MadeCouncil,
    content: bytes,
    why: Why,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if why == Why.TOO_SLOW:
        monkeypatch.setattr(papers, "SECONDS", 0.5)
    document, version = read_again(world, council, content)

    assert (version["state"], version["reason"]) == ("ready", Fault.NOT_SEARCHED)
    assert version["detail"] == why
    assert council.organ_b.get(f"/documents/{document}/content").content == content


def test_a_paper_without_a_marking_says_nothing(world: World, council: MadeCouncil) -> None:
    _, version = read_again(world, council, PLAIN)
    assert (version["state"], version["reason"], version["detail"]) == ("ready", None, None)
