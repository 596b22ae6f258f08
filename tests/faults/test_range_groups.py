"""Ranges that share an entry, when the server is killed, stopped in order, and asked ten thousand.

Whatever was sent has an opening on disk. Only a kill leaves an opening without its closing.
"""

import signal
import socket
from typing import Any

import pytest
from sqlalchemy import Table, select

from crypto.canonical import parse
from server.app import build_parts
from server.audit import service as audit
from server.audit.models import Entry
from tests.faults.conftest import KEPT, Furnished
from tests.faults.nursery import chosen
from tests.faults.running import FAILURES, HOST, Server, until

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
RANGES, AT_ONCE = 10_000, 500
MOST_GROWTH = 64 << 10  # KiB


def entries(server: Server, furnished: Furnished) -> tuple[list[int], list[dict[str, Any]]]:
    """The numbers of the openings of the kept paper, and what its closings say."""
    parts = build_parts(chosen(server.data, server.port, server.database_url))
    query = select(_entry).where(
        _entry.c.object == f"document/{furnished.kept}", _entry.c.kind == "document.open"
    )
    try:
        with parts.database.reading() as tx:
            rows = tx.connection.execute(query.order_by(_entry.c.seq)).all()
            opened = [audit.open_opening(tx, r.log_id, r.seq, r.opening) for r in rows]
    finally:
        parts.database.dispose()
    bodies = [parse(each)["body"][1] for each in opened]
    openings = [r.seq for r, body in zip(rows, bodies, strict=True) if "opened" in body]
    return openings, [body for body in bodies if "ranges" in body]


def ranged(server: Server, furnished: Furnished) -> bytes | None:
    """What is got of the bytes 100–109; None where the connection broke."""
    wanted = {"Range": "bytes=100-109"}
    try:
        answer = server.ask("GET", furnished.kept_content, furnished.reader, headers=wanted)
    except FAILURES:
        return None
    assert answer.status == 206, answer.body
    return answer.body


@pytest.mark.parametrize(("step", "sent"), [("range.opened", 0), ("range.closed", 2)])
def test_a_kill_leaves_no_range_without_an_entry_and_none_counted_twice(
    step: str, sent: int, server: Server, furnished: Furnished
) -> None:
    """ACC-T7: an entry without a read is allowed, a read without an entry never."""
    server.kill()
    server.start(end_at=(step, 1))
    got = [ranged(server, furnished) for _ in range(sent or 1)]
    server.kill(signal.SIGTERM)
    assert [each for each in got if each] == [KEPT[100:110]] * sent

    openings, closings = entries(server, furnished)
    assert len(openings) >= 1
    assert sum(each["ranges"] for each in closings) == sent
    server.start()
    assert ranged(server, furnished) == KEPT[100:110]
    server.kill()
    again, closings = entries(server, furnished)
    assert len(again) == len(openings) + 1, "a server begins with entries of its own"
    assert sum(each["ranges"] for each in closings) == sent, "killed: the opening stands alone"
    assert server.faults() == []


def test_ten_thousand_ranges_are_few_entries_all_counted_and_little_memory(
    server: Server, furnished: Furnished
) -> None:
    """F18, one range in each request: every one is decided, and none is forgotten."""
    lines = (
        f"GET {furnished.kept_content} HTTP/1.1",
        f"Host: {HOST}",
        f"Authorization: Bearer {furnished.reader}",
        "Range: bytes=100-109",
    )
    asked = ("\r\n".join(lines) + "\r\n\r\n").encode() * AT_ONCE
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        assert answers(line, asked) == AT_ONCE
        descriptors, memory = server.holds(""), server.resident()
        for _ in range(RANGES // AT_ONCE - 1):
            assert answers(line, asked) == AT_ONCE
        until(lambda: server.holds("/vault/") == 0, "objects are left open")
        assert server.holds("") <= descriptors + 3
    assert server.resident() - memory < MOST_GROWTH

    server.kill(signal.SIGTERM)
    openings, closings = entries(server, furnished)
    assert sum(each["ranges"] for each in closings) == RANGES
    assert [each["begun_as"] for each in closings] == openings
    assert len(openings) < 100
    assert server.faults() == []


def answers(line: socket.socket, asked: bytes) -> int:
    """How many of the requests were answered with the range, and with nothing else."""
    line.sendall(asked)
    got, content = b"", b"\r\n\r\n" + KEPT[100:110]
    while got.count(content) < AT_ONCE:
        piece = line.recv(1 << 20)
        assert piece, got[-200:]
        got += piece
    return got.count(b"HTTP/1.1 206 ")
