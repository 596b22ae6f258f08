"""Content on its way in: whole and as announced, or not at all."""

import base64
import hashlib
import socket
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Table, select

from server.access import seats
from server.audit.models import Entry
from server.documents.content import receiving
from server.documents.models import Part, Version
from server.settings import MIB
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    TITLE,
    drafted_document,
    failing_jobs,
    made,
    run_jobs,
    uploaded,
)
from tests.server.documents.conftest import serving

_entry: Table = Entry.__table__  # type: ignore[attr-defined]


@pytest.fixture
def document(council: MadeCouncil) -> str:
    identifier: str = made(drafted_document(council.organ_a, council.id))["id"]
    return identifier


def digest_header(content: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return f"sha-256=:{digest}:"


def nothing_is_stored(world: World) -> bool:
    """No row, no object, no temporary file."""
    with world.parts.database.reading() as tx:
        rows = [*tx.connection.execute(select(Version.id)), *tx.connection.execute(select(Part.id))]
    return not rows and not list(world.parts.vault.names())


def codes(world: World, document: str) -> list[str]:
    """The outcomes of the uploads of a document, as the log has them."""
    with world.parts.database.reading() as tx:
        query = select(_entry.c.outcome).where(
            _entry.c.object == f"document/{document}", _entry.c.kind == "document.upload"
        )
        return list(tx.connection.scalars(query.order_by(_entry.c.seq)))


def limited(world: World, mib: int) -> None:
    """The server as it would be with another limit."""
    app = world.client.app
    assert isinstance(app, FastAPI)
    smaller = replace(world.parts.settings, max_upload_mib=mib)
    app.state.parts = replace(world.parts, settings=smaller)


def form(caller: Caller, document: str, **kwargs: Any) -> Any:
    return caller.request("POST", f"/documents/{document}/content", **kwargs)


@pytest.mark.parametrize("length", [1, 16_383, 16_384, 16_385, receiving.BATCH, 3_000_001])
def test_an_upload_is_verified_and_then_served(
    world: World, council: MadeCouncil, document: str, length: int
) -> None:
    content = bytes(i * 7 % 251 for i in range(997)) * (length // 997 + 1)
    content = content[:length]
    shown = made(uploaded(council.organ_a, document, content, name="表.csv", media_type="text/csv"))
    assert shown["state"] == "verifying"
    assert (shown["file_name"], shown["media_type"]) == ("表.csv", "text/csv")
    assert (shown["size"], shown["sha256"]) == (length, hashlib.sha256(content).hexdigest())
    for caller in (council.organ_a, council.organ_b):
        early = caller.get(f"/documents/{document}/content")
        assert (early.status_code, early.json()["code"]) == (409, "version_not_ready")
    assert council.organ_b.get(f"/documents/{document}").json()["versions"] == []
    run_jobs(world)
    assert failing_jobs(world) == []
    assert council.organ_b.get(f"/documents/{document}").json()["version"] == shown["id"]
    assert council.organ_b.get(f"/documents/{document}/content").content == content
    assert codes(world, document) == ["allowed", "done"]


def test_nothing_of_an_upload_lies_on_disk_in_plain(
    world: World, council: MadeCouncil, document: str
) -> None:
    """ENC-9"""
    canary = b"kanaria-0123456789-canary" * 2000
    made(uploaded(council.organ_a, document, canary, name="ひみつの名前.txt"))
    form(council.organ_a, document, files={"file": ("ひみつの名前.txt", canary, "text/plain")})
    run_jobs(world)
    forbidden = (canary[:25], "ひみつの名前".encode(), TITLE.encode())
    for file in world.parts.settings.data.rglob("*"):
        if file.is_file():
            stored = file.read_bytes()
            assert not any(word in stored for word in forbidden), file


def test_a_new_version_replaces_the_old_one_which_stays(
    world: World, council: MadeCouncil, document: str
) -> None:
    first = made(uploaded(council.organ_a, document, b"first"))["id"]
    run_jobs(world)
    second = made(uploaded(council.organ_a, document, b"second"))["id"]
    assert council.organ_b.get(f"/documents/{document}/content").content == b"first"
    run_jobs(world)
    assert council.organ_b.get(f"/documents/{document}/content").content == b"second"
    old = council.organ_b.get(f"/documents/{document}/content?version={first}")
    assert (old.content, old.headers["etag"]) == (b"first", f'"{first}"')
    shown = council.organ_b.get(f"/documents/{document}").json()
    assert [v["id"] for v in shown["versions"]] == [second, first]


def test_a_stated_digest_is_checked(world: World, council: MadeCouncil, document: str) -> None:
    """RFC 9530"""
    right = {"Content-Digest": f"sha-512=:AA==:, {digest_header(CONTENT)}"}
    made(uploaded(council.organ_a, document, headers=right))
    run_jobs(world)


def test_a_wrong_digest_leaves_nothing(world: World, council: MadeCouncil, document: str) -> None:
    wrong = {"Content-Digest": digest_header(b"another")}
    refused = uploaded(council.organ_a, document, headers=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_digest")
    assert nothing_is_stored(world)
    assert codes(world, document) == ["allowed", "refused"]


@pytest.mark.parametrize("digest", ["sha-256=abc", "sha-256=:!:", "sha-256=:AAAA:", "sha-256=::"])
def test_a_malformed_digest_is_refused(
    world: World, council: MadeCouncil, document: str, digest: str
) -> None:
    refused = uploaded(council.organ_a, document, headers={"Content-Digest": digest})
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")
    assert nothing_is_stored(world)


def test_an_empty_document_is_refused(world: World, council: MadeCouncil, document: str) -> None:
    refused = uploaded(council.organ_a, document, b"")
    assert (refused.status_code, refused.json()["code"]) == (422, "empty_document")
    refused = form(council.organ_a, document, files={"file": ("a.txt", b"", "text/plain")})
    assert (refused.status_code, refused.json()["code"]) == (422, "empty_document")
    assert nothing_is_stored(world)


def test_too_large_is_said_before_reading(
    world: World, council: MadeCouncil, document: str
) -> None:
    limited(world, 1)
    read: list[bytes] = []

    def body() -> Any:
        read.append(b"read")
        yield b"x" * (MIB + 1)

    headers = {"Content-Length": str(MIB + 1)}
    path = f"/documents/{document}/content"
    refused = council.organ_a.request("PUT", path, content=body(), headers=headers)
    assert (refused.status_code, refused.json()["limit"]) == (413, MIB)
    assert read == []
    assert nothing_is_stored(world)


@pytest.mark.parametrize("as_form", [True, False])
def test_too_large_is_noticed_while_it_streams(
    world: World, council: MadeCouncil, document: str, as_form: bool
) -> None:
    limited(world, 1)
    content = b"x" * (2 * MIB)
    if as_form:
        refused = form(council.organ_a, document, files={"file": ("a", content)})
    else:
        pieces = (content[at : at + 65536] for at in range(0, len(content), 65536))
        path = f"/documents/{document}/content"
        refused = council.organ_a.request("PUT", path, content=pieces)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert nothing_is_stored(world)


def test_a_form_brings_its_file_name_and_type(
    world: World, council: MadeCouncil, document: str
) -> None:
    files = {"file": ("報告 書.pdf", CONTENT * 2000, "application/pdf")}
    shown = made(form(council.organ_a, document, files=files))
    assert (shown["file_name"], shown["media_type"]) == ("報告 書.pdf", "application/pdf")
    run_jobs(world)
    assert council.organ_b.get(f"/documents/{document}/content").content == CONTENT * 2000


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 415),
        ("text/plain", 415),
        ("multipart/form-data", 415),
        ("multipart/mixed; boundary=b", 415),
        (f"multipart/form-data; boundary={'b' * 300}", 415),
        ("multipart/form-data; boundary=other", 422),
    ],
)
def test_a_form_that_is_none_is_refused(
    world: World, council: MadeCouncil, document: str, media_type: str, status: int
) -> None:
    headers = {"Content-Type": media_type}
    refused = form(council.organ_a, document, content=b"--b\r\n\r\nx\r\n--b--", headers=headers)
    assert refused.status_code == status
    assert nothing_is_stored(world)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno name\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nx\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut short',
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\ny\r\n--b--'
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
            b"Content-Type: nonsense\r\n\r\nx\r\n--b--\r\n"
        ),
        b"--b\r\n" + b"X: y\r\n" * 1000 + b"\r\nx\r\n--b--\r\n",
        b"--b\r\nX: " + b"y" * 100_000 + b"\r\n\r\nx\r\n--b--\r\n",
    ],
)
def test_a_form_without_exactly_one_file_is_refused(
    world: World, council: MadeCouncil, document: str, body: bytes
) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    refused = form(council.organ_a, document, content=body, headers=headers)
    assert refused.status_code in (415, 422)
    assert refused.headers["content-type"] == "application/problem+json"
    assert nothing_is_stored(world)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "nonsense"},
        {"Content-Type": 'text/html; charset="\\"'},
        {"Content-Type": "multipart/form-data; boundary=b"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_what_is_not_the_file_itself_is_refused(
    world: World, council: MadeCouncil, document: str, headers: dict[str, str]
) -> None:
    path = f"/documents/{document}/content"
    refused = council.organ_a.request("PUT", path, content=b"x", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (415, "wrong_media_type")
    assert nothing_is_stored(world)


def test_who_lost_the_seat_while_uploading_has_stored_nothing(
    world: World, council: MadeCouncil, document: str
) -> None:
    """The second transaction decides again."""

    def body() -> Any:
        yield b"x" * 100_000
        with world.changing(council.id) as tx:
            for member in (council.organ_a, council.organ_b):
                seat = seats.seat_of(tx, council.id, member.person_id)
                assert seat is not None
                seats.facts.end(tx, seat, by=None, reason="ended")
        yield b"y" * 100_000

    path = f"/documents/{document}/content"
    refused = council.organ_a.request("PUT", path, content=body())
    assert refused.status_code == 404
    assert nothing_is_stored(world)
    assert codes(world, document) == ["allowed", "refused"]


def test_an_upload_that_is_cut_off_leaves_nothing(
    world: World, council: MadeCouncil, document: str
) -> None:
    """ENC-7, over a real socket: half of what was announced, then the line is dead."""
    head = (
        f"PUT /api/v1/documents/{document}/content HTTP/1.1\r\n"
        f"Host: {world.parts.settings.origin_host}\r\n"
        f"Authorization: Bearer {council.organ_a.token}\r\nContent-Length: 4000000\r\n\r\n"
    )
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.sendall(head.encode() + b"x" * 2_000_000)
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass
    assert nothing_is_stored(world)
    assert codes(world, document) == ["allowed", "refused"]
    made(uploaded(council.organ_a, document))
