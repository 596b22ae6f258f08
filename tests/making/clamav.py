"""A real clamd with a database of one line, and a socket that answers as no clamd would."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

from server.inspection.clamav import Down, Scanner

# The test file of the industry, whole only in memory: on disk it would be found by others.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Eicar-Test-Signature"


@dataclass
class Clamd:
    """A running clamd; `stop` ends it as a crash would. `port`: 0 where it has no door by TCP."""

    socket: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"unix:{self.socket}"

    @property
    def by_tcp(self) -> str:
        assert self.port
        return f"tcp://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def _written(folder: Path, most_mib: int, port: int) -> Path:
    database, temporary = folder / "database", folder / "tmp"
    for each in (database, temporary):
        each.mkdir()
    signature = f"{md5(EICAR, usedforsecurity=False).hexdigest()}:{len(EICAR)}:{NAME}\n"
    (database / "test.hdb").write_text(signature)
    config = folder / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {database}\nLocalSocket {folder / 's'}\nForeground yes\n"
        f"TemporaryDirectory {temporary}\nStreamMaxLength {most_mib}M\n"
        f"LogFile {folder / 'log'}\n" + (f"TCPSocket {port}\nTCPAddr 127.0.0.1\n" if port else "")
    )
    return config


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def clamd(folder: Path, *, most_mib: int = 4, tcp: bool = False) -> Iterator[Clamd]:
    """clamd as this user, ready to scan; `most_mib` is its StreamMaxLength; `tcp`: a port too."""
    port = _free_port() if tcp else 0
    config = _written(folder, most_mib, port)
    process = subprocess.Popen(
        ["clamd", "--config-file", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    running = Clamd(folder / "s", port, process)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                assert Scanner(running.address, 5).version().startswith("ClamAV")
                break
            except Down:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.02)
        yield running
    finally:
        running.stop()


@contextmanager
def answering(answer: bytes | None, *, after: int = 0) -> Iterator[str]:
    """A socket that reads at least `after` bytes, then says `answer` (None: nothing) and closes;
    its address. With `after` 0 it reads until the stream's end.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        made, _ = listener.accept()
        with made:
            data = b""
            while not (len(data) >= after if after else data.endswith(b"\0\0\0\0")):
                more = made.recv(1 << 16)
                if not more:
                    return
                data += more
            if answer is not None:
                made.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join()
        listener.close()


@contextmanager
def silent() -> Iterator[str]:
    """A socket that takes connections and says nothing; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    try:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
