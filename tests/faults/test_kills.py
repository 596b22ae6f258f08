"""The server is killed: what was answered is there and opens, what was not is there whole or not.

F1: at random instants of uploads; F2: at each named step. Who was told nothing sends again with the
same Idempotency-Key, and there is one version. After a restart `fsck --deep` is clean.
The environment variable FAULTS_KILLS says how many instants (25), FAULTS_SEED repeats a run.
"""

import os
import random
import sys
import threading
import time

import pytest

from tests.faults.conftest import Furnished
from tests.faults.running import FAILURES, Server, until

KILLS = int(os.environ.get("FAULTS_KILLS", "25"))
SEED = int(os.environ.get("FAULTS_SEED", "20260921"))
AT_ONCE = 3
SIZE = 3 << 20
LONGEST = 0.6  # seconds after the first byte: a few times what the uploads take
STEPS = [
    "vault.synced",
    "vault.linked",
    "vault.folder_synced",
    "upload.object_finished",
    "upload.committed",
    "version.read_again",
    "version.finding_written",
    "version.finding_recorded",
]
STEPS_OF_PARTS = [
    "upload.part_written",
    "upload.version_written",
]


def versions(server: Server, furnished: Furnished) -> dict[str, str]:
    """The versions of the paper, as its provider sees them: id and state."""
    found, more = dict[str, str](), ""
    while more is not None:
        path = f"/api/v1/documents/{furnished.empty}/versions?limit=200{more}"
        page = server.ask("GET", path, furnished.provider).json
        found |= {each["id"]: each["state"] for each in page["items"]}
        more = page["next"] and f"&cursor={page['next']}"
    return found


def settled(server: Server, furnished: Furnished) -> dict[str, str]:
    """The versions once everything was read again."""
    server.hurry()
    until(
        lambda: "verifying" not in versions(server, furnished).values(),
        "a version was never read again",
    )
    return versions(server, furnished)


def upload(
    server: Server, furnished: Furnished, content: bytes, told: dict[str, str], key: str
) -> None:
    """Upload once, with a key; what was answered is told of it, and a connection that breaks is
    nothing told.
    """
    try:
        answer = server.ask(
            "PUT",
            f"{furnished.content}?file_name=f.bin",
            furnished.provider,
            content,
            {"Content-Type": "application/octet-stream", "Idempotency-Key": key},
        )
    except FAILURES:
        return
    assert answer.status == 201, answer.body
    assert told.setdefault(key, answer.json["id"]) == answer.json["id"]


def opens(server: Server, furnished: Furnished, version: str, content: bytes) -> bool:
    path = f"{furnished.content}?version={version}"
    return server.ask("GET", path, furnished.provider).body == content


def test_kills_at_random_instants_of_uploads(server: Server, furnished: Furnished) -> None:
    sys.stdout.write(f"FAULTS_SEED={SEED} FAULTS_KILLS={KILLS}\n")
    chance, told = random.Random(SEED), dict[str, str]()
    content = chance.randbytes(SIZE)
    for kill in range(KILLS):
        keys = [f"{kill}-{number}" for number in range(AT_ONCE)]
        uploads = [
            threading.Thread(target=upload, args=(server, furnished, content, told, key))
            for key in keys
        ]
        for each in uploads:
            each.start()
        time.sleep(chance.random() * LONGEST)
        server.kill()
        for each in uploads:
            each.join()
        server.start()
        for key in keys:
            if key not in told:
                upload(server, furnished, content, told, key)

    found = settled(server, furnished)
    assert len(told) == KILLS * AT_ONCE
    assert sorted(told.values()) == sorted(found)
    assert set(found.values()) == {"ready"}
    assert all(opens(server, furnished, version, content) for version in found)
    assert server.faults() == []


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_each_step_of_an_upload_leaves_before_or_after(
    step: str, server: Server, furnished: Furnished
) -> None:
    content, told = random.Random(step).randbytes(100_000), dict[str, str]()
    server.kill()
    server.start(end_at=(step, 1))

    upload(server, furnished, content, told, "once")
    server.gone()
    server.start()

    before = settled(server, furnished)
    assert set(told.values()) <= set(before)
    # Sent again, as who was told nothing does.
    upload(server, furnished, content, told, "once")
    assert settled(server, furnished) == {told["once"]: "ready"}
    assert set(before) <= set(told.values())
    assert opens(server, furnished, told["once"], content)
    assert server.faults() == []


@pytest.mark.parametrize("step", STEPS_OF_PARTS)
def test_a_kill_at_each_step_of_parts_lets_the_same_upload_go_on_to_one_version(
    step: str, server: Server, furnished: Furnished
) -> None:
    content, me = random.Random(step).randbytes(100_000), furnished.provider
    asked = {
        "file_name": "f.bin",
        "media_type": "application/octet-stream",
        "contains_designated_secret": False,
        "length": len(content),
    }
    begun = server.ask("POST", f"/api/v1/documents/{furnished.empty}/uploads", me, asked)
    assert begun.status == 201, begun.body
    place = begun.headers["location"]
    server.kill()
    server.start(end_at=(step, 1))

    answers = []
    for _ in range(3):
        try:
            for at in (0, 50_000):
                part = {"Upload-Offset": str(at), "Content-Type": "application/partial-upload"}
                server.ask("PATCH", place, me, content[at : at + 50_000], part)
            answers.append(server.ask("POST", f"{place}/completion", me))
        except FAILURES:
            server.gone()
            server.start()

    assert {answer.status for answer in answers} == {201}
    assert settled(server, furnished) == {answers[0].json["id"]: "ready"}
    assert opens(server, furnished, answers[0].json["id"], content)
    assert server.faults() == []
