"""One running process apart: started with a closed environment, asked, ended.

Owns its socket and its end. Holds no queue: one thread asks at a time.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from server.confinement import wire

LARGEST_ANSWER = 256 << 20
START_SECONDS = 30.0
HERE = Path(__file__).resolve().parents[2]


class Died(Exception):
    """The process ended, or said what is no message."""


class Hung(Exception):
    """The process did not answer in time."""


class Process:
    """One running process: a program of ours that begins by `confine` and says what holds."""

    def __init__(self, program: str, *arguments: str) -> None:
        self._socket, theirs = socket.socketpair()
        command = [sys.executable, "-E", "-s", "-m", program, *arguments]
        with theirs:
            self._popen = subprocess.Popen(  # noqa: S603  our own module
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=HERE,
                env={"LANG": "C.UTF-8", "PATH": os.defpath},
                start_new_session=True,
            )
        self.held: list[str] = self._receive(time.monotonic() + START_SECONDS)[0]["held"]

    @property
    def id(self) -> int:
        """Its number in the system."""
        return self._popen.pid

    def ask(self, header: dict[str, Any], body: bytes, seconds: float) -> tuple[Any, bytes]:
        """One message and its answer. Raises Died, Hung; then the process is no more."""
        until = time.monotonic() + seconds
        try:
            wire.send(self._socket, header, body, until)
        except TimeoutError as error:
            raise self._gone(Hung()) from error
        except OSError as error:
            raise self._gone(Died()) from error
        return self._receive(until)

    def _receive(self, until: float) -> tuple[Any, bytes]:
        try:
            return wire.receive(self._socket, LARGEST_ANSWER, until)
        except TimeoutError as error:
            raise self._gone(Hung()) from error
        except (OSError, EOFError, ValueError) as error:
            raise self._gone(Died()) from error

    def _gone(self, why: Exception) -> Exception:
        self.end()
        return why

    def interrupt(self) -> None:
        """Stop it from another thread: who waits for it learns that it died."""
        self._popen.kill()

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._popen.kill()
        self._popen.wait()
        self._socket.close()
