"""Having PDF and Office files looked through for markings, by a process apart for each file.

Owns which types are papers, what is kept of them meanwhile (in memory, within a bound), and that
the search ends: in a bounded time, once more after a process that died, with a finding or with why
there is none. Parses nothing: that is `apart`.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from server.confinement.process import Died, Hung, Process
from server.inspection import signatures
from server.inspection.markings import MARKS
from server.inspection.unsearched import Why
from server.rendering.renderer import LARGEST
from server.rendering.signs import LOOKED_AT, is_pdf

SECONDS = 10.0
TRIES = 2
PROGRAM = "server.inspection.apart"

_BEGINNINGS = (*signatures.ZIPPED, signatures.OLE2_SIGNATURE)
_OFFICE = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")
_OTHERS = ("application/msword", "application/vnd.ms-", signatures.OLE2, "application/rtf")
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")  # a stream's name (MS-OFFCRYPTO 1.3.2)
_log = logging.getLogger("kyogikai.inspection")


@dataclass(frozen=True, slots=True)
class Searched:
    """The first marking that was found; why not everything was looked through, if so."""

    marking: str | None = None
    unsearched: Why | None = None


class Paper:
    """The bytes of a file as they pass, kept while it may be a paper and is not too large."""

    def __init__(self) -> None:
        self._kept: bytearray | None = bytearray()
        self._known = False
        self._length = 0

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        self._length += len(piece)
        if self._kept is None:
            return
        self._kept += piece
        if not self._known and len(self._kept) >= LOOKED_AT:
            self._known = True
            if not (is_pdf(bytes(self._kept[:LOOKED_AT])) or self._kept.startswith(_BEGINNINGS)):
                self._kept = None
        if self._length > LARGEST:
            self._kept = None

    def search(self, detected: Iterable[str]) -> Searched:
        """Look through it, as the papers it is; what is no paper is not looked into."""
        of, others = kinds(detected)
        kept, self._kept = self._kept, None
        if self._length > LARGEST and (of or others):
            return Searched(unsearched=Why.TOO_LARGE)
        if others and not of:
            locked = kept is not None and _ENCRYPTED_OFFICE in kept
            return Searched(unsearched=Why.ENCRYPTED if locked else Why.OTHER_FORMAT)
        if of and kept is None:  # it ends as one, and begins as something else
            return Searched(unsearched=Why.DAMAGED)
        return searched(of, bytes(kept or b"")) if of else Searched()


def kinds(detected: Iterable[str]) -> tuple[list[str], bool]:
    """As what a file of these types is looked through, and whether it is (also) a paper of a kind
    that is not.
    """
    of, others = [], False
    for media_type in detected:
        if media_type == signatures.PDF:
            of.append("pdf")
        elif media_type.startswith(_OFFICE) or media_type in signatures.MACROS:
            of.append("office")
        elif media_type.startswith(_OTHERS):
            others = True
    return of, others


def searched(of: Sequence[str], content: bytes) -> Searched:
    """What the process apart finds. Never fails: where it does twice, that is the finding."""
    why = Why.BROKE_DOWN
    for _ in range(TRIES):
        try:
            return _asked(of, content)
        except (Died, Hung, OSError) as failure:
            why = Why.TOO_SLOW if isinstance(failure, Hung) else Why.BROKE_DOWN
            _log.warning("search for markings: %s (%s)", why, type(failure).__name__)
    return Searched(unsearched=why)


def _asked(of: Sequence[str], content: bytes) -> Searched:
    process = Process(PROGRAM)
    try:
        return _understood(process.ask({"kinds": list(of)}, content, SECONDS)[0])
    finally:
        process.end()


def _understood(told: dict[str, Any]) -> Searched:
    """The answer, which may come from a process that a file has taken over. Raises Died."""
    marking, why = told.get("marking"), told.get("unsearched")
    if marking not in (None, *MARKS) or why not in (None, *Why):
        raise Died
    return Searched(marking, None if why is None else Why(why))
