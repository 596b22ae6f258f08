"""Row 1: one decision, membership look-up in SQLite included, against Casbin's Enforcer."""

import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import casbin

from server import installation, settings
from server.access.grant import held_to
from server.access.policy import What, Who
from server.access.vocabulary import Action
from server.app import build_parts
from server.clock import system_clock
from server.councils.kinds import COUNCIL
from server.database import Tx
from server.ids import new_id

SIZES = (1_000, 1_000_000)
PER_COUNCIL = 40
CALLS = 3_000


def figures() -> list[str]:
    """The lines to print."""
    enforce = _enforcing()
    lines, medians = [], {}
    for size in SIZES:
        decide, grown = _deciding(size)
        medians[size] = decide
        lines.append(
            f"decision at {size:>9,} memberships: {decide:6.1f} µs; Enforcer.enforce {enforce:7.1f}"
            f" µs: {enforce / decide:5.1f} × faster; memory after 20,000 unknown names: +{grown} KiB"
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
    who, what = Who(frozenset({"member"})), What("council", "established")
    return _median(lambda: enforcer.enforce(who, "read", what), 300)


def _deciding(size: int) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings.read({}, data=str(Path(folder) / "data"))
        installation.prepare(chosen)
        council, persons = _fill(Path(folder) / "data" / "kyogikai.db", size)
        parts = build_parts(chosen)
        with parts.database.reading() as tx:
            rounds = iter(range(10**9))

            def decide() -> None:
                person = persons[next(rounds) % len(persons)]
                row = COUNCIL.one.row(tx, {"id": council, "person": person, "now": tx.now})
                held = held_to(COUNCIL, row)
                assert parts.policy.allows(held, row.category, Action.READ, COUNCIL.name, row.state)

            taken = _median(decide)
            grown = _growth(tx, council)
        parts.database.dispose()
        return taken, grown


def _growth(tx: Tx, council: str) -> int:
    """Resident memory added by asking about 20,000 persons nobody knows, in KiB."""
    ask = {"id": council, "now": tx.now}
    for _ in range(2_000):
        COUNCIL.one.row(tx, {**ask, "person": secrets.token_hex(16)})
    before = _resident()
    for _ in range(20_000):
        COUNCIL.one.row(tx, {**ask, "person": secrets.token_hex(16)})
    return _resident() - before


def _resident() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def _fill(file: Path, size: int) -> tuple[str, list[str]]:
    """Councils of 40 seats each, acknowledged; a council in the middle and its persons."""
    now = system_clock() - 1000
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA foreign_keys=OFF")
    councils = [new_id(now) for _ in range(size // PER_COUNCIL)]
    seats = [(council, new_id(now)) for council in councils for _ in range(PER_COUNCIL)]
    _insert(connection, "log", [_log(c) for c in councils])
    _insert(connection, "council", [_council(c, now) for c in councils])
    _insert(connection, "seat", [_seat(c, p, now) for c, p in seats])
    _insert(connection, "acknowledgement", [_acknowledgement(c, p, now) for c, p in seats])
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()
    chosen = councils[len(councils) // 2]
    return chosen, [person for council, person in seats if council == chosen]


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    known = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
    filled = {name: (0 if "INT" in kind else "x") for name, kind in known.items()}
    names = list(known)
    marks = ",".join("?" * len(names))
    values = [[({**filled, **row})[name] for name in names] for row in rows]
    connection.executemany(f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})", values)


def _log(council: str) -> dict[str, Any]:
    return {"id": council, "origin": council, "range": b""}


def _council(council: str, now: int) -> dict[str, Any]:
    return {"id": council, "recorded_at": now, "log_id": council}


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
    }
