"""F11: the database is cut off, busy or gone: a clean 503, nothing half, nothing leaked.

PostgreSQL as another process would cut it; SQLite and its pools in `test_no_connection_is_free`.
"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from server.audit.models import SYSTEM
from tests.factories import World
from tests.faults.conftest import Furnished, furnish
from tests.faults.running import HOST, Nursery, Server, copied, until
from tests.faults.test_storage import put
from tests.postgres import Postgres

MIB = 1 << 20
BIG = 40 * MIB


@pytest.fixture(scope="module")
def on_postgres(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Furnished, str]:
    name = "faults"
    data = tmp_path_factory.mktemp("faults-postgres") / "data"
    return furnish(data, postgres.create_database(name)), name


class Cut:
    """The database's own administrator, who can cut connections and hold locks."""

    def __init__(self, postgres: Postgres, name: str) -> None:
        self._name, self._address = name, postgres.url(name).replace("+psycopg", "")
        self._admin = psycopg.connect(
            postgres.url("postgres").replace("+psycopg", ""), autocommit=True
        )

    def connections(self) -> None:
        """End every connection to the database but one's own."""
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid() AND application_name <> 'holder'",
            (self._name,),
        )

    def allow(self, *, yes: bool) -> None:
        text = "ALTER DATABASE {} ALLOW_CONNECTIONS " + ("true" if yes else "false")
        self._admin.execute(sql.SQL(text).format(sql.Identifier(self._name)))  # type: ignore[arg-type]

    def holding(self, log_id: str) -> "psycopg.Connection[Any]":
        """A transaction that has locked a log's head, and lives until it is closed."""
        holder = psycopg.connect(f"{self._address}&application_name=holder")
        holder.execute("SELECT * FROM log WHERE id = %s FOR UPDATE", (log_id,))
        return holder

    def close(self) -> None:
        self._admin.close()


@pytest.fixture
def cut(postgres: Postgres, on_postgres: tuple[Furnished, str]) -> Iterator[Cut]:
    made = Cut(postgres, on_postgres[1])
    yield made
    made.close()


@pytest.fixture
def there(
    nursery: Nursery, on_postgres: tuple[Furnished, str], postgres: Postgres, tmp_path: Path
) -> Iterator[Server]:
    """A server on PostgreSQL that waits a second for a lock; afterwards fsck finds nothing."""
    furnished, name = on_postgres
    url = postgres.url(name)
    with copied(nursery, furnished.data, tmp_path / "data", database_url=url) as server:
        server.kill()
        server.start(patience=1)
        yield server
        # The vault is this test's, the database all tests': what it names may be another's.
        assert not [fault for fault in server.faults() if "vault: " in fault]


def test_connections_that_were_cut_are_not_used_again(
    there: Server, on_postgres: tuple[Furnished, str], cut: Cut
) -> None:
    furnished = on_postgres[0]
    page = f"/api/v1/documents/{furnished.kept}"
    assert there.ask("GET", page, furnished.reader).status == 200
    cut.connections()
    assert there.ask("GET", page, furnished.reader).status == 200


@pytest.mark.parametrize("log", ["council", SYSTEM])
def test_a_lock_that_is_not_given_back_is_waited_for_but_not_for_ever(
    there: Server, on_postgres: tuple[Furnished, str], cut: Cut, log: str
) -> None:
    furnished = on_postgres[0]
    log_id = furnished.council if log == "council" else SYSTEM
    asks = {
        "council": ("GET", f"/api/v1/documents/{furnished.kept}"),
        SYSTEM: ("GET", "/api/v1/me"),
    }
    method, path = asks[log]
    holder = cut.holding(log_id)
    refused = there.ask(method, path, furnished.reader)
    holder.close()

    assert (refused.status, refused.code) == (503, "database_unavailable")
    assert refused.headers["retry-after"]
    assert there.ask(method, path, furnished.reader).status == 200


def test_a_database_that_goes_away_stops_what_runs_and_comes_back(
    there: Server, on_postgres: tuple[Furnished, str], cut: Cut
) -> None:
    """In the middle of a download: its next decision cannot be made, so it ends."""
    furnished = on_postgres[0]
    stored = put(there, furnished, bytes(BIG)).json["id"]
    with socket.create_connection(("127.0.0.1", there.port), timeout=60) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        path = f"{furnished.content}?version={stored}"
        request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n"
        line.sendall(f"{request}Authorization: Bearer {furnished.provider}\r\n\r\n".encode())
        got = len(line.recv(65536))
        cut.allow(yes=False)
        cut.connections()
        refused = there.ask("GET", f"/api/v1/documents/{furnished.kept}", furnished.reader)
        try:
            while piece := line.recv(MIB):
                got += len(piece)
        except ConnectionError:
            pass
        cut.allow(yes=True)

    assert (refused.status, refused.code) == (503, "database_unavailable")
    assert 0 < got < BIG
    whole = there.ask("GET", path, furnished.provider)
    assert whole.body == bytes(BIG)
    until(lambda: there.holds("/vault/") == 0, "objects are left open")


@pytest.mark.on_both_databases
def test_no_connection_is_free(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool is exhausted: a 503 in time, and afterwards everything as before."""
    person = world.person()
    pool = world.parts.database.reader.pool
    monkeypatch.setattr(pool, "_timeout", 0.05)
    with ExitStack() as held:
        most = pool.size() + max(0, pool._max_overflow)  # type: ignore[attr-defined]
        for _ in range(most):
            held.enter_context(world.parts.database.reading())
        refused = person.get("/me")
    assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
    assert person.get("/me").status_code == 200
