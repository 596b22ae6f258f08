"""Making an installation and finding it again: folders, key file, schema, first row, first log.

Owns what must agree before anything starts: database, key file, origin. Never overwrites either.
"""

import os
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from server import migrating
from server.access import texts
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

    True when it was made now. Raises KeyProblem, SettingError, TextError with what to do.
    """
    os.umask(0o077)
    _folder(settings.data)
    try:
        return _prepare(settings, clock)
    except DBAPIError as error:
        raise _unusable(settings, error) from error


def _prepare(settings: Settings, clock: Clock) -> bool:
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
        raise SettingError(
            f"データの場所を作れません / the data folder {path} cannot be made: {error.strerror}. "
            "別の場所を --data か KYOGIKAI_DATA で / name another by --data or KYOGIKAI_DATA"
        ) from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise SettingError(
            "データの場所を読み書きできません / this user cannot read and write the data folder "
            f"{path}: chown -R {os.geteuid()} {path}; chmod -R u+rwX {path}"
        )


def _unusable(settings: Settings, error: DBAPIError) -> SettingError:
    """What to do about a database that will not open. A driver's words may hold the address with
    its password: they are told for the embedded database only.
    """
    file = sqlite_file(settings.database_url)
    if file is not None:
        return SettingError(
            f"データベースを使えません / the database {file} cannot be used: {error.orig}. "
            "権限と空きを確かめ、壊れていればバックアップを戻してください / check its permissions "
            "and the room on the disk; if it is damaged, put back a backup"
        )
    return SettingError(
        "データベースに接続できません / the database of KYOGIKAI_DATABASE_URL cannot be used "
        f"({type(error.orig).__name__}): is it running, are address, user and password right?"
    )


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
    entered = texts.enter_first(tx, settings.texts)
    body = {
        "origin": settings.origin,
        "installation": tx.keyring.installation,
        "texts": entered,
    }
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
