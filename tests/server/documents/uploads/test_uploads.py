"""Uploads of many parts: exactly the file that was sent, or a clear refusal."""

import hashlib
import json
import os
import random
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from server.access import seats
from server.clock import HOUR
from server.documents import checks, upload_ending
from server.documents.models import Part, Version
from server.documents.upload_models import Upload, UploadPart
from server.documents.uploads import arriving
from server.documents.uploads import service as uploads
from server.settings import MIB
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    drafted_document,
    failing_jobs,
    made,
    provided_secret,
    run_jobs,
    uploaded,
)
from tests.making.uploads import (
    announced,
    begin,
    begun,
    complete,
    digest_of,
    in_parts,
    patch,
    sent,
)
from tests.server.documents.conftest import serving

CONTENT = random.Random(4).randbytes(100_000)
_part: Table = Part.__table__  # type: ignore[attr-defined]


@pytest.fixture
def document(council: MadeCouncil) -> str:
    identifier: str = made(drafted_document(council.organ_a, council.id))["id"]
    return identifier


def rows(world: World, *tables: Any) -> int:
    with world.parts.database.reading() as tx:
        return sum(len(tx.connection.execute(select(t.id)).all()) for t in tables)


def objects(world: World) -> int:
    return len(list(world.parts.vault.names()))


def faults(world: World) -> list[str]:
    with world.parts.database.reading() as tx:
        return list(checks.check(tx, world.parts.vault, deep=True))


def shown(caller: Caller, document: str, version: str) -> Any:
    items = caller.get(f"/documents/{document}/versions").json()["items"]
    return next(each for each in items if each["id"] == version)


@pytest.mark.on_both_databases
def test_parts_in_any_order_become_the_file(
    world: World, council: MadeCouncil, document: str
) -> None:
    answer = begin(council.organ_a, document, media_type="application/pdf", **announced(CONTENT))
    upload = f"/documents/{document}/uploads/{made(answer)['id']}"
    assert answer.headers["location"] == f"/api/v1{upload}"
    limits = answer.headers["upload-limit"]
    assert limits == f"max-size={8192 * MIB}, max-append-size={64 * MIB}, max-age=86400"
    for at in (60_000, 0, 90_000, 30_000):
        stop = min(at + 30_000, len(CONTENT))
        sent(council.organ_a, upload, at, CONTENT[at:stop])
    version = made(complete(council.organ_a, upload))
    assert (version["state"], version["parts"], version["size"]) == ("verifying", 4, 100_000)
    assert version["id"] in upload
    assert council.organ_b.get(f"/documents/{document}").json()["version"] is None
    run_jobs(world)
    assert failing_jobs(world) == faults(world) == []
    read = council.organ_b.get(f"/documents/{document}/content")
    assert read.content == CONTENT
    assert read.headers["repr-digest"] == digest_of(CONTENT)
    assert shown(council.organ_b, document, version["id"])["state"] == "ready"
    assert rows(world, Upload, UploadPart) == 0


def test_what_was_not_announced_is_measured(
    world: World, council: MadeCouncil, document: str
) -> None:
    version = in_parts(council.organ_a, document, CONTENT, 40_000)
    early = council.organ_a.get(f"/documents/{document}/content?version={version}")
    assert early.content == CONTENT, "its provider may open it while it is read again"
    assert "repr-digest" not in early.headers
    refused = council.organ_b.get(f"/documents/{document}/content?version={version}")
    assert refused.json()["code"] == "version_not_ready"
    assert shown(council.organ_a, document, version)["sha256"] is None
    run_jobs(world)
    expected = hashlib.sha256(CONTENT).hexdigest()
    assert shown(council.organ_b, document, version)["sha256"] == expected
    read = council.organ_b.get(f"/documents/{document}/content")
    assert read.headers["repr-digest"] == digest_of(CONTENT)


