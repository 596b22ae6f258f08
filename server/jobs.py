"""Work to be done later: rows written in the transaction of the act that asks for it.

Owns the table `job` and taking one. Jobs notify, sweep and make evidence; no state depends on
whether one has run. Which function does a job is declared by each domain's `JOBS`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, case, func, literal, select, update
from sqlmodel import Field, SQLModel

from server.clock import MINUTE, Instant
from server.database import Database, Tx
from server.ids import new_id

TRIES = 10
LONGEST_WAIT = 15 * MINUTE


class NotNow(Exception):
    """What a job needs is away. It is tried again, ever more rarely, until it is there: such a try
    is not one of the TRIES.
    """


class Job(SQLModel, table=True):
    """One thing to do: `name` says which function, `subject` on what, `due_at` not before when."""

    __tablename__ = "job"

    id: str = Field(primary_key=True)
    name: str
    subject: str
    due_at: int = Field(sa_type=BigInteger, index=True)
    tries: int
    done_at: int | None = Field(sa_type=BigInteger)
    error: str | None


_job: Table = Job.__table__  # type: ignore[attr-defined]
# Of a job's subject, as SQL: whose the job is. Without one it is nobody's, and first come first.
Whose = Callable[[ColumnElement[str]], ColumnElement[str]]
NOBODYS: Mapping[str, Whose] = {}


def later(tx: Tx, name: str, subject: str, *, due_at: Instant | None = None) -> None:
    """Ask for a job, now or at a moment; it exists exactly if the transaction commits."""
    row = Job(
        id=new_id(tx.now),
        name=name,
        subject=subject,
        due_at=tx.now if due_at is None else due_at,
        tries=0,
        done_at=None,
        error=None,
    )
    tx.session.add(row)


def run_due(
    database: Database,
    jobs: Mapping[str, Callable[[str], None]],
    go_on: Callable[[], bool] = lambda: True,
    *,
    last: Mapping[str, Whose] = NOBODYS,
) -> int:
    """Run every job that is due, one at a time, while before each `go_on`; how many ran. Those
    named in `last` run when no other is due, in turn by whose they are: nobody's second before
    everybody's first. A failed job is tried again later.
    """
    ran, served = 0, set[str]()
    while go_on() and (taken := _take(database, last, served)) is not None:
        if taken.whose in served:
            served.clear()  # everybody who waits has had a turn: all begin again
        if taken.whose:
            served.add(taken.whose)
        error, waits = None, False
        try:
            jobs[taken.name](taken.subject)
        except Exception as failure:  # noqa: BLE001  the next try is the handling
            error = f"{type(failure).__name__}: {failure}"[:500]
            waits = isinstance(failure, NotNow)
        _finish(database, taken.id, error, waits=waits)
        ran += 1
    return ran


def _take(database: Database, last: Mapping[str, Whose], served: Collection[str]) -> Any:
    """The job that is to be done next, or None; `whose` it is, where it is one of the last."""
    whose = _whose(last)
    with database.changing() as tx:
        query = (
            select(_job.c.id, _job.c.name, _job.c.subject, _job.c.tries, whose.label("whose"))
            .where(_job.c.done_at.is_(None), _job.c.due_at <= tx.now, _job.c.tries < TRIES)
            .order_by(_job.c.name.in_([*last]), whose.in_(served), _job.c.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = tx.connection.execute(query).one_or_none()
        if row is None:
            return None
        # Until it is finished the job is due again later: a killed worker loses nothing.
        again = tx.now + MINUTE * 2 ** min(row.tries, 8)
        tx.connection.execute(
            update(_job).where(_job.c.id == row.id).values(due_at=again, tries=row.tries + 1)
        )
        return row


def _whose(last: Mapping[str, Whose]) -> ColumnElement[str]:
    said = [(_job.c.name == name, whose(_job.c.subject)) for name, whose in last.items()]
    return func.coalesce(case(*said), "") if said else literal("")


def _finish(database: Database, job_id: str, error: str | None, *, waits: bool) -> None:
    with database.changing() as tx:
        done = {"error": error} if error else {"done_at": tx.now, "error": None}
        tx.connection.execute(update(_job).where(_job.c.id == job_id).values(**done))
        if waits:
            _wait(tx, _job.c.id == job_id)


def _wait(tx: Tx, mine: ColumnElement[bool]) -> None:
    """The try that came in vain does not count, and the next is not too far."""
    soon = case((_job.c.due_at > tx.now + LONGEST_WAIT, tx.now + LONGEST_WAIT), else_=_job.c.due_at)
    tries = case((_job.c.tries >= TRIES, TRIES - 1), else_=_job.c.tries)
    tx.connection.execute(update(_job).where(mine).values(due_at=soon, tries=tries))


def failing(tx: Tx) -> list[str]:
    """Jobs that failed at their last try, for operators."""
    query = select(_job.c.name, _job.c.subject, _job.c.error).where(
        _job.c.done_at.is_(None), _job.c.error.is_not(None)
    )
    return [f"{r.name} {r.subject}: {r.error}" for r in tx.connection.execute(query)]
