"""Content on its way out: ranges, headers, and what happens when the store was tampered with."""

import json
import os
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select, update

from crypto.canonical import parse
from server.audit import service as audit
from server.audit.models import Entry
from server.documents.content import sending
from server.documents.models import Part, Version
from server.settings import MIB
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import MadeDocument, made, run_jobs, shared_document, uploaded
from tests.server.documents.conftest import serving

LONG = bytes(i * 31 % 253 for i in range(1009)) * 600
_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_part: Table = Part.__table__  # type: ignore[attr-defined]
_version: Table = Version.__table__  # type: ignore[attr-defined]


@pytest.fixture
def paper(world: World, council: MadeCouncil) -> MadeDocument:
    """605,400 bytes: three pieces, 37 chunks."""
    return shared_document(world, council, council.organ_a, LONG, name="報告 書.pdf")


def blob(world: World, version: str) -> Any:
    """Where the one object of a version lies."""
    with world.parts.database.reading() as tx:
        query = select(_part.c.id).where(_part.c.version_id == version)
        return world.parts.vault.path(tx.connection.scalar(query))


def bodies(world: World, document: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Outcomes and opened bodies of a document's entries of one kind."""
    with world.parts.database.reading() as tx:
        query = select(_entry).where(
            _entry.c.object == f"document/{document}", _entry.c.kind == f"document.{kind}"
        )
        rows = tx.connection.execute(query.order_by(_entry.c.seq)).all()
        return [
            (
                row.outcome,
                parse(audit.open_opening(tx, row.log_id, row.seq, row.opening))["body"][1],
            )
            for row in rows
        ]


def test_content_is_shown_sandboxed_and_under_its_own_name(
    council: MadeCouncil, paper: MadeDocument
) -> None:
    answer = council.organ_b.get(f"/documents/{paper.id}/content")
    assert answer.content == LONG
    name = "filename=\"__ _.pdf\"; filename*=UTF-8''%E5%A0%B1%E5%91%8A%20%E6%9B%B8.pdf"
    expected = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(LONG)),
        "content-disposition": f"inline; {name}",
        "content-security-policy": "sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
        "accept-ranges": "bytes",
        "etag": f'"{paper.version}"',
    }
    assert {key: answer.headers[key] for key in expected} == expected
    kept = council.organ_b.get(f"/documents/{paper.id}/download")
    assert kept.content == LONG
    assert kept.headers["content-disposition"] == f"attachment; {name}"


