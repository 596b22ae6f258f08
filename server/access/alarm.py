"""Stored content is not what was stored: said aloud, once for each time somebody met it.

Owns the entry `<kind>.damaged`, which is found without opening any, and the operator's line. Whom
to tell is said by the domain (server/documents/oversight/telling.py). Never says what was stored.
"""

import logging
from dataclasses import replace

from server.access.parts import Parts
from server.audit.service import Draft

DAMAGED = "damaged"

_log = logging.getLogger("kyogikai.alarm")


def damaged(parts: Parts, log_id: str, reading: Draft) -> None:
    """Record that content was found damaged; `reading` is the draft of the act that found it."""
    _log.critical(
        "%s: 保存された内容が壊れているか、すり替えられています / its stored content is damaged or "
        "was replaced: fsck --deep",
        reading.object,
    )
    kind = f"{reading.object.partition('/')[0]}.{DAMAGED}"
    parts.recorder.record(log_id, replace(reading, kind=kind, outcome="done"))
