"""What is looked for in an upload while it is read again: its type, malware, higher markings.

Owns the taps: each is fed the plaintext once, piece by piece, and keeps no more of it than the
first and last bytes, or one line; of a paper all of it, within a bound, until it was searched
(papers.py). Nothing touches the disk. Who reads the version decides what becomes of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from server.inspection import clamav, signatures
from server.inspection.clamav import Scan, Scanner, TooBig
from server.inspection.markings import MarkFinder
from server.inspection.papers import Paper
from server.inspection.unsearched import Why
from server.jobs import NotNow
from server.settings import HOLD, Settings

CLEAN, UNSCANNED, INFECTED = "clean", "unscanned", "infected"
TOO_BIG = "the scanner takes no file of this size (its StreamMaxLength), and unscanned files wait"


class ScannerDown(NotNow):
    """The scanner does not answer and unscanned versions are not served: look again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a tap found: media types joined by a comma, clean / unscanned / infected, the marking of
    a higher regime (BR-50), why none was looked for in a paper or in all of it, and why the version
    cannot be served. Of malware, `fault` is the name the scanner gave it.
    """

    detected: str | None = None
    scan: str | None = None
    marking: str | None = None
    unsearched: Why | None = None
    fault: str | None = None


class Tap(Protocol):
    """Looks at the plaintext of a version as it passes. `close` is called however it ends."""

    examined: Examined

    def feed(self, piece: bytes) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


class SignatureTap:
    """Keeps the first and last bytes, and says what they are the bytes of."""

    def __init__(self) -> None:
        self.examined = Examined()
        self._head, self._tail = b"", b""

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        if len(self._head) < signatures.HEAD:
            self._head = (self._head + piece)[: signatures.HEAD]
        whole = piece if len(piece) >= signatures.TAIL else self._tail + piece
        self._tail = whole[-signatures.TAIL :]

    def finish(self) -> None:
        """Look the bytes up."""
        found = signatures.media_types(self._head, self._tail)
        self.examined = Examined(detected=", ".join(found))

    def close(self) -> None:
        """Nothing is held."""


class MarkingTap:
    """Looks in a text for a line that is nothing but a marking of a higher regime."""

    def __init__(self) -> None:
        self.examined = Examined()
        self._finder = MarkFinder()

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        self._finder.feed(piece)

    def finish(self) -> None:
        """The text is over."""
        self.examined = Examined(marking=self._finder.finish())

    def close(self) -> None:
        """Nothing is held."""


class PaperTap:
    """Looks for the same in papers. Finishes after `types`, which says what the file is."""

    def __init__(self, types: SignatureTap) -> None:
        self.examined = Examined()
        self._types, self._paper = types, Paper()

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        self._paper.feed(piece)

    def finish(self) -> None:
        """Have the whole looked through."""
        searched = self._paper.search((self._types.examined.detected or "").split(", "))
        self.examined = Examined(marking=searched.marking, unsearched=searched.unsearched)

    def close(self) -> None:
        """Let go of the bytes."""
        self._paper = Paper()


class ScannerTap:
    """Streams everything to the scanner; where that fails, `holds` says what becomes of it."""

    def __init__(self, scanner: Scanner, *, holds: bool) -> None:
        self.examined = Examined()
        self._scanner, self._holds = scanner, holds
        self._scan: Scan | None = None

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises ScannerDown."""
        with self._asking():
            if self._scan is None and self.examined.scan is None:
                self._scan = Scan(self._scanner)
            if self._scan is not None:
                self._scan.feed(piece)

    def finish(self) -> None:
        """Wait for the verdict. Raises ScannerDown."""
        if self._scan is None:
            return
        with self._asking():
            malware = self._scan.finish().malware
            found = CLEAN if malware is None else INFECTED
            self.examined = Examined(scan=found, fault=malware)
        self.close()

    def close(self) -> None:
        """Close the connection, once."""
        if self._scan is not None:
            self._scan.close()
            self._scan = None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except TooBig:
            # To ask again would end alike: under `hold` the version is refused, and says why.
            self._unscanned(TOO_BIG if self._holds else None)
        except clamav.Down as error:
            self._unscanned(None)
            if self._holds:
                raise ScannerDown(str(error)) from error

    def _unscanned(self, fault: str | None) -> None:
        self.close()
        self.examined = Examined(scan=UNSCANNED, fault=fault)


def taps(settings: Settings) -> list[Tap]:
    """What looks at a version, in order: types, markings in text, the scanner if one is set, and
    markings in papers, for which a process is started only once the scanner has answered.
    """
    types = SignatureTap()
    found: list[Tap] = [types, MarkingTap()]
    if settings.clamav:
        scanner = Scanner(settings.clamav)
        found.append(ScannerTap(scanner, holds=settings.scanner_down == HOLD))
    return [*found, PaperTap(types)]


def together(found: Sequence[Tap]) -> Examined:
    """What all taps found. Without a scanner a version is `unscanned`, and says so.

    Malware goes before every other fault.
    """
    each = [tap.examined for tap in found]
    scan = next((one.scan for one in each if one.scan is not None), UNSCANNED)
    faults = sorted((one for one in each if one.fault), key=lambda one: one.scan != INFECTED)
    return Examined(
        detected=next((one.detected for one in each if one.detected), None),
        scan=scan,
        marking=next((one.marking for one in each if one.marking), None),
        unsearched=next((one.unsearched for one in each if one.unsearched), None),
        fault=faults[0].fault if faults else None,
    )