def test_a_file_that_is_not_the_one_announced_fails(
    world: World, council: MadeCouncil, document: str
) -> None:
    asked = announced(CONTENT) | {"sha256": "00" * 32}
    version = in_parts(council.organ_a, document, CONTENT, 40_000, **asked)
    run_jobs(world)
    found = shown(council.organ_a, document, version)
    assert (found["state"], found["reason"]) == ("failed", "wrong_digest")
    refused = council.organ_a.get(f"/documents/{document}/content?version={version}")
    assert refused.json()["code"] == "version_not_ready"


def test_progress_is_told_in_the_headers_of_the_draft(council: MadeCouncil, document: str) -> None:
    upload = begun(council.organ_a, document, length=100)
    answer = patch(council.organ_a, upload, 10, CONTENT[10:20])
    assert (answer.headers["upload-offset"], answer.headers["upload-complete"]) == ("0", "?0")
    answer = patch(council.organ_a, upload, 0, CONTENT[:10])
    assert answer.headers["upload-offset"] == "20"
    probed = council.organ_a.request("HEAD", upload)
    names = ("upload-offset", "upload-complete", "upload-length", "cache-control")
    assert [probed.headers[name] for name in names] == ["20", "?0", "100", "no-store"]
    parts = council.organ_a.get(upload).json()["parts"]
    assert [(part["offset"], part["length"]) for part in parts] == [(0, 10), (10, 10)]
    assert parts[1]["sha256"] == hashlib.sha256(CONTENT[10:20]).hexdigest()
    last = patch(council.organ_a, upload, 20, CONTENT[20:100], Upload_Complete="?1")
    assert (last.status_code, last.headers["upload-complete"]) == (201, "?1")
    assert last.headers["location"].endswith(f"?version={last.json()['id']}")
    after = council.organ_a.get(upload)
    assert (after.headers["upload-complete"], after.json()["offset"]) == ("?1", 100)
    assert [part["length"] for part in after.json()["parts"]] == [10, 10, 80]


@pytest.mark.on_both_databases
def test_completing_again_gives_the_same_version(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document)
    sent(council.organ_a, upload, 0, CONTENT)
    first, second = complete(council.organ_a, upload), complete(council.organ_a, upload)
    assert made(first) == made(second)
    assert rows(world, Version) == 1
    for refused in (
        patch(council.organ_a, upload, 0, CONTENT),
        council.organ_a.delete(upload),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "upload_complete")


def test_the_same_part_again_changes_nothing(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document)
    for _ in range(3):
        sent(council.organ_a, upload, 0, CONTENT)
    assert (rows(world, UploadPart), objects(world)) == (1, 1)


OVERLAPPING = {
    "other bytes": (100, b"x" * 50),
    "shorter": (100, CONTENT[100:140]),
    "longer": (100, CONTENT[100:160]),
    "reaching into it": (90, CONTENT[90:101]),
    "beginning in it": (149, CONTENT[149:200]),
    "around it": (0, CONTENT[:1000]),
}


def test_a_part_that_overlaps_is_refused_and_told_what_is_there(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document)
    sent(council.organ_a, upload, 100, CONTENT[100:150])
    for how, (offset, content) in OVERLAPPING.items():
        refused = patch(council.organ_a, upload, offset, content)
        assert (refused.status_code, refused.json()["code"]) == (409, "part_overlaps"), how
        assert refused.json()["there"] == [{"offset": 100, "length": 50}], how
    assert (rows(world, UploadPart), objects(world)) == (1, 1)


def test_a_part_of_unknown_length_is_refused_when_it_overlaps(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document)
    sent(council.organ_a, upload, 100, CONTENT[100:150])
    refused = patch(council.organ_a, upload, 90, iter([CONTENT[90:95], CONTENT[95:101]]))
    assert (refused.status_code, refused.json()["code"]) == (409, "part_overlaps")
    assert (objects(world), faults(world)) == (1, [])


