"""The process apart: `python -m server.inspection.apart`, with a socket as its standard input.

Owns its one job: a file comes, the first marking in it goes back, or why there was no looking.
Never says anything else of the file.
"""

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

from server.confinement import wire
from server.confinement.confine import confine, processor
from server.inspection.apart import office, pdf
from server.inspection.apart.budget import Budget
from server.inspection.markings import LONGEST_LINE, marking_of
from server.inspection.unsearched import Unsearched, Why

MOST = 128 << 20
SECONDS = 5.0
PROCESSOR_SECONDS = 20  # if the server is no more, and ends nothing

LINES: dict[str, Callable[[bytes, Budget], Iterator[str]]] = {
    "pdf": pdf.lines,
    "office": office.lines,
}


def answer(kinds: list[str], content: bytes) -> dict[str, Any]:
    """The first marking, taking the content for each of the kinds (a polyglot has two)."""
    budget, why = Budget(SECONDS), None
    for kind in kinds:
        try:
            found = next(filter(None, map(_marking, LINES[kind](content, budget))), None)
            if found is not None:
                return {"marking": found}
        except Unsearched as ended:
            why = why or ended.why
        except (MemoryError, RecursionError, OverflowError):
            why = why or Why.TOO_COMPLEX
        except Exception:  # noqa: BLE001  of a stranger's file, anything may come
            why = why or Why.DAMAGED
    return {"unsearched": why}


def _marking(line: str) -> str | None:
    """`marking_of`, at once for the many lines that cannot be one: numbers, long paragraphs."""
    return None if line.isascii() or len(line) > LONGEST_LINE else marking_of(line)


def main() -> None:
    """Give up everything, do the one job, and end."""
    server = socket.socket(fileno=0)
    os.chdir("/")
    wire.send(server, {"held": confine([])})
    try:
        asked, content = wire.receive(server, MOST)
    except (EOFError, OSError):
        return
    processor(PROCESSOR_SECONDS)
    wire.send(server, answer(asked["kinds"], content))


if __name__ == "__main__":
    main()
