"""Several connections, several processes, one log: numbered without gaps, signed without forks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.audit import checkpoints, service
from server.audit.models import SYSTEM
from server.database import Database
from server.settings import Settings
from tests.conftest import TestClock
from tests.making.audit import Installed, draft, opened

EACH = 40
APPENDING = """
import json, sys
from server.audit import checkpoints, service
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.clock import system_clock
from server.database import Database
from server.keyring import FileProvider, Keyring
from pathlib import Path

url, key_file, name, count = sys.argv[1:]
database = Database(url, system_clock, Keyring(FileProvider(Path(key_file))))
numbers = []
for each in range(int(count)):
    with database.changing() as tx:
        entry = Draft(kind="test.note", object=f"{name}/{each}", outcome="done")
        numbers.append(service.append(tx, SYSTEM, entry))
        checkpoints.sign(tx, SYSTEM)
database.dispose()
print(json.dumps(numbers))
"""


pytestmark = pytest.mark.on_both_databases


@pytest.fixture
def made(chosen: Settings, clock: TestClock) -> Iterator[Installed]:
    """One installation on the store of the test."""
    made = opened(chosen, clock)
    yield made
    made.database.dispose()


@pytest.fixture
def other(chosen: Settings, clock: TestClock) -> Iterator[Installed]:
    """The same installation with engines of its own, as another process has."""
    other = opened(chosen, clock)
    yield other
    other.database.dispose()


def objects(made: Installed) -> list[str]:
    return [row.object for row in made.raw("SELECT object FROM entry ORDER BY seq")]


def test_two_engines_in_one_process_never_fork_a_log(made: Installed, other: Installed) -> None:
    """Two `Database` objects share no lock of ours: only the store's own."""

    def write(database: Database, name: str) -> list[tuple[int, str]]:
        written = []
        for each in range(EACH):
            with database.changing() as tx:
                entry = service.Draft(kind="test.note", object=f"{name}/{each}", outcome="done")
                written.append((service.append(tx, SYSTEM, entry), entry.object))
                checkpoints.sign(tx, SYSTEM)
        return written

    with ThreadPoolExecutor(4) as pool:
        futures = [
            pool.submit(write, database, f"{number}")
            for number, database in enumerate((made.database, other.database) * 2)
        ]
        numbered = dict(pair for each in futures for pair in each.result(120))

    assert sorted(numbered) == list(range(1, 4 * EACH + 1))
    assert [numbered[seq] for seq in sorted(numbered)] == objects(made)[1:]
    assert made.check().sound


def test_two_processes_never_fork_a_log(made: Installed) -> None:
    """F9 and LOG-T6: each numbers and signs on its own; one history comes of it."""
    key_file = made.folder / "keys" / "root.key"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDING, made.database.url, str(key_file), name, str(EACH)],
            stdout=subprocess.PIPE,
        )
        for name in ("one", "two")
    ]
    numbers = [json.loads(each.communicate(timeout=120)[0]) for each in processes]

    assert [each.returncode for each in processes] == [0, 0]
    assert sorted(numbers[0] + numbers[1]) == list(range(1, 2 * EACH + 1))
    written = objects(made)
    for name, mine in zip(("one", "two"), numbers, strict=True):
        assert [written[seq] for seq in mine] == [f"{name}/{each}" for each in range(EACH)]
    report = made.check()
    assert report.sound, list(report.lines())
    assert report.counted["checkpoints"] == 2 * EACH


def test_two_processes_keep_one_copy_outside(made: Installed, other: Installed) -> None:
    """Both may serve one database: neither takes the other's progress for a rollback."""

    def work(one: Installed) -> None:
        for _ in range(15):
            with one.database.changing() as tx:
                service.append(tx, SYSTEM, draft())
            one.keep()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(work, one) for one in (made, other)]:
            each.result(120)

    assert made.keep() == []
    report = made.check()
    assert report.sound, list(report.lines())


def test_a_clock_that_goes_backwards_does_not_take_the_log_with_it(
    made: Installed, clock: TestClock
) -> None:
    """F14: an entry is never older than the one before."""
    for step in (1000, -3_600_000, 500):
        clock.advance(step)
        with made.database.changing() as tx:
            service.append(tx, SYSTEM, draft())

    times = [row.time for row in made.raw("SELECT time FROM entry ORDER BY seq")]
    assert times == sorted(times)
    assert made.check().sound