def test_gaps_are_named_and_what_was_sent_stays(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document, length=500)
    sent(council.organ_a, upload, 100, CONTENT[100:200])
    refused = patch(council.organ_a, upload, 300, CONTENT[300:400], Upload_Complete="?1")
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_incomplete")
    expected = [(0, 100), (200, 100), (400, 100)]
    assert [(g["offset"], g["length"]) for g in refused.json()["gaps"]] == expected
    for at in (0, 200, 400):
        sent(council.organ_a, upload, at, CONTENT[at : at + 100])
    assert made(complete(council.organ_a, upload))["size"] == 500


BAD: tuple[tuple[Any, Any, dict[str, str], int, str], ...] = (
    (0, b"", {}, 422, "empty_part"),
    (0, b"", {"Upload_Complete": "?1"}, 422, "empty_part"),
    (0, CONTENT, {"Content_Digest": digest_of(b"other")}, 422, "wrong_digest"),
    (0, CONTENT, {"Content_Digest": "sha-256=:!:"}, 422, "malformed"),
    (1, CONTENT, {}, 422, "beyond_total"),
    (100_000, b"x", {}, 422, "beyond_total"),
    (0, iter([CONTENT, b"x"]), {}, 422, "beyond_total"),
    (-1, CONTENT, {}, 422, "malformed"),
    ("x", CONTENT, {}, 422, "malformed"),
    (1 << 60, CONTENT, {}, 422, "malformed"),
    (0, CONTENT, {"Upload_Complete": "yes"}, 422, "malformed"),
    (0, CONTENT, {"Content_Type": "application/json"}, 415, "wrong_media_type"),
    (0, CONTENT, {"Content_Type": "multipart/form-data"}, 415, "wrong_media_type"),
    (0, CONTENT, {"Content_Encoding": "gzip"}, 415, "wrong_media_type"),
)


def test_a_bad_part_is_refused_clearly_and_leaves_nothing(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document, length=len(CONTENT))
    for offset, content, headers, status, code in BAD:
        refused = patch(council.organ_a, upload, offset, content, **headers)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert (rows(world, UploadPart), objects(world)) == (0, 0)


def test_a_part_without_an_offset_is_refused(council: MadeCouncil, document: str) -> None:
    upload = begun(council.organ_a, document)
    refused = council.organ_a.request("PATCH", upload, content=b"x")
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")


