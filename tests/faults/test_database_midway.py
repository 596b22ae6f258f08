"""F11 in mid-stream: the database goes away while a part arrives, or while ranges are read.

PostgreSQL: every connection is cut and none is let in. SQLite: another process holds the file's
lock for longer than is waited. What was answered stands; what was not is as if it had not been.
"""

import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from crypto.canonical import parse
from server.app import build_parts
from server.audit import service as audit
from server.audit.models import Entry
from tests.faults.conftest import KEPT, Furnished, furnish
from tests.faults.nursery import chosen
from tests.faults.running import HOST, Answer, Nursery, Server, copied, until
from tests.faults.test_clients import said
from tests.faults.test_database import Cut
from tests.faults.test_storage import put
from tests.postgres import Postgres

PART = 2 << 20
BIG = 24 << 20
Gone = Callable[[], AbstractContextManager[None]]
There = tuple[Server, Furnished, Gone]
_entry: Table = Entry.__table__  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def first(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """An installation on PostgreSQL that each test takes a copy of."""
    data = tmp_path_factory.mktemp("midway") / "data"
    return furnish(data, postgres.create_database("midway_first"))


@pytest.fixture
def there(
    request: pytest.FixtureRequest, store: str, nursery: Nursery, tmp_path: Path
) -> Iterator[There]:
    """A server that waits little for its database, and the way to take that away for a while."""
    if store == "sqlite":
        furnished: Furnished = request.getfixturevalue("furnished")
        yield from served(nursery, furnished, tmp_path / "data", partial(locked, tmp_path), "")
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    furnished = request.getfixturevalue("first")
    url = postgres.create_database("midway", "midway_first")
    gone = partial(without, postgres, "midway")
    yield from served(nursery, furnished, tmp_path / "data", gone, url)
    postgres.drop_database("midway")


def served(
    nursery: Nursery, furnished: Furnished, data: Path, gone: Gone, url: str
) -> Iterator[There]:
    with copied(nursery, furnished.data, data, database_url=url) as server:
        if not url:  # a lock is waited for in full; that nobody is let in is known at once
            server.kill()
            server.start(patience=1)
        yield server, furnished, gone
        assert server.faults() == []
        server.kill()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process (this one) writes, and does not come to an end."""
    with closing(sqlite3.connect(folder / "data" / "kyogikai.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def without(postgres: Postgres, name: str) -> Iterator[None]:
    """As while the server of the database is stopped and started again."""
    cut = Cut(postgres, name)
    cut.allow(yes=False)
    cut.connections()
    yield
    cut.allow(yes=True)
    cut.close()


def begun(server: Server, furnished: Furnished, length: int) -> str:
    """The address of an upload in parts."""
    asked = {
        "file_name": "f.bin",
        "media_type": "application/octet-stream",
        "contains_designated_secret": False,
        "length": length,
    }
    path = f"/api/v1/documents/{furnished.empty}/uploads"
    answer = server.ask("POST", path, furnished.provider, asked)
    assert answer.status == 201, answer.body
    return answer.headers["location"]


def part(server: Server, furnished: Furnished, place: str, at: int, content: bytes) -> Answer:
    asked = {"Upload-Offset": str(at), "Content-Type": "application/partial-upload"}
    return server.ask("PATCH", place, furnished.provider, content, asked)


def line_to(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


@pytest.mark.on_both_databases
def test_a_part_that_cannot_be_written_down_is_not_taken_and_is_taken_again(there: There) -> None:
    """The parts before it stay. Whether it was written down is not known when the database goes, so
    its object stays as well, until a start finds that no row names it.
    """
    server, furnished, gone = there
    content = bytes(range(256)) * (2 * PART // 256)
    place = begun(server, furnished, len(content))
    assert part(server, furnished, place, 0, content[:PART]).status == 204
    vault = server.data / "vault"
    before = set(vault.glob("*/*"))
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {furnished.provider}\r\n"
        f"Content-Type: application/partial-upload\r\nUpload-Offset: {PART}\r\n"
        f"Content-Length: {PART}\r\nConnection: close\r\n\r\n"
    )
    with line_to(server) as line:
        line.sendall(head.encode() + content[PART : PART + PART // 2])
        until(lambda: list(vault.glob("*/.tmp-*")), "nothing was begun")
        with gone():
            line.sendall(content[PART + PART // 2 :])
            answer = said(line)
            refused = part(server, furnished, place, PART, content[PART:])

    assert b" 503 " in answer.partition(b"\r\n")[0]
    assert b"database_unavailable" in answer
    assert (refused.status, refused.code) == (503, "database_unavailable")
    left = set(vault.glob("*/*")) - before
    assert len(left) == 1
    assert server.ask("HEAD", place, furnished.provider).headers["upload-offset"] == str(PART)
    assert part(server, furnished, place, PART, content[PART:]).status == 204
    done = server.ask("POST", f"{place}/completion", furnished.provider)
    assert done.status == 201
    read = f"{furnished.content}?version={done.json['id']}"
    assert server.ask("GET", read, furnished.provider).body == content
    assert [next(iter(left)).name in fault for fault in server.faults()] == [True]
    server.kill()
    server.start()
    assert not left & set(vault.glob("*/*"))


def counted(server: Server, document: str) -> int:
    """How many bytes of a document the closing entries say were sent."""
    parts = build_parts(chosen(server.data, server.port, server.database_url))
    try:
        with parts.database.reading() as tx:
            of = (_entry.c.object == f"document/{document}", _entry.c.kind == "document.open")
            rows = tx.connection.execute(select(_entry).where(*of, _entry.c.outcome == "done"))
            opened = [audit.open_opening(tx, r.log_id, r.seq, r.opening) for r in rows.all()]
        return sum(parse(opening)["body"][1]["bytes"] for opening in opened)
    finally:
        parts.database.dispose()


@pytest.mark.on_both_databases
def test_no_range_is_read_that_is_not_on_record_and_every_byte_is_counted(there: There) -> None:
    """One that begins while nothing can be written is refused. One that goes on under an entry that
    is on disk may be answered where rights can be read; it is counted when the server ends.
    """
    server, furnished, gone = there

    def ranged(number: int, token: str = furnished.reader) -> Answer:
        wanted = {"Range": f"bytes={4096 * number}-{4096 * number + 4095}"}
        return server.ask("GET", furnished.kept_content, token, headers=wanted)

    before = counted(server, furnished.kept)
    answers = [ranged(number) for number in range(3)]
    with gone():
        begun = ranged(0, furnished.provider)
        answers.append(ranged(3))
    answers.append(ranged(4))

    assert (begun.status, begun.code) == (503, "database_unavailable")
    sent = [number for number, answer in enumerate(answers) if answer.status == 206]
    assert sent in ([0, 1, 2, 4], [0, 1, 2, 3, 4])
    assert all(answers[n].body == KEPT[4096 * n : 4096 * (n + 1)] for n in sent)
    if server.database_url:
        assert answers[3].code == "database_unavailable"
    server.kill(signal.SIGTERM)
    assert counted(server, furnished.kept) - before == 4096 * len(sent)


@pytest.mark.on_both_databases
def test_a_long_range_ends_or_goes_on_and_the_server_goes_on_afterwards(there: There) -> None:
    """Where its rights can still be read it may end well; where they cannot, it is broken off."""
    server, furnished, gone = there
    stored = put(server, furnished, bytes(BIG))
    assert stored.status == 201, stored.body
    path = f"{furnished.content}?version={stored.json['id']}"
    head = (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {furnished.provider}\r\n"
        f"Range: bytes=1-\r\nConnection: close\r\n\r\n"
    )
    with line_to(server) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        line.sendall(head.encode())
        got = line.recv(65536)
        with gone():
            got += said(line)

    assert got.startswith(b"HTTP/1.1 206")
    sent = len(got.partition(b"\r\n\r\n")[2])
    assert sent == BIG - 1 if server.database_url == "" else 0 < sent < BIG - 1
    assert server.ask("GET", path, furnished.provider).body == bytes(BIG)
    until(lambda: server.holds("/vault/") == 0, "objects are left open")
