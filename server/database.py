"""Transactions: a snapshot to read in, a serialised one to change in.

Owns the engines and how a transaction begins. It never commits half of a request: who opens a
transaction closes it, and services never call commit. The same code serves SQLite and PostgreSQL.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlmodel import Session

from server.clock import Clock, Instant
from server.keyring import Keyring

READERS = 48
WAIT_SECONDS = 10  # for a lock, a connection of the pool, the database itself
SQLITE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")


class FairLock:
    """A lock granted in the order it was asked for.

    SQLite's own waiting polls, which gave tails of over a second; `threading.Lock` is not fair.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


@dataclass(slots=True, eq=False)
class Tx:
    """One open transaction: where, when, and with which keys.

    `heads` and `evidence` belong to server/audit: the logs this transaction has locked, and the
    digests of rows that the next entry of each log will vouch for.
    """

    connection: Connection
    now: Instant
    keyring: Keyring
    heads: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    _session: Session | None = None
    # The driver's own connection and the dialect's name, for prepared statements.
    driver: Any = None
    dialect: str = ""

    def __post_init__(self) -> None:
        self.driver = self.connection.connection.driver_connection
        self.dialect = self.connection.dialect.name

    @property
    def session(self) -> Session:
        """The ORM's view of this transaction; made when first asked for."""
        if self._session is None:
            self._session = Session(
                self.connection, expire_on_commit=False, join_transaction_mode="rollback_only"
            )
        return self._session

    def flush(self) -> None:
        """Write pending rows, so that plain statements see them."""
        if self._session is not None:
            self._session.flush()


class Database:
    """The two engines over one store, the clock and the keyring every transaction carries."""

    def __init__(self, url: str, clock: Clock, keyring: Keyring) -> None:
        self.url, self.clock, self.keyring = url, clock, keyring
        self.on_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._turn: AbstractContextManager[None] = FairLock() if self.on_sqlite else nullcontext()
        self.reader, self.writer = (
            _sqlite_engines(url) if self.on_sqlite else _postgres_engines(url)
        )

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A snapshot: everything read inside is of one moment. Nothing can be written."""
        with self.reader.connect() as connection:
            tx = Tx(connection, self.clock(), self.keyring)
            try:
                yield tx
            finally:
                connection.rollback()

    @contextmanager
    def changing(self) -> Iterator[Tx]:
        """A change: committed when the block ends, rolled back when it raises."""
        with self._turn, self.writer.connect() as connection, connection.begin():
            tx = Tx(connection, self.clock(), self.keyring)
            yield tx
            tx.flush()
        for act in tx.after_commit:
            act()

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self.writer.dispose()


def insert(tx: Tx, table: Table) -> Any:
    """An insert that can say what becomes of a row already there: `.on_conflict_do_update(…)`.

    For mutable rows only; evidence is never written twice. Both dialects spell it alike.
    """
    return (sqlite if tx.dialect == "sqlite" else postgresql).insert(table)


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL, or None for another database."""
    parsed = make_url(url)
    return (
        Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
    )


def _sqlite_engines(url: str) -> tuple[Engine, Engine]:
    # Last in, first out: few connections stay warm instead of all going cold in turn.
    reader = create_engine(
        url, pool_size=READERS, max_overflow=0, pool_timeout=WAIT_SECONDS, pool_use_lifo=True
    )
    writer = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=WAIT_SECONDS)
    for engine, begin in ((reader, "BEGIN"), (writer, "BEGIN IMMEDIATE")):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _beginning_with(begin))
    return reader, writer


def _beginning_with(begin: str) -> Callable[[Connection], None]:
    def listener(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute(begin)

    return listener


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event says how to begin
    connection.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
    for pragma in SQLITE:
        connection.execute(pragma)


def _postgres_engines(url: str) -> tuple[Engine, Engine]:
    # Our statements are many small look-ups: compiling them costs more than it saves, by far.
    # Whoever holds a lock for long (a process that was stopped) must not keep all others waiting.
    options = f"-c jit=off -c lock_timeout={WAIT_SECONDS}s"
    # A server that vanished is noticed, also in the middle of a statement.
    reach = {"connect_timeout": WAIT_SECONDS, "tcp_user_timeout": WAIT_SECONDS * 1000}
    shared: dict[str, Any] = {
        "pool_pre_ping": True,
        "pool_timeout": WAIT_SECONDS,
        "connect_args": {"options": options, **reach},
    }
    reader = create_engine(url, pool_size=READERS, isolation_level="REPEATABLE READ", **shared)
    event.listen(reader, "begin", lambda c: c.exec_driver_sql("SET TRANSACTION READ ONLY"))
    writer = create_engine(url, pool_size=10, isolation_level="READ COMMITTED", **shared)
    return reader, writer
