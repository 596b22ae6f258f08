"""What tests of the log need: entries, a row in every table of evidence, raw changes to bytes."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Integer, LargeBinary, Table, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from server import fsck, settings
from server.audit import checkpoints, facts, outside, service
from server.audit.models import SYSTEM, Evidence
from server.audit.recorder import Recorder
from server.audit.service import Draft
from server.audit.tally import Tally
from server.clock import Clock
from server.database import Database
from server.keyring import FileProvider, Keyring
from server.settings import Settings

Value = int | str | bytes | None


@dataclass(frozen=True)
class Installed:
    """An installation's database and the copies outside it, without an application around."""

    folder: Path
    database: Database
    clock: Clock

    @property
    def copies(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def file(self) -> Path:
        return self.folder / "kyogikai.db"

    def keep(self) -> list[str]:
        tally = Tally(Recorder(self.database), self.clock)
        return outside.keep(self.database, tally, self.copies)

    def check(self, **more: Any) -> fsck.Report:
        return fsck.check(self.database, self.copies, **more)

    def raw(self, statement: str, **values: Value) -> list[Any]:
        """What somebody with the database in their hands does: no foreign keys, no rule of ours."""
        with self.without_foreign_keys() as connection:
            result = connection.execute(text(statement), values)
            found = list(result) if result.returns_rows else []
            connection.commit()
            return found

    @contextmanager
    def without_foreign_keys(self) -> Iterator[Any]:
        """A writing connection whose foreign keys are off (SQLite: the one there is, for good)."""
        with self.database.writer.connect() as connection:
            if self.database.on_sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection


def installed(folder: Path, clock: Clock) -> Installed:
    """Open the installation in `folder`."""
    return opened(settings.read({}, data=str(folder)), clock)


def opened(chosen: Settings, clock: Clock) -> Installed:
    """Open the installation of these settings, with engines of its own."""
    keyring = Keyring(FileProvider(chosen.key_file))
    return Installed(chosen.data, Database(chosen.database_url, clock, keyring), clock)


@contextmanager
def copied(source: Path, to: Path, clock: Clock) -> Iterator[Installed]:
    """A copy of an installation to be spoilt."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(source, to)
    copy = installed(to, clock)
    try:
        yield copy
    finally:
        copy.database.dispose()


def draft(number: int = 0, **more: Any) -> Draft:
    """A draft that can be told from others by its object."""
    return Draft(kind="test.note", object=f"test/{number}", outcome="done", **more)


def append(database: Database, count: int, log_id: str = SYSTEM) -> None:
    """Entries in one transaction, signed."""
    with database.changing() as tx:
        service.write(tx, log_id, [draft(number) for number in range(count)])
        checkpoints.sign(tx, log_id)


def enter_everywhere(made: Installed) -> None:
    """A made-up row in every table of evidence, all columns filled, one entry for each."""
    with made.without_foreign_keys():
        pass
    for model in evidence_models():
        with made.database.changing() as tx:
            values = {c.name: made_up(c.type, c.name) for c in table_of(model).columns}
            for own in ("id", "recorded_at", "log_id", "log_seq"):
                del values[own]
            facts.enter(tx, SYSTEM, model(**values))
            service.append(tx, SYSTEM, draft())
            checkpoints.sign(tx, SYSTEM)


def evidence_models() -> list[type[Evidence]]:
    """The model of every table of evidence of every domain."""
    classes = (mapper.class_ for mapper in SQLModel._sa_registry.mappers)
    found = [each for each in classes if issubclass(each, Evidence)]
    return sorted(found, key=lambda model: table_of(model).name)


def table_of(model: type[SQLModel]) -> Table:
    """A model's table."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def made_up(kind: Any, name: str) -> Any:
    """A value a column of this type can hold."""
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return 1_790_000_000_123
    if isinstance(kind, LargeBinary):
        return name.encode() * 3
    return f"仮の値 {name}"


def flip(made: Installed, table: Table, column: str, *, where: str = "1 = 1") -> None:
    """Flip one random bit of one column of one random row of those with a value, by plain SQL."""
    key = [each.name for each in table.primary_key.columns]
    query = f"SELECT {', '.join(key)}, {column} FROM {table.name} WHERE {where}"  # noqa: S608
    rows = [row for row in made.raw(query) if row[-1] is not None]
    assert rows, f"no row of {table.name} has a value in {column}"
    for _ in range(50):
        row = random.choice(rows)
        same = " AND ".join(f"{name} = :key_{name}" for name in key)
        places = {f"key_{name}": value for name, value in zip(key, row, strict=False)}
        # SQLite's own way to write bytes that are no UTF-8 into a column of text.
        value = "CAST(:value AS TEXT)" if isinstance(row[-1], str) else ":value"
        changed = flipped(row[-1])
        statement = f"UPDATE {table.name} SET {column} = {value} WHERE {same}"  # noqa: S608
        try:
            made.raw(statement, value=changed, **places)
        except IntegrityError:
            continue  # another row has this key
        return
    raise AssertionError(f"every flip of {table.name}.{column} met another row")


def flipped(value: int | str | bytes) -> int | bytes:
    """The value with one random bit changed; text as the bytes it then is."""
    if isinstance(value, int):
        return value ^ 1 << random.randrange(40)
    content = bytearray(value.encode() if isinstance(value, str) else value)
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return bytes(content)
