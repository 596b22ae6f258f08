"""A kill at each named step of a transfer: before or after, never between (F1, F2)."""

import os
import random
import signal
from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from server import crashpoints
from server.app import build_parts, create_app
from server.clock import HOUR
from server.documents import checks
from server.documents.models import Version
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    drafted_document,
    failing_jobs,
    made,
    run_jobs,
    shared_document,
    uploaded,
)
from tests.making.uploads import begun, complete, patch, sent

CONTENT = random.Random(5).randbytes(50_000)
KEY = {"Idempotency-Key": "6f1c"}
OF_AN_OBJECT = (
    "vault.synced",
    "vault.linked",
    "vault.folder_synced",
    "upload.object_finished",
)
OF_A_PART = (*OF_AN_OBJECT, "upload.part_written", "upload.committed")
OF_THE_END = (
    "upload.version_written",
    "version.read_again",
    "version.finding_written",
    "version.finding_recorded",
)


def killed(world: World, point: str, by: Caller, act: Callable[[World, Caller], object]) -> None:
    """Another process does something, and is killed at a point."""
    child = os.fork()
    if child == 0:
        try:
            crashpoints.set_hook(
                lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == point else None
            )
            parts = build_parts(world.parts.settings, world.clock)
            client = TestClient(create_app(parts), base_url=parts.settings.origin)
            act(World(parts, client, world.clock), replace(by, client=client))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{point} was not passed"


def started_again(world: World) -> None:
    """What start-up sweeps, and what is due once a killed worker's job is."""
    checks.sweep(world.parts)
    assert faults(world) == []
    world.clock.advance(HOUR // 4)


def faults(world: World) -> list[str]:
    with world.parts.database.reading() as tx:
        return list(checks.check(tx, world.parts.vault, deep=True))


def versions(world: World, document: str) -> int:
    with world.parts.database.reading() as tx:
        query = select(func.count()).where(Version.document_id == document)
        return tx.connection.scalar(query) or 0


@pytest.mark.parametrize("points", [OF_A_PART, OF_THE_END], ids=["of a part", "of the end"])
def test_a_kill_at_any_step_leaves_before_or_after_and_a_retry_gives_one_version(
    world: World, council: MadeCouncil, points: tuple[str, ...]
) -> None:
    for point in points:
        document = made(drafted_document(council.organ_a, council.id))["id"]
        upload = begun(council.organ_a, document)
        sent(council.organ_a, upload, 30_000, CONTENT[30_000:])

        def act(there: World, caller: Caller, upload: str = upload) -> None:
            patch(caller, upload, 0, CONTENT[:30_000])
            complete(caller, upload)
            run_jobs(there)

        killed(world, point, council.organ_a, act)
        started_again(world)
        again = patch(council.organ_a, upload, 0, CONTENT[:30_000])
        assert again.status_code == 204 or again.json()["code"] == "upload_complete", point
        made(complete(council.organ_a, upload))
        run_jobs(world)
        assert (versions(world, document), failing_jobs(world)) == (1, []), point
        assert council.organ_b.get(f"/documents/{document}/content").content == CONTENT, point
        assert faults(world) == [], point


def test_a_kill_while_one_body_is_stored_leaves_no_stray_and_its_key_gives_one_version(
    world: World, council: MadeCouncil
) -> None:
    for point in (*OF_AN_OBJECT, "upload.committed"):
        document = made(drafted_document(council.organ_a, council.id))["id"]
        killed(
            world,
            point,
            council.organ_a,
            lambda _, caller, document=document: uploaded(caller, document, CONTENT, headers=KEY),
        )
        started_again(world)
        assert versions(world, document) == (point == "upload.committed"), point
        made(uploaded(council.organ_a, document, CONTENT, headers=KEY))
        assert (versions(world, document), faults(world)) == (1, []), point


def test_a_kill_while_an_upload_is_swept_is_made_good(world: World, council: MadeCouncil) -> None:
    for point in ("upload.object_swept", "upload.rows_swept"):
        document = made(drafted_document(council.organ_a, council.id))["id"]
        upload = begun(council.organ_a, document)
        sent(council.organ_a, upload, 0, CONTENT[:30_000])
        sent(council.organ_a, upload, 30_000, CONTENT[30_000:])
        assert council.organ_a.delete(upload).status_code == 204
        killed(world, point, council.organ_a, lambda there, _: run_jobs(there))
        started_again(world)
        run_jobs(world)
        assert council.organ_a.get(upload).status_code == 404
        assert (list(world.parts.vault.names()), faults(world)) == ([], [])


def test_a_kill_while_a_version_is_restored_leaves_none(world: World, council: MadeCouncil) -> None:
    paper = shared_document(world, council, council.organ_a)
    path = f"/documents/{paper.id}/versions/{paper.version}/restoration"
    killed(world, "version.restored", council.organ_a, lambda _, caller: caller.post(path))
    started_again(world)
    assert versions(world, paper.id) == 1
