"""A server in a process of its own, seen from outside: asked over sockets, killed, checked after.

Owns finding a port, waiting for it to answer, and the invariant that every fault test ends with.
"""

import http.client
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from server import fsck, wiring
from server.app import build_parts
from tests.faults.nursery import ORIGIN, chosen

SECONDS = 60
HOST = urlsplit(ORIGIN).netloc
FAILURES = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.json["code"])


class Nursery:
    """The process that servers are forked from."""

    def __init__(self, data: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def fork(self, asked: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=SECONDS)


@dataclass
class Server:
    """One installation, served (again) on demand. Port and files stay the same."""

    nursery: Nursery
    data: Path
    database_url: str = ""
    port: int = field(default_factory=lambda: free_port())
    pid: int = 0

    @property
    def log(self) -> Path:
        return self.data.parent / "server.log"

    @property
    def temporary(self) -> Path:
        return self.data.parent / "temporary"

    def start(
        self,
        end_at: tuple[str, int] | None = None,
        patience: int | None = None,
        disk: "Disk | None" = None,
    ) -> None:
        """Serve, until killed. `end_at`: it kills itself at the n-th passing of a crash point;
        `patience`: for so many seconds it waits for slow clients, and for locks of the database;
        `disk`: it has one of its own, until it ends.
        """
        self.pid = self.nursery.fork(
            {
                "data": str(self.data),
                "port": self.port,
                "database_url": self.database_url,
                "end_at": end_at,
                "patience": patience,
                "disk": disk and disk.asked(),
                "log": str(self.log),
                "temporary": str(self.temporary),
            }
        )
        until(lambda: self._answers() or not self.lives(), "the server did not come up")
        assert self.lives(), self.log.read_text("utf-8")

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz").status == 200
        except FAILURES:
            return False

    def lives(self) -> bool:
        return Path(f"/proc/{self.pid}").exists()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it by a signal, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
        self.gone()

    def gone(self) -> None:
        """Wait until it has ended."""
        until(lambda: not self.lives(), "the server did not end")

    def ask(
        self,
        method: str,
        path: str,
        token: str = "",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request. Raises what a broken connection raises."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        sent = {"Host": HOST, **({"Authorization": f"Bearer {token}"} if token else {})}
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            line.request(method, path, body, {**sent, **(headers or {})})
            got = line.getresponse()
            return Answer(got.status, dict(got.getheaders()), got.read())
        finally:
            line.close()

    def limit_files(self, size: int | None) -> None:
        """Let none of its files grow beyond `size` bytes (None: as before), as on a full disk.

        A limit of the process, not a small disk: nobody need be root to set it, and to lift it.
        """
        _, most = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (most if size is None else size, most))

    def hurry(self) -> None:
        """Let jobs that a killed process had taken be due at once, not in a minute."""
        with closing(sqlite3.connect(self.data / "kyogikai.db")) as connection, connection:
            connection.execute("UPDATE job SET due_at = 0 WHERE done_at IS NULL AND tries > 0")

    def holds(self, what: str) -> int:
        """How many open descriptors are of this (`socket:`, a folder)."""
        links = []
        for each in Path(f"/proc/{self.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed since it was listed
                links.append(os.readlink(each))
        return sum(what in link for link in links)

    def resident(self) -> int:
        """Resident memory in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        return int(next(s for s in status.splitlines() if s.startswith("VmRSS")).split()[1])

    def faults(self) -> list[str]:
        """What `fsck --deep` finds; the common end of every fault."""
        parts = build_parts(chosen(self.data, self.port, self.database_url))
        try:
            copies, checks = parts.settings.checkpoints, wiring.checks(parts, deep=True)
            report = fsck.check(parts.database, copies, checks, deep=True)
            return [fault.words() for fault in report.faults]
        finally:
            parts.database.dispose()


@dataclass
class Disk:
    """A small disk of one server, over the folder `at`; at first it holds what is in `holding`.

    Within `of` it is reached from outside, also when the server has ended.
    """

    at: Path
    size: int
    holding: Path
    _held: int = -1

    def asked(self) -> dict[str, Any]:
        self.at.mkdir(parents=True, exist_ok=True)
        return {"at": str(self.at), "size": self.size, "holding": str(self.holding)}

    @contextmanager
    def of(self, pid: int) -> Iterator["Disk"]:
        """As the server of this process sees it."""
        self._held = os.open(f"/proc/{pid}/root{self.at}", os.O_DIRECTORY)
        try:
            yield self
        finally:
            os.close(self._held)

    @property
    def folder(self) -> Path:
        """What is on it, from outside."""
        return Path(f"/proc/self/fd/{self._held}")

    def fill(self, *, but: int = 0) -> None:
        """Leave no room, or only so many bytes."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while ballast.write(bytes(4096)):
                pass
        kept = (self.folder / "ballast").stat().st_size - but
        os.truncate(self.folder / "ballast", max(kept, 0))

    def free(self) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink()


@contextmanager
def copied(nursery: Nursery, source: Path, to: Path, **more: Any) -> Iterator[Server]:
    """A server over a copy of an installation, running; at the end killed if it still lives."""
    shutil.copytree(source, to)
    server = Server(nursery, to, **more)
    server.start()
    try:
        yield server
    finally:
        if server.lives():
            server.kill()


def until(holds: Any, otherwise: str) -> None:
    """Wait until something holds; the time allowed only bounds a test that hangs."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
