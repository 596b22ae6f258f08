"""A load generator in a process of its own: keep-alive connections on loopback, bounded in count.

Each connection sends its next request when the answer to the last is whole. Prints figures as JSON.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

import uvloop


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    """Read one answer to its end: its status line and how many bytes of body it had."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    if b"content-length" in fields:
        left = total = int(fields[b"content-length"])
        while left:
            piece = await reader.read(min(left, 1 << 20))
            if not piece:
                raise ConnectionError("the answer was cut short")
            left -= len(piece)
        return head, total
    total = 0
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
        total += size
    await reader.readline()
    return head, total


async def _one(
    host: str, port: int, request: bytes, count: int, times: list[float], until: float
) -> int:
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 22)
    bad = 0
    for _ in range(count):
        begun = time.perf_counter()
        if begun > until:
            break
        writer.write(request)
        head, _ = await _answer(reader)
        times.append(time.perf_counter() - begun)
        bad += not head.startswith(b"HTTP/1.1 2")
    writer.close()
    return bad


def _request(url: str, token: str, header: str) -> tuple[str, int, bytes]:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    more = f"{header}\r\n" if header else ""
    text = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
    return parts.hostname or "", parts.port or 80, f"{text}{more}\r\n".encode()


async def ask(
    url: str, token: str, connections: int, each: int, seconds: float, header: str = ""
) -> dict[str, float]:
    """Requests per second, median and 99th percentile in milliseconds, and answers not 2xx."""
    host, port, request = _request(url, token, header)
    times: list[float] = []
    begun = time.perf_counter()
    until = begun + seconds
    bad = await asyncio.gather(
        *(_one(host, port, request, each, times, until) for _ in range(connections))
    )
    elapsed = time.perf_counter() - begun
    times.sort()
    return {
        "rate": len(times) / elapsed,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[int(len(times) * 0.99)] * 1000,
        "bad": sum(bad),
    }


async def send(url: str, token: str, size: int) -> dict[str, float]:
    """PUT `size` bytes; seconds, and the status."""
    parts = urlsplit(url)
    piece = bytes(range(256)) * 1024
    head = (
        f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(parts.hostname or "", parts.port or 80)
    begun = time.perf_counter()
    writer.write(head.encode())
    for _ in range(size // len(piece)):
        writer.write(piece)
        await writer.drain()
    answer, _ = await _answer(reader)
    writer.close()
    return {"seconds": time.perf_counter() - begun, "status": float(answer.split()[1])}


async def send_many(url: str, token: str, size: int, count: int) -> dict[str, float]:
    """PUT `size` bytes `count` times at once; how many were stored."""
    done = await asyncio.gather(*(send(url, token, size) for _ in range(count)))
    return {"stored": sum(each["status"] == 201 for each in done)}


def main() -> None:
    """`ask URL TOKEN CONNECTIONS EACH SECONDS [HEADER]`, `send URL TOKEN BYTES` or `send-many URL
    TOKEN BYTES COUNT`.
    """
    what, url, token, *numbers = sys.argv[1:]
    if what == "ask":
        connections, each, seconds, *header = numbers
        done = uvloop.run(ask(url, token, int(connections), int(each), float(seconds), *header))
    elif what == "send-many":
        done = uvloop.run(send_many(url, token, int(numbers[0]), int(numbers[1])))
    else:
        done = uvloop.run(send(url, token, int(numbers[0])))
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
