"""Row 1: one decision, membership look-up in SQLite included, against Casbin's Enforcer.

Both answer the same two questions in turn, of a paper of the council: may a member read it (yes),
may a member release it (no). A no makes the Enforcer ask every grant.
"""

import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import casbin

from server import installation, settings
from server.access.deciding import held_to
from server.access.policy import What, Who
from server.access.vocabulary import Action
from server.app import build_parts
from server.clock import system_clock
from server.database import Tx
from server.documents.kinds import COUNCIL_INTERNAL, DOCUMENT
from server.ids import new_id

SIZES = (1_000, 1_000_000)
PER_COUNCIL = 40
CALLS = 3_000
TEXT = "duty-of-confidentiality/1"
QUESTIONS = ((Action.READ, True), (Action.RELEASE, False))


def figures() -> list[str]:
    """The lines to print."""
    enforce = _enforcing()
    lines, medians = [], {}
    for size in SIZES:
        decide, grown = _deciding(size)
        medians[size] = decide
        lines.append(
            f"decision at {size:>9,} memberships: {decide:.1f} µs; Enforcer.enforce {enforce:.1f} "
            f"µs: {enforce / decide:.1f} × faster; after 20,000 unknown names +{grown} KiB"
        )
    lines.append(f"1,000,000 against 1,000: {medians[SIZES[1]] / medians[SIZES[0]]:.2f} ×")
    return lines


def _median(call: Callable[[], Any], calls: int = CALLS) -> float:
    """The median of ten groups of calls, in microseconds a call."""
    groups = []
    for _ in range(10):
        begun = time.perf_counter()
        for _ in range(calls // 10):
            call()
        groups.append((time.perf_counter() - begun) / (calls // 10) * 1e6)
    return statistics.median(groups)


def _enforcing() -> float:
    policies = settings.HERE / "policies"
    enforcer = casbin.Enforcer(str(policies / "model.conf"), str(policies / "grants.csv"))
    who, what = Who(frozenset({"member"})), What("document", COUNCIL_INTERNAL)
    ask = cycle(QUESTIONS)
    return _median(lambda: enforcer.enforce(who, next(ask)[0].value, what), 300)


def _deciding(size: int) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings.read({}, data=str(Path(folder) / "data"))
        installation.prepare(chosen)
        document, persons = _fill(Path(folder) / "data" / "kyogikai.db", size)
        parts = build_parts(chosen)
        with parts.database.reading() as tx:
            people, ask = cycle(persons), cycle(QUESTIONS)

            def decide() -> None:
                action, expected = next(ask)
                facts = {"id": document, "person": next(people), "now": tx.now}
                row = DOCUMENT.one.row(tx, facts)
                held = held_to(DOCUMENT, row)
                by = parts.policy.allows(held, row.category, action, DOCUMENT.name, row.state)
                assert bool(by) is expected

            taken = _median(decide)
            grown = _growth(tx, document)
        parts.database.dispose()
        return taken, grown


def _growth(tx: Tx, document: str) -> int:
    """Resident memory added by asking about 20,000 persons nobody knows, in KiB."""
    ask = {"id": document, "now": tx.now}
    for _ in range(2_000):
        DOCUMENT.one.row(tx, {**ask, "person": secrets.token_hex(16)})
    before = _resident()
    for _ in range(20_000):
        DOCUMENT.one.row(tx, {**ask, "person": secrets.token_hex(16)})
    return _resident() - before


def _resident() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def _fill(file: Path, size: int) -> tuple[str, list[str]]:
    """Councils of 40 seats each, acknowledged, with one paper each; the paper of a council in the
    middle, and that council's persons.
    """
    now = system_clock() - 1000
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA foreign_keys=OFF")
    councils = [new_id(now) for _ in range(size // PER_COUNCIL)]
    seats = [(council, new_id(now)) for council in councils for _ in range(PER_COUNCIL)]
    _insert(connection, "log", [_log(c) for c in councils])
    _insert(connection, "document", [_document(c, now) for c in councils])
    _insert(connection, "seat", [_seat(c, p, now) for c, p in seats])
    _insert(connection, "acknowledgement", [_acknowledgement(c, p, now) for c, p in seats])
    connection.commit()
    connection.execute("ANALYZE")
    chosen = councils[len(councils) // 2]
    paper = connection.execute(
        "SELECT id FROM document WHERE council_id = ?", (chosen,)
    ).fetchone()[0]
    connection.close()
    return paper, [person for council, person in seats if council == chosen]


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    known = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
    filled = {name: (0 if "INT" in kind else "x") for name, kind in known.items()}
    names = list(known)
    marks = ",".join("?" * len(names))
    values = [[({**filled, **row})[name] for name in names] for row in rows]
    text = f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})"  # noqa: S608  our own names
    connection.executemany(text, values)


def _log(council: str) -> dict[str, Any]:
    return {"id": council, "origin": council, "range": b""}


def _document(council: str, now: int) -> dict[str, Any]:
    return {"id": new_id(now), "recorded_at": now, "council_id": council, "is_secret": 0}


def _seat(council: str, person: str, now: int) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "council_id": council,
        "person_id": person,
        "role": "handler",
        "category": "knowledge_holder",
        "valid_from": now,
        "valid_to": None,
    }


def _acknowledgement(council: str, person: str, now: int) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "recorded_at": now,
        "council_id": council,
        "person_id": person,
        "subject_id": council,
        "text_id": TEXT,
    }
