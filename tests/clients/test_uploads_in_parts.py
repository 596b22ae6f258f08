"""Large files by SDK and command: side by side, in parts, and gone on with after a break."""

import asyncio
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from clients.cli import uploading
from clients.sdk import AsyncKyogikai, Kyogikai, in_parts
from clients.sdk.problems import Conflict, Unreachable
from clients.sdk.transfers import source_of
from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import drafted_document, made, run_jobs

SIZE, PART = 5_000_000, 600_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "大きい資料.bin"
    path.write_bytes(random.Random(6).randbytes(SIZE))
    return path


@pytest.fixture
def document(council: MadeCouncil) -> str:
    identifier: str = made(drafted_document(council.organ_a, council.id))["id"]
    return identifier


class Breaking(httpx2.BaseTransport):
    """A network that is lost after some parts, until it is mended."""

    def __init__(self, parts: int) -> None:
        self._inner, self._left, self.sent = httpx2.HTTPTransport(), parts, 0

    def mend(self) -> None:
        self._left = 1000

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "PATCH":
            if self._left == 0:
                raise httpx2.WriteError("the line is dead")
            self._left -= 1
            self.sent += 1
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def breaking() -> Iterator[Breaking]:
    transport = Breaking(3)
    yield transport
    transport.close()


def content_of(world: World, council: MadeCouncil, document: str) -> bytes:
    run_jobs(world)
    answer: bytes = council.organ_b.get(f"/documents/{document}/content").content
    return answer


def test_an_upload_goes_on_where_it_was_broken_off(
    live: str, world: World, council: MadeCouncil, document: str, file: Path, breaking: Breaking
) -> None:
    seen: list[str] = []
    reached: list[int] = []

    def watch(done: int, total: int | None) -> None:
        assert total == SIZE
        reached.append(done)

    how: dict[str, Any] = {"begun": seen.append, "progress": watch, "part_size": PART}
    with Kyogikai(live, council.organ_a.token, transport=breaking, first_wait=0.01) as client:
        with pytest.raises(Unreachable):
            client.upload_in_parts(document, file, "資料.bin", **how)
        begun = client.read_upload(document, seen[0])
        assert 0 < len(begun.parts) <= 3
        breaking.mend()
        version = client.upload_in_parts(document, file, "資料.bin", upload_id=seen[0], **how)
    assert version.id == seen[0] == seen[1]
    assert breaking.sent == 9, "no part was sent twice"
    assert (version.size, version.parts) == (SIZE, 9)
    assert max(reached) == SIZE
    assert content_of(world, council, document) == file.read_bytes()


def test_another_file_is_never_joined_to_an_earlier_upload(
    live: str, council: MadeCouncil, document: str, file: Path, breaking: Breaking
) -> None:
    seen: list[str] = []
    with Kyogikai(live, council.organ_a.token, transport=breaking, first_wait=0.01) as client:
        with pytest.raises(Unreachable):
            client.upload_in_parts(document, file, "a", begun=seen.append, part_size=PART)
        breaking.mend()
        file.write_bytes(file.read_bytes()[::-1])
        version = client.upload_in_parts(
            document, file, "a", upload_id=seen[0], begun=seen.append, part_size=PART
        )
        assert version.id == seen[1] != seen[0]
        assert version.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        client.end_upload(document, seen[0])
        again = client.upload_in_parts(
            document, file, "a", upload_id=seen[0], begun=seen.append, part_size=PART
        )
        assert again.id not in seen[:2], "an upload that has ended is begun anew"


def test_the_awaited_face_sends_and_fails_alike(
    live: str, world: World, council: MadeCouncil, document: str, file: Path
) -> None:
    async def send() -> None:
        async with AsyncKyogikai(live, council.organ_a.token) as client:
            version = await client.upload_in_parts(document, file, "b", part_size=PART)
            assert version.parts == 9
            upload = await client.begin_upload(
                document,
                "c",
                contains_designated_secret=False,
                length=SIZE,
                sha256=source_of(file).digest.hex(),
            )
            wanted = client.upload_in_parts(
                document, file, "c", upload_id=upload.id, part_size=PART
            )
            other = client.upload_in_parts(
                document, file, "c", upload_id=upload.id, part_size=PART + 1
            )
            results = await asyncio.gather(wanted, other, return_exceptions=True)
            assert any(isinstance(each, Conflict) for each in results), "they overlap"

    asyncio.run(send())
    assert content_of(world, council, document) == file.read_bytes()


def test_the_command_goes_on_after_an_interruption(
    terminal: Terminal,
    council: MadeCouncil,
    document: str,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploading, "IN_PARTS_FROM", 1_000_000)
    signed_in(terminal, council.organ_a)
    with monkeypatch.context() as patched:
        patched.setattr(in_parts, "_send_all", _stopped)
        stopped = terminal("document", "upload", document, str(file))
    assert stopped.code == 6, stopped.err
    assert f"kyogikai document upload {document}" in stopped.err
    (kept,) = terminal.config.rglob("uploads/*.json")
    upload = kept.read_text("utf-8")
    done = terminal("document", "upload", document, str(file), "--json")
    assert done.code == 0, done.err
    assert done.out.split('"id":')[1].split('"')[1] in upload, "the same upload was completed"
    assert not list(terminal.config.rglob("uploads/*.json"))
    listed = terminal("document", "versions", document)
    assert (listed.code, hashlib.sha256(file.read_bytes()).hexdigest()[:8] in listed.out) == (
        0,
        True,
    ), listed.out
    version = done.out.split('"id":')[1].split('"')[1]
    restored = terminal("document", "restore", document, version)
    assert restored.code == 0, restored.err
    assert version in restored.out, "it says which version it was restored from"


def _stopped(*_: object) -> None:
    raise Unreachable("the line is dead")
