"""Pages, prints and marked copies count for the day, as no less than the file, and tell no size."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from server.clock import from_text
from server.documents.content import download_limits, limits
from server.documents.content.download_limits import PAGE
from server.documents.content.limits import GIB
from server.documents.oversight import telling
from server.notices import making
from server.notices.sources import declared
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import MadeDocument, shared_document
from tests.making.pages import japanese_pdf, secret_of
from tests.server.documents.viewing.test_pages import encrypted, entries

NARROW = "width=200"


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """To be printed, three pages, from organ A to organ B."""
    to = [council.organ_b]
    return secret_of(world, council, council.organ_a, to, japanese_pdf(3), handling="print")


@pytest.fixture
def allowed(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let a day allow so many bytes."""

    def change(size: int) -> None:
        monkeypatch.setattr(limits, "GIB", size)
        parts = replace(world.parts, settings=replace(world.parts.settings, daily_download_gib=1))
        world.parts = world.client.app.state.parts = parts  # type: ignore[attr-defined]

    return change


def page(by: Caller, document: str, number: int = 1) -> Any:
    return by.get(f"/documents/{document}/pages/{number}?{NARROW}")


def used(by: Caller, council: MadeCouncil) -> int:
    found: int = by.get(f"/councils/{council.id}/limits").json()["downloaded_today"]["used"]
    return found


def alarms_of(world: World, officer: Caller) -> int:
    making.remind(world.parts, declared())
    items = officer.get("/me/notices").json()["items"]
    return sum(item["topic"] == "mass_reading" for item in items)


def test_the_smallest_image_counts_as_a_page_and_beyond_the_day_none_is_shown(
    world: World, council: MadeCouncil, secret: MadeDocument, allowed: Callable[[int], None]
) -> None:
    allowed(2 * PAGE)
    reader, path = council.organ_b, f"/documents/{secret.id}"
    assert len(page(reader, secret.id).content) < PAGE // 10
    assert reader.get(f"{path}/pages").is_success, "how many there are counts for nothing"
    assert used(reader, council) == PAGE
    assert page(reader, secret.id, 2).is_success

    answer = page(reader, secret.id, 3)
    assert (answer.status_code, answer.json()["code"]) == (429, "daily_download_limit")
    assert int(answer.headers["retry-after"]) > 0
    assert "ends_at" in answer.json()
    assert reader.get(f"{path}/print").status_code == 429
    assert page(council.organ_a, secret.id).is_success, "another person has a day of their own"
    refused = [
        row for row, _ in entries(world, council, "document.view") if row.outcome != "allowed"
    ]
    assert [row.outcome for row in refused] == ["refused"]


def test_a_print_counts_page_by_page_and_is_refused_before_it_begins(
    world: World, council: MadeCouncil, secret: MadeDocument, allowed: Callable[[int], None]
) -> None:
    allowed(5 * PAGE)
    reader, path = council.organ_b, f"/documents/{secret.id}/print"
    assert reader.get(path).content.startswith(b"%PDF")
    assert used(reader, council) == 3 * PAGE

    answer = reader.get(path)
    assert (answer.status_code, answer.json()["code"]) == (429, "daily_download_limit")
    assert used(reader, council) == 3 * PAGE, "two would fit, and three were asked for"


