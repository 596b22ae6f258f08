"""F4 on a real disk that is really full: one of its own for the server, a small tmpfs.

It lies in namespaces of the server's process (`nursery.py`), so an ordinary user runs this too;
where the system allows no user namespaces, these tests fail and say so.
"""

import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.conftest import KEPT, Furnished
from tests.faults.running import Disk, Nursery, Server
from tests.faults.test_storage import kept, put

MIB = 1 << 20
SIZE = 24 * MIB
PART = 2 * MIB


def served(nursery: Nursery, folder: Path, disk: Disk) -> Iterator[tuple[Server, Disk]]:
    """A server with this disk; at the end it is stopped in order, and its data are sound."""
    server = Server(nursery, folder / "data")
    server.start(disk=disk)
    with disk.of(server.pid):
        try:
            yield server, disk
            server.kill(signal.SIGTERM)
            at = server.data / disk.at.relative_to(server.data) if disk.at != folder else folder
            shutil.copytree(disk.folder, at, dirs_exist_ok=True)
            assert server.faults() == []
        finally:
            if server.lives():
                server.kill()


@pytest.fixture
def on_one_disk(
    nursery: Nursery, furnished: Furnished, tmp_path: Path
) -> Iterator[tuple[Server, Disk]]:
    """Database, its log, vault, checkpoints, the program's own log, temporary files: all on it."""
    folder = tmp_path / "disk"
    yield from served(nursery, folder, Disk(folder, SIZE, furnished.data.parent))


@pytest.fixture
def with_a_vault_of_its_own(
    nursery: Nursery, furnished: Furnished, tmp_path: Path
) -> Iterator[tuple[Server, Disk]]:
    """The vault on a disk of its own: the log has room."""
    data = Path(shutil.copytree(furnished.data, tmp_path / "data"))
    disk = Disk(data / "vault", SIZE, furnished.data / "vault")
    yield from served(nursery, tmp_path, disk)


def opened(folder: Path) -> int:
    """How many times the log says content was let out."""
    with closing(sqlite3.connect(folder / "kyogikai.db")) as connection:
        found = connection.execute(
            "SELECT count(*) FROM entry WHERE kind = 'document.open' AND outcome = 'allowed'"
        )
        return int(found.fetchone()[0])


def test_where_nothing_can_be_recorded_nothing_is_served_until_there_is_room(
    on_one_disk: tuple[Server, Disk], furnished: Furnished, tmp_path: Path
) -> None:
    """What is answered is on record; what is not on record is not answered. Nobody restarts."""
    (server, disk), me = on_one_disk, furnished.reader
    page = f"/api/v1/documents/{furnished.kept}"
    assert kept(server, furnished).body == KEPT
    disk.fill()

    # The write-ahead log may still have room within itself: it is used up first.
    answers = [kept(server, furnished)]
    while answers[-1].status == 200 and len(answers) < 5000:
        answers.append(kept(server, furnished))
    refused = [
        answers.pop(),
        kept(server, furnished),
        server.ask("GET", page, me),
        server.ask("GET", f"/api/v1/councils/{furnished.council}/documents", me),
        server.ask("HEAD", furnished.kept_content, me),
        put(server, furnished, b"x" * 100_000),
        server.ask("POST", "/api/v1/me/tokens", me, {"name": "集計", "scopes": ["read"]}),
    ]
    disk.free()

    assert {answer.status for answer in refused} <= {503, 507}
    assert not any(KEPT[:64] in answer.body for answer in refused)
    assert all(answer.body == KEPT for answer in answers)
    assert kept(server, furnished).body == KEPT
    assert put(server, furnished, b"x" * 100_000).status == 201
    shutil.copytree(disk.folder / "data", tmp_path / "copy")
    assert opened(tmp_path / "copy") - opened(furnished.data) == len(answers) + 2


def test_a_full_vault_refuses_uploads_and_reading_and_deciding_go_on(
    with_a_vault_of_its_own: tuple[Server, Disk], furnished: Furnished
) -> None:
    """Also a part: those that had come stay, and the same one is taken once there is room."""
    (server, disk), me = with_a_vault_of_its_own, furnished.provider
    begin = {
        "file_name": "f.bin",
        "media_type": "application/octet-stream",
        "contains_designated_secret": False,
        "length": 2 * PART,
    }
    uploads = f"/api/v1/documents/{furnished.empty}/uploads"
    place = server.ask("POST", uploads, me, begin).headers["location"]

    def part(number: int) -> int:
        asked = {"Upload-Offset": str(number * PART), "Content-Type": "application/partial-upload"}
        return server.ask("PATCH", place, me, bytes([number]) * PART, asked).status

    assert part(0) == 204
    before = {path.name for path in disk.folder.glob("*/*")}
    disk.fill(but=PART // 2)

    refused = put(server, furnished, b"x" * PART)
    assert (refused.status, refused.code) == (507, "storage_full")
    assert "管理者" in refused.json["title"]
    assert part(1) == 507
    assert kept(server, furnished).body == KEPT
    assert server.ask("POST", f"{place}/completion", me).code == "upload_incomplete"
    shared = {"title": "議題", "contains_designated_secret": False}
    path = f"/api/v1/councils/{furnished.council}/documents"
    assert server.ask("POST", path, me, shared).status == 201
    assert {path.name for path in disk.folder.glob("*/*")} == before

    disk.free()
    assert part(1) == 204
    assert server.ask("POST", f"{place}/completion", me).status == 201
    assert put(server, furnished, b"x" * PART).status == 201
