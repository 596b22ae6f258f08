"""Destroying content (廃棄): by its provider alone, for good, crash-proof, found out by fsck."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from server import crashpoints
from server.access.transfer import AGAIN_MS
from server.audit.models import Entry
from server.documents import destruction
from server.documents.content import receiving
from server.documents.models import Ground, VersionOutcome
from server.fsck import check
from server.wiring import checks
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import uploads
from tests.making.closing import run_every_job, told
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    MadeDocument,
    drafted_document,
    drafted_secret,
    made,
    made_a_handler,
    provided_secret,
    shared_document,
    uploaded,
)
from tests.server.documents.conftest import serving
from tests.server.documents.content.test_content import bodies, request_bytes

REASON = {"reason": "提供の目的を失ったため（架空）"}
on_both = pytest.mark.on_both_databases


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    return provided_secret(world, council, council.fa, [council.organ_a])


@pytest.fixture
def dying() -> Iterator[Any]:
    """Ends the process at a named step."""

    def at(step: str) -> None:
        def hook(name: str) -> None:
            if name == step:
                raise Killed

        crashpoints.set_hook(hook)

    yield at
    crashpoints.set_hook(None)


def destroyed(caller: Caller, document: str) -> Any:
    return caller.post(f"/documents/{document}/destruction", REASON)


def faults(world: World) -> list[str]:
    settings = world.parts.settings
    found = check(
        world.parts.database, settings.checkpoints, checks(world.parts, deep=False)
    ).faults
    return [fault.detail or fault.code for fault in found]


@on_both
def test_a_provider_destroys_its_content_and_what_is_about_it_stays(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """410 for who may know of it; title, duty and log remain."""
    answer = made(destroyed(council.fa, secret.id))
    run_every_job(world)

    assert answer["destruction"]["reason"] == REASON["reason"]
    assert not world.parts.vault.path(answer["destruction"]["contents"][0]["parts"][0]).exists()
    for caller in (council.fa, council.organ_a):
        refused = caller.get(f"/documents/{secret.id}/download")
        assert (refused.status_code, refused.json()["code"]) == (410, "content_destroyed")
    page = council.organ_a.get(f"/documents/{secret.id}").json()
    assert (page["under_duty"], page["destroyed_at"] is None) == (True, False)
    assert faults(world) == []
    assert "content_destroyed" in told(world, council.organ_a)


def test_the_certificate_names_the_entry_that_vouches_for_it(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    destroyed(council.fa, secret.id)
    run_every_job(world)

    certificate = council.fa.get(f"/documents/{secret.id}/destruction").json()["destruction"]

    assert certificate["removed"] is True
    proof = council.fa.get(certificate["proof"].removeprefix("/api/v1"))
    assert proof.status_code == 200
    with world.parts.database.reading() as tx:
        leaf = tx.session.get_one(Entry, (council.id, certificate["entry"])).leaf
    assert certificate["row_digest"] in leaf.decode()
    to_others = council.organ_a.get(f"/documents/{secret.id}/destruction").json()["destruction"]
    assert to_others["reason"] is None


def test_nobody_else_destroys(world: World, council: MadeCouncil, secret: MadeDocument) -> None:
    """Neither who received it, nor any office, nor both ministers: there is no act for them."""
    knowing = (council.organ_a, council.compliance, council.secretariat, council.auditor)
    assert [destroyed(each, secret.id).status_code for each in knowing] == [403] * 4
    others = (council.minister_fund, council.minister_pm, council.pd, council.admin)
    assert [destroyed(each, secret.id).status_code for each in others] == [404] * 4
    unproved = destroyed(council.fa.unproved(), secret.id)
    assert unproved.json()["code"] == "step_up_needed"
    assert council.fa.get(f"/documents/{secret.id}/content").content == CONTENT


def test_a_handler_who_made_a_secret_does_not_destroy_it(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    made_a_handler(world, council, council.fa)

    assert destroyed(council.fa, secret.id).status_code == 404


def test_drafts_and_own_papers_are_destroyed_too(world: World, council: MadeCouncil) -> None:
    draft = drafted_secret(world, council, council.fa, [council.organ_a])
    paper = shared_document(world, council, council.fa)

    assert destroyed(council.fa, draft.id).status_code == 201
    assert destroyed(council.fa, paper.id).status_code == 201
    assert council.fa.post(f"/documents/{draft.id}/provision").json()["code"] == "content_destroyed"
    assert council.organ_b.get(f"/documents/{paper.id}/content").status_code == 410


def test_the_page_of_a_destroyed_draft_is_still_read(world: World, council: MadeCouncil) -> None:
    draft = drafted_secret(world, council, council.fa, [council.organ_a])
    made(destroyed(council.fa, draft.id))
    shown = council.fa.get(f"/documents/{draft.id}")
    assert (shown.status_code, shown.json()["missing"]) == (200, ["file"])
    refused = council.fa.post(f"/documents/{draft.id}/provision")
    assert (refused.status_code, refused.json()["code"]) == (410, "content_destroyed")


def test_what_became_the_council_s_is_not_its_provider_s_to_destroy(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_a], days=1)
    clock.days(1)
    fa = world.session(council.fa.person_id)

    assert destroyed(fa, secret.id).json()["code"] == "belongs_to_council"


def test_it_is_destroyed_once(council: MadeCouncil, secret: MadeDocument) -> None:
    destroyed(council.fa, secret.id)

    assert destroyed(council.fa, secret.id).status_code == 410


def test_nothing_new_is_stored_in_it(council: MadeCouncil, world: World) -> None:
    paper = shared_document(world, council, council.fa)
    destroyed(council.fa, paper.id)

    assert uploaded(council.fa, paper.id).json()["code"] == "content_destroyed"


def test_an_upload_that_arrives_after_it_leaves_nothing_behind(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its two transactions the paper is destroyed: the object goes, too."""
    paper = made(drafted_document(council.fa, council.id))["id"]
    finish = receiving.Intake.finish

    async def slow(self: Any, **more: Any) -> Any:
        received = await finish(self, **more)
        with world.changing(council.id) as tx:
            wanted = destruction.Wanted(Ground.PROVIDER, council.fa.person_id, "x")
            destruction.destroy(tx, council.id, paper, wanted)
        return received

    monkeypatch.setattr(receiving.Intake, "finish", slow)
    assert uploaded(council.fa, paper).json()["code"] == "content_destroyed"
    run_every_job(world)
    assert [f for f, is_object in world.parts.vault.names() if is_object] == []


