"""What very many tests begin with, made once by the services and then copied in a moment.

Owns one copy of the database for each such beginning: in memory of SQLite's, beside the tests' own
of PostgreSQL's. It is put back only into an installation that nobody has used, at the moment it was
made at; everything else makes its own.
"""

import itertools
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.engine import make_url

from server.clock import Instant
from server.database import Database, sqlite_file
from tests.factories import Caller, World

Made = TypeVar("Made")
Restore = Callable[[str], None]  # takes the address of the database to be like the copy

# Nobody has registered, no registry was loaded, and one log holds the entry of the beginning.
UNUSED = """
    SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM organisation),
           (SELECT sum(size) FROM log)
"""
COPY = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"


@dataclass(frozen=True)
class _Kept:
    restore: Restore
    made: Any
    count: int


_kept: dict[tuple[str, Instant, Any], _Kept] = {}
_numbers = itertools.count()


def copied(world: World, what: Any, make: Callable[[], Made]) -> Made:
    """What `make` makes in a fresh world, from the copy where there is one."""
    if not _unused(world):
        return make()
    database = world.parts.database
    key = (database.keyring.installation, world.clock(), what)
    if key not in _kept:
        made = make()
        _leave(database)
        _kept[key] = _Kept(_copy_of(database.url), made, world._count)
        return made
    kept = _kept[key]
    _leave(database)
    kept.restore(database.url)
    world._count = kept.count
    restored: Made = _for(world, kept.made)
    return restored


def _unused(world: World) -> bool:
    with world.parts.database.reading() as tx:
        return tuple(tx.connection.execute(text(UNUSED)).one()) == (0, 1)


def _leave(database: Database) -> None:
    """PostgreSQL neither copies nor drops a database that anybody is connected to."""
    if not database.on_sqlite:
        database.dispose()


def _copy_of(url: str) -> Restore:
    file = sqlite_file(url)
    return _copy_in_memory(file) if file else _copy_beside(url)


def _copy_in_memory(file: Path) -> Restore:
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(file)) as source:
        source.backup(memory)

    def restore(url: str) -> None:
        with closing(sqlite3.connect(str(sqlite_file(url)))) as target:
            target.execute("PRAGMA synchronous = OFF")
            memory.backup(target)

    return restore


def _copy_beside(url: str) -> Restore:
    copy = sql.Identifier(f"beginning_{next(_numbers)}")
    _on_server_of(url, sql.SQL(COPY).format(copy, _name_in(url)))

    def restore(url: str) -> None:
        drop = sql.SQL("DROP DATABASE {}").format(_name_in(url))
        _on_server_of(url, drop, sql.SQL(COPY).format(_name_in(url), copy))

    return restore


def _name_in(url: str) -> sql.Identifier:
    return sql.Identifier(str(make_url(url).database))


def _on_server_of(url: str, *statements: sql.Composed) -> None:
    at = make_url(url)
    address = {"host": str(at.query["host"]), "user": at.username, "dbname": "postgres"}
    with psycopg.connect(**address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _for(world: World, made: Any) -> Any:
    """The same, its callers calling this world's server."""
    if isinstance(made, Caller):
        return replace(made, client=world.client)
    if isinstance(made, Mapping):
        return {name: _for(world, value) for name, value in made.items()}
    if isinstance(made, tuple):
        return tuple(_for(world, value) for value in made)
    if is_dataclass(made) and not isinstance(made, type):
        return replace(made, **{f.name: _for(world, getattr(made, f.name)) for f in fields(made)})
    return made
