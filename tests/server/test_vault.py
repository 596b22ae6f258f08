"""The vault: an object is there whole and durable, or it is not there."""

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server import crashpoints
from server.ids import new_id
from server.vault import Damaged, StorageFull, StorageUnhealthy, Vault

NAME = "00000000-0001-7fb4-9102-4de67e182ec7"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


def failing(error: int) -> Callable[..., Any]:
    def fail(*_arguments: object) -> Any:
        raise OSError(error, os.strerror(error))

    return fail


def put(vault: Vault, name: str, content: bytes = b"sealed") -> None:
    writer = vault.create(name)
    writer.write(content)
    writer.finish()


def read(vault: Vault, name: str) -> bytes:
    descriptor, size = vault.open(name)
    try:
        return os.pread(descriptor, size + 1, 0)
    finally:
        os.close(descriptor)


def files(vault: Vault) -> list[str]:
    return [file.name for file, _ in vault.names()]


def test_a_finished_object_is_read_back(vault: Vault) -> None:
    put(vault, NAME, b"a" * 100_000)
    assert read(vault, NAME) == b"a" * 100_000
    assert list(vault.names()) == [(vault.path(NAME), True)]
    assert vault.path(NAME).stat().st_mode & 0o777 == 0o600


def test_an_unfinished_object_cannot_be_opened(vault: Vault) -> None:
    writer = vault.create(NAME)
    writer.write(b"half")
    with pytest.raises(Damaged):
        vault.open(NAME)
    assert [whole for _, whole in vault.names()] == [False]
    writer.abandon()
    assert files(vault) == []
    writer.abandon()


def test_an_object_is_never_overwritten(vault: Vault) -> None:
    put(vault, NAME, b"first")
    writer = vault.create(NAME)
    writer.write(b"second")
    with pytest.raises(FileExistsError):
        writer.finish()
    assert read(vault, NAME) == b"first"
    assert files(vault) == [NAME]


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x", NAME.upper(), f"{NAME}/x"])
def test_only_ids_name_objects(vault: Vault, name: str) -> None:
    for use in (vault.create, vault.open, vault.remove):
        with pytest.raises(ValueError):
            use(name)


def test_a_short_write_is_continued(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system may take fewer bytes than it was given."""
    writer = vault.create(NAME)
    whole = writer.file

    class Sparing:
        closed = False

        def write(self, data: memoryview) -> int:
            return whole.write(data[:7])

        def __getattr__(self, name: str) -> Any:
            return getattr(whole, name)

    writer.file = Sparing()  # type: ignore[assignment]
    writer.write(b"0123456789" * 10)
    writer.finish()
    assert read(vault, NAME) == b"0123456789" * 10


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EIO, StorageUnhealthy),
        (errno.EACCES, StorageUnhealthy),
    ],
)
def test_a_link_that_fails_leaves_nothing(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, error: int, problem: type[Exception]
) -> None:
    writer = vault.create(NAME)
    writer.write(b"sealed")
    monkeypatch.setattr(os, "link", failing(error))
    with pytest.raises(problem):
        writer.finish()
    assert files(vault) == []


def test_a_failed_fsync_is_never_retried(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """After it, the kernel may have dropped the pages: trying again would say what is not so."""
    put(vault, NAME)
    other = new_id(2)
    writer = vault.create(other)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing(errno.EIO))
        with pytest.raises(StorageUnhealthy):
            writer.finish()
    assert files(vault) == [NAME]
    with pytest.raises(StorageUnhealthy):
        vault.create(new_id(3))
    # What is there can still be read; a new start may try again.
    assert read(vault, NAME) == b"sealed"
    Vault(vault.folder).create(new_id(4)).abandon()


@pytest.mark.parametrize(
    ("point", "there"),
    [("vault.synced", False), ("vault.linked", True), ("vault.folder_synced", True)],
)
def test_after_a_crash_an_object_is_whole_or_absent(vault: Vault, point: str, there: bool) -> None:
    class Crash(BaseException):
        pass

    def stop(passed: str) -> None:
        if passed == point:
            raise Crash

    writer = vault.create(NAME)
    writer.write(b"sealed")
    crashpoints.set_hook(stop)
    try:
        with pytest.raises(Crash):
            writer.finish()
    finally:
        crashpoints.set_hook(None)
    writer.file.close()
    again = Vault(vault.folder)
    again.sweep()
    assert files(again) == ([NAME] if there else [])
    if there:
        assert read(again, NAME) == b"sealed"


def test_sweeping_spares_what_is_still_being_written(vault: Vault) -> None:
    being_written, abandoned = vault.create(new_id(1)), vault.create(new_id(2))
    put(vault, NAME)
    abandoned.file.close()
    assert Vault(vault.folder).sweep() == 1
    assert sorted(files(vault)) == sorted([being_written.path.name, NAME])
    being_written.finish()
    assert vault.sweep() == 0


@pytest.mark.parametrize("at", ["opened", "looked at"])
def test_a_sweep_in_the_midst_of_beginning_takes_no_object_away(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Another process starts just then: it sees a file that nobody has locked yet."""
    swept, lock, link = list[int](), fcntl.flock, os.fstat

    def sweep_first(descriptor: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        swept.append(Vault(vault.folder).sweep())
        lock(descriptor, how)

    def sweep_after(descriptor: int) -> os.stat_result:
        monkeypatch.setattr(os, "fstat", link)
        swept.append(Vault(vault.folder).sweep())
        return link(descriptor)

    if at == "opened":
        monkeypatch.setattr(fcntl, "flock", sweep_first)
    else:
        monkeypatch.setattr(os, "fstat", sweep_after)
    put(vault, NAME)

    assert swept == [1 if at == "opened" else 0]
    assert read(vault, NAME) == b"sealed"


def test_a_missing_object_is_damage_and_other_failures_are_the_storage(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Damaged):
        vault.open(NAME)
    put(vault, NAME)
    monkeypatch.setattr(os, "open", failing(errno.EMFILE))
    with pytest.raises(StorageUnhealthy):
        vault.open(NAME)


def test_a_storage_that_is_full_says_so_at_the_beginning(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(vault, NAME)
    monkeypatch.setattr(os, "open", failing(errno.ENOSPC))
    with pytest.raises(StorageFull):
        vault.create(new_id(3))
