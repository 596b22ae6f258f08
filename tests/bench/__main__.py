"""`python3 dev.py bench [ROW …]`: rows 1 decision, 2 reads, 3 download, 4 upload.

Prints figures beside their baselines. These machines are noisy: read ratios, not times.
"""

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server import installation, settings
from server.app import build_parts, create_app
from server.clock import system_clock
from tests.bench import deciding

HERE = Path(__file__).resolve().parent
CONNECTIONS = 16
GIB = 1 << 30


@dataclass(frozen=True)
class Stage:
    """A running server with one council, fifty documents, and a reader."""

    origin: str
    data: Path
    pid: int
    token: str
    council: str
    document: str

    def ask(self, path: str, connections: int, each: int, seconds: float = 30) -> dict[str, float]:
        """Load one address; the figures."""
        return self._run("ask", path, str(connections), str(each), str(seconds))

    def send(self, path: str, size: int) -> dict[str, float]:
        """Upload; the figures."""
        return self._run("send", path, str(size))

    def start(self, path: str, connections: int, each: int, seconds: float) -> Any:
        """Load one address in the background."""
        return subprocess.Popen(
            self._command("ask", path, str(connections), str(each), str(seconds)),
            stdout=subprocess.PIPE,
            text=True,
        )

    def _run(self, what: str, path: str, *numbers: str) -> dict[str, float]:
        done = subprocess.run(
            self._command(what, path, *numbers), capture_output=True, text=True, check=True
        )
        figures: dict[str, float] = json.loads(done.stdout)
        return figures

    def _command(self, what: str, path: str, *numbers: str) -> list[str]:
        script = str(HERE / "load.py")
        return [sys.executable, script, what, self.origin + path, self.token, *numbers]

    def resident(self) -> int:
        """The server's resident memory in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(s for s in status.splitlines() if s.startswith("VmRSS")).split()[1])


@contextmanager
def staged() -> Iterator[Stage]:
    """Make an installation with a council and documents, and serve it in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="kyogikai-bench-") as folder:
        data, port = Path(folder) / "data", _free_port()
        chosen = settings.read({}, data=str(data), port=str(port))
        token, council, document = _furnish(chosen)
        command = [sys.executable, "-m", "tests.bench.serving", str(data), str(port)]
        process = subprocess.Popen(command, cwd=HERE.parent.parent)
        try:
            _wait(f"http://localhost:{port}/healthz")
            yield Stage(chosen.origin, data, process.pid, token, council, document)
        finally:
            process.terminate()
            process.wait(30)


def _furnish(chosen: settings.Settings) -> tuple[str, str, str]:
    from fastapi.testclient import TestClient

    from tests.factories import World
    from tests.making.councils import established_council
    from tests.making.documents import shared_document

    installation.prepare(chosen)
    parts = build_parts(chosen)
    with TestClient(create_app(parts), base_url=chosen.origin) as client:
        world = World(parts, client, system_clock)
        council = established_council(world)
        made = [
            shared_document(world, council, council.organ_a, f"資料{n}".encode()).id
            for n in range(50)
        ]
        return council.organ_a.token, council.id, made[-1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310  our own server on loopback
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not come up")


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
        _until_ready(stage)
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


def _until_ready(stage: Stage) -> None:
    for _ in range(600):
        found = stage.ask(f"/api/v1/documents/{stage.document}/content", 1, 1)
        if not found["bad"] and found["p50"] > 50:
            return
        time.sleep(0.2)
    raise SystemExit("the upload was not verified in time")


def row_4() -> None:
    """Upload of 1 GiB."""
    with staged() as stage:
        path = f"/api/v1/documents/{stage.document}/content?file_name=big.bin"
        before = stage.resident()
        times: dict[str, list[float]] = {"sealed": [], "plain": []}
        for _ in range(5):
            times["plain"].append(stage.send("/bench/content?x=1", GIB)["seconds"])
            done = stage.send(path, GIB)
            assert done["status"] == 201, done
            times["sealed"].append(done["seconds"])
        print(f"memory growth {(stage.resident() - before) / 1024:.1f} MiB")
        _print_ratios("upload", times)


def _print_ratios(what: str, times: dict[str, list[float]]) -> None:
    for name, baseline in times.items():
        if name != "sealed":
            pairs = [b / s for b, s in zip(baseline, times["sealed"], strict=True)]
            print(
                f"{what} sealed against {name}: {statistics.median(pairs):.2f} of its speed "
                f"({min(pairs):.2f}–{max(pairs):.2f})"
            )


ROWS: dict[str, Callable[[], None]] = {"1": row_1, "2": row_2, "3": row_3, "4": row_4}

if __name__ == "__main__":
    for row in sys.argv[1:] or ROWS:
        print(f"-- row {row}", flush=True)
        ROWS[row]()
