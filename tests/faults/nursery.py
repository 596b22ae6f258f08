"""Real server processes for fault tests, in a moment: forked from one that has imported all.

`python -m tests.faults.nursery DATA`: DATA is any installation of the same settings. Each line of
input is a JSON object saying what to serve; the pid is the answer. What is forked runs the server's
own parts, keeper and web server, and may be killed at will.
"""

import ctypes
import json
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from server import crashpoints, database, patience, serve, settings
from server.app import build_parts, create_app
from server.keeping import Keeper

ORIGIN = "http://localhost:8000"  # of every installation here, wherever it listens
PR_SET_PDEATHSIG, PR_SET_PTRACER = 1, 0x59616D61
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE = 1 << 14, 1 << 18
LIBC = ctypes.CDLL(None, use_errno=True)


def chosen(data: Path, port: int, database_url: str = "") -> settings.Settings:
    """The settings of an installation made for fault tests."""
    given = {"KYOGIKAI_ORIGIN": ORIGIN}
    if database_url:
        given["KYOGIKAI_DATABASE_URL"] = database_url
    return settings.read(given, data=str(data), port=str(port))


def main() -> None:
    """Fork a server for each line, until the input ends; then end those that are left."""
    parts = build_parts(chosen(Path(sys.argv[1]), 8000))
    app = create_app(parts)
    parts.database.dispose()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that were killed
    _tell("ready")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _be_a_server(app, json.loads(line))
        _tell(str(pid))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _be_a_server(app: FastAPI, asked: dict[str, Any]) -> None:
    # The kernel ends it with the nursery; and strace may attach where only children may be traced.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    LIBC.prctl(PR_SET_PTRACER, ctypes.c_ulong(-1))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if asked["disk"]:
        _have_a_disk(**asked["disk"])
    os.makedirs(asked["temporary"], exist_ok=True)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.environ["TMPDIR"] = asked["temporary"]
    if asked["end_at"]:
        _end_at(*asked["end_at"])
    if asked["patience"]:
        patience.HEAD_SECONDS = patience.BODY_SECONDS = asked["patience"]
        database.WAIT_SECONDS = asked["patience"]
    status = 1
    try:
        _serve(app, chosen(Path(asked["data"]), asked["port"], asked["database_url"]))
        status = 0
    finally:
        os._exit(status)


def _have_a_disk(at: str, size: int, holding: str) -> None:
    """A real disk of so many bytes, with what stands in `holding`, seen by this process alone.

    In namespaces of its own, so that nobody need be root, and nothing is left when it ends.
    """
    ids = ((os.getuid(), "uid_map"), (os.getgid(), "gid_map"))
    if LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0:
        Path("/proc/self/setgroups").write_text("deny", "utf-8")
        for number, file in ids:
            Path(f"/proc/self/{file}").write_text(f"{number} {number} 1", "utf-8")
    else:
        _done(LIBC.unshare(CLONE_NEWNS))  # root, where user namespaces are forbidden
    _done(LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    _done(LIBC.mount(b"tmpfs", at.encode(), b"tmpfs", 0, f"size={size}".encode()))
    shutil.copytree(holding, at, dirs_exist_ok=True)


def _done(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "no namespace with a disk of its own (user namespaces?)")


def _end_at(point: str, times: int) -> None:
    """SIGKILL oneself when a crash point is passed for the n-th time."""
    passed = 0

    def hook(name: str) -> None:
        nonlocal passed
        passed += name == point
        if passed == times:
            os.kill(os.getpid(), signal.SIGKILL)

    crashpoints.set_hook(hook)


def _serve(app: FastAPI, asked: settings.Settings) -> None:
    serve._log_to_stderr()
    with socket.create_server((asked.host, asked.port), backlog=2048) as listening:
        parts = app.state.parts = build_parts(asked)
        keeper = Keeper(parts)
        keeper.start()
        try:
            serve.server(app, asked).run(sockets=[listening])
        finally:
            keeper.stop()
            parts.database.dispose()


if __name__ == "__main__":
    main()
