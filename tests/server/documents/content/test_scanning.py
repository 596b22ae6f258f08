"""Malware: a real clamd with one signature, what becomes of what it finds, and of its failures."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.clock import MINUTE
from server.doctor import examine, unprotected
from server.inspection.clamav import Down, Scan, Scanner, TooBig
from server.notices import making
from server.notices.sources import declared
from server.settings import Settings
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import clamav
from tests.making.clamav import EICAR, NAME, Clamd
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    draft,
    drafted_document,
    failing_jobs,
    made,
    run_jobs,
    shared_document,
    uploaded,
)


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    with clamav.clamd(tmp_path_factory.mktemp("clamd"), tcp=True) as running:
        yield running


@pytest.fixture
def chosen(chosen: Settings, scanner: Clamd) -> Settings:
    """What is uploaded is scanned by the running clamd."""
    return replace(chosen, clamav=scanner.address)


def scanned_by(address: str, data: bytes, *, patience: float = 20) -> str | None:
    with Scan(Scanner(address, patience)) as scan:
        for start in range(0, len(data), 100_000):
            scan.feed(data[start : start + 100_000])
        return scan.finish().malware


def uploading(world: World, by: Caller, council: str, content: bytes) -> str:
    """The id of a document to which content was just uploaded."""
    document: str = made(drafted_document(by, council))["id"]
    made(uploaded(by, document, content))
    return document


def version_of(by: Caller, document: str) -> Any:
    return by.get(f"/documents/{document}").json()["versions"][0]


def told(world: World, person: Caller) -> list[tuple[str, str]]:
    making.read_logs(world.parts, declared())
    items = person.get("/me/notices").json()["items"]
    return [(item["topic"], item["kind"]) for item in items]


# --- the client ---------------------------------------------------------------------------------
DOORS = pytest.mark.parametrize("door", ["address", "by_tcp"])


@DOORS
def test_clamd_finds_what_it_knows_and_nothing_else(scanner: Clamd, door: str) -> None:
    address = getattr(scanner, door)
    assert Scanner(address).version().startswith("ClamAV")
    assert scanned_by(address, CONTENT * 500) is None
    assert scanned_by(address, EICAR) == f"{NAME}.UNOFFICIAL"


@DOORS
def test_a_stream_longer_than_clamd_takes_is_told_apart_from_a_failure(
    scanner: Clamd, door: str
) -> None:
    with pytest.raises(TooBig):
        scanned_by(getattr(scanner, door), b"x" * (6 << 20))


def test_by_tcp_a_name_will_do_and_a_port_nobody_listens_on_is_no_verdict(scanner: Clamd) -> None:
    assert scanned_by(f"tcp://localhost:{scanner.port}", EICAR) == f"{NAME}.UNOFFICIAL"
    for address in (f"tcp://[::1]:{scanner.port}", "tcp://127.0.0.1:1"):
        with pytest.raises(Down):
            scanned_by(address, CONTENT)


@pytest.mark.parametrize(
    "answer",
    [
        b"stream: OKAY\0",
        b"stream: OK",
        b"OK\0",
        b" FOUND\0",
        b"stream:  FOUND\0",
        b"stream: \x1b[2J FOUND\0",
        b"UNKNOWN COMMAND\0",
        b"INSTREAM: Can't write to temporary file. ERROR\0",
        b"stream: OK\0stream: OK\0",
        b"x" * 10_000 + b"\0",
        b"\0",
        b"",
        None,
    ],
)
def test_an_answer_that_is_not_understood_is_no_verdict(answer: bytes | None) -> None:
    with clamav.answering(answer) as address, pytest.raises(Down):
        scanned_by(address, CONTENT)


def test_an_answer_before_the_end_is_no_verdict_but_that_it_is_too_much() -> None:
    early = {b"stream: OK\0": Down, b"INSTREAM size limit exceeded. ERROR\0": TooBig}
    for answer, failure in early.items():
        with clamav.answering(answer, after=64) as address, pytest.raises(failure):
            scanned_by(address, b"x" * (64 << 20))


def test_a_scanner_that_says_nothing_is_not_waited_for_for_ever() -> None:
    with clamav.silent() as address, pytest.raises(Down):
        scanned_by(address, CONTENT, patience=0.05)
    with clamav.silent() as address, pytest.raises(Down):
        Scanner(address, 0.05).version()


def test_a_scanner_that_takes_nothing_more_is_given_up() -> None:
    with clamav.silent() as address, pytest.raises(Down):
        scanned_by(address, b"x" * (64 << 20), patience=0.05)


def test_content_is_never_sent_to_a_public_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with clamav.silent() as address:
        monkeypatch.setattr("socket.socket.getpeername", lambda _: ("8.8.8.8", 3310))
        with pytest.raises(Down, match="private network"):
            Scanner(address, 1).connect()


# --- what becomes of a version -------------------------------------------------------------------
def test_a_clean_version_is_served_and_says_that_it_was_scanned(
    world: World, council: MadeCouncil
) -> None:
    paper = shared_document(world, council, council.organ_a)

    version = version_of(council.organ_a, paper.id)
    assert (version["state"], version["scan"]) == ("ready", "clean")
    assert version["detected"] == "text/plain; charset=utf-8"
    assert version["differs"] is False
    assert council.organ_b.get(f"/documents/{paper.id}/content").content == CONTENT


@DOORS
def test_malware_is_out_of_everybodys_reach_and_those_who_must_know_are_told(
    world: World, council: MadeCouncil, scanner: Clamd, door: str
) -> None:
    serve(world, clamav=getattr(scanner, door))
    officer, by = world.officer("compliance_officer"), council.organ_a
    document = uploading(world, by, council.id, EICAR)
    early = version_of(by, document)["id"]
    assert by.get(f"/documents/{document}/content?version={early}").is_success
    run_jobs(world)

    version = version_of(by, document)
    assert (version["state"], version["scan"]) == ("quarantined", "infected")
    assert (version["reason"], NAME in version["detail"]) == ("malware", True), (
        "its provider is told what was found"
    )
    for reader in (by, council.organ_b):
        for way in ("content", "download"):
            answer = reader.get(f"/documents/{document}/{way}?version={version['id']}")
            assert answer.status_code in (404, 409)
    assert ("version_quarantined", "document") in told(world, by)
    assert ("version_quarantined", "council") in told(world, officer)
    assert "version_quarantined" not in {topic for topic, _ in told(world, council.organ_b)}
    assert NAME not in str(by.get("/me/notices").json())


def test_of_a_draft_the_officer_is_told_that_there_was_malware_and_not_of_what(
    world: World, council: MadeCouncil
) -> None:
    officer = world.officer("compliance_officer")
    document = made(draft(world, council, council.organ_a, []))["id"]
    made(uploaded(council.organ_a, document, EICAR))
    run_jobs(world)

    assert ("version_quarantined", "council") in told(world, officer)
    assert document not in str(officer.get("/me/notices").json())


def test_what_is_too_big_for_the_scanner_is_refused_or_served_as_the_setting_says(
    world: World, council: MadeCouncil
) -> None:
    by, content = council.organ_a, CONTENT * 6000
    held = uploading(world, by, council.id, content)
    run_jobs(world)
    assert version_of(by, held)["state"] == "failed"
    assert "StreamMaxLength" in version_of(by, held)["detail"]

    serve(world, scanner_down="serve")
    paper = shared_document(world, council, by, content)
    assert (version_of(by, paper.id)["state"], version_of(by, paper.id)["scan"]) == (
        "ready",
        "unscanned",
    )


def serve(world: World, **changed: Any) -> None:
    """Go on with other settings, as after a restart."""
    parts = replace(world.parts, settings=replace(world.parts.settings, **changed))
    world.parts = world.client.app.state.parts = parts  # type: ignore[attr-defined]


# --- the scanner is away -------------------------------------------------------------------------
def test_while_the_scanner_is_away_others_wait_and_the_uploader_works_on(
    world: World, council: MadeCouncil, scanner: Clamd, clock: TestClock
) -> None:
    by = council.organ_a
    serve(world, clamav="unix:/nowhere/clamd")
    document = uploading(world, by, council.id, CONTENT)
    for _ in range(30):  # far more often than a job that fails is tried
        run_jobs(world)
        clock.advance(15 * MINUTE)
    by, other = world.session(by.person_id), world.session(council.organ_b.person_id)
    version = version_of(by, document)
    assert (version["state"], version["scan"]) == ("verifying", None)
    assert any("nowhere" in failing for failing in failing_jobs(world))
    assert by.get(f"/documents/{document}/content?version={version['id']}").content == CONTENT
    assert other.get(f"/documents/{document}/content").status_code == 409

    serve(world, clamav=scanner.address)
    clock.advance(15 * MINUTE)
    run_jobs(world)
    assert version_of(by, document)["scan"] == "clean"
    assert other.get(f"/documents/{document}/content").content == CONTENT


def test_served_unscanned_a_version_says_so(world: World, council: MadeCouncil) -> None:
    serve(world, clamav="unix:/nowhere/clamd", scanner_down="serve")

    paper = shared_document(world, council, council.organ_a)
    assert version_of(council.organ_a, paper.id)["scan"] == "unscanned"
    assert council.organ_b.get(f"/documents/{paper.id}/content").is_success


@DOORS
def test_a_scanner_killed_in_mid_scan_leaves_nothing_decided(
    world: World,
    council: MadeCouncil,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    door: str,
) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    with clamav.clamd(folder, most_mib=64, tcp=True) as running:
        serve(world, clamav=getattr(running, door))
        document = uploading(world, council.organ_a, council.id, CONTENT * 4000)
        feed, fed = Scan.feed, 0

        def feed_then_kill(scan: Scan, piece: bytes) -> None:
            nonlocal fed
            feed(scan, piece)
            fed += 1
            if fed == 3:
                running.stop()

        monkeypatch.setattr(Scan, "feed", feed_then_kill)
        run_jobs(world)
    assert fed >= 3
    assert version_of(council.organ_a, document)["state"] == "verifying"


# --- the operator --------------------------------------------------------------------------------
def test_doctor_says_which_setting_holds_and_whether_the_scanner_answers(
    chosen: Settings, scanner: Clamd
) -> None:
    def of_scanner(settings: Settings) -> list[tuple[str, str]]:
        return [(f.state, f.words) for f in examine(settings, TestClock()) if f.about == "scanner"]

    (state, version), (_, held) = of_scanner(chosen)
    assert (state, "ClamAV" in version, "hold" in held) == ("ok", True, True)
    away = replace(chosen, clamav="unix:/nowhere/clamd", scanner_down="serve")
    (state, words), (_, served) = of_scanner(away)
    assert (state, "nowhere" in words, "serve" in served) == ("wrong", True, True)
    assert [state for state, _ in of_scanner(replace(chosen, clamav=""))] == ["note"]
    assert any("TemporaryDirectory" in line for line in unprotected(chosen))
    assert not any("TemporaryDirectory" in x for x in unprotected(replace(chosen, clamav="")))