def test_limits_are_said_before_anything_is_read(
    world: World, council: MadeCouncil, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = begin(council.organ_a, document, length=8192 * MIB + 1)
    assert (refused.status_code, refused.json()["limit"]) == (413, 8192 * MIB)
    assert begin(council.organ_a, document, length=0).json()["code"] == "empty_document"
    declared = begin(council.organ_a, document, contains_designated_secret=True)
    assert declared.json()["code"] == "incident_designated_secret"
    upload = begun(council.organ_a, document)
    read: list[bytes] = []

    def body() -> Any:
        read.append(b"read")
        yield b"x"

    headers = {"Content_Length": str(64 * MIB + 1)}
    refused = patch(council.organ_a, upload, 0, body(), **headers)
    assert (refused.status_code, refused.json()["limit"], read) == (413, 64 * MIB, [])
    monkeypatch.setattr(arriving, "LONGEST_PART", 50_000)
    refused = patch(council.organ_a, upload, 0, iter([CONTENT]))
    assert (refused.status_code, refused.json()["limit"]) == (413, 50_000)
    refused = patch(council.organ_a, upload, 8192 * MIB, b"x")
    assert (refused.status_code, refused.json()["limit"]) == (413, 8192 * MIB)
    assert objects(world) == 0


def test_parts_and_uploads_are_counted(
    council: MadeCouncil, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_PARTS", 2)
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    upload = begun(council.organ_a, document)
    sent(council.organ_a, upload, 0, b"a")
    sent(council.organ_a, upload, 1, b"b")
    refused = patch(council.organ_a, upload, 2, b"c")
    assert (refused.json()["code"], refused.json()["limit"]) == ("too_many_parts", 2)
    sent(council.organ_a, upload, 1, b"b")  # the same again is none more
    begun(council.organ_a, document)
    assert begin(council.organ_a, document).json()["code"] == "too_many_uploads"
    assert council.organ_a.delete(upload).status_code == 204
    begun(council.organ_a, document)


def test_only_who_began_an_upload_goes_on_with_it(council: MadeCouncil, document: str) -> None:
    """The deputy of the same member holds the same right to upload."""
    upload = begun(council.organ_a, document)
    other = made(drafted_document(council.organ_a, council.id))["id"]
    made(uploaded(council.deputy_a, document))
    assert council.organ_b.get(upload).status_code == 403, "who reads it, but never writes it"
    for answer in (
        council.deputy_a.get(upload),
        patch(council.deputy_a, upload, 0, b"x"),
        complete(council.deputy_a, upload),
        council.deputy_a.delete(upload),
        council.organ_a.get(upload.replace(document, other)),
        council.organ_a.get(f"/documents/{document}/uploads/{document}"),
    ):
        assert answer.status_code == 404
    assert complete(council.organ_a, upload).json()["code"] == "empty_document"


def test_nothing_goes_on_once_the_secret_is_provided(world: World, council: MadeCouncil) -> None:
    """Completing decides again."""
    draft = made(
        council.organ_a.post(
            f"/councils/{council.id}/documents",
            {"title": "紙", "contains_designated_secret": False},
        )
    )["id"]
    upload = begun(council.organ_a, draft)
    sent(council.organ_a, upload, 0, CONTENT)
    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, council.organ_a.person_id)
        assert seat is not None
        seats.facts.end(tx, seat, by=None, reason="ended")
    for answer in (complete(council.organ_a, upload), patch(council.organ_a, upload, 0, b"x")):
        assert answer.status_code == 404
    assert rows(world, Version) == 0
    secret = provided_secret(world, council, council.organ_b, [council.organ_b])
    assert begin(council.organ_b, secret.id).status_code == 403


@pytest.mark.on_both_databases
def test_an_abandoned_upload_ends_by_time_and_is_swept(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document)

    def later(hours: int) -> Caller:
        world.clock.advance(hours * HOUR)
        return world.session(council.organ_a.person_id)

    sent(later(20), upload, 0, CONTENT)
    me = later(10)
    run_jobs(world)
    assert me.get(upload).status_code == 200, "the last part was 10 hours ago"
    me = later(14)
    for answer in (me.get(upload), patch(me, upload, 0, CONTENT), complete(me, upload)):
        assert (answer.status_code, answer.json()["code"]) == (410, "upload_ended")
    assert objects(world) == 1
    run_jobs(world)
    assert (rows(world, Upload, UploadPart), objects(world), faults(world)) == (0, 0, [])
    assert me.get(upload).status_code == 404
    assert failing_jobs(world) == []


@pytest.mark.on_both_databases
def test_uploads_to_a_closed_council_are_ended_at_once(
    world: World, council: MadeCouncil, document: str
) -> None:
    given_up, open_ = begun(council.organ_a, document), begun(council.organ_a, document)
    for upload in (given_up, open_):
        sent(council.organ_a, upload, 0, CONTENT)
    assert council.organ_a.delete(given_up).status_code == 204
    with world.changing(council.id) as tx:
        assert upload_ending.end_all(tx, council.id) == 1
    for upload in (given_up, open_):
        assert council.organ_a.get(upload).json()["code"] == "upload_ended"
    run_jobs(world)
    assert (rows(world, Upload, UploadPart), objects(world), faults(world)) == (0, 0, [])


def half_a_part(world: World, caller: Caller, upload: str, **headers: str) -> None:
    """Two of four announced million bytes, then the line is dead."""
    named = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
    head = (
        f"PATCH /api/v1{upload} HTTP/1.1\r\nHost: {world.parts.settings.origin_host}\r\n"
        f"Authorization: Bearer {caller.token}\r\nContent-Length: 4000000\r\n"
        f"Upload-Offset: 0\r\n{named}\r\n"
    )
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.sendall(head.encode() + b"x" * 2_000_000)
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass


def test_an_interrupted_part_is_kept_as_far_as_it_came(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document, length=4_000_000)
    half_a_part(world, council.organ_a, upload, Upload_Complete="?1")
    offset = int(council.organ_a.request("HEAD", upload).headers["upload-offset"])
    assert MIB <= offset <= 2_000_000
    rest = b"x" * (4_000_000 - offset)
    assert patch(council.organ_a, upload, offset, rest, Upload_Complete="?1").status_code == 201
    run_jobs(world)
    assert council.organ_b.get(f"/documents/{document}/content").content == b"x" * 4_000_000


def test_an_interrupted_part_with_a_digest_leaves_nothing(
    world: World, council: MadeCouncil, document: str
) -> None:
    upload = begun(council.organ_a, document)
    half_a_part(world, council.organ_a, upload, Content_Digest=digest_of(b"x" * 4_000_000))
    assert council.organ_a.request("HEAD", upload).headers["upload-offset"] == "0"
    assert (objects(world), faults(world)) == (0, [])


@pytest.mark.on_both_databases
def test_parallel_parts_and_completions_make_one_version(
    world: World, council: MadeCouncil, document: str
) -> None:
    """Each part comes twice, and everybody completes."""
    upload = begun(council.organ_a, document, **announced(CONTENT))
    places = [*range(0, 100_000, 12_500)] * 2
    with ThreadPoolExecutor(4) as pool:
        work = [
            pool.submit(patch, council.organ_a, upload, at, CONTENT[at : at + 12_500])
            for at in places
        ]
        assert {each.result().status_code for each in work} == {204}
        ends = [pool.submit(complete, council.organ_a, upload) for _ in range(4)]
        assert {json.dumps(made(each.result())) for each in ends} == {
            json.dumps(made(complete(council.organ_a, upload)))
        }
    run_jobs(world)
    assert council.organ_b.get(f"/documents/{document}/content").content == CONTENT
    assert (rows(world, Version), objects(world), faults(world)) == (1, 8, [])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_parts_give_exactly_the_file_or_a_refusal(
    world: World, council: MadeCouncil, document: str, data: st.DataObject
) -> None:
    """Cut anywhere, in any order, repeated, overlapping, some of them wrong."""
    length = data.draw(st.integers(1, 400), "length")
    content = CONTENT[:length]
    cuts = sorted(data.draw(st.sets(st.integers(1, length), max_size=5), "cuts") | {length})
    good = list(zip([0, *cuts], cuts, strict=False))
    odd = st.tuples(st.integers(0, length), st.integers(1, 450))
    strange = data.draw(st.lists(odd, max_size=3), "strange")
    order = data.draw(st.permutations([*good, *good[:2], *strange]), "order")
    upload = begun(council.organ_a, document, **announced(content))
    for start, stop in order:
        answer = patch(council.organ_a, upload, start, CONTENT[start:stop])
        assert answer.status_code in (204, 409, 422), answer.text
    answer = complete(council.organ_a, upload)
    if answer.status_code == 409:
        assert answer.json()["gaps"]
        return
    version = made(answer)["id"]
    run_jobs(world)
    path = f"/documents/{document}/content?version={version}"
    assert council.organ_b.get(path).content == content


@pytest.fixture
def of_four_parts(world: World, council: MadeCouncil, document: str) -> str:
    version = in_parts(council.organ_a, document, CONTENT, 30_000)
    run_jobs(world)
    return version


def files_of(world: World, version: str) -> list[Any]:
    with world.parts.database.reading() as tx:
        query = select(_part.c.id).where(_part.c.version_id == version).order_by(_part.c.position)
        return [world.parts.vault.path(id) for id in tx.connection.scalars(query)]


RANGES = (
    (0, 100_000, 4),
    (29_999, 30_001, 2),
    (29_999, 30_000, 1),
    (30_000, 60_000, 1),
    (10, 95_000, 4),
    (99_999, 100_000, 1),
)


def test_a_range_opens_only_the_parts_it_lies_in(
    council: MadeCouncil, document: str, of_four_parts: str
) -> None:
    assert of_four_parts
    for start, stop, opened in RANGES:
        wanted = {"Range": f"bytes={start}-{stop - 1}"}
        answer = council.organ_b.get(f"/documents/{document}/content", headers=wanted)
        assert (answer.status_code, answer.content) == (206, CONTENT[start:stop])
        assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/100000"
        log = council.auditor.get(f"/councils/{council.id}/log/entries").json()["items"]
        bodies = [each["opened"]["body"] for each in log if each.get("opened")]
        assert len(next(body["opened"] for body in bodies if "opened" in body)) == opened


def test_strange_ranges_over_parts(council: MadeCouncil, document: str, of_four_parts: str) -> None:
    path = f"/documents/{document}/content"
    outside = council.organ_b.get(path, headers={"Range": "bytes=100000-"})
    assert (outside.status_code, outside.headers["content-range"]) == (416, "bytes */100000")
    many = "bytes=" + ",".join(f"{at}-{at}" for at in range(10_000))
    whole = council.organ_b.get(path, headers={"Range": many})
    assert (whole.status_code, whole.content) == (200, CONTENT)
    head = council.organ_b.request("HEAD", path)
    assert (head.headers["content-length"], head.headers["etag"]) == (
        "100000",
        f'"{of_four_parts}"',
    )


def swap(files: list[Any]) -> None:
    first, second = files[1].read_bytes(), files[2].read_bytes()
    files[1].write_bytes(second)
    files[2].write_bytes(first)


HARMS: dict[str, Callable[[list[Any]], object]] = {
    "swapped": swap,
    "cut": lambda files: os.truncate(files[1], 16_456),
    "gone": lambda files: files[1].unlink(),
    "longer": lambda files: files[1].write_bytes(files[1].read_bytes() + b"x"),
}


def test_a_part_harmed_on_disk_is_found_and_never_served(
    world: World, council: MadeCouncil, document: str
) -> None:
    for name, harm in HARMS.items():
        version = in_parts(council.organ_a, document, CONTENT, 30_000)
        harm(files_of(world, version))
        run_jobs(world)
        found = shown(council.organ_a, document, version)
        assert (found["state"], found["reason"]) == ("failed", "damaged"), name
        ready = in_parts(council.organ_a, document, CONTENT, 30_000)
        run_jobs(world)
        harm(files_of(world, ready))
        assert any(ready in fault for fault in faults(world)), name
        wanted = {"Range": "bytes=30000-59999"}
        refused = council.organ_b.get(f"/documents/{document}/content", headers=wanted)
        assert (refused.status_code, refused.json()["code"]) == (500, "content_damaged"), name


def test_a_changed_row_of_an_upload_is_noticed(
    world: World, council: MadeCouncil, document: str
) -> None:
    """Columns in clear are held against what was sealed beside them."""
    upload = begun(council.organ_a, document)
    sent(council.organ_a, upload, 0, CONTENT[:100])
    sent(council.organ_a, upload, 100, CONTENT[100:200])
    with world.parts.database.changing() as tx:
        for row in tx.session.scalars(select(UploadPart)).all():
            row.start = 200 - row.start
    refused = complete(council.organ_a, upload)
    assert refused.status_code in (409, 500)
    assert rows(world, Version) == 0


def test_the_list_of_versions_is_paged(world: World, council: MadeCouncil, document: str) -> None:
    made_ = [made(uploaded(council.organ_a, document, b"%d" % n))["id"] for n in range(5)]
    run_jobs(world)
    last = made(uploaded(council.organ_a, document, b"not ready"))["id"]
    for caller, expected in ((council.organ_a, [*made_, last]), (council.organ_b, made_)):
        seen, cursor = [], ""
        while True:
            page = caller.get(f"/documents/{document}/versions?limit=2{cursor}").json()
            seen += [each["id"] for each in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert seen == expected[::-1]
    assert council.stranger.get(f"/documents/{document}/versions").status_code == 404
