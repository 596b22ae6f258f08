"""Offices and seats exclude one another: they are changed by one transaction at a time.

Owns the order of locks for that: the log the change is recorded in, then the system log.
"""

from sqlalchemy import Table, func, select

from server.access.models import Office, Seat
from server.audit.facts import holds
from server.audit.models import SYSTEM
from server.audit.service import lock
from server.database import Tx
from server.identity.models import Person
from server.ids import Id
from server.problems import Conflict

_office: Table = Office.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


class Disabled(Conflict):
    code = "person_disabled"
    ja = "この人の利用は停止されています。席や役職に就けることはできません。"
    en = "This person has been disabled and can be given no seat and no office."


def hold_still(tx: Tx, log_id: str, person_id: Id) -> None:
    """Let nobody else appoint, seat or unseat anybody until the transaction ends.

    Offices and seats stand in different logs, whose locks do not meet; the system log's is last in
    every order, and everybody who changes either takes it. Raises Disabled.
    """
    lock(tx, log_id)
    lock(tx, SYSTEM)
    # Whoever waited took their moment before: what was recorded meanwhile is past (as for a log).
    for table in (_office, _seat):
        last = select(func.max(table.c.recorded_at)).where(table.c.person_id == person_id)
        tx.now = max(tx.now, tx.connection.scalar(last) or 0)
    known = tx.connection.scalar(select(_person.c.id).where(_person.c.id == person_id))
    if known and not present(tx, person_id):
        raise Disabled


def present(tx: Tx, person_id: Id) -> bool:
    """Whether the person is registered and has not been disabled."""
    query = select(_person.c.id).where(_person.c.id == person_id, holds(_person))
    return tx.connection.scalar(query, {"now": tx.now}) is not None
