"""What was committed is on the disk before anybody is told so.

Killed processes (test_kills.py, ../server/test_starting.py) cannot show it: what they wrote stays
with the operating system. A machine that loses its power is not to be had in a test, so that the
database's own promise is asked for. The tests' databases do without it (../quick.py).
"""

from pathlib import Path
from typing import Any

from server import settings
from server.access.parts import Parts
from server.app import build_parts
from server.database import Database
from tests.conftest import TestClock

OFF, FULL = 0, 2  # https://sqlite.org/pragma.html#pragma_synchronous


def synchronous(database: Database) -> list[Any]:
    """What SQLite promises to who reads, and to who writes."""
    with database.reading() as reading, database.changing() as changing:
        asked = [tx.connection.exec_driver_sql("PRAGMA synchronous") for tx in (reading, changing)]
        return [each.scalar_one() for each in asked]


def test_the_server_answers_when_the_disk_has_what_was_committed(
    data: Path, clock: TestClock
) -> None:
    parts = build_parts(settings.read({}, data=str(data)), clock)

    assert synchronous(parts.database) == [FULL, FULL]
    parts.database.dispose()


def test_only_the_databases_of_tests_do_not_wait(parts: Parts) -> None:
    assert synchronous(parts.database) == [OFF, OFF]