@pytest.mark.on_both_databases
def test_of_two_pages_at_once_of_which_only_one_fits_one_is_refused(
    council: MadeCouncil,
    secret: MadeDocument,
    allowed: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have been decided and drawn before either is counted."""
    allowed(PAGE)
    drawn, count = threading.Barrier(2), download_limits._count

    def together(*given: Any) -> None:
        drawn.wait(30)
        count(*given)

    monkeypatch.setattr(download_limits, "_count", together)
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda n=n: answers.append(page(council.organ_b, secret.id, n).status_code)
        )
        for n in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 429]
    assert used(council.organ_b, council) == PAGE


def test_a_copy_counts_as_itself_and_one_that_cannot_be_marked_as_nothing(
    world: World, council: MadeCouncil
) -> None:
    """Never as the file it was made of, whose size its reader is not told."""
    to, reader = [council.organ_b], council.organ_b
    for content in (encrypted(), b"%PDF-1.7\n" + bytes(3000)):
        bad = secret_of(world, council, council.organ_a, to, content, handling="download").id
        refused = reader.get(f"/documents/{bad}/download")
        assert refused.json()["code"] == "copy_not_marked"
        assert used(reader, council) == 0

    original = japanese_pdf(2)
    good = secret_of(world, council, council.organ_a, to, original, handling="download").id
    copy = reader.get(f"/documents/{good}/download").content
    assert used(reader, council) == len(copy) != len(original)


def test_a_download_that_fails_before_it_begins_gives_back_what_it_was_promised(
    world: World, council: MadeCouncil
) -> None:
    paper = shared_document(world, council, council.organ_a).id
    for path, is_object in world.parts.vault.names():
        if is_object:
            path.unlink()
    assert council.organ_b.get(f"/documents/{paper}/content").status_code == 500
    assert used(council.organ_b, council) == 0


def test_what_yesterday_promised_is_given_back_to_yesterday(
    world: World, council: MadeCouncil, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or who breaks off at midnight what was begun before it has more than a day."""
    clock.now = from_text("2026-10-01T14:59:59Z")  # a second before midnight in Japan
    reader = world.session(council.organ_b.person_id)
    paper = shared_document(world, council, world.session(council.organ_a.person_id)).id
    giving: list[Any] = []
    kept = download_limits.giving_back
    monkeypatch.setattr(
        download_limits, "giving_back", lambda grant, unsent: giving.append(kept(grant, unsent))
    )
    assert reader.get(f"/documents/{paper}/content").is_success
    clock.advance(1000)
    assert reader.get(f"/documents/{paper}/content").is_success
    today = used(reader, council)
    with world.parts.database.changing() as tx:
        giving[0](tx)
    assert today == used(reader, council) > 0


def test_the_officers_are_told_of_who_looks_at_very_many_pages_or_nears_the_days_limit(
    world: World,
    council: MadeCouncil,
    secret: MadeDocument,
    allowed: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    officer = council.compliance
    monkeypatch.setattr(telling, "MANY_PAGES", 2)
    for _ in range(3):
        assert council.organ_b.get(f"/documents/{secret.id}/pages").is_success
    page(council.organ_b, secret.id)
    assert alarms_of(world, officer) == 0, "asking how many there are shows none"
    page(council.organ_b, secret.id)
    assert alarms_of(world, officer) == 1

    monkeypatch.setattr(telling, "MANY_PAGES", 100)
    allowed(5 * PAGE)
    for _ in range(4):
        assert alarms_of(world, officer) == 1
        assert page(council.organ_a, secret.id).is_success
    assert alarms_of(world, officer) == 2, "four fifths of the day are used"


def test_size_parts_and_digest_of_a_secret_are_told_to_its_provider_alone(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    """By which a guess about a known file could be confirmed: in no answer about it."""
    told = {"size": len(japanese_pdf(3)), "parts": 1}
    for path in (f"/documents/{secret.id}", f"/documents/{secret.id}/versions"):
        mine, theirs = (
            _version(who.get(path).json()) for who in (council.organ_a, council.organ_b)
        )
        assert {name: mine[name] for name in told} == told
        assert {theirs[name] for name in ("size", "parts", "sha256", "origin")} == {None}
    listed = council.organ_b.get(f"/councils/{council.id}/documents").json()["items"]
    assert "size" not in listed[0]
    seen = page(council.organ_b, secret.id)
    assert used(council.organ_b, council) == max(PAGE, len(seen.content)) < GIB


def _version(answer: Any) -> Any:
    [version] = answer.get("versions") or answer["items"]
    return version
