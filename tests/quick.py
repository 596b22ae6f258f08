"""What the databases of tests do without, because the test before already paid for it.

Owns two things. Statements are compiled once per test process, as a server compiles each once in
its life: engines of one test leave to those of the next what SQLAlchemy keeps of them. And SQLite
does not wait for the disk, as the tests' PostgreSQL does not: no test of one process survives the
machine. It changes neither what is asked of a database nor what is answered. Servers that tests
start as programs, to be killed or stopped, are not made quick.
"""

from typing import Any

from sqlalchemy import Dialect, Engine, event

from server.database import Database

# By the database's dialect and whether it reads or writes: that is how our engines differ.
_kept: dict[tuple[str, str], tuple[Dialect, dict[Any, Any]]] = {}


def made_quick(database: Database) -> None:
    """Make a database quick, before anything is asked of it."""
    for engine, role in ((database.reader, "reader"), (database.writer, "writer")):
        if database.on_sqlite:
            event.listen(engine, "connect", _without_waiting)
        _share(engine, role)


def _without_waiting(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _share(engine: Engine, role: str) -> None:
    key = (engine.dialect.name, role)
    if key not in _kept:
        engine.connect().close()  # a dialect learns of its database when first connected
        _kept[key] = (engine.dialect, {})
    # What is compiled is known by the very dialect it was compiled for.
    engine.dialect, known = _kept[key]
    engine.update_execution_options(compiled_cache=known)
