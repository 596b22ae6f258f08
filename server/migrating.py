"""Bringing the database's schema to this version, by the numbered chapters in `migrations/`.

Owns calling Alembic. Never changes a row of evidence.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from server import tables
from server.database import Database
from server.settings import ReasonNotToStart

CHAPTERS = Path(__file__).resolve().parent.parent / "migrations"
PREPARING = 0x6B796F  # the name of the lock on PostgreSQL; any number of our own


class SchemaTooNew(ReasonNotToStart):
    """The database was written by a newer version; this one must not touch it."""


def _config(connection: Connection | None = None) -> Config:
    tables.gather()
    config = Config()
    config.set_main_option("script_location", str(CHAPTERS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the schema to the newest chapter, in one transaction; nothing happens when it is there.

    Raises SchemaTooNew.
    """
    current, head = state(database)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current and current not in known:
        raise SchemaTooNew(f"the database is at chapter {current}, this version knows up to {head}")
    if current == head and to == "head":
        return
    with database.writer.begin() as connection:
        alone(connection)
        command.upgrade(_config(connection), to)


def alone(connection: Connection) -> None:
    """Let one process at a time prepare a database; whoever waited finds the work done.

    On SQLite a writing transaction is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({PREPARING})")


def downgrade(database: Database, to: str) -> None:
    """Bring the schema back to a chapter (`base`: none). For tests and for returning to N−1."""
    with database.writer.begin() as connection:
        command.downgrade(_config(connection), to)


def state(database: Database) -> tuple[str, str]:
    """The chapter the database is at (empty: none) and the newest one."""
    head = ScriptDirectory.from_config(_config()).get_current_head() or ""
    with database.writer.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision() or ""
    return current, head


def write_chapter(database: Database, message: str) -> None:
    """Write the next chapter from the difference between models and head."""
    with database.writer.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
