"""Sealed bytes on disk: immutable objects, named by their part's id (trust.md ENC-6).

Owns the folder. An object appears whole or not at all: temporary name, write, fsync, link (which
fails if the name exists), fsync of the folder. Never sees plaintext or keys. A failed fsync is
never retried and ignored: the vault then refuses to store until the process starts anew.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.crashpoints import crashpoint
from server.ids import Id, is_id
from server.problems import Busy, Problem

TEMPORARY = ".tmp-"


class StorageFull(Problem):
    status, code = 507, "storage_full"
    ja = "保存領域が足りません。何も保存されていません。管理者に連絡してください。"
    en = "There is no room left to store this. Nothing was stored; tell the operator."


class Damaged(Problem):
    status, code = 500, "content_damaged"
    ja = "保存された内容が壊れているか、すり替えられています。送信を中止しました。"
    en = "The stored content is damaged or was replaced. Sending was stopped."


class StorageUnhealthy(Busy):
    code = "storage_unhealthy"
    ja = "保存装置に障害が起きています。管理者に連絡してください（doctor）。"
    en = "The storage has failed. Tell the operator (doctor)."


@dataclass(slots=True, eq=False)
class Writer:
    """One object being written under a temporary name. `finish` or `abandon` ends it.

    Its lock on the file says, also to other processes, that somebody is still writing.
    """

    vault: "Vault"
    name: Id
    path: Path
    file: BinaryIO

    def write(self, sealed: bytes | memoryview) -> None:
        """Append sealed bytes, all of them. Raises StorageFull, StorageUnhealthy."""
        rest = memoryview(sealed)
        try:
            while rest:
                rest = rest[self.file.write(rest) :]
        except OSError as error:
            self.abandon()
            raise _problem(error) from error

    def finish(self) -> None:
        """Make the object appear, durably. Raises StorageFull, StorageUnhealthy.

        Whatever it raises, there is then no object of this name.
        """
        try:
            self.vault.sync(self.file.fileno())
            crashpoint("vault.synced")
            os.link(self.path, self.vault.path(self.name))
        except FileExistsError:
            self.abandon()
            raise
        except (OSError, Problem) as error:
            self.abandon()
            raise _problem(error) from error
        crashpoint("vault.linked")
        self.abandon()
        try:
            self.vault.sync_folder(self.vault.path(self.name).parent)
        except (OSError, Problem) as error:
            self.vault.remove(self.name)
            raise _problem(error) from error
        crashpoint("vault.folder_synced")

    def abandon(self) -> None:
        """Forget the temporary name; what was not finished is gone (ENC-7)."""
        self.path.unlink(missing_ok=True)
        self.file.close()


class Vault:
    """The folder of sealed objects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.healthy = True
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, name: Id) -> Path:
        """Where an object lies: in one of 256 folders by the random end of its id."""
        if not is_id(name):
            raise ValueError("an object is named by an id")
        return self.folder / name[-2:] / name

    def create(self, name: Id) -> Writer:
        """Begin a new object. Raises StorageUnhealthy after a failed fsync, StorageFull."""
        if not self.healthy:
            raise StorageUnhealthy
        target = self.path(name)
        try:
            self._make_folder(target.parent)
            temporary = target.with_name(TEMPORARY + target.name)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _problem(error) from error
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return Writer(self, name, temporary, os.fdopen(descriptor, "wb", buffering=0))

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            self.sync_folder(self.folder)

    def open(self, name: Id) -> tuple[int, int]:
        """A descriptor and the size of an object; the caller closes it. Raises Damaged if gone,
        StorageUnhealthy when it cannot be opened.
        """
        try:
            descriptor = os.open(self.path(name), os.O_RDONLY)
        except FileNotFoundError as error:
            raise Damaged("the object is missing") from error
        except OSError as error:
            raise _problem(error) from error
        return descriptor, os.fstat(descriptor).st_size

    def remove(self, name: Id) -> None:
        """Take away a finished object that no row will ever name. There is no other removal."""
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[Path, bool]]:
        """Every file below the vault, and whether it is a finished object in its place."""
        for file in sorted(self.folder.glob("**/*")):
            if not file.is_dir():
                yield file, is_id(file.name) and file == self.path(file.name)

    def sweep(self) -> int:
        """Remove temporary files that nobody is writing any more; how many. For start-up."""
        swept = 0
        for file in self.folder.glob(f"*/{TEMPORARY}*"):
            swept += _sweep(file)
        return swept

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def sync(self, descriptor: int) -> None:
        """fsync; a failure marks the storage unhealthy (a retried fsync may lie)."""
        try:
            os.fsync(descriptor)
        except OSError as error:
            self.healthy = False
            raise StorageUnhealthy(error.strerror) from error


def _sweep(file: Path) -> bool:
    """Remove one temporary file unless its writer still holds the lock on it."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _problem(error: OSError | Problem) -> Problem:
    if isinstance(error, Problem):
        return error
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StorageFull() if full else StorageUnhealthy(error.strerror)
