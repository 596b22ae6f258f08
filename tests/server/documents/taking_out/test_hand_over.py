"""A document sealed for others by age: who may, for which keys, and that it opens elsewhere."""

import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from server.access.transfer import AGAIN_MS
from server.documents.taking_out import hand_over
from server.documents.taking_out.hand_over import AHEAD, PIECE
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.age_keys import AgeKey, age_key, ssh_key
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    drafted_secret,
    made,
    made_a_handler,
    provided_secret,
    shared_document,
    uploaded,
)
from tests.proving import prove_ahead
from tests.server.documents.conftest import serving
from tests.server.documents.content.test_content import LONG, blob, bodies

MIB = 1 << 20


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> AgeKey:
    return age_key(tmp_path_factory.mktemp("keys"))


def handed(by: Caller, document: str, *recipients: str, **more: Any) -> Any:
    return by.post(f"/documents/{document}/hand-over", {"recipients": recipients, **more})


def test_age_itself_opens_it_with_either_key_and_no_other_key_does(
    world: World, council: MadeCouncil, key: AgeKey, tmp_path: Path
) -> None:
    document = shared_document(world, council, council.organ_a, LONG, name="報告.pdf").id
    ssh, stranger = ssh_key(tmp_path), age_key(tmp_path, "other")
    answer = handed(council.organ_b, document, key.recipient, ssh.recipient)

    assert answer.status_code == 200
    assert key.opens(answer.content) == ssh.opens(answer.content) == LONG
    with pytest.raises(subprocess.CalledProcessError):
        stranger.opens(answer.content)
    assert "filename*=UTF-8''%E5%A0%B1%E5%91%8A.pdf.age" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"