def test_a_download_ends_with_an_entry_of_the_bytes_sent(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    council.organ_b.get(f"/documents/{paper.id}/download")
    (first, opening), (second, closing) = bodies(world, paper.id, "download")
    assert (first, second) == ("allowed", "done")
    assert opening["version"] == closing["version"] == paper.version
    assert len(opening["opened"]) == 1
    assert (closing["start"], closing["bytes"]) == (0, len(LONG))
    assert closing["begun_as"] >= 0


def test_head_says_what_get_would_and_opens_nothing(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    for path in ("content", "download"):
        head = council.organ_b.request("HEAD", f"/documents/{paper.id}/{path}")
        get = council.organ_b.get(f"/documents/{paper.id}/{path}")
        assert (head.status_code, head.content) == (200, b"")
        assert dict(head.headers) == dict(get.headers)
    (_, seen), *_ = bodies(world, paper.id, "open")
    assert "opened" not in seen


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_range_is_what_slicing_would_give(
    council: MadeCouncil, paper: MadeDocument, data: st.DataObject
) -> None:
    edges = st.sampled_from(
        [0, 1, 16_383, 16_384, 16_385, 262_143, 262_144, 262_145, len(LONG) - 1]
    )
    start = data.draw(edges | st.integers(0, len(LONG) - 1))
    stop = data.draw(st.integers(start, len(LONG) + 10) | st.just(None))
    wanted = f"bytes={start}-{'' if stop is None else stop}"
    answer = council.organ_b.get(f"/documents/{paper.id}/content", headers={"Range": wanted})
    expected = LONG[start:] if stop is None else LONG[start : stop + 1]
    assert (answer.status_code, answer.content) == (206, expected)
    last = start + len(expected) - 1
    assert answer.headers["content-range"] == f"bytes {start}-{last}/{len(LONG)}"
    assert answer.headers["content-length"] == str(len(expected))


@pytest.mark.parametrize("count", [1, 16_384, 605_399, 605_400, 700_000])
def test_a_suffix_is_the_end(council: MadeCouncil, paper: MadeDocument, count: int) -> None:
    path = f"/documents/{paper.id}/content"
    answer = council.organ_b.get(path, headers={"Range": f"bytes=-{count}"})
    assert (answer.status_code, answer.content) == (206, LONG[-count:])


@pytest.mark.parametrize("wanted", ["bytes=605400-", "bytes=605400-605500", "bytes=-0"])
def test_a_range_outside_is_not_satisfiable(
    council: MadeCouncil, paper: MadeDocument, wanted: str
) -> None:
    path = f"/documents/{paper.id}/content"
    answer = council.organ_b.get(path, headers={"Range": wanted})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(LONG)}"


@pytest.mark.parametrize(
    "wanted",
    ["bytes=0-1,5-6", "bytes=-", "bytes=5-2", "lines=0-1", "bytes", "bytes=a-b", "bytes=１-2"],
)
def test_what_is_no_single_range_gives_the_whole(
    council: MadeCouncil, paper: MadeDocument, wanted: str
) -> None:
    path, headers = f"/documents/{paper.id}/content", {"Range": wanted.encode("utf-8")}
    answer = council.organ_b.request("GET", path, headers=headers)
    assert (answer.status_code, answer.content) == (200, LONG)


def test_a_range_of_another_version_gives_the_whole(
    council: MadeCouncil, paper: MadeDocument
) -> None:
    path = f"/documents/{paper.id}/content"
    for tag, status in (
        (f'"{paper.version}"', 206),
        ('"another"', 200),
        (f'W/"{paper.version}"', 200),
    ):
        headers = {"Range": "bytes=0-9", "If-Range": tag}
        assert council.organ_b.get(path, headers=headers).status_code == status


def test_preconditions_are_honoured(council: MadeCouncil, paper: MadeDocument) -> None:
    path, tag = f"/documents/{paper.id}/content", f'"{paper.version}"'
    assert council.organ_b.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert council.organ_b.get(path, headers={"If-None-Match": '"x"'}).status_code == 200
    assert council.organ_b.get(path, headers={"If-Match": '"x"'}).status_code == 412
    assert council.organ_b.get(path, headers={"If-Match": tag}).status_code == 200


def test_another_documents_version_is_not_found(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    other = shared_document(world, council, council.organ_a)
    path = f"/documents/{paper.id}/content?version="
    assert council.organ_b.get(path + other.version).status_code == 404
    assert council.organ_b.get(path + other.id).status_code == 404
    assert council.organ_b.get(path + "x").status_code == 422


@pytest.mark.parametrize("place", [0, 30, 60, 300_000, -1])
def test_a_changed_byte_is_never_served(
    world: World, council: MadeCouncil, paper: MadeDocument, place: int
) -> None:
    """ENC-5: in salt, commitment, first piece and final chunk before anything is sent; between, the
    connection breaks at the bad chunk.
    """
    path = blob(world, paper.version)
    sealed = bytearray(path.read_bytes())
    sealed[place] ^= 1
    path.write_bytes(sealed)
    address = f"/documents/{paper.id}/content"
    if place != 300_000:
        answer = council.organ_b.get(address)
        assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")
        assert bodies(world, paper.id, "open")[-1][0] == "refused"
        return
    with pytest.raises(sending.Cut):
        council.organ_b.get(address)
    outcome, closing = bodies(world, paper.id, "open")[-1]
    assert (outcome, closing["code"], closing["bytes"]) == ("refused", "content_damaged", 262_144)


@pytest.mark.parametrize("keep", [0, 55, 56, 72, 16_456, 605_999])
def test_a_cut_object_is_never_served(
    world: World, council: MadeCouncil, paper: MadeDocument, keep: int
) -> None:
    os.truncate(blob(world, paper.version), keep)
    answer = council.organ_b.get(f"/documents/{paper.id}/content")
    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")


def test_a_missing_object_is_said_to_be_damaged(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    blob(world, paper.version).unlink()
    answer = council.organ_b.get(f"/documents/{paper.id}/content")
    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")


@pytest.mark.parametrize("elsewhere", [False, True], ids=["one council", "two councils"])
def test_swapped_objects_are_not_served_as_each_other(
    world: World, council: MadeCouncil, paper: MadeDocument, elsewhere: bool
) -> None:
    """ENC-3, F6."""
    its = established_council(world, concept="C-2212A-01") if elsewhere else council
    other = shared_document(world, its, its.organ_a, LONG)
    one, two = blob(world, paper.version), blob(world, other.version)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    for reader, document in ((council.organ_b, paper), (its.organ_b, other)):
        answer = reader.get(f"/documents/{document.id}/content")
        assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")


@pytest.mark.spoils_the_log
@pytest.mark.parametrize("column", ["wrapped", "manifest"])
def test_swapped_rows_are_not_served_as_each_other(
    world: World, council: MadeCouncil, paper: MadeDocument, column: str
) -> None:
    """The wrap and the manifest are each bound to their place."""
    other = shared_document(world, council, council.organ_a, LONG)
    table, key = (_part, "version_id") if column == "wrapped" else (_version, "id")
    with world.parts.database.changing() as tx:
        taken = tx.connection.scalar(select(table.c[column]).where(table.c[key] == other.version))
        put = update(table).where(table.c[key] == paper.version).values({column: taken})
        tx.connection.execute(put)
    answer = council.organ_b.get(f"/documents/{paper.id}/content")
    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")


def request_bytes(world: World, path: str, token: str) -> bytes:
    host = world.parts.settings.origin_host
    head = f"GET /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}"
    return f"{head}\r\n\r\n".encode()


def test_who_is_removed_gets_no_further_byte_range(world: World, council: MadeCouncil) -> None:
    """Promise 4: decided again every 16 MiB, over a real socket with a slow reader."""
    content = os.urandom(MIB) * 48
    document = made(
        council.organ_a.post(
            f"/councils/{council.id}/documents",
            {"title": "大きい資料", "contains_designated_secret": False},
        )
    )["id"]
    made(uploaded(council.organ_a, document, content))
    run_jobs(world)
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.sendall(request_bytes(world, f"/documents/{document}/content", council.organ_b.token))
        got = len(line.recv(65536))
        end_seat(world, council)
        while piece := line.recv(1 << 20):
            got += len(piece)
    assert got < len(content)
    outcome, closing = bodies(world, document, "open")[-1]
    assert (outcome, closing["code"]) == ("refused", "not_found")
    assert closing["bytes"] % (16 * MIB) == 0


def end_seat(world: World, council: MadeCouncil) -> None:
    from server.access import seats

    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, council.organ_b.person_id)
        assert seat is not None
        seats.facts.end(tx, seat, by=None, reason="ended")


def test_a_reader_who_goes_away_is_recorded_with_the_bytes_sent(
    world: World, council: MadeCouncil
) -> None:
    document = shared_document(world, council, council.organ_a, os.urandom(MIB) * 32)
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.sendall(
            request_bytes(world, f"/documents/{document.id}/content", council.organ_b.token)
        )
        assert line.recv(1000)
    outcome, closing = bodies(world, document.id, "open")[-1]
    assert (outcome, closing["code"]) == ("refused", "disconnected")
    assert closing["bytes"] < 32 * MIB


def test_a_problem_is_a_problem_document(council: MadeCouncil, paper: MadeDocument) -> None:
    answer = council.stranger.get(
        f"/documents/{paper.id}/content", headers={"Accept-Language": "en"}
    )
    assert json.loads(answer.content)["title"].startswith("Not found")
