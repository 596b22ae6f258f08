"""A load generator in its own process: keep-alive connections, each sending its next request when
the answer to the last is whole. Loopback only, bounded in count. Owns no judgement.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

import uvloop


async def _one(host: str, port: int, request: bytes, count: int, times: list[float]) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    bad = 0
    for _ in range(count):
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        await reader.readexactly(length)
        times.append(time.perf_counter() - begun)
        bad += not head.startswith(b"HTTP/1.1 200")
    writer.close()
    return bad


async def measure(url: str, token: str, connections: int, each: int) -> dict[str, float]:
    """Requests per second, median and 99th percentile in milliseconds, and answers not 200."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    host, port = parts.hostname or "", parts.port or 80
    times: list[float] = []
    begun = time.perf_counter()
    bad = sum(
        await asyncio.gather(*(_one(host, port, request, each, times) for _ in range(connections)))
    )
    elapsed = time.perf_counter() - begun
    times.sort()
    return {
        "rate": len(times) / elapsed,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[int(len(times) * 0.99)] * 1000,
        "bad": bad,
    }


if __name__ == "__main__":
    url, token, connections, each = sys.argv[1:5]
    result = uvloop.run(measure(url, token, int(connections), int(each)))
    sys.stdout.write(json.dumps(result))
