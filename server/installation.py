"""Making an installation and finding it again: folders, key file, schema, first row, first log.

Owns what must agree before anything starts: database, key file, origin. Never overwrites either.
"""

import os
from pathlib import Path

from sqlalchemy import inspect
from sqlmodel import Session, select

from server import migrating
from server.access.models import Installation
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.clock import Clock, system_clock
from server.database import Database, Tx, sqlite_file
from server.ids import new_id
from server.keyring import FileProvider, KeyProblem, Keyring, create_file
from server.keys import service as keys
from server.keys.models import INSTALLATION
from server.settings import SettingError, Settings

ROW = "installation"


def prepare(settings: Settings, clock: Clock = system_clock) -> bool:
    """Make the installation if there is none, else check that its parts belong together.

    True when it was made now. Raises KeyProblem, SettingError with what to do.
    """
    os.umask(0o077)
    _folder(settings.data)
    is_new = not _has_database(settings)
    if is_new and not settings.key_file.exists():
        create_file(settings.key_file, new_id(clock()))
    database = Database(settings.database_url, clock, Keyring(FileProvider(settings.key_file)))
    try:
        migrating.upgrade(database)
        with database.changing() as tx:
            migrating.alone(tx.connection)
            made = _first_rows(tx, settings)
        with database.reading() as tx:
            _check(tx, settings)
    finally:
        database.dispose()
    return made


def _folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"the data folder {path} cannot be made: {error.strerror}") from error


def _has_database(settings: Settings) -> bool:
    file = sqlite_file(settings.database_url)
    if file is not None:
        return file.exists()
    from sqlalchemy import create_engine

    engine = create_engine(settings.database_url)
    try:
        return inspect(engine).has_table(Installation.__tablename__)
    finally:
        engine.dispose()


def _first_rows(tx: Tx, settings: Settings) -> bool:
    if tx.session.get(Installation, ROW) is not None:
        return False
    row = Installation(
        id=ROW,
        installation=tx.keyring.installation,
        origin=settings.origin,
        created_at=tx.now,
    )
    tx.session.add(row)
    tx.flush()
    audit.create(tx, SYSTEM, f"{settings.origin_host}/{SYSTEM}")
    keys.create(tx, INSTALLATION)
    body = {"origin": settings.origin, "installation": tx.keyring.installation}
    audit.append(tx, SYSTEM, Draft(kind="installation.init", object=ROW, outcome="done", body=body))
    return True


def _check(tx: Tx, settings: Settings) -> None:
    row = Session(tx.connection).exec(select(Installation)).one()
    if row.installation != tx.keyring.installation:
        raise KeyProblem(
            f"the key file {settings.key_file} belongs to installation {tx.keyring.installation}, "
            f"this database to {row.installation}. Put back the key file of this database"
        )
    if row.origin != settings.origin:
        raise SettingError(
            f"this installation was made as {row.origin}; its logs carry that name for ever. Start "
            f"it with KYOGIKAI_ORIGIN={row.origin} (or --port as before)"
        )
    keys.key(tx, INSTALLATION, keys.FIELD)
