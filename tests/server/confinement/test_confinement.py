"""A process apart that a file has taken over: what it can no longer do, and say."""

import socket
import struct
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest

from server.confinement import wire

CONFINED = """
import fcntl, os, resource, socket, subprocess, sys
from pathlib import Path
from server.confinement.confine import confine, processor
held = confine([])
def tried(act):
    try:
        act()
        return "done"
    except OSError as error:
        return type(error).__name__
print(sorted(held))
print("read", tried(Path(sys.argv[1]).read_bytes))
print("write", tried(lambda: Path(sys.argv[2]).write_bytes(b"x" * 10)))
print("connect", tried(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 1)))
print("run", tried(lambda: subprocess.run(["/bin/true"])))
print("socket", tried(lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[4])))
print("empty", tried(lambda: os.truncate(sys.argv[1], 0)))
print("mode", tried(lambda: os.chmod(sys.argv[1], 0)))
print("times", tried(lambda: os.utime(sys.argv[1], (0, 0))))
print("signal", tried(lambda: os.kill(int(sys.argv[5]), 9)))
its = resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE)
print("limit", tried(lambda: resource.prlimit(int(sys.argv[5]), *its)))
print("owner", tried(lambda: fcntl.fcntl(0, 8, int(sys.argv[5]))))  # F_SETOWN
print("own", tried(lambda: processor(20)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock and namespaces are Linux's")
def test_a_process_that_was_taken_over_reads_no_key_writes_nothing_and_reaches_nobody(
    tmp_path: Path,
) -> None:
    secret, there, database = tmp_path / "root.key", tmp_path / "copy", str(tmp_path / "s")
    secret.write_bytes(b"key")
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_server(database, family=socket.AF_UNIX),
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other,
    ):
        arguments = str(secret), str(there), str(listening.getsockname()[1]), database
        command = [sys.executable, "-c", CONFINED, *arguments, str(other.pid)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        is_alive = other.poll() is None
        other.kill()
    held, *tries = ran.stdout.splitlines()
    assert {"limits", "network", "files", "calls"} >= set(literal_eval(held)) >= {"limits"}
    told = dict(line.split() for line in tries)
    assert told["write"] != "done"
    assert not there.exists() or there.read_bytes() == b""
    if "files" in held:
        assert told["read"] == "PermissionError"
    if "network" in held:
        assert told["connect"] in ("OSError", "PermissionError")
    if "calls" in held:
        others = "connect", "socket", "empty", "mode", "times", "signal", "limit", "owner"
        assert {told[name] for name in others} == {"PermissionError"}
        assert told["own"] == "done"
        assert is_alive
        assert secret.read_bytes() == b"key"


def test_a_header_nested_without_end_breaks_the_form() -> None:
    """It may come from a process that a file has taken over."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        header = b"[" * 6000
        theirs.sendall(struct.pack("!IQ", len(header), 0) + header)
        with pytest.raises(ValueError, match="nested"):
            wire.receive(ours, 0)
