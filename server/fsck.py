"""`kyogikai-server fsck`: recomputes everything that a log vouches for, and says what it found.

Owns putting the verifications together and the words of the report. Changes nothing: finding out
is safe at any time, also while the server runs. It cannot see what nobody wrote down before: an
attacker with database, keys and the copies outside rewrites all three (that takes witnesses).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, select

from crypto.errors import Unverified
from server import tables
from server.access.models import Installation
from server.access.parts import Parts
from server.audit import evidence, outside, reading, stored, verifying
from server.audit.faults import Fault, Findings
from server.audit.models import SYSTEM, Entry, Log, SignedCheckpoint, Subtree
from server.database import Database, Tx
from server.keyring import KeyProblem
from server.keys import service as keys
from server.keys.models import KeyVersion

Check = Callable[[Tx], Iterator[str]]

_log: Table = Log.__table__  # type: ignore[attr-defined]
_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_key: Table = KeyVersion.__table__  # type: ignore[attr-defined]
_installation: Table = Installation.__table__  # type: ignore[attr-defined]
OF_A_LOG: tuple[Table, ...] = (
    _entry,
    Subtree.__table__,  # type: ignore[attr-defined]
    SignedCheckpoint.__table__,  # type: ignore[attr-defined]
)
COUNTED = {
    "logs": ("ログ", "logs"),
    "entries": ("記録", "entries"),
    "openings": ("封を開けて照合した記録", "openings opened and compared"),
    "subtrees": ("部分木", "subtrees"),
    "checkpoints": ("署名済みチェックポイント", "signed checkpoints"),
    "outside": ("外部の控え", "copies outside the database"),
    "keys": ("鍵の版", "key versions"),
    "tables": ("証拠の表", "tables of evidence"),
    "rows": ("証拠の行", "rows of evidence"),
    "checks": ("分野ごとの検査", "checks of domains"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and every fault."""

    counted: dict[str, int]
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults

    def lines(self) -> Iterator[str]:
        """The report in words, Japanese and English."""
        yield "検査したもの / checked:"
        for name, (japanese, english) in COUNTED.items():
            yield f"  {self.counted.get(name, 0):>8}  {japanese} / {english}"
        for fault in self.faults:
            yield f"NG  {fault.words()}"
        if self.sound:
            yield "異常なし / nothing wrong was found"
        else:
            yield f"異常 {len(self.faults)} 件 / {len(self.faults)} faults"


def main(parts: Parts, checks: Iterable[Check] = (), *, deep: bool = False) -> int:
    """Check, print the report; 0 when everything is sound, else 1."""
    report = check(parts.database, parts.settings.checkpoints, checks, deep=deep)
    for line in report.lines():
        print(line)
    return 0 if report.sound else 1


def check(
    database: Database, copies: Path, checks: Iterable[Check] = (), *, deep: bool = False
) -> Report:
    """Verify database and copies outside, as of one moment.

    `checks` are what domains know of their own rows (`CHECKS`, and with `--deep` those that open
    stored content); each yields faults in words. `deep` also has the database examine its own file
    with its indexes.
    """
    tables.gather()
    findings = Findings()
    outside_before = outside.read(copies)
    with database.reading() as tx, stored.undecoded(tx):
        with _finishing(findings, "the database file"):
            _check_file(database, tx, findings, deep=deep)
        _check_logs(tx, findings)
        with _finishing(findings, "keys"):
            _check_keys(tx, findings)
        with _finishing(findings, "the installation's row"):
            _check_installation(tx, findings)
    with database.reading() as tx:
        with _finishing(findings, "copies outside"):
            findings.counted["outside"] = len(outside_before)
            for each in outside.contradictions(tx, outside_before):
                findings.fault(each.code, table="log", log=each.log_id, detail=each.detail)
        for each_check in checks:
            _run(each_check, tx, findings)
    return Report(dict(findings.counted), tuple(findings.faults))


@contextmanager
def _finishing(findings: Findings, what: str) -> Iterator[None]:
    """Whatever damage makes a check raise is a fault, and no reason to leave out the others."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  see above
        findings.fault("unfinished", detail=f"{what}: {type(error).__name__}: {error}"[:500])


def _check_file(database: Database, tx: Tx, findings: Findings, *, deep: bool) -> None:
    if not database.on_sqlite:
        return
    pragma = "PRAGMA integrity_check(20)" if deep else "PRAGMA quick_check(20)"
    for line in tx.connection.exec_driver_sql(pragma).scalars():
        if line != "ok":
            findings.fault("database", detail=str(line))


def _check_logs(tx: Tx, findings: Findings) -> None:
    vouched: dict[str, dict[int, verifying.Vouched]] = {}
    with _finishing(findings, "logs"):
        for log in list(stored.rows(tx, _log, order="id")):
            with _finishing(findings, f"log {log.id}"):
                _verify_log(tx, log, vouched, findings)
        if SYSTEM not in vouched:
            findings.fault("no_log", table="log", log=SYSTEM)
        for table in OF_A_LOG:
            orphans = select(table.c.log_id).where(table.c.log_id.not_in(select(_log.c.id)))
            for log_id in tx.connection.scalars(orphans.distinct()):
                findings.fault("no_log", table=table.name, log=log_id)
    with _finishing(findings, "rows of evidence"):
        evidence.verify(tx, vouched, findings)


def _verify_log(
    tx: Tx, log: Row[Any], vouched: dict[str, dict[int, verifying.Vouched]], findings: Findings
) -> None:
    try:
        stored.values(_log, log)
    except ValueError as error:
        findings.fault("value", table="log", row=str(log.id), detail=f"column {error}")
    else:
        vouched[log.id] = verifying.verify(tx, log, findings)


def _check_keys(tx: Tx, findings: Findings) -> None:
    for row in stored.rows(tx, _key):
        findings.counted["keys"] += 1
        try:
            stored.values(_key, row)
            keys.open_version(tx.keyring, row)
        except (Unverified, ValueError):
            detail = f"owner {row.owner!r} version {row.version}"
            findings.fault("key", table=_key.name, row=str(row.id), detail=detail)


def _check_installation(tx: Tx, findings: Findings) -> None:
    """The row was written with the system log's first entry, which holds the same facts."""
    first = stored.rows(tx, _entry, {"log_id": SYSTEM, "seq": 0})
    entries, found = list(first), list(stored.rows(tx, _installation))
    if len(found) != 1:
        findings.fault("installation", table="installation", detail=f"{len(found)} rows")
        return
    row = found[0]
    try:
        opening = reading.opening_of(tx, SYSTEM, entries[0]) if entries else None
    except (Unverified, KeyProblem):
        return  # named already
    if opening is None:
        return
    recorded = {**opening.body, "id": entries[0].object, "created_at": entries[0].time}
    for column, value in row._mapping.items():
        if recorded.get(column) != value:
            detail = f"column {column}"
            findings.fault("installation", table="installation", row=str(row.id), detail=detail)


def _run(each: Check, tx: Tx, findings: Findings) -> None:
    findings.counted["checks"] += 1
    with _finishing(findings, f"{each.__module__}.{getattr(each, '__name__', each)}"):
        for words in each(tx):
            findings.fault("domain", detail=words)
