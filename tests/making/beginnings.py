"""What very many tests begin with, made once by the services and then copied in a moment.

Owns one copy in memory of the database of a council just established. It is put back only into an
installation that nobody has used, at the moment it was made at; everything else makes its own.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from server.clock import Instant
from server.database import sqlite_file
from tests.factories import Caller, World

Made = TypeVar("Made")

# Nobody has registered, no registry was loaded, and one log holds the entry of the beginning.
UNUSED = """
    SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM organisation),
           (SELECT sum(size) FROM log)
"""


@dataclass(frozen=True)
class _Kept:
    database: sqlite3.Connection
    made: Any
    count: int


_kept: dict[tuple[str, Instant, Any], _Kept] = {}


def copied(world: World, what: Any, make: Callable[[], Made]) -> Made:
    """What `make` makes in a fresh world, from the copy where there is one."""
    file = sqlite_file(world.parts.settings.database_url)
    if file is None or not _unused(world):
        return make()
    key = (world.parts.database.keyring.installation, world.clock(), what)
    if key not in _kept:
        made = make()
        _kept[key] = _Kept(_copy_of(file), made, world._count)
        return made
    kept = _kept[key]
    with closing(sqlite3.connect(file)) as target:
        target.execute("PRAGMA synchronous = OFF")
        kept.database.backup(target)
    world._count = kept.count
    return _for(world, kept.made)


def _unused(world: World) -> bool:
    with world.parts.database.reading() as tx:
        return tuple(tx.connection.execute(text(UNUSED)).one()) == (0, 1)


def _copy_of(file: Path) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(file)) as source:
        source.backup(memory)
    return memory


def _for(world: World, made: Made) -> Made:
    """The same, its callers calling this world's server."""
    callers = {
        field.name: replace(value, client=world.client)
        for field in fields(made)  # type: ignore[arg-type]
        if isinstance(value := getattr(made, field.name), Caller)
    }
    return replace(made, **callers)  # type: ignore[type-var]