def test_what_was_on_its_way_in_parts_goes_too(world: World, council: MadeCouncil) -> None:
    """Parts of an upload nobody completed are content as well, and no more of them is taken."""
    draft = drafted_secret(world, council, council.fa, [council.organ_a])
    other = made(drafted_document(council.fa, council.id))["id"]
    upload, kept = uploads.begun(council.fa, draft.id), uploads.begun(council.fa, other)
    for each in (upload, kept):
        uploads.sent(council.fa, each, 0, CONTENT)
    made(destroyed(council.fa, draft.id))
    assert uploads.patch(council.fa, upload, len(CONTENT), b"more").json()["code"] == "upload_ended"
    run_every_job(world)
    assert len([f for f, is_object in world.parts.vault.names() if is_object]) == 1
    assert uploads.complete(council.fa, kept).status_code == 201


def test_a_version_destroyed_before_it_was_read_again_is_no_fault(
    world: World, council: MadeCouncil
) -> None:
    paper = made(drafted_document(council.fa, council.id))["id"]
    made(uploaded(council.fa, paper))
    destroyed(council.fa, paper)

    run_every_job(world)

    states = [v["state"] for v in council.fa.get(f"/documents/{paper}").json()["versions"]]
    assert VersionOutcome.FAILED not in states
    assert faults(world) == []


@pytest.mark.parametrize("step", ["destruction.begun", "destruction.one_removed"])
def test_a_crash_while_objects_are_removed_is_made_good(
    world: World, council: MadeCouncil, dying: Any, clock: TestClock, step: str
) -> None:
    paper = shared_document(world, council, council.fa)
    made(uploaded(council.fa, paper.id, b"second"))
    run_every_job(world)
    destroyed(council.fa, paper.id)
    dying(step)
    with pytest.raises(Killed):
        run_every_job(world)
    dying("none")
    assert faults(world) == []

    clock.days(0.1)
    run_every_job(world)

    assert [f for f, is_object in world.parts.vault.names() if is_object] == []
    assert faults(world) == []


def test_fsck_finds_an_object_that_should_be_gone(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    answer = made(destroyed(council.fa, secret.id))
    part = answer["destruction"]["contents"][0]["parts"][0]
    kept = world.parts.vault.path(part).read_bytes()
    run_every_job(world)
    world.parts.vault.path(part).write_bytes(kept)

    assert faults(world) == [f"document {secret.id}: destroyed, but object {part} is there"]


def test_fsck_still_finds_an_object_that_is_missing_for_no_reason(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    other = shared_document(world, council, council.fa)
    destroyed(council.fa, secret.id)
    run_every_job(world)
    for file, is_object in list(world.parts.vault.names()):
        if is_object:
            file.unlink()

    assert len(faults(world)) == 1
    assert other.version in faults(world)[0]


def test_a_running_download_stops_at_the_next_decision(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    """As with every end of a right (docs/rules.md, promise 4): within five seconds."""
    size = 12 << 20
    paper = shared_document(world, council, council.fa, bytes(size))
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        line.sendall(request_bytes(world, f"/documents/{paper.id}/content", council.organ_b.token))
        got = len(line.recv(65536))
        made(destroyed(council.fa, paper.id))
        run_every_job(world)
        clock.advance(AGAIN_MS)
        while piece := line.recv(1 << 20):
            got += len(piece)

    assert 0 < got < size
    outcome, body = bodies(world, paper.id, "open")[-1]
    assert (outcome, body["code"]) == ("refused", "content_destroyed")
