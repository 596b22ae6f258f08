"""F3: the disk fails (EIO) while content is written, named, opened or read; injected by strace.

In the middle of an upload, so that its own file is known: nothing else of the server fails. What
was not acknowledged is not there, what was is still served, and the answer says what to do.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.conftest import KEPT, Furnished
from tests.faults.running import FAILURES, Server, until
from tests.faults.test_clients import connected, head, said, versions
from tests.faults.test_storage import entries, failing, injected, kept, objects, put

CONTENT = bytes(range(256)) * 4096 * 4  # 4 MiB: written in several batches
UNFINISHED = ".tmp-"


@contextmanager
def half_sent(server: Server, furnished: Furnished) -> Iterator[tuple[socket.socket, Path]]:
    """An upload of which half has come: its connection, and the file it is written to."""
    with connected(server) as line:
        begin = head(furnished, len(CONTENT), "Connection: close")
        line.sendall(begin + CONTENT[: len(CONTENT) // 2])
        vault = server.data / "vault"
        until(lambda: list(vault.glob(f"*/{UNFINISHED}*")), "nothing was begun")
        [file] = vault.glob(f"*/{UNFINISHED}*")
        yield line, file


def finished(line: socket.socket) -> bytes:
    """Send the other half; the whole answer."""
    with suppress(ConnectionError):
        line.sendall(CONTENT[len(CONTENT) // 2 :])
    return said(line)


# Which call fails, on which of the two: the file itself, or the folder that holds its name.
STEPS = {
    "written": ("write", "file"),
    "synced": ("fsync", "file"),
    "named": ("link,linkat", "file"),
    "forgotten under its temporary name": ("unlink,unlinkat", "file"),
    "its folder opened": ("openat", "folder"),
    "its folder synced": ("fsync", "folder"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_fails_while_content_is_stored_stores_nothing(
    step: str, server: Server, furnished: Furnished
) -> None:
    """The next upload is stored, unless an fsync failed: after that, nothing until a restart."""
    call, which = STEPS[step]
    before = objects(server)
    with half_sent(server, furnished) as (line, file):
        path = file if which == "file" else file.parent
        with failing(server, f"{call}:error=EIO", only=path) as told:
            answer = finished(line)
            assert injected(told)

    assert b" 503 " in answer.partition(b"\r\n")[0], answer
    assert b"storage_unhealthy" in answer
    assert "管理者に連絡".encode() in answer
    assert b"doctor" in answer
    assert versions(server, furnished) == 0
    assert kept(server, furnished).body == KEPT
    again = put(server, furnished, b"x" * 100_000)
    assert (again.status == 503) == (call == "fsync"), again.body
    assert ("run fsck --deep" in server.log.read_text("utf-8")) == (call == "fsync")

    server.kill()
    server.start()
    assert put(server, furnished, b"x" * 100_000).status == 201
    assert len(objects(server)) == len(before) + 1 + (again.status == 201)
    assert server.faults() == []


def test_where_nothing_opens_any_more_nothing_is_stored_or_called_damaged(
    server: Server, furnished: Furnished
) -> None:
    before = objects(server)
    with failing(server, "openat:error=EIO", only=before[0]) as told:
        read = kept(server, furnished)
        assert injected(told)
    with failing(server, "openat:error=EIO") as told:
        stored = put(server, furnished, b"x" * 100_000)
        assert injected(told)

    assert (read.status, read.code) == (503, "storage_unhealthy")
    assert (stored.status, stored.code) in (
        (503, "storage_unhealthy"),
        (503, "database_unavailable"),  # it, too, opens files
    )
    assert objects(server) == before
    assert entries(server, "document.damaged") == 0
    assert kept(server, furnished).body == KEPT
    assert put(server, furnished, b"x" * 100_000).status == 201
    assert server.faults() == []


def test_what_cannot_be_read_breaks_off_and_is_told_of_the_disk_not_of_the_content(
    server: Server, furnished: Furnished
) -> None:
    """The bytes may be all right: nobody is alarmed of damage, the disk is named."""
    [path] = objects(server)
    with failing(server, "pread64:error=EIO", only=path) as told:
        answer = kept(server, furnished)
        assert injected(told)
    # The first piece is read in a thread of its own, the others in the loop's.
    with failing(server, "pread64:error=EIO", only=path, first_thread=True) as told:
        with pytest.raises(FAILURES):
            kept(server, furnished)
        assert injected(told)

    assert (answer.status, answer.code) == (503, "storage_unhealthy")
    assert entries(server, "document.damaged") == 0
    assert kept(server, furnished).body == KEPT
    assert server.faults() == []


def test_fsck_names_what_the_disk_does_not_give(server: Server, furnished: Furnished) -> None:
    """It says that it cannot be read, which is not the same as damaged, and checks the rest."""
    [path] = objects(server)
    server.kill()
    fails = ["strace", "-f", "-o", "/dev/null", "-P", str(path), "-e", "inject=pread64:error=EIO"]
    checks = [sys.executable, "-m", "server", "fsck", "--data", str(server.data), "--deep"]
    checked = subprocess.run([*fails, *checks], capture_output=True, text=True, timeout=60)

    assert checked.returncode == 1, checked.stderr
    assert f"version {furnished.version}: cannot be read" in checked.stdout
    assert "damaged" not in checked.stdout
