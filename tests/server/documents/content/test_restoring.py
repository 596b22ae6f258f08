"""An older version made the newest: the same objects, a new manifest, the same decisions."""

import os

from server.documents.content.manifest import Manifest
from server.documents.content.versions import one
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    MadeDocument,
    drafted_document,
    drafted_secret,
    made,
    run_jobs,
    shared_document,
    uploaded,
)
from tests.making.uploads import in_parts


def restoration(document: str, version: str) -> str:
    return f"/documents/{document}/versions/{version}/restoration"


def manifest_of(world: World, version: str) -> Manifest:
    with world.parts.database.reading() as tx:
        return one(tx, version).manifest


def second(world: World, council: MadeCouncil, paper: MadeDocument, content: bytes) -> str:
    version: str = made(uploaded(council.organ_a, paper.id, content))["id"]
    run_jobs(world)
    return version


def test_an_older_version_becomes_the_newest_without_a_byte_being_written(
    world: World, council: MadeCouncil
) -> None:
    document = made(drafted_document(council.organ_a, council.id))["id"]
    content = os.urandom(70_000)
    first = in_parts(council.organ_a, document, content, 30_000)
    run_jobs(world)
    paper = MadeDocument(document, first, council.organ_a)
    second(world, council, paper, b"second")
    before = {file: file.stat().st_mtime_ns for file, _ in world.parts.vault.names()}
    restored = made(council.organ_a.post(restoration(document, first)))
    assert (restored["state"], restored["origin"], restored["parts"]) == ("verifying", first, 3)
    assert council.organ_b.get(f"/documents/{document}/content").content == b"second"
    run_jobs(world)
    assert council.organ_b.get(f"/documents/{document}/content").content == content
    assert before == {file: file.stat().st_mtime_ns for file, _ in world.parts.vault.names()}
    again = made(council.organ_a.post(restoration(document, restored["id"])))
    assert again["origin"] == first, "the one the objects were sealed for"
    run_jobs(world)
    assert council.organ_b.get(f"/documents/{document}/content").content == content
    assert manifest_of(world, again["id"]).parts == manifest_of(world, first).parts


def test_who_may_not_upload_restores_nothing(world: World, council: MadeCouncil) -> None:
    paper = shared_document(world, council, council.organ_a)
    other = shared_document(world, council, council.organ_b)
    assert council.organ_b.post(restoration(paper.id, paper.version)).status_code == 403
    assert council.stranger.post(restoration(paper.id, paper.version)).status_code == 404
    assert council.organ_a.post(restoration(paper.id, other.version)).status_code == 404
    assert council.organ_a.post(restoration(paper.id, paper.id)).status_code == 404
    verifying = made(uploaded(council.organ_a, paper.id, b"new"))["id"]
    refused = council.organ_a.post(restoration(paper.id, verifying))
    assert (refused.status_code, refused.json()["code"]) == (409, "version_not_ready")


def test_what_was_replaced_before_providing_stays_unserved_when_it_was_restored_once(
    world: World, council: MadeCouncil
) -> None:
    """BR-14: of what is provided, exactly the version that was."""
    secret = drafted_secret(
        world, council, council.organ_a, [council.organ_b], content=b"names in it"
    )
    made(council.organ_a.post(restoration(secret.id, secret.version)))
    run_jobs(world)
    second(world, council, secret, b"redacted")
    provided = made(council.organ_a.post(f"/documents/{secret.id}/provision"))
    listed = council.organ_a.get(f"/documents/{secret.id}/versions").json()["items"]
    assert len(listed) == 3
    scope = council.organ_b.get(f"/documents/{secret.id}/summary").json()["scope"]["digest"]
    council.organ_b.post(f"/documents/{secret.id}/acknowledgement", {"scope": scope})
    for each in listed:
        path = f"/documents/{secret.id}/download?version={each['id']}"
        served = council.organ_b.get(path).status_code
        assert served == (200 if each["id"] == provided["version"] else 404)
    shown = council.organ_b.get(f"/documents/{secret.id}/versions").json()["items"]
    assert [each["id"] for each in shown] == [provided["version"]]
    refused = council.organ_a.post(restoration(secret.id, secret.version))
    assert refused.status_code == 403, "a provided secret takes no new version"


def test_a_version_restored_before_providing_is_what_is_provided(
    world: World, council: MadeCouncil
) -> None:
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b], content=b"good")
    second(world, council, secret, b"worse")
    restored = made(council.organ_a.post(restoration(secret.id, secret.version)))["id"]
    path = f"/documents/{secret.id}/provision"
    assert council.organ_a.post(path).json()["code"] == "newest_version_not_ready"
    run_jobs(world)
    assert made(council.organ_a.post(path))["version"] == restored
