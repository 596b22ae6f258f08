"""Sealed bytes on disk: immutable objects, named by their part's id (ENC-6).

Owns the folder. An object appears whole or not at all: temporary name, write, fsync, link (which
fails if the name exists), fsync of the folder. Never sees plaintext or keys. A failed fsync is
never retried and ignored: the vault then refuses to store until the process starts anew.
"""

import errno
import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.crashpoints import crashpoint
from server.ids import Id, is_id
from server.problems import Busy, Problem

TEMPORARY = ".tmp-"

_log = logging.getLogger("kyogikai.vault")


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

    def finish(self, *, held: bool = False) -> None:
        """Make the object appear, durably. Raises StorageFull, StorageUnhealthy.

        Whatever it raises, there is then no object of this name. `held` keeps the lock until
        `abandon`: a row is still to name the object, and no sweep may take it for a stray.
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
        try:
            self.path.unlink(missing_ok=True)
            self.vault.sync_folder(self.vault.path(self.name).parent)
        except (OSError, Problem) as error:
            self.vault.remove(self.name)
            self.abandon()
            raise _problem(error) from error
        crashpoint("vault.folder_synced")
        if not held:
            self.abandon()

    def abandon(self) -> None:
        """Forget the temporary name; what was not finished is gone (ENC-7)."""
        with suppress(OSError):  # on a failing disk it is left to the next start's sweep
            self.path.unlink(missing_ok=True)
        self.file.close()


class Vault:
    """The folder of sealed objects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.healthy = True
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._place = _place(folder)

    def path(self, name: Id) -> Path:
        """Where an object lies: in one of 256 folders by the random end of its id."""
        if not is_id(name):
            raise ValueError("an object is named by an id")
        return self.folder / name[-2:] / name

    def create(self, name: Id) -> Writer:
        """Begin a new object. Raises StorageUnhealthy after a failed fsync, StorageFull."""
        if not self.healthy:
            raise StorageUnhealthy
        self.reach()
        target = self.path(name)
        try:
            self._make_folder(target.parent)
            temporary = target.with_name(TEMPORARY + target.name)
            descriptor = _locked(temporary)
        except OSError as error:
            raise _problem(error) from error
        return Writer(self, name, temporary, os.fdopen(descriptor, "wb", buffering=0))

    def reach(self) -> None:
        """Raises StorageUnhealthy when the folder is not the one it was: its disk is not mounted.

        What was stored would then seem to be gone, and what is stored now would be, later.
        """
        try:
            found = _place(self.folder)
        except OSError as error:
            raise _problem(error) from error
        if found != self._place:
            raise StorageUnhealthy("another folder stands where the vault was: is it mounted?")

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            try:
                self.sync_folder(self.folder)
            except (OSError, Problem):
                # Else it would be there for the next object, its own name never made durable.
                with suppress(OSError):
                    folder.rmdir()
                raise

    def open(self, name: Id) -> tuple[int, int]:
        """A descriptor and the size of an object; the caller closes it. Raises Damaged if gone,
        StorageUnhealthy when it cannot be opened.
        """
        try:
            descriptor = os.open(self.path(name), os.O_RDONLY)
        except FileNotFoundError as error:
            self.reach()
            raise Damaged("the object is missing") from error
        except OSError as error:
            raise _problem(error) from error
        return descriptor, os.fstat(descriptor).st_size

    def remove(self, name: Id) -> None:
        """Take away a finished object that no row will ever name."""
        with suppress(OSError):  # on a failing disk it is left to the next start's sweep
            self.path(name).unlink(missing_ok=True)

    def destroy(self, name: Id) -> None:
        """Take away an object whose destruction is on record, durably. Again does no harm.

        There is no removal besides these two. Raises StorageUnhealthy.
        """
        path = self.path(name)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                self.sync_folder(path.parent)
        except OSError as error:
            raise _problem(error) from error

    def names(self) -> Iterator[tuple[Path, bool]]:
        """Every file below the vault, and whether it is a finished object in its place."""
        for file in sorted(self.folder.glob("**/*")):
            if not file.is_dir():
                yield file, is_id(file.name) and file == self.path(file.name)

    def sweep(self, is_named: Callable[[Id], bool] = lambda _: True) -> int:
        """Remove what a crash left behind; how many files. For start-up.

        That is a temporary file that nobody is writing any more, and an object that no row names,
        whose writer ended before it could.
        """
        swept = 0
        for file, is_object in self.names():
            if is_object:
                swept += _sweep(file, lambda name=file.name: not is_named(name))  # type: ignore[misc]
            elif file.name.startswith(TEMPORARY):
                swept += _sweep(file, lambda: True)
        return swept

    def is_held(self, file: Path) -> bool:
        """Whether somebody, in whichever process, is writing this file or about to name it."""
        return _unlocked(file, lambda: False) is None

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
            _log.critical(
                "vault: fsync failed (%s): nothing is stored until the server starts anew; "
                "look at the disk, then run fsck --deep",
                error.strerror,
            )
            raise StorageUnhealthy(error.strerror) from error


def read_at(descriptor: int, offset: int, length: int) -> bytes:
    """Sealed bytes of an object, at most `length`. Raises StorageUnhealthy when the disk fails."""
    try:
        return os.pread(descriptor, length, offset)
    except OSError as error:
        raise _problem(error) from error


def _locked(temporary: Path) -> int:
    """A new file with the writer's lock on it. Where the sweep of another process that starts came
    between the two, it has taken the file for one left behind: then it is made again.
    """
    while True:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # a sweep holds it for a moment only
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)


def _sweep(file: Path, is_left: Callable[[], bool]) -> bool:
    """Remove one file unless its writer still holds the lock on it, or it is not left behind.

    Whether it is, is asked under the lock: a writer lets go only after its row was committed.
    """

    def take() -> bool:
        left = is_left()
        if left:
            file.unlink(missing_ok=True)
        return left

    return bool(_unlocked(file, take))


def _unlocked(file: Path, ask: Callable[[], bool]) -> bool | None:
    """What is asked of a file, with the lock on it; None where somebody else holds the lock."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return ask()
    except BlockingIOError:
        return None
    finally:
        os.close(descriptor)


def _place(folder: Path) -> tuple[int, int]:
    found = folder.stat()
    return found.st_dev, found.st_ino


def _problem(error: OSError | Problem) -> Problem:
    if isinstance(error, Problem):
        return error
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return StorageFull() if full else StorageUnhealthy(error.strerror)
