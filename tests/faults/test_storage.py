"""Storage that is full, fails, is damaged or is not there: nothing false is told, reading goes on.

F3: errors at the N-th fsync, link and commit, injected by strace. F4: no room. F5, F6: damage.
"""

import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import KEPT, Furnished
from tests.faults.running import FAILURES, Answer, Server, until

MIB = 1 << 20
BYTES = {"Content-Type": "application/octet-stream"}


def put(server: Server, furnished: Furnished, content: bytes) -> Answer:
    """Upload to the empty paper."""
    path = f"{furnished.content}?file_name=f.bin"
    return server.ask("PUT", path, furnished.provider, content, BYTES)


def kept(server: Server, furnished: Furnished) -> Answer:
    """Read the paper that is there."""
    return server.ask("GET", furnished.kept_content, furnished.reader)


def objects(server: Server) -> list[Path]:
    return sorted(path for path in (server.data / "vault").glob("*/*"))


def entries(server: Server, kind: str) -> int:
    """How many entries of a kind the logs hold."""
    with closing(sqlite3.connect(server.data / "kyogikai.db")) as connection:
        found = connection.execute("SELECT count(*) FROM entry WHERE kind = ?", (kind,))
        return int(found.fetchone()[0])


@contextmanager
def failing(
    server: Server, inject: str, *, only: Path | None = None, first_thread: bool = False
) -> Iterator[Path]:
    """System calls of the running server fail as told, or `only` those on one path, or those of
    its first thread; the file says what was injected.
    """
    told = server.data.parent / "strace.txt"
    where = [*([] if first_thread else ["-f"]), *([] if only is None else ["-P", str(only)])]
    tracing = subprocess.Popen(
        ["strace", *where, "-p", str(server.pid), "-o", str(told), "-e", f"inject={inject}"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert tracing.stderr is not None
    assert "attached" in tracing.stderr.readline()
    try:
        yield told
    finally:
        tracing.send_signal(signal.SIGINT)
        tracing.communicate(timeout=60)


def injected(told: Path) -> int:
    return told.read_text("utf-8").count("(INJECTED)")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_failed_fsync_stores_nothing_and_the_vault_stores_no_more(
    number: int, server: Server, furnished: Furnished
) -> None:
    before = objects(server)
    with failing(server, f"fsync:error=EIO:when={number}") as told:
        answers = [put(server, furnished, b"x" * 100_000) for _ in range(3)]
        assert injected(told)

    # It failed at one of the syncs of one of them, each of which has up to three of one thread.
    stored = [answer for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status != 201]
    assert {answer.code for answer in refused} == {"storage_unhealthy"}
    assert [a.status for a in answers] == [201] * len(stored) + [503] * len(refused)
    assert put(server, furnished, b"x").code == "storage_unhealthy"
    assert kept(server, furnished).body == KEPT
    assert len(objects(server)) == len(before) + len(stored)

    server.kill()
    server.start()
    assert put(server, furnished, b"x" * 100_000).status == 201
    assert server.faults() == []


def test_a_failed_link_stores_nothing_and_the_next_upload_is_stored(
    server: Server, furnished: Furnished
) -> None:
    before = objects(server)
    with failing(server, "link,linkat:error=EIO:when=1") as told:
        answer = put(server, furnished, b"x" * 100_000)
        assert injected(told)

    assert (answer.status, answer.code) == (503, "storage_unhealthy")
    assert objects(server) == before
    assert put(server, furnished, b"x" * 100_000).status == 201
    assert server.faults() == []


def test_a_log_that_cannot_be_synced_serves_nothing(server: Server, furnished: Furnished) -> None:
    """Every commit of SQLite in WAL mode ends in an fdatasync."""
    before = entries(server, "document.open")
    with failing(server, "fdatasync:error=EIO") as told:
        read = kept(server, furnished)
        stored = put(server, furnished, b"x" * 100_000)
        assert injected(told)

    assert (read.status, read.code) == (503, "database_unavailable")
    assert (stored.status, stored.code) == (503, "database_unavailable")
    assert kept(server, furnished).body == KEPT
    assert entries(server, "document.open") > before
    assert put(server, furnished, b"x" * 100_000).status == 201
    assert server.faults() == []


def test_no_room_refuses_uploads_and_reading_goes_on(server: Server, furnished: Furnished) -> None:
    """F4: room for the log, not for the content."""
    before = objects(server)
    server.limit_files(8 * MIB)
    refused = put(server, furnished, b"x" * 9 * MIB)
    read = kept(server, furnished)
    server.limit_files(None)

    assert (refused.status, refused.code) == (507, "storage_full")
    assert read.body == KEPT
    assert objects(server) == before
    assert put(server, furnished, b"x" * 9 * MIB).status == 201
    assert server.faults() == []


def test_no_room_for_the_log_serves_nothing_until_there_is(
    server: Server, furnished: Furnished
) -> None:
    """F4: what cannot be recorded is not served; nobody has to restart anything afterwards."""
    me = furnished.reader
    page, papers = f"/api/v1/documents/{furnished.kept}", f"/api/v1/councils/{furnished.council}"
    server.limit_files(0)
    answers = [
        kept(server, furnished),
        server.ask("GET", page, me),
        server.ask("GET", f"{papers}/documents", me),
        server.ask("HEAD", furnished.kept_content, me),
        put(server, furnished, b"x"),
        server.ask("POST", "/api/v1/me/tokens", me, {"name": "集計", "scopes": ["read"]}),
    ]
    server.limit_files(None)

    assert {answer.status for answer in answers} <= {503, 507}
    assert not any(KEPT[:64] in answer.body for answer in answers)
    assert kept(server, furnished).body == KEPT
    assert put(server, furnished, b"x").status == 201
    assert server.faults() == []


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def zero(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(4096)
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def drop(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("spoil", [flip, zero, cut, drop])
def test_damage_stops_the_answer_before_the_bad_chunk_and_alarms(
    spoil: object, server: Server, furnished: Furnished
) -> None:
    """F5: what was sent was right; the log has an entry of its own."""
    [path] = objects(server)
    spare = path.read_bytes()
    assert callable(spoil)
    spoil(path)

    try:
        answer = kept(server, furnished)
        assert (answer.status, answer.code) == (500, "content_damaged")
        sent = b""
    except FAILURES as broken:
        sent = getattr(broken, "partial", b"")
    assert KEPT.startswith(sent)
    assert len(sent) < len(KEPT)

    assert entries(server, "document.damaged") == 1
    assert "fsck --deep" in server.log.read_text("utf-8")
    found = server.faults()
    assert found
    assert all(path.name in fault or furnished.version in fault for fault in found), found

    # Put back from a copy, it is whole again.
    path.write_bytes(spare)
    assert kept(server, furnished).body == KEPT
    assert server.faults() == []


def test_objects_in_each_others_place_are_refused(server: Server, furnished: Furnished) -> None:
    """F6: each object opens only as the part it was sealed as."""
    stored = put(server, furnished, KEPT[::-1])
    assert stored.status == 201
    other = f"{furnished.content}?version={stored.json['id']}"
    until(
        lambda: server.ask("GET", other, furnished.reader).status == 200, "it was never read again"
    )
    one, two = objects(server)
    aside = server.data.parent / "aside"
    for source, target in ((one, aside), (two, one), (aside, two)):
        shutil.move(source, target)

    answers = [kept(server, furnished), server.ask("GET", other, furnished.reader)]

    assert [answer.code for answer in answers] == ["content_damaged"] * 2
    found = "\n".join(server.faults())
    assert one.name in found
    assert two.name in found


def test_a_vault_that_is_not_there_is_no_empty_vault(server: Server, furnished: Furnished) -> None:
    """Its disk is not mounted: nothing is stored beside it, nothing is called damaged."""
    vault = server.data / "vault"
    away = vault.rename(server.data / "unmounted")
    vault.mkdir()
    answers = [put(server, furnished, b"x"), kept(server, furnished)]
    page = server.ask("GET", f"/api/v1/documents/{furnished.kept}", furnished.reader)
    left = list(vault.iterdir())
    vault.rmdir()
    away.rename(vault)

    assert [answer.code for answer in answers] == ["storage_unhealthy"] * 2
    assert page.status == 200
    assert left == []
    assert entries(server, "document.damaged") == 0
    assert kept(server, furnished).body == KEPT
    assert put(server, furnished, b"x").status == 201
    assert server.faults() == []
