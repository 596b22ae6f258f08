"""Offices and seats exclude one another: one person's are changed by one transaction at a time.

Owns that lock alone.
"""

from sqlalchemy import Table, func, select

from server.access.models import Office, Seat
from server.audit.service import lock
from server.database import Tx
from server.identity.models import Person
from server.ids import Id

_office: Table = Office.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


def hold_still(tx: Tx, log_id: str, person_id: Id) -> None:
    """Let nobody else appoint or seat this person until the transaction ends.

    Offices and seats exclude one another but stand in different logs, whose locks do not meet.
    Locks the log first, as everybody does, then the person.
    """
    lock(tx, log_id)
    query = select(_person.c.id).where(_person.c.id == person_id)
    tx.connection.execute(query.with_for_update(key_share=True))
    # Whoever waited took their moment before: what was recorded meanwhile is past (as for a log).
    for table in (_office, _seat):
        last = select(func.max(table.c.recorded_at)).where(table.c.person_id == person_id)
        tx.now = max(tx.now, tx.connection.scalar(last) or 0)
