"""F18: clients that are slow, that lie, or that break off: bounded memory and descriptors, and no
version that was not sent whole.
"""

import hashlib
import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults.conftest import KEPT, Furnished
from tests.faults.running import FAILURES, HOST, Server, until

MIB = 1 << 20
SLOW = 60
MOST_GROWTH = 64 << 10  # KiB


@pytest.fixture
def patient(server: Server) -> Iterator[Server]:
    """A server that waits one second for a slow client."""
    server.kill()
    server.start(patience=1)
    yield server
    assert server.faults() == []


def head(furnished: Furnished, length: int, *more: str) -> bytes:
    """The head of an upload that announces so many bytes."""
    lines = [
        f"PUT {furnished.content}?file_name=f.bin HTTP/1.1",
        f"Host: {HOST}",
        f"Authorization: Bearer {furnished.provider}",
        "Content-Type: application/octet-stream",
        f"Content-Length: {length}",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def said(line: socket.socket) -> bytes:
    """Everything until the server closes."""
    got = b""
    try:
        while piece := line.recv(65536):
            got += piece
    except ConnectionError:
        pass
    return got


def held(server: Server) -> int:
    """Descriptors of connections and of objects."""
    return server.holds("socket:") + server.holds("/vault/")


def versions(server: Server, furnished: Furnished) -> int:
    path = f"/api/v1/documents/{furnished.empty}/versions"
    return len(server.ask("GET", path, furnished.provider).json["items"])


def test_who_is_too_slow_is_disconnected_and_nobody_else_waits(
    patient: Server, furnished: Furnished
) -> None:
    before, memory = held(patient), patient.resident()
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(connected(patient)) for _ in range(3 * SLOW)]
        for line in lines[:SLOW]:
            line.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-")
        for line in lines[SLOW : 2 * SLOW]:
            line.sendall(head(furnished, 5 << 30) + b"x" * 1000)
        assert patient.ask("GET", furnished.kept_content, furnished.reader).body == KEPT
        assert not any(b"200 OK" in said(line) or b"201" in said(line) for line in lines)

    until(lambda: held(patient) <= before, "descriptors are not given back")
    assert patient.resident() - memory < MOST_GROWTH
    assert versions(patient, furnished) == 0


def test_a_head_without_end_is_cut_off(patient: Server) -> None:
    memory = patient.resident()
    endless = (b"X-Header-%d: %s\r\n" % (number, b"x" * 100) for number in range(2_000_000))
    with connected(patient) as line:
        line.sendall(b"GET /api/v1/me HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            line.sendall(b"".join(endless))
    assert patient.resident() - memory < MOST_GROWTH


def test_ten_thousand_ranges_are_one_whole_answer_or_none(
    patient: Server, furnished: Furnished
) -> None:
    def ranged(count: int) -> bytes:
        wanted = {"Range": "bytes=" + ",".join("0-1" for _ in range(count))}
        answer = patient.ask("GET", furnished.kept_content, furnished.reader, headers=wanted)
        assert answer.status == 200
        return answer.body

    memory = patient.resident()
    assert ranged(10_000) == KEPT
    with pytest.raises(FAILURES):
        ranged(100_000)
    assert patient.resident() - memory < MOST_GROWTH


def test_an_upload_that_breaks_off_or_lies_about_itself_is_no_version(
    patient: Server, furnished: Furnished
) -> None:
    content = bytes(3 * MIB)
    digest = b64encode(hashlib.sha256(content + b"x").digest()).decode()
    refused = []
    for announced, more, sent in (
        (len(content), [], content[: len(content) * 99 // 100]),
        (5 << 30, [], content),
        (9 << 40, [], content[:1000]),
        (len(content), [f"Content-Digest: sha-256=:{digest}:"], content),
        (len(content), ["Content-Length: 17"], content[:17]),
        (len(content), ["Transfer-Encoding: chunked"], b"5\r\nhello\r\n0\r\n\r\n"),
    ):
        with connected(patient) as line:
            try:
                line.sendall(head(furnished, announced, *more) + sent)
                line.shutdown(socket.SHUT_WR)
            except ConnectionError:
                pass
            refused.append(said(line).partition(b"\r\n")[0])

    assert not any(b"201" in each or b"200" in each for each in refused), refused
    assert versions(patient, furnished) == 0
    vault = patient.data / "vault"
    until(lambda: len(list(vault.glob("*/*"))) == 1, "something was left in the vault")
