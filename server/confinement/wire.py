"""Messages between the server and a process apart: a header in JSON, then bytes.

Owns their form on a socket. Bounds what is read, for the other side may have been taken over.
"""

import json
import socket
import struct
import time
from typing import Any

LONGEST_HEADER = 64 << 10
_LENGTHS = struct.Struct("!IQ")


def send(
    to: socket.socket, header: dict[str, Any], body: bytes = b"", until: float | None = None
) -> None:
    """Send one message. Raises OSError (TimeoutError past `until`, of the monotonic clock)."""
    head = json.dumps(header).encode()
    to.settimeout(_left(until))
    to.sendall(_LENGTHS.pack(len(head), len(body)) + head)
    if body:
        to.settimeout(_left(until))
        to.sendall(body)


def receive(
    of: socket.socket, most: int, until: float | None = None
) -> tuple[dict[str, Any], bytes]:
    """The next message, its body at most `most` bytes long.

    Raises EOFError when the other side is gone, ValueError when it breaks the form, OSError
    (TimeoutError past `until`).
    """
    head, length = _LENGTHS.unpack(_exactly(of, _LENGTHS.size, until))
    if head > LONGEST_HEADER or length > most:
        raise ValueError("a message beyond its bounds")
    try:
        header = json.loads(_exactly(of, head, until))
    except RecursionError as error:
        raise ValueError("a header nested without end") from error
    if not isinstance(header, dict):
        raise ValueError("a message without a header")
    return header, bytes(_exactly(of, length, until))


def _exactly(of: socket.socket, length: int, until: float | None) -> bytearray:
    taken = bytearray(length)
    rest = memoryview(taken)
    while rest:
        of.settimeout(_left(until))
        got = of.recv_into(rest)
        if not got:
            raise EOFError
        rest = rest[got:]
    return taken


def _left(until: float | None) -> float | None:
    """Seconds until the deadline; a moment at least, for zero would mean not to wait at all."""
    return None if until is None else max(until - time.monotonic(), 0.001)
