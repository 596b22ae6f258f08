"""`python3 dev.py bench [ROW …]`: 1 decision, 2 reads, 3 download, 4 upload, and by name: `list` of
a large council, `range` of a large file, `parallel` uploads, `pages` of a PDF.

Prints figures beside their baselines. These machines are noisy: read ratios, not times.
"""

import statistics
import sys
import time
from collections.abc import Callable

from tests.bench import deciding, lists, pages, transfers
from tests.bench.staging import GIB, staged, until_ready

CONNECTIONS = 16


def row_1() -> None:
    """Decisions."""
    for line in deciding.figures():
        print(line)


def row_2() -> None:
    """Guarded, logged reads with 16 connections."""
    with staged() as stage:
        addresses = {
            "document": f"/api/v1/documents/{stage.document}",
            "list of 50": f"/api/v1/councils/{stage.council}/documents?limit=50",
        }
        for name, path in addresses.items():
            stage.ask(path, CONNECTIONS, 20)
            ratios, tails = [], []
            for _ in range(5):
                bare = stage.ask("/bench/bare", CONNECTIONS, 400)
                read = stage.ask(path, CONNECTIONS, 60)
                assert not read["bad"] + bare["bad"]
                ratios.append(read["rate"] / bare["rate"])
                tails.append(read["p99"] / read["p50"])
            print(
                f"{name}: {statistics.median(ratios):.3f} of a bare endpoint "
                f"({min(ratios):.3f}–{max(ratios):.3f}; {read['rate']:.0f} of {bare['rate']:.0f} "
                f"per s); p99 {statistics.median(tails):.1f} × p50"
            )


def row_3() -> None:
    """Download of 1 GiB, and what another request feels meanwhile."""
    with staged() as stage:
        assert stage.send(f"/api/v1/documents/{stage.document}/content?file_name=big.bin", GIB)
        until_ready(stage)
        with (stage.data / "plain.bin").open("wb") as plain:
            for _ in range(GIB >> 20):
                plain.write(bytes(1 << 20))
        path = f"/api/v1/documents/{stage.document}/content"
        stage.ask(path, 1, 1)
        before = stage.resident()
        times: dict[str, list[float]] = {"sealed": [], "stream": [], "file": []}
        for _ in range(5):
            times["sealed"].append(stage.ask(path, 1, 1)["p50"])
            times["stream"].append(stage.ask(f"/bench/stream?size={GIB}", 1, 1)["p50"])
            times["file"].append(stage.ask("/bench/file", 1, 1)["p50"])
        grown = stage.resident() - before
        _print_ratios("download", times)
        print(f"memory growth {grown / 1024:.1f} MiB")
        background = stage.start(path, 1, 8, 20)
        time.sleep(0.3)
        other = stage.ask("/bench/bare", 1, 2000, 4)
        background.communicate()
        print(f"another request meanwhile: p50 {other['p50']:.2f} ms, p99 {other['p99']:.2f} ms")


def row_list() -> None:
    """The documents of a large council, for everybody who may ask."""
    for line in lists.figures():
        print(line, flush=True)


def _print_ratios(what: str, times: dict[str, list[float]]) -> None:
    for name, baseline in times.items():
        if name != "sealed":
            pairs = [b / s for b, s in zip(baseline, times["sealed"], strict=True)]
            print(
                f"{what} sealed against {name}: {statistics.median(pairs):.2f} of its speed "
                f"({min(pairs):.2f}–{max(pairs):.2f})"
            )


ROWS: dict[str, Callable[[], None]] = {
    "1": row_1,
    "2": row_2,
    "3": row_3,
    "4": transfers.upload,
    "list": row_list,
    "range": transfers.a_range,
    "parallel": transfers.in_parallel,
    "pages": pages.figures,
}

if __name__ == "__main__":
    for row in sys.argv[1:] or ROWS:
        print(f"-- row {row}", flush=True)
        ROWS[row]()
