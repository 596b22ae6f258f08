"""Reading again what was stored: the job after an upload, and fsck."""

import os
from pathlib import Path

import pytest
from sqlalchemy import Table, delete, select

from server.documents import checks
from server.documents.content import verifying
from server.documents.models import Part
from server.ids import new_id
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    drafted_document,
    drafted_secret,
    failing_jobs,
    made,
    run_jobs,
    shared_document,
)
from tests.making.documents import uploaded as upload

_part: Table = Part.__table__  # type: ignore[attr-defined]


def faults(world: World, *, deep: bool = False) -> list[str]:
    with world.parts.database.reading() as tx:
        return list(checks.check(tx, world.parts.vault, deep=deep))


def stored(world: World, version: str) -> Path:
    with world.parts.database.reading() as tx:
        part = tx.connection.scalar(select(_part.c.id).where(_part.c.version_id == version))
    assert part is not None
    return world.parts.vault.path(part)


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_a_version_damaged_before_it_was_read_again_is_never_served(
    world: World, council: MadeCouncil
) -> None:
    document = made(drafted_document(council.organ_a, council.id))["id"]
    version = made(upload(council.organ_a, document, b"x" * 50_000))["id"]
    flip(stored(world, version), 20_000)
    run_jobs(world)
    assert failing_jobs(world) == []
    shown = council.organ_a.get(f"/documents/{document}").json()
    assert [v["state"] for v in shown["versions"]] == ["failed"]
    assert shown["version"] is None
    refused = council.organ_a.get(f"/documents/{document}/content?version={version}")
    assert refused.json()["code"] == "version_not_ready"


def test_a_last_upload_that_was_damaged_does_not_let_the_one_before_be_provided(
    world: World, council: MadeCouncil
) -> None:
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b], content=b"named")
    last = made(upload(council.organ_a, secret.id, b"redacted"))["id"]
    flip(stored(world, last), 60)
    run_jobs(world)
    path = f"/documents/{secret.id}/provision"
    assert council.organ_a.post(path).json()["code"] == "newest_version_not_ready"
    final = made(upload(council.organ_a, secret.id, b"redacted"))["id"]
    run_jobs(world)
    assert made(council.organ_a.post(path))["version"] == final


def test_verifying_twice_records_once(world: World, council: MadeCouncil) -> None:
    document = shared_document(world, council, council.organ_a)
    before = council.auditor.get(f"/councils/{council.id}/log/checkpoint").text
    verifying.verify_version(world.parts, document.version)
    assert council.auditor.get(f"/councils/{council.id}/log/checkpoint").text == before


def test_a_whole_store_has_no_faults(world: World, council: MadeCouncil) -> None:
    shared_document(world, council, council.organ_a)
    shared_document(world, council, council.organ_a, b"y" * 40_000)
    assert faults(world) == faults(world, deep=True) == []


def test_a_byte_in_the_middle_is_found_deeply_and_at_the_edges_cheaply(
    world: World, council: MadeCouncil
) -> None:
    document = shared_document(world, council, council.organ_a, b"z" * 50_000)
    path = stored(world, document.version)
    flip(path, 20_000)
    assert faults(world) == []
    (found,) = faults(world, deep=True)
    assert document.version in found
    flip(path, 20_000)
    for place in (0, 40, -1):
        flip(path, place)
        assert len(faults(world)) == 1
        flip(path, place)


def test_cut_and_missing_objects_are_named(world: World, council: MadeCouncil) -> None:
    cut = shared_document(world, council, council.organ_a, b"z" * 50_000)
    gone = shared_document(world, council, council.organ_a)
    os.truncate(stored(world, cut.version), 30_000)
    stored(world, gone.version).unlink()
    found = faults(world)
    assert len(found) == 2
    assert any(cut.version in fault for fault in found)
    assert any(gone.version in fault and "missing" in fault for fault in found)


@pytest.mark.spoils_the_log
def test_strays_in_the_vault_are_named(world: World, council: MadeCouncil) -> None:
    document = shared_document(world, council, council.organ_a)
    vault = world.parts.vault
    writer = vault.create(new_id(1))
    writer.write(b"half")
    orphan = vault.create(new_id(2))
    orphan.finish()
    (vault.folder / "note.txt").write_text("not ours")
    found = faults(world)
    assert len(found) == 2, "what is being written is no fault"
    assert any(f"object {orphan.name} belongs to no version" in fault for fault in found)
    writer.file.close()
    assert len(faults(world)) == 3
    with world.parts.database.changing() as tx:
        tx.connection.execute(delete(Part).where(_part.c.version_id == document.version))
    assert any(document.version in fault for fault in faults(world))


def test_a_sweep_takes_what_was_abandoned_and_nothing_else(
    world: World, council: MadeCouncil
) -> None:
    shared_document(world, council, council.organ_a)
    vault = world.parts.vault
    writer, unnamed = vault.create(new_id(1)), vault.create(new_id(2))
    unnamed.finish(held=True)
    assert checks.sweep(world.parts) == 0, "both are still held"
    writer.file.close()
    unnamed.abandon()
    assert checks.sweep(world.parts) == 2
    assert faults(world) == []
