"""Where one request ends and the next begins, on a real socket (ASVS 4.2.1).

Who makes the server see one request where a front of it saw another hides the second one in the
first. Whatever says its length in two ways is refused or ends the connection: what stands behind
it is never answered.
"""

import socket
from collections.abc import Iterator

import pytest

from server.access.parts import Parts
from server.app import create_app
from tests.proof.running import serving

HIDDEN = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN
POST = b"POST /api/v1/sessions/options HTTP/1.1\r\nHost: localhost\r\n"
POST += b"Content-Type: application/json\r\n"

AMBIGUOUS = {
    "a length and chunks": POST
    + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(CHUNKED)
    + CHUNKED,
    "chunks and a length": POST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
    + CHUNKED,
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + HIDDEN,
    "two lengths in one": POST + b"Content-Length: 0, 44\r\n\r\n" + HIDDEN,
    "a signed length": POST + b"Content-Length: +0\r\n\r\n" + HIDDEN,
    "a hexadecimal length": POST + b"Content-Length: 0x0\r\n\r\n" + HIDDEN,
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED,
    "chunks, and then something": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKED,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKED,
    "a folded header": POST + b"X: y\r\n Transfer-Encoding: chunked\r\n\r\n" + HIDDEN,
    "a chunk of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + HIDDEN,
    "bare line feeds": POST.replace(b"\r\n", b"\n") + b"Content-Length: 0\n\n" + HIDDEN,
}


def exchanged(listener: socket.socket, sent: bytes) -> bytes:
    """Everything the server answers until it closes, or falls silent."""
    received = b""
    with socket.create_connection(listener.getsockname(), timeout=2) as connection:
        connection.sendall(sent)
        try:
            while part := connection.recv(65536):
                received += part
        except TimeoutError:
            pass
    return received


@pytest.fixture
def listener(parts: Parts) -> Iterator[socket.socket]:
    """The server, where it is reached."""
    with socket.create_server(("127.0.0.1", 0)) as taken, serving(create_app(parts), taken):
        yield taken


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_says_its_length_in_two_ways_is_refused_and_what_hides_behind_it_too(
    listener: socket.socket, name: str
) -> None:
    answer = exchanged(listener, AMBIGUOUS[name])
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_two_requests_that_are_two_are_answered_both(listener: socket.socket) -> None:
    last = HIDDEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert exchanged(listener, HIDDEN + last).count(b"HTTP/1.1 200 ") == 2
