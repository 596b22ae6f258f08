"""Crashes and failing storage under the log: before or after, never between.

Each fault happens to a real process or a real file; afterwards fsck must find the log sound.
"""

import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from server.audit import outside, service
from server.audit.models import SYSTEM
from server.audit.recorder import Recorder
from server.database import Database
from server.keyring import FileProvider, Keyring
from tests.conftest import TestClock
from tests.making.audit import Installed, append, copied, draft

RECORDING = """
import sys
from pathlib import Path
from server.audit.models import SYSTEM
from server.audit.recorder import Recorder
from server.audit.service import Draft
from server.clock import system_clock
from server.database import Database
from server.keyring import FileProvider, Keyring

url, key_file = sys.argv[1:]
recorder = Recorder(Database(url, system_clock, Keyring(FileProvider(Path(key_file)))))
for each in range(1_000_000):
    entry = Draft(kind="test.note", object=f"test/{each}", outcome="allowed")
    print(recorder.record(SYSTEM, entry), flush=True)
"""
KEEPING = """
import os, signal, sys
from pathlib import Path
from server import crashpoints
from server.audit import outside
from server.audit.recorder import Recorder
from server.audit.tally import Tally
from server.clock import system_clock
from server.database import Database
from server.keyring import FileProvider, Keyring

url, key_file, copies, point = sys.argv[1:]

def die(name):
    if name == point:
        os.kill(os.getpid(), signal.SIGKILL)

crashpoints.set_hook(die)
database = Database(url, system_clock, Keyring(FileProvider(Path(key_file))))
outside.keep(database, Tally(Recorder(database), system_clock), Path(copies))
"""


@pytest.fixture
def made(template: Path, tmp_path: Path, clock: TestClock) -> Iterator[Installed]:
    with copied(template, tmp_path / "made", clock) as made:
        yield made


def start(made: Installed, program: str, *more: str) -> "subprocess.Popen[str]":
    key_file = str(made.folder / "keys" / "root.key")
    return subprocess.Popen(
        [sys.executable, "-c", program, made.database.url, key_file, *more],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("answers", [1, 7, 40])
def test_what_was_answered_before_a_kill_is_in_the_log(answers: int, made: Installed) -> None:
    """F1: SIGKILL in the middle of recording; every number that was told is there."""
    process = start(made, RECORDING)
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(answers)]
    process.send_signal(signal.SIGKILL)
    rest = process.communicate(timeout=60)[0].split("\n")
    # The last line may be cut; what was told whole was told.
    told += [int(line) for line in rest[:-1]]

    kept = {row.seq for row in made.raw("SELECT seq FROM entry")}

    assert set(told) <= kept
    report = made.check()
    assert report.sound, list(report.lines())


@pytest.mark.parametrize("point", ["outside.synced", "outside.renamed"])
def test_a_kill_while_the_copy_is_written_leaves_the_old_or_the_new_one(
    point: str, made: Installed
) -> None:
    """F2: at each named step."""
    made.keep()
    before = outside.read(made.copies)
    append(made.database, 2)
    after = made.raw("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")[0].note

    process = start(made, KEEPING, str(made.copies), point)

    assert process.wait(timeout=60) == -signal.SIGKILL
    process.communicate()
    [copy] = outside.read(made.copies).values()
    assert copy == (before[SYSTEM] if point == "outside.synced" else after)
    made.keep()
    assert outside.read(made.copies) == {SYSTEM: after}
    assert made.check().sound


def test_no_room_for_the_copy_keeps_the_old_one_and_room_lets_it_go_on(made: Installed) -> None:
    """F4: the file system refuses any longer file, as a full one would."""
    made.keep()
    before = outside.read(made.copies)
    append(made.database, 2)
    note = made.raw("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")[0].note
    # Python ignores SIGXFSZ, so the limit shows as EFBIG; it holds for SQLite as well, hence the
    # writing alone under it.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            outside._write(made.copies, SYSTEM, note)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert outside.read(made.copies) == before
    made.keep()
    assert made.check().sound


def test_a_paused_process_neither_forks_the_log_nor_loses_its_place(
    made: Installed, clock: TestClock
) -> None:
    """F9: SIGSTOP one of two writers, write with the other, let it go on."""
    process = start(made, RECORDING)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGSTOP)
    other = Database(
        made.database.url, clock, Keyring(FileProvider(made.folder / "keys" / "root.key"))
    )
    mine = []
    try:
        recorder = Recorder(other)
        # Stopped in the middle of its commit, it holds the lock: then we are refused, not hung.
        with suppress(OperationalError, sqlite3.OperationalError):
            mine.extend(recorder.record(SYSTEM, draft(n)) for n in range(5))
        process.send_signal(signal.SIGCONT)
        for _ in range(5):
            process.stdout.readline()
    finally:
        process.kill()
        process.communicate()
        other.dispose()

    assert mine == sorted(set(mine))
    report = made.check()
    assert report.sound, list(report.lines())


def test_an_unfinished_change_leaves_nothing(made: Installed) -> None:
    """REL-4: rows and entries of a transaction that raised are not there, and the next one is."""

    def stumbles() -> None:
        with made.database.changing() as tx:
            service.append(tx, SYSTEM, draft())
            raise OSError("midway")

    with pytest.raises(OSError, match="midway"):
        stumbles()

    assert made.raw("SELECT count(*) FROM entry")[0][0] == 1
    assert Recorder(made.database).record(SYSTEM, draft()) == 1
    assert made.check().sound
