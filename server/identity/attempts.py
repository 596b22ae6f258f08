"""Counting failures: how many still count, and how long the next try has to wait.

Owns the table `attempts` and its arithmetic. Which failures count against whom is decided in
`limits.py`. Beyond what is free each further failure doubles the wait, from one second to fifteen
minutes; every fifteen minutes one failure is forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, LargeBinary, Table, delete, func, select, update
from sqlmodel import Field, SQLModel

from server.clock import MINUTE, SECOND, Instant
from server.database import Tx, insert

LONGEST_WAIT = FORGOTTEN_EVERY = 15 * MINUTE
STEPS = 10  # from one second, doubling, to beyond the longest wait
MOST_ROWS = 50_000

Rows = Mapping[bytes, tuple[int, Instant]]


class Attempts(SQLModel, table=True):
    """Failures not yet forgotten, by a keyed digest of against whom. Mutable, no evidence."""

    __tablename__ = "attempts"

    key: bytes = Field(primary_key=True, sa_type=LargeBinary)
    level: int
    changed_at: int = Field(sa_type=BigInteger)


@dataclass(frozen=True, slots=True)
class Counter:
    """One count of failures, and how many of them cost nothing."""

    key: bytes
    free: int


_attempts: Table = Attempts.__table__  # type: ignore[attr-defined]


def wait(tx: Tx, counters: Sequence[Counter]) -> int:
    """How long the next try has to wait, in milliseconds."""
    return _longest(tx, counters, _rows(tx, counters))


def charge(tx: Tx, counters: Sequence[Counter], *, anyway: bool = False) -> int:
    """Count one failure for each counter: 0. If the next try has to wait, count nothing unless
    `anyway`, and answer how long, in milliseconds. Concurrent tries are counted one by one.
    """
    ordered = sorted(counters, key=lambda each: each.key)  # everybody locks in the same order
    new = [{"key": each.key, "level": 0, "changed_at": tx.now} for each in ordered]
    tx.connection.execute(insert(tx, _attempts).values(new).on_conflict_do_nothing())
    rows = _rows(tx, ordered, held=True)
    if not anyway and (longest := _longest(tx, ordered, rows)):
        return longest
    for counter in ordered:
        level, changed_at = rows[counter.key]
        left = max(0, level - max(0, tx.now - changed_at) // FORGOTTEN_EVERY)
        now = {"level": min(left + 1, counter.free + STEPS), "changed_at": tx.now}
        tx.connection.execute(update(_attempts).where(_attempts.c.key == counter.key).values(now))
    return 0


def give_back(tx: Tx, counters: Sequence[Counter]) -> None:
    """Take back what was charged for a try that turned out to be none."""
    for key in sorted(each.key for each in counters):
        charged = update(_attempts).where(_attempts.c.key == key, _attempts.c.level > 0)
        tx.connection.execute(charged.values(level=_attempts.c.level - 1))


def forgive(tx: Tx, key: bytes) -> None:
    """Forget every failure of one counter."""
    tx.connection.execute(delete(_attempts).where(_attempts.c.key == key))


def sweep(tx: Tx) -> None:
    """Forget what no longer counts, and hold the table within bounds; done every minute."""
    # After the clock was set back nothing lies in the future: a wait begins again, and so ends.
    ahead = update(_attempts).where(_attempts.c.changed_at > tx.now)
    tx.connection.execute(ahead.values(changed_at=tx.now))
    over = _attempts.c.changed_at + _attempts.c.level * FORGOTTEN_EVERY <= tx.now
    tx.connection.execute(delete(_attempts).where(over))
    count = tx.connection.scalar(select(func.count()).select_from(_attempts)) or 0
    if count > MOST_ROWS:
        # A flood of names: who failed least, and longest ago, is forgotten first.
        least = select(_attempts.c.key).order_by(_attempts.c.level, _attempts.c.changed_at)
        excess = least.limit(count - MOST_ROWS)
        tx.connection.execute(delete(_attempts).where(_attempts.c.key.in_(excess)))


def _rows(tx: Tx, counters: Sequence[Counter], *, held: bool = False) -> Rows:
    """Level and moment by key; `held` keeps them still until the transaction ends."""
    query = select(_attempts).where(_attempts.c.key.in_([each.key for each in counters]))
    query = query.order_by(_attempts.c.key).with_for_update() if held else query
    return {row.key: (row.level, row.changed_at) for row in tx.connection.execute(query)}


def _longest(tx: Tx, counters: Sequence[Counter], rows: Rows) -> int:
    longest = 0
    for counter in counters:
        level, changed_at = rows.get(counter.key, (0, tx.now))
        if level >= counter.free:
            asked = min(SECOND << min(level - counter.free, STEPS), LONGEST_WAIT)
            longest = max(longest, asked - max(0, tx.now - changed_at))
    return longest
