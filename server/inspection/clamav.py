"""Asking ClamAV whether bytes hold malware: our own client of clamd's INSTREAM (clamd(8)).

Owns the connection, its limits of time and size, and the reading of every answer: one that is not
understood is no answer. Sends content to nobody but a scanner on this machine or a private network.
"""

import ipaddress
import re
import select
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlsplit

PATIENCE = 150.0  # seconds: clamd itself gives up a scan after 120 (MaxScanTime)
LONGEST_ANSWER = 4096
LARGEST_CHUNK = 1 << 20
_LENGTH = struct.Struct("!L")
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")
_TOO_BIG = "INSTREAM size limit exceeded. ERROR"


class Down(Exception):
    """The scanner cannot be reached, is too slow, or says what is not understood."""


class TooBig(Exception):
    """The scanner takes no stream of this size (its StreamMaxLength)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said: nothing found, or the name of what was."""

    malware: str | None


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where a clamd listens: `unix:/path` or `tcp://host:port`; seconds it is given per answer."""

    address: str
    patience: float = PATIENCE

    def connect(self) -> socket.socket:
        """A connection. Raises Down, also for a scanner out on a public network."""
        try:
            return self._connected()
        except OSError as error:
            raise Down(f"{self.address}: {error.strerror or error}") from error

    def _connected(self) -> socket.socket:
        if self.address.startswith("unix:"):
            made = socket.socket(socket.AF_UNIX)
            made.settimeout(self.patience)
            try:
                made.connect(self.address.removeprefix("unix:"))
            except BaseException:
                made.close()
                raise
            return made
        place = urlsplit(self.address)
        made = socket.create_connection((place.hostname, place.port or 0), self.patience)
        if not ipaddress.ip_address(made.getpeername()[0].partition("%")[0]).is_private:
            made.close()
            raise Down(f"{self.address} is not on a private network: nothing is sent there")
        return made

    def ask(self, command: str) -> str:
        """The answer to a command without arguments, such as PING. Raises Down."""
        with self.connect() as made:
            try:
                made.sendall(f"z{command}\0".encode())
                return _answer(made)
            except OSError as error:
                raise Down(f"{self.address}: {error}") from error

    def version(self) -> str:
        """What answers there, after it has answered PING. Raises Down."""
        if self.ask("PING") != "PONG":
            raise Down(f"{self.address} does not answer PING as clamd does")
        return self.ask("VERSION")


class Scan:
    """One stream on its way to the scanner. Leaving the block closes the connection."""

    def __init__(self, scanner: Scanner) -> None:
        """Raises Down."""
        self._scanner = scanner
        self._socket = scanner.connect()
        self._send(b"zINSTREAM\0")

    def __enter__(self) -> "Scan":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the scanner forgets a stream that was not ended."""
        self._socket.close()

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises Down, TooBig."""
        for start in range(0, len(piece), LARGEST_CHUNK):
            chunk = piece[start : start + LARGEST_CHUNK]
            self._send(_LENGTH.pack(len(chunk)) + chunk)

    def finish(self) -> Verdict:
        """End the stream and wait for the verdict. Raises Down, TooBig."""
        self._send(_LENGTH.pack(0))
        return self._verdict()

    def _send(self, data: bytes) -> None:
        # clamd answers early only when it takes no more: to go on would lose that answer.
        if select.select([self._socket], [], [], 0)[0]:
            self._stopped("the scanner answered before the stream ended")
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise Down(f"{self._scanner.address}: the scanner takes nothing more") from error
        except OSError as error:
            self._stopped(f"the connection broke: {error.strerror}")

    def _stopped(self, otherwise: str) -> None:
        with suppress(Down):
            self._verdict()
        raise Down(f"{self._scanner.address}: {otherwise}")

    def _verdict(self) -> Verdict:
        try:
            answer = _answer(self._socket)
        except OSError as error:
            raise Down(f"{self._scanner.address}: no verdict: {error}") from error
        if answer == "stream: OK":
            return Verdict(None)
        if answer == _TOO_BIG:
            raise TooBig
        found = _FOUND.fullmatch(answer)
        if found is None:
            raise Down(f"{self._scanner.address}: not understood: {answer[:200]!r}")
        return Verdict(found["name"][:200])


def _answer(made: socket.socket) -> str:
    """One answer, ended by NUL as it was asked for. Raises Down, OSError."""
    data = b""
    while not data.endswith(b"\0"):
        more = made.recv(LONGEST_ANSWER)
        data += more
        if not more or len(data) > LONGEST_ANSWER:
            raise Down("the scanner's answer has no end")
    text = data[:-1].decode("ascii", "replace").strip()
    if not text.isprintable():
        raise Down("the scanner's answer is no text")
    return text