def test_every_key_is_on_record_before_a_byte_leaves_and_the_bytes_after(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    paper = shared_document(world, council, council.organ_a)
    handed(council.organ_b, paper.id, key.recipient, key.recipient)

    (first, begun), (last, ended) = bodies(world, paper.id, "hand_over")
    assert (first, last) == ("allowed", "done")
    assert begun["recipients"] == [key.recipient]
    assert (begun["version"], len(begun["opened"])) == (paper.version, 1)
    assert (ended["bytes"], ended["version"]) == (len(CONTENT), paper.version)


def test_each_hand_over_leaves_and_is_on_record_by_itself_whatever_its_key(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    """Nothing is made that could be made twice; what leaves again is decided and entered again."""
    paper = shared_document(world, council, council.organ_a)
    asked = {"recipients": [key.recipient]}
    path, headers = f"/documents/{paper.id}/hand-over", {"Idempotency-Key": "once"}
    first = council.organ_b.post(path, asked, headers=headers)
    again = council.organ_b.post(path, asked, headers=headers)

    assert first.content != again.content
    assert key.opens(first.content) == key.opens(again.content) == CONTENT
    outcomes = [outcome for outcome, _ in bodies(world, paper.id, "hand_over")]
    assert outcomes == ["allowed", "done", "allowed", "done"]


@pytest.mark.parametrize(
    "recipient",
    [
        "age1scrypt",
        "a passphrase, however long it may be",
        "age1" + "q" * 58,
        "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7",
        "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
    ],
)
def test_only_public_keys_are_taken_and_nothing_is_sealed_for_part_of_them(
    world: World, council: MadeCouncil, key: AgeKey, recipient: str
) -> None:
    """ENC-16: a passphrase would have to travel too."""
    document = shared_document(world, council, council.organ_a).id
    answer = handed(council.organ_b, document, key.recipient, recipient)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"][0]["field"] == "body.recipients.1"
    assert "SECRET" not in answer.text
    assert handed(council.organ_b, document).status_code == 422
    assert "allowed" not in {outcome for outcome, _ in bodies(world, document, "hand_over")}


def test_it_takes_a_fresh_proof_and_a_signed_in_person(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    document = shared_document(world, council, council.organ_a).id
    answer = handed(council.organ_b.unproved(), document, key.recipient)

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_needed")


def test_a_secret_is_handed_over_by_its_provider_in_every_state_and_by_no_recipient(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    draft = drafted_secret(world, council, council.organ_a, [])

    for document in (secret.id, draft.id):
        assert key.opens(handed(council.organ_a, document, key.recipient).content) == CONTENT
    assert handed(council.organ_b, secret.id, key.recipient).status_code == 403
    assert council.organ_b.get(f"/documents/{secret.id}/download").status_code == 200
    assert handed(council.organ_b, draft.id, key.recipient).status_code == 404
    assert handed(world.officer("compliance_officer"), draft.id, key.recipient).status_code == 404


def test_a_paper_is_handed_over_by_who_speaks_for_a_member_and_not_by_handlers_or_officers(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    document = shared_document(world, council, council.organ_a).id
    assert handed(council.fa, document, key.recipient).is_success
    made_a_handler(world, council, council.organ_b)

    for by in (council.organ_b, world.officer("secretariat")):
        assert handed(by, document, key.recipient).status_code == 403
    assert handed(world.person(), document, key.recipient).status_code == 404


def test_what_is_still_being_verified_is_not_handed_over_even_by_its_provider(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    paper = shared_document(world, council, council.organ_a)
    newer = made(uploaded(council.organ_a, paper.id, LONG))["id"]
    assert council.organ_a.get(f"/documents/{paper.id}/content?version={newer}").content == LONG

    answer = handed(council.organ_a, paper.id, key.recipient, version=newer)
    assert (answer.status_code, answer.json()["code"]) == (409, "version_not_ready")
    older = handed(council.organ_a, paper.id, key.recipient, version=paper.version)
    assert key.opens(older.content) == CONTENT


def test_it_counts_as_taking_out_and_as_opening(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    document = shared_document(world, council, council.organ_a).id
    handed(council.organ_b, document, key.recipient)

    used = council.organ_b.get(f"/councils/{council.id}/limits").json()["downloaded_today"]
    assert used["used"] == len(CONTENT)
    readers = council.organ_a.get(f"/documents/{document}/readers").json()["items"]
    assert [each["person"] for each in readers] == [council.organ_b.person_id]


def test_a_damaged_version_never_becomes_a_file_that_opens(
    world: World, council: MadeCouncil, key: AgeKey
) -> None:
    """Damage met before a byte has left is answered; met later, it breaks the file off."""
    early = shared_document(world, council, council.organ_a, LONG)
    late = shared_document(world, council, council.organ_a, os.urandom(MIB) * 3)
    for paper in (early, late):
        sealed = blob(world, paper.version)
        sealed.chmod(0o600)
        changed = bytearray(sealed.read_bytes())
        changed[-100] ^= 1
        sealed.write_bytes(changed)

    answer = handed(council.organ_b, early.id, key.recipient)
    with pytest.raises(Exception, match="content_damaged"):
        handed(council.organ_b, late.id, key.recipient)

    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")
    for paper in (early, late):
        outcome, ended = bodies(world, paper.id, "hand_over")[-1]
        assert (outcome, ended["code"]) == ("refused", "content_damaged")


def test_a_right_that_ends_stops_it_and_a_receiver_that_takes_nothing_holds_little(
    world: World, council: MadeCouncil, key: AgeKey, clock: TestClock
) -> None:
    """Over a real socket: the encrypting thread waits for its reader, and ends with the right."""
    document = shared_document(world, council, council.organ_a, os.urandom(MIB) * 12).id
    by = council.organ_b
    prove_ahead(world.client, by.token, "POST", f"/api/v1/documents/{document}/hand-over")
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        line.sendall(posted(world, document, by.token, key.recipient))
        got = line.recv(65536)
        made_a_handler(world, council, by)
        clock.advance(AGAIN_MS)
        while piece := line.recv(MIB):
            got += piece

    assert b"200 OK" in got
    assert not got.endswith(b"0\r\n\r\n"), "broken off, not ended"
    outcome, ended = bodies(world, document, "hand_over")[-1]
    assert (outcome, ended["code"]) == ("refused", "refused")
    assert ended["bytes"] < len(got) + (AHEAD + 3) * PIECE + 4 * MIB
    assert hand_over._THREADS.borrowed_tokens == 0, "the thread that waited has ended"


def posted(world: World, document: str, token: str, recipient: str) -> bytes:
    """The request, as it goes over a socket."""
    body = f'{{"recipients": ["{recipient}"]}}'.encode()
    head = (
        f"POST /api/v1/documents/{document}/hand-over HTTP/1.1\r\n"
        f"Host: {world.parts.settings.origin_host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
