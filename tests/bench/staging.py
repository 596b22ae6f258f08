"""A server under measurement in a process of its own, and a load generator in another.

Owns starting and ending both. What is measured is said by the rows, in `__main__.py` and beside it.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server import installation, settings
from server.app import build_parts, create_app
from server.clock import system_clock

HERE = Path(__file__).resolve().parent
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

    def ask(
        self, path: str, connections: int, each: int, seconds: float = 30, header: str = ""
    ) -> dict[str, float]:
        """Load one address; the figures."""
        return self._run("ask", path, str(connections), str(each), str(seconds), header)

    def send(self, path: str, size: int) -> dict[str, float]:
        """Upload; the figures."""
        return self._run("send", path, str(size))

    def stored(self, path: str, size: int) -> float:
        """Upload; in how many seconds it was answered that it is stored."""
        done = self.send(path, size)
        if done["status"] != 201:
            raise SystemExit(f"the upload was not stored: {done}")
        return done["seconds"]

    def send_many(self, path: str, size: int, count: int) -> dict[str, float]:
        """Upload many times at once; how many were stored."""
        return self._run("send-many", path, str(size), str(count))

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
        return self._status("VmRSS")

    def most_resident(self) -> int:
        """The most resident memory the server has ever had, in KiB."""
        return self._status("VmHWM")

    def _status(self, name: str) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(s for s in status.splitlines() if s.startswith(name)).split()[1])


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


def until_ready(stage: Stage) -> None:
    """Wait until an uploaded version was read again and is served."""
    address = f"{stage.origin}/api/v1/documents/{stage.document}"
    bearer = {"Authorization": f"Bearer {stage.token}"}
    asked = urllib.request.Request(address, headers=bearer)  # noqa: S310  our own, on loopback
    for _ in range(600):
        with urllib.request.urlopen(asked) as answer:  # noqa: S310  as above
            newest = json.load(answer)["versions"][0]
        if newest["state"] == "ready":
            return
        time.sleep(0.2)
    raise SystemExit("the upload was not verified in time")
