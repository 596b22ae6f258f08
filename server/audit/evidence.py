"""Verification of the rows that leaves vouch for: none changed, none added, none taken away.

Owns finding every such table: those with the columns `log_id` and `log_seq`. Reads only.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Table
from sqlmodel import SQLModel

from server.audit import service, stored
from server.audit.facts import row_digest
from server.audit.faults import Findings
from server.audit.verifying import Vouched
from server.database import Tx

Place = tuple[str, int]
Named = tuple[str, str, str]  # table, row id, digest


def tables() -> list[Table]:
    """Every table of evidence, whatever domain it belongs to."""
    known = SQLModel.metadata.tables
    return [
        known[name] for name in sorted(known) if {"log_id", "log_seq"} <= {*known[name].c.keys()}
    ]


def verify(tx: Tx, vouched: Mapping[str, Mapping[int, Vouched]], findings: Findings) -> None:
    """Compare every row of evidence with what the leaves vouch for."""
    due = {(log, seq): said for log, said_by in vouched.items() for seq, said in said_by.items()}
    left = {place: set(said.digests) for place, said in due.items() if said.digests is not None}
    strange: dict[Place, list[Named]] = {}
    for table in tables():
        findings.counted["tables"] += 1
        for row in stored.rows(tx, table):
            findings.counted["rows"] += 1
            _sort_out(table, row, left, strange, findings)
    _settle_folded(due, strange, findings)
    _report(left, strange, findings)


def _sort_out(
    table: Table,
    row: Row[Any],
    left: dict[Place, set[str]],
    strange: dict[Place, list[Named]],
    findings: Findings,
) -> None:
    try:
        digest = row_digest(table.name, stored.values(table, row))
    except ValueError as error:
        findings.fault("value", table=table.name, row=str(row.id), detail=f"column {error}")
        digest = ""
    place = (row.log_id, row.log_seq)
    waiting = left.get(place)
    if waiting is not None and digest in waiting:
        waiting.remove(digest)
    else:
        strange.setdefault(place, []).append((table.name, str(row.id), digest))


def _settle_folded(
    due: Mapping[Place, Vouched], strange: dict[Place, list[Named]], findings: Findings
) -> None:
    """Where the opening is gone, the rows found must fold to what the leaf holds."""
    for place, said in due.items():
        if said.digests is not None:
            continue
        found = strange.pop(place, [])
        if service.fold([digest for _, _, digest in found]) != said.folded:
            names = ", ".join(f"{table} {row}" for table, row, _ in found)
            findings.fault("row_changed", log=place[0], seq=place[1], detail=f"one of: {names}")


def _report(
    left: Mapping[Place, set[str]], strange: Mapping[Place, list[Named]], findings: Findings
) -> None:
    for place, named in strange.items():
        # As many rows as the leaf misses were changed; where it misses none, they were added.
        code = "row_changed" if left.get(place) else "row_foreign"
        for table, row, _ in named:
            findings.fault(code, table=table, row=row, log=place[0], seq=place[1])
    for (log, seq), digests in left.items():
        missing = len(digests) - len(strange.get((log, seq), []))
        if missing > 0:
            findings.fault("row_missing", log=log, seq=seq, detail=f"{missing} of this entry")
