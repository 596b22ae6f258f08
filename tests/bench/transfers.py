"""Rows 4, `range` and `parallel`: an upload, a piece out of a large file, many uploads at once.

All through the whole server, over sockets. Baselines are taken in the same run, in turn.
"""

import os
import statistics
import time

from tests.bench.staging import GIB, Stage, staged, until_ready

TIMES = 200
PIECE = 4 << 10
MIB = 1 << 20
_ONE = bytes(range(256)) * (MIB // 256)
AT_ONCE, EACH = 100, 10 * MIB


def a_range() -> None:
    """4 KiB out of 1 GiB: decided, recorded and opened, beside a plain read of a file."""
    with staged() as stage:
        assert stage.send(f"/api/v1/documents/{stage.document}/content?file_name=big.bin", GIB)
        until_ready(stage)
        path = f"/api/v1/documents/{stage.document}/content"
        wanted = f"Range: bytes={GIB // 2 + 12_345}-{GIB // 2 + 12_345 + PIECE - 1}"
        stage.ask(path, 1, 20, header=wanted)
        found = [stage.ask(path, 1, TIMES // 5, header=wanted) for _ in range(5)]
        assert not sum(each["bad"] for each in found)
        bare = stage.ask("/bench/bare", 1, TIMES)["p50"]
        sealed, plain = statistics.median(each["p50"] for each in found), _plain_read(stage)
        print(
            f"open and 4 KiB out of 1 GiB: median {sealed:.2f} ms, p99 "
            f"{max(each['p99'] for each in found):.2f} ms; plain read of a file {plain:.3f} ms "
            f"(+{sealed - plain:.2f} ms); a bare endpoint of the same server {bare:.2f} ms"
        )


def _plain_read(stage: Stage) -> float:
    """Open, read 4 KiB in the middle, close: a file of the same size, in milliseconds."""
    file = stage.data / "plain.bin"
    with file.open("wb") as plain:
        plain.truncate(GIB)
    times = []
    for number in range(TIMES):
        begun = time.perf_counter()
        descriptor = os.open(file, os.O_RDONLY)
        os.pread(descriptor, PIECE, GIB // 2 + number)
        os.close(descriptor)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def upload() -> None:
    """1 GiB to be stored: sealed, beside the same bytes stored plain by the same server, and beside
    what the disk does with them. Each is durable when its time ends, and in a new file.
    """
    with staged() as stage:
        path = f"/api/v1/documents/{stage.document}/content?file_name=big.bin"
        plain = "/api/v1/documents/bench/content?x=1"
        stage.send(path, EACH)
        before, times = stage.resident(), dict[str, list[float]]()
        for _ in range(5):
            for name, act in (
                ("the disk alone", lambda: _written(stage)),
                ("plain", lambda: stage.stored(plain, GIB)),
                ("sealed", lambda: stage.stored(path, GIB)),
            ):
                _warm(stage)
                times.setdefault(name, []).append(act())
            until_ready(stage)
        sealed = times.pop("sealed")
        print(f"upload of 1 GiB: memory growth {(stage.resident() - before) / 1024:.1f} MiB")
        for name, found in times.items():
            ratios = [other / ours for other, ours in zip(found, sealed, strict=True)]
            print(
                f"sealed ({statistics.median(sealed):.2f} s) against {name} "
                f"({statistics.median(found):.2f} s): {statistics.median(ratios):.2f} of its speed "
                f"({min(ratios):.2f}–{max(ratios):.2f})"
            )


def _written(stage: Stage) -> float:
    """The same bytes written one after another to a new file, until they are durable; seconds."""
    begun, file = time.perf_counter(), stage.data / "disk.bin"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    for _ in range(GIB // MIB):
        os.write(descriptor, _ONE)
    os.fsync(descriptor)
    os.close(descriptor)
    taken = time.perf_counter() - begun
    file.unlink()
    return taken


def _warm(stage: Stage) -> None:
    """Leave as much freed page cache to whoever writes next.

    On a virtual machine the first use of a page of memory costs more than all else: who came second
    to the memory was measured five times as quick, whatever it did with it.
    """
    file = stage.data / "warm.bin"
    with file.open("xb", buffering=0) as warm:
        for _ in range(GIB // MIB):
            warm.write(_ONE)
    file.unlink()


def in_parallel() -> None:
    """100 uploads of 10 MiB at the same time: by how much the server's memory grows at its most."""
    with staged() as stage:
        path = f"/api/v1/documents/{stage.document}/content?file_name=part.bin"
        stage.send(path, EACH)
        before, begun = stage.resident(), time.perf_counter()
        done = stage.send_many(path, EACH, AT_ONCE)
        grown = stage.most_resident() - before
        seconds = time.perf_counter() - begun
        print(
            f"{AT_ONCE} uploads of {EACH // MIB} MiB at once: {done['stored']:.0f} stored in "
            f"{seconds:.1f} s; memory growth {grown / 1024:.0f} MiB at its most"
        )
